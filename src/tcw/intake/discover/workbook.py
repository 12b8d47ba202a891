r"""Excel and OpenDocument workbooks: every sheet as text, through fastexcel.

Has workbooks read by a process of its own (`excel_worker`), which may crash or hang instead of this one.
"""

import atexit
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zipfile import ZipFile

import polars as pl

from tcw.errors import InputFault
from tcw.intake.discover import excel_worker
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.raw import FileOptions, Origin, RawSheet
from tcw.intake.discover.scratch import scratch_folder
from tcw.intake.discover.sheet_info import (
    Sheets,
    first_row,
    ods_first_rows,
    xls_sheets,
    xlsb_sheets,
    xlsx_sheets,
)
from tcw.intake.discover.zip_limits import check_contents, check_sizes
from tcw.wording import Message, Phrase

WorkbookKind = Literal["xlsx", "xlsb", "xls", "ods"]

DATE_1904 = Phrase("excel-date-1904", "dates count from 1904")
HIDDEN = Phrase("excel-hidden", "hidden sheet, not read; name it under sheets in tcw.yaml to read it")
HEAD_ROWS = 50
WIDE = 1000
"""Columns, more than any export has."""

ERROR_NAMES = {
    "NA": "#N/A", "Div0": "#DIV/0!", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!", "GettingData": "#GETTING_DATA",
}  # fmt: skip
"""What Excel shows for an error, by calamine's name of it."""
ERROR_DETAIL = r"Error\((\w+)\)"
DURATION_DETAIL = r'DurationIso\("(-?)P(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+))?(?:\.\d*)?S?)"\)'
DAYS_BETWEEN_SYSTEMS = 1461
"""Days from 1899-12-31, serial 0 as calamine shows it, to 1904-01-01, serial 0 of the other system."""


@dataclass(frozen=True, slots=True)
class _Account:
    """What the file says of its sheets besides their cells."""

    sheets: Sheets = field(default_factory=lambda: Sheets({}))
    first_rows: dict[str, int] = field(default_factory=dict)


def open_workbook(path: Path, relative_name: str, kind: WorkbookKind, options: FileOptions) -> list[RawSheet]:
    """Read the sheets of a workbook as text; sheets with nothing in them are left out.

    Dates are "2026-03-02 00:00:00" ("2026-03-02" and "2026-03-02T07:30:00" from OpenDocument); times of day
    "1899-12-31 07:30:00" and durations "1900-01-01 02:05:00" (26 h 5 min after 1899-12-31 00:00, in both date
    systems; "26:05:00" from OpenDocument); percentages fractions "0.75"; booleans "true"; errors "#N/A".
    A hidden sheet has no cells unless the options name it. Row numbers are the sheet's own. Raises InputFault.
    """
    if kind != "xls":
        check_contents(path, relative_name, options.max_bytes)
    with faults.reading(relative_name, faults.BROKEN_WORKBOOK):
        size = path.stat().st_size
        account = _account(path, kind)
    # The part of a hidden sheet need not be read; xls and ods tell only in passing that a sheet is hidden.
    hidden = (
        [] if options.sheets else [name for name in account.sheets.parts if name in account.sheets.hidden]
    )
    asked = options.sheets or [name for name in account.sheets.parts if name not in hidden]
    sheets_asked = list(asked) if asked or hidden else None
    if kind == "xls":
        answer = _answer(path, relative_name, kind, size, sheets_asked)
    else:
        with ThreadPoolExecutor(1) as beside:
            # Beside the reading, for it takes a tenth of its time; a lie ends the reading.
            check = beside.submit(check_sizes, path, relative_name)
            check.add_done_callback(lambda done: stop_reading() if done.exception() else None)
            try:
                answer = _answer(path, relative_name, kind, size, sheets_asked)
            finally:
                check.result()
    _check_names(answer["names"], relative_name, options)
    read = [_read_sheet(found, relative_name, account, size, options) for found in answer["sheets"]]
    unread = [_unread(Origin(relative_name, name), size) for name in hidden]
    sheets = [sheet for sheet in (*read, *unread) if sheet is not None]
    if not sheets:
        raise InputFault(faults.BLANK, file=relative_name)
    if all(sheet.width == 0 for sheet in sheets):
        names = ", ".join(str(sheet.origin.sheet) for sheet in sheets)
        raise InputFault(faults.NO_VISIBLE_SHEET, file=relative_name, sheets=names)
    return sheets


