"""Columns read once for each different text say what they say read cell by cell."""

import re
from itertools import cycle, islice
from pathlib import Path

import polars as pl
import pytest

from tcw.intake import accept, typed
from tcw.intake.load import load
from tcw.intake.values import column
from tcw.intake.values.blanks import BLANKS, OPEN_ENDS, blanked
from tcw.intake.values.reading import Parse
from tcw.model.config import Config
from tcw.model.intake_report import IntakeReport

HEADER = "Bokning;Anställningsnummer;Aktivitet;Datum;Starttid;Sluttid;Status;Timmar;Registrerad"
USUAL = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-09 "]
DATES = [
    *USUAL,
    "20260305",
    " 2026-03-06",
    "-",
    "n/a",
    "9999-12-31",
    "2199-01-01",
    "31 april",
    "2026-02-30",
    "1/3 2026",
    "Summa",
    "29990",
    "",
]
STARTS = ["07:00", "8:15", "07.30", "0645", "23:59:59", "24:00", "25:00", "kl 9", "–", "TV", "#N/A", "7", ""]
ENDS = ["16:00", "17.15", "00:00", "saknas", "12:60", "16:00 ", "1899-12-31 16:30:00"]
STATES = ["Utförd", "utförd", "PLANERAD", "avbokad", "gurka", "a v b o k a d", "None", "-", "#REF!", ""]
HOURS = ["8", "7,5", "7.25", "0:30", "-", "åtta", ""]
STAMPS = [
    "2026-02-09 09:23",
    "2026-02-09",
    "2026-02-09T09:23:10",
    "9999-12-31 00:00",
    "31.12.9999",
    "2026-02-29 10:00",
    "12/31/9999",
    "2199-05-05 10:00",
    "Tills vidare",
    "",
]
NAMES = ["Ett \u00a0", "Två", "#N/A", "#tagg", ""]
PLAIN = ["2026-03-02", "07:00", "16:00", "Utförd", "8", "2026-02-09 09:23", ""]
CELLS = [DATES, STARTS, ENDS, STATES, HOURS, STAMPS, NAMES]


def _row(number: int, *, usual: bool) -> str:
    """Return a row with one odd cell, now and then with nothing but odd ones."""
    odd = [texts[number // len(CELLS) % len(texts)] for texts in CELLS]
    cells = [
        one if not usual and (number % len(CELLS) == at or number % 10 == 0) else plain
        for at, (one, plain) in enumerate(zip(odd, PLAIN, strict=True))
    ]
    if usual:
        cells[0] = USUAL[number % 3]
    *rest, name = cells
    return f"{number};{number % 7}{name};10;{';'.join(rest)}"


def _text(*, early: int, late: int, quoted: bool) -> str:
    rows = [
        HEADER,
        *(_row(at, usual=True) for at in range(early)),
        *(_row(at, usual=False) for at in range(late)),
    ]
    if quoted:
        rows = [";".join(f'"{cell}"' for cell in row.split(";")) for row in rows]
    return "\r\n".join([*rows, ""])


def _read(folder: Path) -> tuple[pl.DataFrame, IntakeReport]:
    schedule = load(folder, Config(), strict=False).schedule
    return schedule.bookings.collect(), schedule.intake


def _read_plainly(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[pl.DataFrame, IntakeReport]:
    monkeypatch.setattr(typed, "likely_texts", lambda _texts, _cells: None)
    return _read(folder)


@pytest.mark.parametrize(
    ("early", "encoding", "quoted"),
    [(0, "utf-8-sig", False), (60, "utf-8-sig", True), (60, "cp1252", False), (0, "utf-8", True)],
    ids=["all at once", "late, quoted", "late", "quoted"],
)
def test_few_texts_are_read_as_cell_by_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, early: int, encoding: str, quoted: bool
) -> None:
    monkeypatch.setattr(typed, "SAMPLE_ROWS", 50)
    if early:
        monkeypatch.setattr(typed, "SMALL", 0)
        monkeypatch.setattr(accept, "SMALL", 0)
    (tmp_path / "bokningar.csv").write_bytes(_text(early=early, late=400, quoted=quoted).encode(encoding))
    looked_up, make_lookup = [], column.lookup_of

    def counted(texts: pl.Series, read: Parse) -> column.Lookup | None:
        looked_up.append(texts.len())
        return make_lookup(texts, read)

    monkeypatch.setattr(column, "lookup_of", counted)
    frame, intake = _read(tmp_path)
    assert looked_up
    looked_up.clear()
    plain, plainly = _read_plainly(tmp_path, monkeypatch)
    assert not looked_up
    assert plain.height > 100
    assert plainly.rejects["reason"].n_unique() >= 4
    assert frame.equals(plain)
    assert intake.rejects.equals(plainly.rejects)
    assert [(file.rows_read, file.accepted, file.notes) for file in intake.files] == [
        (file.rows_read, file.accepted, file.notes) for file in plainly.files
    ]


def test_twenty_thousand_rows_then_surprises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "SMALL", 0)
    monkeypatch.setattr(accept, "SMALL", 0)
    usual = ["1;1;10;2026-03-02;07:00;16:00;Utförd;8;2026-02-09 09:23"]
    late = [_row(at, usual=False) for at in range(300)]
    rows = [HEADER, *islice(cycle(usual), typed.SAMPLE_ROWS + 100), *late]
    (tmp_path / "bokningar.csv").write_text("\n".join(rows), "utf-8")
    frame, intake = _read(tmp_path)
    plain, plainly = _read_plainly(tmp_path, monkeypatch)
    assert frame.equals(plain)
    assert intake.rejects.equals(plainly.rejects)
    assert frame.height > typed.SAMPLE_ROWS + 100


@pytest.mark.parametrize(
    "cells", [PLAIN[:1] * 3, [*DATES, *STAMPS], [None, "2026-03-02"], ["13", "2198-12-31"]]
)
def test_what_stands_for_no_day_is_found_whatever_stands_beside_it(cells: list[str | None]) -> None:
    frame = pl.DataFrame({"cell": cells})
    blank = [
        cell is None or cell.lower() in BLANKS or re.match(OPEN_ENDS, cell) is not None for cell in cells
    ]
    assert frame.select(blanked(pl.col("cell"), "date").is_null()).to_series().to_list() == blank
