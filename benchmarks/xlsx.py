"""`tcw inspect` of a workbook next to a bare library that reads its largest sheet; and a workbook written."""

import json
from pathlib import Path

from benchmarks.answers import AnswersDifferError
from benchmarks.data import Data
from benchmarks.measuring import Row, in_turn, python, run

MOST = 1_000_000
"""Rows; a sheet holds 1,048,576."""
FOR_OPENPYXL = 50_000
TARGET = 1.3
SHEET = "bookings"
FINDINGS = (0, 1)
"""Exit codes of `tcw inspect`: 1 where it has something to say, as that staff and activities are missing."""


def benchmark(data: Data, rows: int, times: int) -> list[Row]:
    """Return `tcw inspect` against fastexcel, a small workbook read and written against other libraries."""
    small = min(rows, FOR_OPENPYXL)
    return [
        _row(data, min(rows, MOST), "fastexcel", TARGET if rows >= MOST else None, times),
        _row(data, small, "pandas", None, times),
        _row(data, small, "openpyxl", None, times),
        *(_written(data, small, peer, times) for peer in ("xlsxwriter", "openpyxl")),
    ]


def _written(data: Data, rows: int, peer: str, times: int) -> Row:
    """Return a workbook written by tcw's reports against the same rows written by a bare library."""
    source = data.source(rows, "parquet")
    books = {name: data.folder / f"written-{name}.xlsx" for name in ("tcw", peer)}
    ours, theirs = (
        python("-m", f"benchmarks.peers.write_{name}", source, rows, book) for name, book in books.items()
    )
    run(ours)
    run(theirs)
    # In a process of its own: what this one holds would count as every later one's memory.
    if not json.loads(run(python("-m", "benchmarks.peers.same_cells", *books.values())).output):
        message = f"{rows:,} rows written by tcw and {peer} are not the same when they are read"
        raise AnswersDifferError(message)
    print(f"xlsx, {rows:,} bookings: what tcw and {peer} wrote reads the same")
    pairs = in_turn(ours, theirs, times)
    return Row(f"write, xlsx, {rows:,}", f"{peer}, row by row", pairs)


def _row(data: Data, rows: int, peer: str, target: float | None, times: int) -> Row:
    book = _book(data, rows)
    command = python("-m", f"benchmarks.peers.xlsx_{peer}", book, SHEET)
    inspect = python("-m", "tcw", "inspect", book)
    ours = json.loads(run([*inspect, "--format", "json"], exit_codes=FINDINGS).output)
    read, theirs = sum(file["rows_read"] for file in ours["files"]), json.loads(run(command).output)
    if read != theirs:
        message = f"{book.name}: tcw read {read} rows, {peer} {theirs}"
        raise AnswersDifferError(message)
    print(f"xlsx, {rows:,} bookings: tcw and {peer} agree in {read:,} rows")
    return Row(
        f"inspect, xlsx, {rows:,}", peer, in_turn(inspect, command, times, exit_codes=FINDINGS), target
    )


def _book(data: Data, rows: int) -> Path:
    """Return a workbook with the sheet of bookings alone, as the peers read no other."""
    book = data.folder / f"{rows}-bookings.xlsx"
    if not book.exists():
        (whole,) = data.source(rows, "xlsx").glob("*.xlsx")
        part = book.with_name(f".{book.name}")
        run(python("-m", "benchmarks.make_book", whole, SHEET, part))
        part.rename(book)
    return book
