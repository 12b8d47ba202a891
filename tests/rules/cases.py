"""Rules' cases as Markdown that analysts can read and write: tests/cases/rules/NAME.md, one file per rule.

The first heading is `# CODE name`. Every `## ` section is a case: a sentence or two, then blocks:

    ```csv bookings        Anst.nr;Aktivitet;Start;Slut and any other column tcw knows (required)
    ```csv staff           without it, everybody in the bookings is monthly paid, full time, employed always
    ```csv activities      without it, those of ACTIVITIES below
    ```csv TABLE           any other table: orders, agreement_links, competences …
    ```yaml                tcw.yaml
    ```sh                  more words for the command, as in --as-of 2026-03-01 (default: --as-of 2026-12-31)
    ```csv findings        what is found: any of the findings' columns (required; the header alone: nothing is found)
    ```csv judged          judged;not_judged, where the case is about that

Only the rule of the file is judged. Numbers are compared as numbers, to a thousandth; the order of findings
is no matter.
"""  # noqa: E501

import csv
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from tcw.cli.app import app

FOLDER = Path(__file__).parents[1] / "cases" / "rules"
ACTIVITIES = """Aktivitet;Tidslag;Debiteringstyp;Räknas som arbetad tid
Arbete;Arbete;Debiterbar;Ja
Mertid;Mertid;Debiterbar;Ja
Övertid;Övertid;Debiterbar;Ja
Nödfall;Nödfallsövertid;Debiterbar;Ja
Jour;Jour;Debiterbar;Ja
Beredskap;Beredskap;Debiterbar;Nej
Semester;Frånvaro;Ej debiterbar;Ja
Ledig;Frånvaro;Ej debiterbar;Nej
Rast;Rast;Ej underlag;Nej
"""
BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Case:
    rule: str
    file: str
    title: str
    blocks: dict[str, str] = field(hash=False)

    @property
    def id(self) -> str:
        return f"{self.rule} {self.title}"


def cases(folder: Path = FOLDER) -> list[Case]:
    return [case for path in sorted(folder.glob("*.md")) for case in _cases_of(path)]


def _cases_of(path: Path) -> list[Case]:
    heading, *sections = re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)
    first = re.match(r"# (\w+) ([\w-]+)\n", heading)
    assert first, f"{path.name} has no heading like # WT01 short-daily-rest"
    assert path.stem == first[2].replace("-", "_"), f"{path.name} is not named as its rule"
    return [
        Case(
            first[1],
            path.stem,
            section.splitlines()[0].strip(),
            {name or kind: text for kind, name, text in BLOCK.findall(section)},
        )
        for section in sections
    ]


def run(case: Case, source: Path, *more: str) -> dict[str, Any]:
    """Run the command on a case in an empty folder; return its JSON."""
    write(case.blocks, source)
    words = case.blocks.get("sh", "").split()
    if "--as-of" not in words:
        words += ["--as-of", "2026-12-31"]
    arguments = [
        "check",
        str(source),
        "--select",
        case.rule,
        "--format",
        "json",
        "--lang",
        "en",
        *words,
        *more,
    ]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code in {0, 1}, f"{result.output}\n{result.exception!r}"
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def write(blocks: dict[str, str], source: Path) -> None:
    tables = {name: text for name, text in blocks.items() if name not in {"yaml", "sh", "findings", "judged"}}
    tables.setdefault("activities", ACTIVITIES)
    if "staff" not in tables:
        rows = list(csv.DictReader(tables["bookings"].splitlines(), delimiter=";"))
        ids = dict.fromkeys(row[next(iter(row))] for row in rows)
        tables["staff"] = "Anst.nr;Namn;Anställningsgrad;Anställningstyp\n" + "".join(
            f"{one};Person {one};100;Månadslön\n" for one in ids
        )
    for name, text in tables.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    if "yaml" in blocks:
        (source / "tcw.yaml").write_text(blocks["yaml"], encoding="utf-8")


def expected(case: Case, block: str = "findings") -> list[dict[str, str]]:
    return list(csv.DictReader(case.blocks[block].splitlines(), delimiter=";"))


def found(answer: dict[str, Any], case: Case) -> list[dict[str, str]]:
    """The findings in the columns the case tells of, as text."""
    columns = case.blocks["findings"].splitlines()[0].split(";")
    rows = [row for row in answer["findings"] if row["code"] == case.rule]
    return [{column: shown(row[column]) for column in columns} for row in rows]


def shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.3f}"
    text = str(value)
    return text.replace("T", " ")[:16] if re.match(r"\d{4}-\d\d-\d\dT", text) else text


def normal(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    def one(column: str, value: str) -> str:
        numeric = column in {"measured", "limit", "shortfall"} and value
        return f"{float(value.replace(',', '.')):.3f}" if numeric else value.strip()

    return tuple(sorted((column, one(column, value or "")) for column, value in row.items()))