def _answer(path: Path, file: str, kind: str, size: int, sheets: list[str] | None) -> dict[str, Any]:
    """Return what the reading process found. Raises InputFault: a damaged or protected workbook."""
    try:
        answer = read_workbook(path, kind, size, sheets)
    except WorkerLostError as error:
        raise InputFault(faults.BROKEN_WORKBOOK, file=file) from error
    except OSError as error:
        raise faults.os_fault(error, file) from error
    if "error" in answer:
        protected = "assword" in answer["error"]
        raise InputFault(faults.ENCRYPTED if protected else faults.BROKEN_WORKBOOK, file=file)
    return answer


def _check_names(names: list[str], file: str, options: FileOptions) -> None:
    if not names:
        raise InputFault(faults.NO_SHEETS, file=file)
    for wanted in options.sheets or ():
        if wanted not in names:
            raise InputFault(faults.SHEET_UNKNOWN, file=file, sheet=wanted, sheets=", ".join(names))


def _account(path: Path, kind: WorkbookKind) -> _Account:
    if kind == "xls":
        # What is damaged here is for calamine to judge; row numbers are then those from the first filled row.
        with suppress(LookupError, ValueError):
            return _Account(*xls_sheets(path))
        return _Account()
    with path.open("rb") as stream, ZipFile(stream) as packed:
        if kind == "ods":
            return _Account(first_rows=ods_first_rows(packed))
        sheets = xlsx_sheets(packed) if kind == "xlsx" else xlsb_sheets(packed)
        rows = {name: first_row(packed, kind, sheets, name) for name in sheets.parts}
        return _Account(sheets, {name: row for name, row in rows.items() if row is not None})


def _read_sheet(
    found: dict[str, Any], file: str, account: _Account, size: int, options: FileOptions
) -> RawSheet | None:
    """Return one sheet as the reading process found it; None where nothing is in it."""
    name = found["name"]
    if "error" in found:
        raise InputFault(faults.BROKEN_SHEET, file=file, sheet=name)
    if found["file"] is None:
        return None
    origin = Origin(file, name)
    hidden = found["visible"] != "visible"
    if hidden and not options.sheets:
        return _unread(origin, size)
    first, date_1904 = account.first_rows.get(name, 1), account.sheets.date_1904
    with faults.reading(file, faults.BROKEN_SHEET, sheet=name):
        frame = pl.scan_ipc(found["file"])
        if found["lost"]:
            frame = _with_lost(frame.collect(), found["lost"]).lazy()
        frame = _narrowed(frame)
        width = len(frame.collect_schema())
        head = _head(frame.head(HEAD_ROWS).collect(), first, date_1904=date_1904)
    return RawSheet(
        origin=origin,
        medium="excel",
        cells=_tidy(frame, width, first, date_1904=date_1904),
        width=width,
        head=head,
        size=size,
        hidden=hidden,
        notes=(Message(DATE_1904),) if date_1904 else (),
    )


