"""The glossary binds identifiers: what it names, the code has."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "developers" / "glossary.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| term", "| ---"))
]
SOURCE = "\n".join(file.read_text("utf-8") for file in (ROOT / "src").rglob("*.py"))


def test_it_has_many_terms_and_none_twice() -> None:
    assert len(ROWS) >= 50
    assert {term for term, number in Counter(row[0] for row in ROWS).items() if number > 1} == set()


def test_every_row_is_whole() -> None:
    assert [row[0] for row in ROWS if len(row) != 5 or not row[1] or not row[2]] == []


def test_the_code_has_every_identifier() -> None:
    words = set(re.findall(r"\w+", SOURCE))
    named = {identifier for row in ROWS for identifier in re.findall(r"`(\w+)`", row[2])}
    assert len(named) > 50
    assert named - words == set()
