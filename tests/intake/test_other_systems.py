"""Exports as time trackers and payroll systems write them: what each row becomes, from headers to hours."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from tcw.cli.app import app
from tcw.errors import ManyFaults
from tcw.intake.load import Loaded, load
from tcw.model.config import Config

CONFIG = Config.model_validate({"assume": {"employment_rate": "100 %", "billing": "billable"}})


def loaded(folder: Path, text: str, **options: Any) -> Loaded:
    (folder / "export.csv").write_text(text.strip().replace("\n\n", "\n") + "\n", "utf-8")
    return load(folder, CONFIG, **options)


def hours(taken: Loaded) -> dict[tuple[str, str], float]:
    """Sum up hours by person and activity: those of spans without their breaks, and those that stand
    alone."""
    rows: list[dict[str, Any]] = taken.schedule.bookings.collect().to_dicts()
    sums: dict[tuple[str, str], float] = {}
    for row in rows:
        alone = row.get("hours")
        if alone is None:
            start, end = row["start_local"], row["end_local"]
            alone = (end - start).total_seconds() / 3600 - (row.get("break_minutes") or 0) / 60
        key = (row["staff_id"], row["activity_id"])
        sums[key] = round(sums.get(key, 0) + alone, 6)
    return sums


TOLD = {
    "Jira worklogs: who wrote them, when they began, the issue": (
        "Issue key,Author,Date started,Time spent (h)\nW-1,anna@firma.se,17/Mar/26 1:00 PM,2.5",
        {("anna@firma.se", "W-1"): 2.5},
    ),
    "Odoo's technical names; its name is a text": (
        "id,date,employee_id/name,project_id/name,name,unit_amount\n1,2026-03-02,Anna Ek,Webb,Möte,2.5",
        {("Anna Ek", "Webb"): 2.5},
    ),
    "Teamwork: hours and minutes are two parts of one length": (
        "Date,Who,Project,Hours,Minutes\n2026-03-02,Anna Ek,Webb,2,30",
        {("Anna Ek", "Webb"): 2.5},
    ),
    "one length written twice is one length": (
        "Date,Who,Project,Hours,Minutes\n2026-03-02,Anna Ek,Webb,2.5,150\n2026-03-03,Anna Ek,Webb,2,120",
        {("Anna Ek", "Webb"): 4.5},
    ),
    "ClickUp: milliseconds since 1970": (
        "Username,Task Name,Start,Stop\nAnna Ek,Rita,1772438400000,1772447400000",
        {("Anna Ek", "Rita"): 2.5},
    ),
    "Hubstaff: Activity is a share of keystrokes": (
        "Date,Project,Member,Task,Time,Activity\n2026-03-02,Webb,Anna Ek,Rita,2:30:00,45%",
        {("Anna Ek", "Rita"): 2.5},
    ),
    "Hubstaff by day: lengths below dates": (
        (
            "Project,Member,2026-03-02,2026-03-03,2026-03-04,Total\nWebb,Anna "
            "Ek,2:30:00,8:00:00,0:00:00,10:30:00"
        ),
        {("Anna Ek", "Webb"): 10.5},
    ),
    "Clockify by week": (
        'User,"Mar 2, 2026","Mar 3, 2026","Mar 4, 2026",Total\nAnna Ek,08:00:00,,07:30:00,15:30:00',
        {("Anna Ek", "Pass"): 15.5},
    ),
    "When I Work: In Time and Out Time": (
        "Employee ID,Position,In Time,Out Time\n17,Kock,3/17/2026 10:00 PM,3/18/2026 7:00 AM",
        {("17", "Kock"): 9.0},
    ),
    "7shifts: breaks in hours": (
        "Date,Employee ID,Role,Time In,Time Out,Unpaid Break\n2026-03-02,17,Kock,9:00 AM,5:30 PM,0.5",
        {("17", "Kock"): 8.0},
    ),
    "breaks in minutes stay minutes": (
        (
            "Date,Employee ID,Role,Time In,Time Out,Unpaid "
            "Break\n2026-03-02,17,Kock,09:00,17:30,7.5\n2026-03-03,17,Kock,09:00,17:30,30"
        ),
        {("17", "Kock"): 17 - 37.5 / 60},
    ),
    "payroll: Fr.o.m. is the day, Tid fr.o.m. the clock time": (
        "Anst.nr;Kod;Fr.o.m;T.o.m;Tid fr o m;Tid t o m\n17;ARB;2026-03-02;2026-03-03;22.00;07.00",
        {("17", "ARB"): 9.0},
    ),
    "payroll: From kl and Tom kl": (
        "Anst.nr;Löneart;From datum;Tom datum;From kl;Tom kl;Antal\n17;310;20260302;20260302;0700;1530;8,00",
        {("17", "310"): 8.0},
    ),
    "lines of uneven length between semicolons": (
        "Anst.nr;Kod;Datum;Timmar;Kommentar\n17;ARB;2026-03-02;8,0\n17;ARB;2026-03-03;7,5\n17;SJK;2026-03-04;8,0;hemma",
        {("17", "ARB"): 15.5, ("17", "SJK"): 8.0},
    ),
    "ids kept from Excel": (
        'Anst.nr;Kod;Datum;Timmar\n="017";ARB;2026-03-02;8,0\n"=""018""";ARB;2026-03-02;8,0',
        {("017", "ARB"): 8.0, ("018", "ARB"): 8.0},
    ),
    "a unit of measure is no workplace, and is heeded": (
        "Datum;Personal;Tidtyp;Antal;Enhet\n2026-03-02;Anna Ek;Restid;90;min",
        {("Anna Ek", "Restid"): 1.5},
    ),
    "payroll: eight letters a header": (
        "ANSTNR;FRDAT;TODAT;LART;ANTAL\n17;20260302;20260302;310;8,00",
        {("17", "310"): 8.0},
    ),
    "Lön is whole, and no broken Lån": (
        "Anst.nr;Kostnadsgrupp;Datum;Arbetade timmar;Lön\n17;Bar;2026-03-02;8,0;1200",
        {("17", "Bar"): 8.0},
    ),
}


