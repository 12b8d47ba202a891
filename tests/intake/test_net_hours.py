"""Start, end and net hours without a break: the difference is the break, also over a clock change."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app

SETTINGS = "assume: {employment_rate: 100 %, billing: billable}\n"


def billable(folder: Path, text: str) -> tuple[float, list[str]]:
    (folder / "shifts.csv").write_text(text, encoding="utf-8")
    (folder / "tcw.yaml").write_text(SETTINGS, encoding="utf-8")
    figures = CliRunner().invoke(app, ["kpi", str(folder), "--grain", "all", "--format", "json"])
    assert figures.exit_code == 0, figures.output
    row: dict[str, Any] = json.loads(figures.stdout)["rows"][0]
    seen = CliRunner().invoke(app, ["inspect", str(folder), "--format", "json", "--lang", "en"])
    return row["billable_h"], [note for file in json.loads(seen.stdout)["files"] for note in file["notes"]]


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        (("2026-03-02,08:00,16:30,8.0",), 8.0),
        (("2026-03-02,22:00,06:00,7.5",), 7.5),
        (("2026-03-28,22:00,06:00,7.0",), 7.0),  # seven hours of clock, none of break
        (("2026-03-28,22:00,06:00,6.5",), 6.5),
        (("2026-03-02,08:00,12:00,4.0", "2026-03-02,13:00,17:30,4.0"), 8.0),
        (("2026-03-02,08:00,12:00,5.0",), 4.0),  # longer than its span: start and end say how long it was
        (("2026-03-02,08:00,12:00,",), 4.0),
        (("2026-03-02,08:00,12:00,0",), 4.0),
    ],
)
def test_the_difference_is_the_break(tmp_path: Path, rows: tuple[str, ...], hours: float) -> None:
    text = "Employee ID,Date,Start Time,End Time,Total Hours,Position\n" + "".join(
        f"7,{row},Nurse\n" for row in rows
    )
    found, notes = billable(tmp_path, text)
    assert found == pytest.approx(hours)
    assert any("taken for the break" in note for note in notes)


def test_a_break_that_is_said_is_the_break(tmp_path: Path) -> None:
    text = "Employee ID,Date,Start Time,End Time,Total Hours,Break (min),Position\n7,2026-03-02,08:00,16:30,8.0,60,Nurse\n"  # noqa: E501
    found, notes = billable(tmp_path, text)
    assert found == pytest.approx(7.5)
    assert not any("taken for the break" in note for note in notes)
