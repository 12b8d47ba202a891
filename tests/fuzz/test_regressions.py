"""Faults that the others in this folder found, one plain example each."""

from datetime import date, timedelta
from io import BytesIO

import polars as pl
import pytest

from tcw.intake.discover import parquet
from tcw.wording import Phrase
from tests.fuzz import workbooks
from tests.fuzz.harness import Read, checked


def read(text: str, name: str = "fil.csv") -> Read:
    found = checked({name: text.encode()})
    assert found is not None
    return found


def reasons(found: Read) -> list[str]:
    return found.loaded.schedule.intake.rejects["reason"].to_list()


def test_a_clock_time_alone_is_no_moment_of_registration() -> None:
    assert reasons(read("Beställning;Anställningsnummer;Anmäld\n1;001;07:30\n")) == ["IN03"]


def test_hours_beyond_any_number() -> None:
    header = "Anställningsnummer;Aktivitet;Start;Slut;Timmar;Datum\n"
    by_hours = read(f"{header}1;DAG;;;99999999999999999999;2026-03-02\n")
    assert reasons(by_hours) == ["IN07"]
    assert reasons(read(f"{header}1;DAG;2026-03-02 07:00;2026-03-02 16:00;1e300;2026-03-02\n")) == []
    no_end = "Anställningsnummer;Aktivitet;Start;Timmar\n1;DAG;2026-03-02 07:00;99999999999999999999\n"
    assert reasons(read(no_end)) == ["IN07"]


def test_a_cell_sends_no_commands_to_the_terminal() -> None:
    said = Phrase("x", "{value}").say("en", value="a\x1b[31m\r\nb\u2028c\x9b")
    assert said == "a?[31m  b c?"


def test_a_cell_at_the_right_edge_of_a_sheet() -> None:
    parts = workbooks.parts_of(workbooks.xlsx())
    name = "xl/worksheets/sheet1.xml"
    moved = parts[name].replace(b'r="F4"', b'r="XFD4"')
    assert moved != parts[name]
    found = checked({"bok.xlsx": workbooks.packed({**parts, name: moved})})
    assert found is not None
    assert found.loaded.sheets[0].raw.width == 8
    assert found.loaded.sheets[0].recognition.table == "bookings"


def test_clock_times_and_minutes_without_any_day() -> None:
    header = "Anställningsnummer;Aktivitet;Start;Slut;Minuter\n"
    assert reasons(read(f"{header}1;DAG;07:00;16:00;540\n")) == ["IN05"]


def test_parquet_columns_that_no_table_has() -> None:
    columns = {
        "Anställningsnummer": ["1", "2"],
        "Aktivitet": pl.Series([b"DAG", b"NATT"]),
        "Start": pl.Series([b"\xff", None]),
        "Slut": pl.Series([[1, 2], None], dtype=pl.Array(pl.Int64, 2)),
        "Timmar": pl.Series([[7.5], None]),
        "Datum": pl.Series([{"a": 1}, None]),
        "Skapad": pl.Series([timedelta(hours=7.5), None]),
    }
    stream = BytesIO()
    pl.DataFrame(columns).write_parquet(stream)
    found = checked({"fil.parquet": stream.getvalue()})
    assert found is not None
    rejects = found.loaded.schedule.intake.rejects
    assert rejects.select("row", "value", "reason").rows() == [
        (2, 'b"\\xff"', "IN03"),
        (2, "[1, 2]", "IN03"),
        (2, "{1}", "IN03"),
        (2, "PT7H30M", "IN03"),
        (3, None, "IN05"),
    ]


def test_parquet_dates_that_mean_no_date() -> None:
    days = [date(1, 1, 1), date(9999, 12, 31), date(2026, 3, 2)]
    columns = {"Anställningsnummer": ["1"] * 3, "Aktivitet": ["DAG"] * 3, "Datum": days, "Timmar": [7.5] * 3}
    stream = BytesIO()
    pl.DataFrame(columns).write_parquet(stream)
    found = checked({"fil.parquet": stream.getvalue()})
    assert found is not None
    assert reasons(found) == ["IN03", "IN03"]
    assert found.loaded.schedule.first_day == found.loaded.schedule.last_day == days[2]


@pytest.mark.parametrize("name", ["bok.csv", "bok.txt", "bok.parquet", "bok.xls", "bok.xlsm"])
def test_a_workbook_by_another_name(name: str) -> None:
    found = checked({name: workbooks.xlsx()})
    assert found is not None
    assert found.loaded.sheets[0].recognition.table == "bookings"


@pytest.mark.parametrize("small", [4 * 2**20, 0], ids=["small", "large"])
def test_parquet_damage_that_arrow_reads_over(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "SMALL", small)
    columns = {
        "Anställningsnummer": ["1"] * 4,
        "Aktivitet": ["DAG"] * 4,
        "Start": ["2026-03-02 07:00"] * 4,
        "Slut": ["2026-03-02 16:00"] * 4,
    }
    stream = BytesIO()
    pl.DataFrame(columns).write_parquet(stream)
    content = stream.getvalue()
    assert checked({"fil.parquet": content}) is not None
    # In the header of the second column's pages.
    assert checked({"fil.parquet": content[:173] + b"\x2c" + content[174:]}) is None


def test_parquet_yes_and_no_as_floats() -> None:
    columns = {"Anställningsnummer": ["1"] * 3, "Aktivitet": ["DAG"] * 3, "Datum": [date(2026, 3, 2)] * 3}
    stream = BytesIO()
    pl.DataFrame({**columns, "Timmar": [7.5] * 3, "Inlånad": [1.0, 0.0, None]}).write_parquet(stream)
    found = checked({"fil.parquet": stream.getvalue()})
    assert found is not None
    assert found.loaded.schedule.intake.accepted == 3