@pytest.mark.parametrize(("text", "expected"), TOLD.values(), ids=TOLD)
def test_hours(text: str, expected: dict[tuple[str, str], float], tmp_path: Path) -> None:
    assert hours(loaded(tmp_path, text)) == expected


def test_a_stamp_on_each_row_is_no_length(tmp_path: Path) -> None:
    text = "Full Name,Entry Type,Date,Time,Activity\nAnna Ek,In,2026-03-02,09:00,Kök\nAnna Ek,Out,2026-03-02,17:30,Kök"  # noqa: E501
    (sheet,) = loaded(tmp_path, text, strict=False).sheets
    assert sheet.recognition.table is None
    assert sheet.recognition.meant == "bookings"
    assert "headers-stamps" in {note.phrase.code for note in sheet.recognition.notes}


def test_hours_of_several_weeks_are_rejected_and_those_of_one_are_not(tmp_path: Path) -> None:
    text = "Anst.nr;Kod;From datum;Tom datum;Timmar\n17;ARB;2026-03-02;2026-03-08;40\n17;SJK;2026-03-05;2026-03-18;80"  # noqa: E501
    taken = loaded(tmp_path, text, strict=False)
    assert hours(taken) == {("17", "ARB"): 40.0}
    assert taken.schedule.intake.rejects.select("row", "column", "value", "reason").rows() == [
        (3, "Tom datum", "2026-03-18", "IN13")
    ]


def test_a_cell_to_the_right_of_the_last_header_is_one_too_many(tmp_path: Path) -> None:
    taken = loaded(
        tmp_path, "Anst.nr,Kod,Datum,Timmar\n17,ARB,2026-03-02,7,5\n17,ARB,2026-03-03,8,", strict=False
    )
    assert hours(taken) == {("17", "ARB"): 8.0}
    assert taken.schedule.intake.rejects.select("row", "reason").rows() == [(2, "IN01")]


def test_a_clock_time_without_a_day_is_no_day_for_hours(tmp_path: Path) -> None:
    taken = loaded(tmp_path, "Anst.nr;Kod;Start;Minuter\n17;ARB;07:00;450", strict=False)
    assert taken.schedule.intake.rejects["reason"].to_list() == ["IN05"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Member,2026-03-02,2026-03-03,2026-03-04\nAnna Ek,07:00-16:00,07:00-16:00,D 07:00-12:00", None),
        ("Project,Start,Stop\nWebb,2026-03-02 09:00,2026-03-02 11:30", "table-columns-missing"),
    ],
    ids=["a roster", "nobody's hours"],
)
def test_the_mapping_that_inspect_writes_says_no_less_than_none(
    text: str, code: str | None, tmp_path: Path
) -> None:
    (tmp_path / "export.csv").write_text(text + "\n", "utf-8")
    CliRunner().invoke(app, ["inspect", str(tmp_path), "--write"])
    mapping = yaml.safe_load((tmp_path / "tcw.yaml").read_text("utf-8"))
    config = Config.model_validate({**mapping, "assume": {"employment_rate": "100 %", "billing": "billable"}})
    if code is None:
        assert load(tmp_path, config).schedule.intake.accepted == 3
        return
    with pytest.raises(ManyFaults) as caught:
        load(tmp_path, config)
    assert code in [fault.code for fault in caught.value.faults]