def _narrowed(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return a sheet's columns as c0, c1 …; of a very wide one only those with anything in them.

    A single cell far to the right, left there by a slip, makes thousands of columns that all cost time.
    """
    names = frame.collect_schema().names()
    if len(names) > WIDE:
        whole = frame.collect()
        names = [column.name for column in whole if column.null_count() < column.len()]
        frame = whole.lazy()
    return frame.select(pl.col(name).alias(f"c{index}") for index, name in enumerate(names))


def _unread(origin: Origin, size: int) -> RawSheet:
    cells = pl.LazyFrame(schema={"row": pl.UInt32, "beyond": pl.Boolean})
    return RawSheet(origin, "excel", cells, 0, (), size, hidden=True, notes=(Message(HIDDEN),))


def _with_lost(frame: pl.DataFrame, cells: list[list[Any]]) -> pl.DataFrame:
    """Put the text of what fastexcel leaves null in its place: error cells, OpenDocument durations."""
    detail = pl.col("detail")
    parts = detail.str.extract_groups(DURATION_DETAIL).struct
    lost = pl.DataFrame(cells, schema=["row", "column", "detail"], orient="row").select(
        "row",
        "column",
        text=pl.coalesce(
            detail.str.extract(ERROR_DETAIL).replace_strict(ERROR_NAMES, default=None),
            pl.format(
                "{}{}:{}:{}",
                parts.field("1"),
                *[parts.field(group).fill_null("0").str.zfill(2) for group in "234"],
            ),
            pl.lit("#ERROR"),
        ),
    )
    columns = [
        frame.to_series(int(column)).scatter(cells["row"], cells["text"])
        for (column,), cells in lost.partition_by("column", as_dict=True).items()
    ]
    return frame.with_columns(columns)


def _tidy(frame: pl.LazyFrame, width: int, first: int, *, date_1904: bool) -> pl.LazyFrame:
    """Strip cells, make blank ones null, number the rows as the sheet does and leave out blank ones."""
    names = [f"c{index}" for index in range(width)]
    return (
        frame.with_row_index("row", first)
        .select("row", *[_cell(name, date_1904=date_1904) for name in names], beyond=pl.lit(value=False))
        .filter(pl.any_horizontal(pl.col(names).is_not_null()))
    )


def _cell(name: str, *, date_1904: bool) -> pl.Expr:
    cell = pl.col(name).str.strip_chars()
    if date_1904:
        shifted = cell.str.to_datetime(strict=False) - pl.duration(days=DAYS_BETWEEN_SYSTEMS)
        cell = (
            pl.when(cell.str.starts_with("1904-0"))
            .then(shifted.dt.to_string("%Y-%m-%d %H:%M:%S"))
            .otherwise(cell)
        )
    return pl.when(cell != "").then(cell).alias(name)


def _head(frame: pl.DataFrame, first: int, *, date_1904: bool) -> tuple[tuple[str | None, ...], ...]:
    blank = [(None,) * frame.width] * min(first - 1, HEAD_ROWS)
    names = frame.columns
    rows = frame.select([_cell(name, date_1904=date_1904) for name in names]).rows()
    return tuple([*blank, *rows][:HEAD_ROWS])


PATIENCE, PATIENCE_PER_MEGABYTE = 30.0, 15.0
"""Seconds to wait for a workbook, and more per megabyte of it: many times what reading takes on an old machine."""
MEGABYTE = 1_000_000


class WorkerLostError(Exception):
    """The process crashed on a workbook, or was ended because it did not return."""


class _Worker:
    """A process that reads one workbook after another, and is begun again after a crash."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        atexit.register(self.stop)

    def ask(self, request: dict[str, Any], patience: float) -> dict[str, Any]:
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            impatience = threading.Timer(patience, process.kill)
            impatience.daemon = True
            impatience.start()
            try:
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except BrokenPipeError:
                line = ""
            except BaseException:
                # Interrupted between a question and its answer: the next question would get this one's.
                self.stop()
                raise
            finally:
                impatience.cancel()
            if not line.endswith("\n"):
                self.stop()
                raise WorkerLostError
            answer: dict[str, Any] = json.loads(line)
            return answer

    def kill(self) -> None:
        """End the process from another thread; the one that waits for its answer is told by its silence."""
        process = self._process
        if process is not None:
            process.kill()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self.stop()
            # -P: a file named json.py in the user's folder is not to be imported.
            self._process = subprocess.Popen(  # noqa: S603 - this program's own file
                [sys.executable, "-P", excel_worker.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="ascii",
            )
        return self._process

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # What was left to write has nobody to read it.
                    continue


@cache
def _worker() -> _Worker:
    return _Worker()


def read_workbook(path: Path, kind: str, size: int, sheets: list[str] | None) -> dict[str, Any]:
    """Return the answer of `excel_worker` for a workbook of `size` bytes, that is of a kind whatever it is named.

    Raises WorkerLostError where the process crashed or did not return, OSError where none could be begun.
    """
    request = {
        "path": str(path.absolute()),
        "suffix": f".{kind}",
        "sheets": sheets,
        "folder": str(scratch_folder()),
    }
    return _worker().ask(request, PATIENCE + PATIENCE_PER_MEGABYTE * size / MEGABYTE)


def stop_reading() -> None:
    """End the reading of a workbook that another thread waits for; that thread gets a WorkerLostError."""
    _worker().kill()
