"""docs/guides/audit.md says what tcw does: its commands are run, and what it shows is what they print."""

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tcw.audit.catalogue import ITEMS
from tcw.reports.tables.checklist import KIND_WORDS
from tests.command import run_main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "audit.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", PAGE, re.MULTILINE | re.DOTALL)


def test_the_commands_print_what_is_shown(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    looks = {"NO_COLOR": "1", "COLUMNS": "80", "TERM": "dumb", "TCW_LANG": "en", "PYTHONUTF8": "1"}
    assert len(BLOCKS) == 4
    for block, shown in BLOCKS:
        command, _, comment = block.strip().partition("#")
        program, *words = shlex.split(command)
        assert program == "tcw"
        done = run_main(words, cwd=tmp_path, env=os.environ | looks)
        assert done.returncode == (1 if "exit code 1" in comment else 0), done.stderr
        if shown:
            assert [line.rstrip() for line in done.stdout.splitlines()] == shown.splitlines()
    assert (tmp_path / "before.tcwsnap").stat().st_size > 0
    assert (tmp_path / "audit.xlsx").stat().st_size > 0


def test_every_item_is_there() -> None:
    rows = [f"| {item.code} | {item.question.english} | {KIND_WORDS[item.kind].english} |" for item in ITEMS]
    assert [row for row in rows if row not in PAGE] == []


def test_the_list_shown_is_sound(tmp_path: Path) -> None:
    from tcw.intake.settings.items_and_scenarios import read_items

    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    file = tmp_path / "items.yaml"
    file.write_text(shown, encoding="utf-8")
    assert [item.id for item in read_items(file).content.items] == ["no-crisis-agreements", "managers"]
