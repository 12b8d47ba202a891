"""The shipped examples: made again byte by byte, right by hand, and read as their READMEs say."""

import csv
import json
import re
import subprocess
import sys
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import fastexcel
import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tcw.intake.load import load
from tcw.intake.settings.config_file import load_config
from tcw.quality.doubts import doubts_of

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
REPORT = EXAMPLES / "anstalldrapport"
KOMMUN = EXAMPLES / "kommun"
BY_HAND = {"README.md", "tcw.yaml", "facit.csv"}


def test_the_data_files_are_those_the_tool_makes(tmp_path: Path) -> None:
    made = tmp_path / "examples"
    subprocess.run([sys.executable, ROOT / "tools/make_examples.py", "--out", made], check=True)
    shipped = {file.relative_to(EXAMPLES) for file in EXAMPLES.glob("[ak]*/**/*") if file.is_file()}
    again = {file.relative_to(made) for file in made.rglob("*") if file.is_file()}
    assert again == {file for file in shipped if file.name not in BY_HAND}
    for file in again:
        if file.suffix == ".xlsx":  # what zip makes of the same sheet differs between versions of zlib
            ours, theirs = (
                fastexcel.read_excel(folder / file).load_sheet(0).to_polars() for folder in (EXAMPLES, made)
            )
            assert ours.equals(theirs), file
        else:
            assert (EXAMPLES / file).read_bytes() == (made / file).read_bytes(), file


def test_the_examples_are_small() -> None:
    assert sum(file.stat().st_size for file in KOMMUN.iterdir()) < 1_500_000


def rows(name: str, encoding: str = "cp1252") -> list[dict[str, str]]:
    with (REPORT / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def facit() -> list[dict[str, str]]:
    return rows("facit/facit.csv", "utf-8")


def worked_by_hand(staff_id: str, week: str) -> dict[str, Fraction | None]:
    """The eight figures of one person and week, straight from the files and the manual's definitions."""
    person = next(row for row in rows("personal.csv") if row["Anställningsnummer"] == staff_id)
    services = {row["Tjänst"]: row for row in rows("tjanster.csv")}
    rate = Fraction(person["Anställningsgrad"].replace(",", ".") or 0) / 100
    billable = other = absence = Fraction(0)
    for row in rows("bokningar.csv"):
        iso = date.fromisoformat(row["Datum"]).isocalendar()
        if row["Anställningsnummer"] != staff_id or f"{iso.year}-W{iso.week:02d}" != week:
            continue
        start, end = (datetime.strptime(row[clock], "%H:%M") for clock in ("Starttid", "Sluttid"))
        hours = Fraction((end - start).seconds, 3600)
        service = services[row["Tjänst"]]
        if service["Debiteringstyp"] == "Ej underlag":
            continue
        if service["Tjänstetyp"] == "Frånvaro":
            absence += hours
        elif service["Debiteringstyp"] == "Debiterbar":
            billable += hours
        else:
            other += hours
    booked, own = billable + other, rate * 40
    hourly = person["Anställningstyp"] == "Timlön"
    return {
        "employment_rate": rate,
        "booking_rate": booked / 40,
        "absence_rate": absence / own if own else None,
        "points": booked / 40 - rate,
        "relative": (booked - own) / own if own else None,
        "billing_rate_1a": None if hourly else billable / own,
        "billing_rate_1b": None if hourly else billable / (own - absence),
        "billing_rate_2a": billable / booked if hourly else None,
        "billing_rate_2b": billable / (booked - absence) if hourly else None,
    }


def name_of(row: dict[str, str]) -> str:
    return f"{row['section']}-{row['staff_id']}-{row['figure']}-{row['difference']}"


@pytest.mark.parametrize("row", facit(), ids=name_of)
def test_the_data_give_the_answers_of_the_manual(row: dict[str, str]) -> None:
    figures = worked_by_hand(row["staff_id"], row["week"])
    assert figures[row["difference"] or row["figure"]] == Fraction(row["value"])


@pytest.mark.parametrize("row", [row for row in facit() if row["printed"]], ids=name_of)
def test_the_answers_are_those_printed(row: dict[str, str]) -> None:
    printed = row["printed"].removesuffix(" %").replace(",", ".")
    digits = len(printed.partition(".")[2])
    assert f"{float(Fraction(row['value']) * 100):.{digits}f}" == printed


def test_every_section_with_an_example_is_there_and_has_its_own_week() -> None:
    weeks: dict[str, set[str]] = {}
    for row in facit():
        weeks.setdefault(row["section"], set()).add(row["week"])
    assert set(weeks) == {"1", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9"}
    assert all(len(found) == 1 for found in weeks.values())
    assert len(set.union(*weeks.values())) == len(weeks)


def kpi(source: Path, *options: str) -> dict[str, object]:
    result = CliRunner().invoke(app, ["kpi", str(source), "--format", "json", "--quiet", *options])
    assert result.exit_code == 0, result.output
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def test_tcw_gives_the_answers_of_the_manual() -> None:
    answers = kpi(REPORT, "--grain", "employee-week")["rows"]
    assert isinstance(answers, list)
    by_key = {(row["staff_id"], row["week"]): row for row in answers}
    expected = [row for row in facit() if row["difference"] != "relative"]
    for row in expected:
        value = by_key[row["staff_id"], row["week"]][row["figure"]]
        assert value == pytest.approx(float(Fraction(row["value"])), abs=1e-9), name_of(row)
    assert len(by_key) == 17  # a row per person and week the manual tells of, and no other


def told(readme: str) -> dict[str, set[str]]:
    """The codes a README's table names, by file; of one language."""
    return {
        match[1]: set(re.findall(r"IN\d\d", match[0]))
        for match in re.finditer(r"^\| `([\w.-]+)` \|.*$", readme, re.MULTILINE)
    }


@pytest.mark.parametrize("half", [0, 1], ids=["sv", "en"])
def test_tcw_says_of_the_municipality_what_its_readme_says(half: int) -> None:
    expected = told((KOMMUN / "README.md").read_text("utf-8").split("\n---\n")[half])
    data = {file.name for file in KOMMUN.iterdir()} - BY_HAND
    assert set(expected) == data
    schedule = load(KOMMUN, load_config(KOMMUN / "tcw.yaml")).schedule
    intake = schedule.intake
    assert {file.file for file in intake.files} == data
    assert all(file.table for file in intake.files)
    assert intake.rejected == 3
    rejected: dict[str, set[str]] = {}
    for reject in intake.rejects.iter_rows(named=True):
        rejected.setdefault(reject["file"], set()).add(reject["reason"])
    findings = {finding.code for finding in doubts_of(schedule)}
    named = set().union(*expected.values())
    assert findings == {code for code in named if code >= "IN50"}
    for file, codes in expected.items():
        assert rejected.get(file, set()) == {code for code in codes if code < "IN50"}, file


def test_the_mess_costs_nothing_it_need_not() -> None:
    """Cells of the messy files as they were meant."""
    intake = kpi(KOMMUN, "--grain", "all")["intake"]
    assert isinstance(intake, dict)
    read = {file["file"]: file["rows_read"] for file in intake["files"]}
    assert (read["aktiviteter.csv"], read["enheter.xlsx"], read["roda_dagar.csv"]) == (16, 4, 6)
    assert sum(count for file, count in read.items() if file.startswith("bokningar")) == 2081
    units = kpi(KOMMUN, "--grain", "unit")["rows"]
    assert isinstance(units, list)
    assert {row["planning_area"] for row in units} == {"Norr", "Söder"}
