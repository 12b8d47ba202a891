"""A plan imported back as the system would: no row is rejected, and no error is new, in whatever shape the
export came.
"""

import json
import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tests.matching.test_outputs import AS_OF, EXAMPLES, FLOWS, match, tcw

pytestmark = pytest.mark.slow


def judged(source: Path, as_of: str) -> tuple[Counter[tuple[Any, ...]], int, int]:
    """The error findings, how many rows are rejected, and how many bookings there are."""
    words = ["check", str(source), "--as-of", as_of, "--format", "json", "--fail-on", "never"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    found = Counter(
        (one["code"], one["staff_id"], one["from"], one["to"], one["subject"])
        for one in told["findings"]
        if one["severity"] == "error"
    )
    files = told["intake"]["files"]
    booked = sum(file["accepted"] for file in files if file["table"] == "bookings")
    return found, sum(file["rejected"] for file in files), booked


def import_back(source: Path, plan: Path) -> int:
    """Append the written bookings to the newest file of bookings; return how many there are."""
    (file,) = plan.glob("bookings.*")
    if file.suffix == ".parquet":
        target = source / "bookings.parquet"
        new = pl.read_parquet(file)
        old = pl.read_parquet(target)
        assert new.schema == old.schema
        pl.concat([old, new]).write_parquet(target)
        return new.height
    if file.suffix == ".xlsx":
        new_sheet = openpyxl.load_workbook(file).worksheets[0]
        target = next(source.glob("*.xlsx"))
        book = openpyxl.load_workbook(target)
        sheet = book[new_sheet.title]
        for row in new_sheet.iter_rows(min_row=2, values_only=True):
            sheet.append(row)
        book.save(target)
        return new_sheet.max_row - 1
    lines = file.read_bytes().splitlines(keepends=True)
    target = max(source.glob("bokningar*.csv"))
    old_bytes = target.read_bytes()
    head = lines[0].removeprefix(b"\xef\xbb\xbf").strip()
    assert head in old_bytes
    target.write_bytes(old_bytes + (b"" if old_bytes.endswith(b"\n") else b"\r\n") + b"".join(lines[1:]))
    return len(lines) - 1


def assert_clean(source: Path, plan: Path, as_of: str) -> int:
    before, rejected, booked = judged(source, as_of)
    added = import_back(source, plan)
    after, rejected_after, booked_after = judged(source, as_of)
    assert after - before == Counter()
    assert rejected_after == rejected
    assert booked_after == booked + added
    return added


@pytest.mark.parametrize("example", [*FLOWS, "kommun"])
def test_an_example_with_its_plan_has_no_new_error(example: str, tmp_path: Path) -> None:
    source = tmp_path / "export"
    shutil.copytree(EXAMPLES / example, source)
    match(source, tmp_path / "plan")
    booked = {**dict.fromkeys(FLOWS, 2), "mobila-jobb-resurs": 3, "lediga-jobb": 3, "kommun": 8}
    assert assert_clean(source, tmp_path / "plan", AS_OF) == booked[example]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_made_up_source_with_its_plan_has_no_new_error(kind: str, tmp_path: Path) -> None:
    source = tmp_path / "made-up"
    tcw("sample", source, "--staff", 30, "--weeks", 4, "--format", kind)
    orders = pl.Series(["2026-03-23"]).str.to_date()
    as_of = orders[0].isoformat()
    result = CliRunner().invoke(
        app, ["match", str(source), "--as-of", as_of, "--out", str(tmp_path / "plan")]
    )
    assert result.exit_code == 0, result.output
    assert assert_clean(source, tmp_path / "plan", as_of) >= 1


SPELLINGS = {
    # name: (header, a booking of 1 from 07:00 to 16:00, break 30, on a day; the new one of 2 on 7 May from
    # 21:15 to 07:15, break 30)
    "tabs, slashes, am and pm": (
        "Anst.nr\tAktivitet\tStart\tSlut\tRast",
        "1\tArbete\t{d:%d/%m/%Y} 07:00 AM\t{d:%d/%m/%Y} 04:00 PM\t0:30",
        "2\tArbete\t07/05/2026 09:15 PM\t08/05/2026 07:15 AM\t0:30",
    ),
    "ISO with T and commas": (
        "Anst.nr,Aktivitet,Start,Slut,Rast (min)",
        "1,Arbete,{d:%Y-%m-%d}T07:00:00,{d:%Y-%m-%d}T16:00:00,30",
        "2,Arbete,2026-05-07T21:15:00,2026-05-08T07:15:00,30",
    ),
    "length in hours with decimal commas": (
        "Anst.nr;Aktivitet;Datum;Start;Timmar",
        "1;Arbete;{d:%Y%m%d};0700;9,00",
        "2;Arbete;20260507;2115;10,00",
    ),
    "start, end and net hours": (
        "Anst.nr;Aktivitet;Datum;Starttid;Sluttid;Timmar",
        "1;Arbete;{d:%d.%m.%Y};07.00;16.00;8,5",
        "2;Arbete;07.05.2026;21.15;07.15;9,5",
    ),
    "hours only": (
        "Anst.nr;Aktivitet;Datum;Timmar",
        "1;Arbete;{d:%-d/%-m %Y};8:30",
        "2;Arbete;7/5 2026;9:30",
    ),
    "instants": (
        "Anst.nr;Aktivitet;Start;Slut;Rast",
        "1;Arbete;{d:%Y-%m-%d}T07:00:00+02:00;{d:%Y-%m-%d}T16:00:00+02:00;30",
        "2;Arbete;2026-05-07T21:15:00+02:00;2026-05-08T07:15:00+02:00;30",
    ),
    "quotes round all, bars": (
        '"Anst.nr"|"Aktivitet"|"Start"|"Slut"|"Rast"|"Inlånad"',
        '"1"|"Arbete"|"{d:%Y-%m-%d %H}07:00"|"{d:%Y-%m-%d %H}16:00"|"30"|"Nej"',
        '"2"|"Arbete"|"2026-05-07 21:15"|"2026-05-08 07:15"|"30"|"Nej"',
    ),
    "words of months": (
        "Anst.nr;Aktivitet;Datum;Starttid;Sluttid;Rast",
        "1;Arbete;{d:%-d %b %Y};7:00;16:00;30",
        "2;Arbete;7 May 2026;21:15;7:15;30",
    ),
}


CASES = [
    *((name, "utf-8-sig") for name in SPELLINGS),
    *(
        (name, encoding)
        for name in ("quotes round all, bars", "tabs, slashes, am and pm")
        for encoding in ("cp850", "utf-16")
    ),
]


@pytest.mark.parametrize(("name", "encoding"), CASES)
def test_new_bookings_are_spelled_as_the_export_spells(name: str, encoding: str, tmp_path: Path) -> None:
    header, booking, expected = SPELLINGS[name]
    days = [datetime(2026, month, day) for month, day in ((3, 9), (3, 20), (4, 14), (4, 30))]
    booking = booking.replace(" %H}", "} ")
    lines = [header, *(booking.format(d=day) for day in days)]
    source = tmp_path / "export"
    source.mkdir()
    (source / "bokningar.csv").write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    texts = {
        "personal": "Anst.nr;Anställningstyp;Anställningsgrad;Hemenhet;Gäller "
        "från\n1;Månadslön;100;A;2020-01-01\n2;Timlön;;A;2020-01-01\n",
        "aktiviteter": "Aktivitet;Tidslag\nArbete;Arbete\n",
        "bestallningar": "Beställning;Arbetsplats;Aktivitet;Start;Slut;Rast (min);Status\n"
        "V1;A;Arbete;2026-05-07 21:15;2026-05-08 07:15;30;Öppen\n",
    }
    for file, text in texts.items():
        (source / f"{file}.csv").write_text(text, "utf-8")
    result = match(source, tmp_path / "plan")
    written = (tmp_path / "plan" / "bookings.csv").read_bytes()
    assert written == "".join(f"{line}\r\n" for line in (header, expected)).encode(encoding), result.stderr
    assert ("rast" in result.stderr.lower()) == (name == "length in hours with decimal commas")


def test_without_a_table_of_bookings_tcws_own_columns_are_used(tmp_path: Path) -> None:
    source = tmp_path / "export"
    source.mkdir()
    (source / "schema.csv").write_text(
        "Anst.nr;2026-04-01;2026-04-02;2026-04-03\n1;07:00-16:00;07:00-16:00;\n2;;;07:00-16:00\n", "utf-8"
    )
    (source / "personal.csv").write_text(
        "Anst.nr;Anställningstyp;Hemenhet;Gäller från\n1;Månadslön;A;2020-01-01\n2;Timlön;A;2020-01-01\n",
        "utf-8",
    )
    (source / "bestallningar.csv").write_text(
        "Beställning;Arbetsplats;Start;Slut;Status\nV1;A;2026-05-07 08:00;2026-05-07 16:00;Öppen\n", "utf-8"
    )
    (source / "tcw.yaml").write_text("assume: {billing: billable}\n", "utf-8")
    result = match(source, tmp_path / "plan")
    lines = (tmp_path / "plan" / "bookings.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "staff_id;activity_id;start;end;unit_id;break_minutes;status;order_id;order_reason"
    assert lines[1].startswith("2;")
    assert lines[1].endswith(";2026-05-07 08:00;2026-05-07 16:00;A;;planned;V1;")
    assert "tcw:s egna kolumner" in result.stderr
    assert "utan aktivitet" in result.stderr
