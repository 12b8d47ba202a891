"""Matching cases as Markdown that analysts can read and write: tests/cases/matching/NAME.md, one file per
condition or wish.

The first heading is `# name`. Every `## ` section is a case: a sentence or two, then blocks:

    ```csv orders          Beställning;Arbetsplats;Start;Slut and any other column tcw knows (required; Status is Öppen unless given)
    ```csv staff           Anst.nr;Anställningstyp … (required; the home unit is A and everybody is employed always unless given)
    ```csv TABLE           any other table: availability, bookings, competences, introductions, interests, agreement_links …
    ```yaml                tcw.yaml
    ```sh                  more words for the command, as in --mode staggered (default: --as-of 2026-05-04, a Monday)
    ```csv previous        the last plan's order_id;staff_id
    ```csv assignments     what is filled: any of the plan's columns (required; the header alone: nothing is)
    ```csv requests        who is asked, in this order
    ```csv reasons         order_id;code;people, where the case is about why
    ```csv nearest         order_id;staff_id;codes
    ```csv wishes          name;part;value

Without bookings, somebody who fills no order works a day of February, since a source needs bookings.
"""  # noqa: E501

import csv
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from typer.testing import CliRunner

from tcw.cli.app import app

FOLDER = Path(__file__).parents[1] / "cases" / "matching"
ACTIVITIES = """Aktivitet;Tidslag;Debiteringstyp;Räknas som arbetad tid
Arbete;Arbete;Debiterbar;Ja
Jour;Jour;Debiterbar;Ja
Övertid;Övertid;Debiterbar;Ja
Semester;Frånvaro;Ej debiterbar;Ja
"""
BOOKINGS = "Anst.nr;Aktivitet;Start;Slut\n0;Arbete;2026-02-02 08:00;2026-02-02 16:00\n"
BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANSWERS = ("assignments", "requests", "reasons", "nearest", "wishes")


@dataclass(frozen=True)
class Case:
    file: str
    title: str
    blocks: dict[str, str] = field(hash=False)

    @property
    def id(self) -> str:
        return f"{self.file} {self.title}"


def cases(folder: Path = FOLDER) -> list[Case]:
    return [case for path in sorted(folder.glob("*.md")) for case in _cases_of(path)]


def _cases_of(path: Path) -> list[Case]:
    heading, *sections = re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)
    assert re.match(r"# \w", heading), f"{path.name} has no heading"
    return [
        Case(
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
        words += ["--as-of", "2026-05-04"]
    if "previous" in case.blocks:
        pl.DataFrame(expected(case, "previous")).write_parquet(source.parent / "previous.parquet")
        words += ["--previous", str(source.parent / "previous.parquet")]
    arguments = ["match", str(source), "--format", "json", "--lang", "en", *words, *more]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code in {0, 4}, f"{result.output}\n{result.exception!r}"
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def write(blocks: dict[str, str], source: Path) -> None:
    tables = {name: text for name, text in blocks.items() if name not in {"yaml", "sh", "previous", *ANSWERS}}
    tables.setdefault("activities", ACTIVITIES)
    tables.setdefault("bookings", BOOKINGS)
    tables["staff"] = _with(
        tables["staff"],
        {"Anställningsgrad": "100", "Hemenhet": "A", "Gäller från": "2020-01-01", "Gäller till": ""},
    )
    if "\n0;" in tables["bookings"]:
        columns = tables["staff"].splitlines()[0].split(";")
        nobody = {
            "Anst.nr": "0",
            "Anställningstyp": "Månadslön",
            "Anställningsgrad": "100",
            "Gäller till": "2026-02-28",
        }
        tables["staff"] += ";".join(nobody.get(column, "") for column in columns) + "\n"
    tables["orders"] = _with(tables["orders"], {"Status": "Öppen", "Aktivitet": "Arbete"})
    for name, text in tables.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    if "yaml" in blocks:
        (source / "tcw.yaml").write_text(blocks["yaml"], encoding="utf-8")


def _with(text: str, defaults: dict[str, str]) -> str:
    """Add columns that a case does not tell of."""
    header, *rows = text.splitlines()
    missing = {name: value for name, value in defaults.items() if name not in header.split(";")}
    lines = [";".join([header, *missing])] + [";".join([row, *missing.values()]) for row in rows]
    return "\n".join(lines) + "\n"


def expected(case: Case, block: str) -> list[dict[str, str]]:
    return list(csv.DictReader(case.blocks[block].splitlines(), delimiter=";"))


def answered(answer: dict[str, Any], case: Case, block: str) -> list[dict[str, str]]:
    """The answer's rows in the columns that the case tells of, as text."""
    columns = case.blocks[block].splitlines()[0].split(";")
    rows = _rows(answer, block)
    if block in {"reasons", "nearest"}:
        told = {row["order_id"] for row in expected(case, block)}
        rows = [row for row in rows if row["order_id"] in told]
    return [{column: shown(row[column]) for column in columns} for row in rows]


def _rows(answer: dict[str, Any], block: str) -> list[dict[str, Any]]:
    if block in {"reasons", "nearest"}:
        return [{"order_id": one["order_id"], **row} for one in answer["unfilled"] for row in one[block]]
    found: list[dict[str, Any]] = answer[block]
    return found


def shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return text.replace("T", " ")[:16] if re.match(r"\d{4}-\d\d-\d\dT", text) else text
