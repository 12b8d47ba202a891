"""Excel and OpenDocument workbooks: every sheet as text, through fastexcel.

fastexcel runs in a process of its own (`excel_worker.py`), which may crash or hang without harm to this one.
"""

import atexit
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Literal

import polars as pl

from tcw.errors import InputFault
from tcw.intake.discover import excel_worker
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.raw import (
    HEAD_ROWS,
    NO_CELLS,
    FileOptions,
    Origin,
    RawSheet,
    blank_as_null,
    cell_names,
    numbered,
)
from tcw.intake.discover.scratch import scratch_folder
from tcw.intake.discover.sheet_info import Sheets, read_sheets
from tcw.intake.discover.zip_limits import check_contents, check_sizes
from tcw.wording import Message, Phrase

WorkbookKind = Literal["xlsx", "xlsb", "xls", "ods"]

DATE_1904 = Phrase("excel-date-1904", "dates count from 1904")
HIDDEN = Phrase("excel-hidden", "hidden sheet, not read; name it under sheets in tcw.yaml to read it")
WIDE = 1000
"""More columns than any export has."""

ERROR_NAMES = {
    "NA": "#N/A", "Div0": "#DIV/0!", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!", "GettingData": "#GETTING_DATA",
}  # fmt: skip
"""What Excel shows for an error, by calamine's name for it."""
ERROR_DETAIL = r"Error\((\w+)\)"
DURATION_DETAIL = r'DurationIso\("(-?)P(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+))?(?:\.\d*)?S?)"\)'
DAYS_BETWEEN_SYSTEMS = 1461
"""Days from 1899-12-31, day number 0 as calamine shows it, to 1904-01-01, day number 0 of the other
system."""


def open_workbook(path: Path, relative_name: str, kind: WorkbookKind, options: FileOptions) -> list[RawSheet]:
    """Read the sheets of a workbook as text. Empty sheets are left out.

    Dates are "2026-03-02 00:00:00" ("2026-03-02" and "2026-03-02T07:30:00" from OpenDocument); times of day
    "1899-12-31 07:30:00" and durations "1900-01-01 02:05:00" (26 h 5 min after 1899-12-31 00:00, in both date
    systems; "26:05:00" from OpenDocument); percentages fractions "0.75"; booleans "true"; errors "#N/A". A
    hidden sheet has no cells unless the options name it. Row numbers are the sheet's own. Raises InputFault.
    """
    if kind != "xls":
        check_contents(path, relative_name, options.max_bytes)
    with faults.reading(relative_name, faults.BROKEN_WORKBOOK):
        size = path.stat().st_size
        info = read_sheets(path, kind)
    # Hidden sheets that nobody asks for are not read. In xls and ods only the reading itself shows which are
    # hidden.
    hidden = [] if options.sheets else [name for name in info.parts if name in info.hidden]
    requested = options.sheets or [name for name in info.parts if name not in hidden]
    sheet_names = list(requested) if requested or hidden else None
    if kind == "xls":
        answer = _answer(path, relative_name, kind, size, sheet_names)
    else:
        with ThreadPoolExecutor(1) as executor:
            # The check takes a tenth of the reading's time and runs in parallel. A wrong size ends the
            # reading.
            check = executor.submit(check_sizes, path, relative_name)
            check.add_done_callback(lambda done: stop_reading() if done.exception() else None)
            try:
                answer = _answer(path, relative_name, kind, size, sheet_names)
            finally:
                check.result()
    _check_names(answer["names"], relative_name, options)
    read = [_read_sheet(sheet, relative_name, info, size, options) for sheet in answer["sheets"]]
    unread = [_unread(Origin(relative_name, name), size) for name in hidden]
    sheets = [sheet for sheet in (*read, *unread) if sheet is not None]
    if not sheets:
        raise InputFault(faults.BLANK, file=relative_name)
    if all(sheet.width == 0 for sheet in sheets):
        names = ", ".join(str(sheet.origin.sheet) for sheet in sheets)
        raise InputFault(faults.NO_VISIBLE_SHEET, file=relative_name, sheets=names)
    return sheets


def _answer(path: Path, file: str, kind: str, size: int, sheets: list[str] | None) -> dict[str, Any]:
    """Return the answer of the reading process. Raises InputFault: a damaged or protected workbook."""
    try:
        with faults.os_faults(file):
            answer = read_workbook(path, kind, size, sheets)
    except WorkerLostError as error:
        raise InputFault(faults.BROKEN_WORKBOOK, file=file) from error
    if "error" in answer:
        protected = "assword" in answer["error"]
        raise InputFault(faults.ENCRYPTED if protected else faults.BROKEN_WORKBOOK, file=file)
    return answer


def _check_names(names: list[str], file: str, options: FileOptions) -> None:
    if not names:
        raise InputFault(faults.NO_SHEETS, file=file)
    for name in options.sheets or ():
        if name not in names:
            raise InputFault(faults.SHEET_UNKNOWN, file=file, sheet=name, sheets=", ".join(names))


def _read_sheet(
    sheet: dict[str, Any], file: str, info: Sheets, size: int, options: FileOptions
) -> RawSheet | None:
    """Return one sheet of the reading process's answer; None where the sheet is empty."""
    name = sheet["name"]
    if "error" in sheet:
        raise InputFault(faults.BROKEN_SHEET, file=file, sheet=name)
    if sheet["file"] is None:
        return None
    origin = Origin(file, name)
    hidden = sheet["visible"] != "visible"
    if hidden and not options.sheets:
        return _unread(origin, size)
    first = info.first_rows.get(name, 1)
    with faults.reading(file, faults.BROKEN_SHEET, sheet=name):
        frame = pl.scan_ipc(sheet["file"])
        if sheet["lost"]:
            frame = _with_lost(frame.collect(), sheet["lost"]).lazy()
        frame = _narrowed(frame)
        width = len(frame.collect_schema())
        cells = [_cell(name, date_1904=info.date_1904) for name in cell_names(width)]
        rows = frame.head(HEAD_ROWS).collect().select(cells).rows()
        blank: list[tuple[str | None, ...]] = [(None,) * width] * min(first - 1, HEAD_ROWS)
    return RawSheet(
        origin=origin,
        medium="excel",
        cells=numbered(frame, first, cells),
        width=width,
        head=tuple([*blank, *rows][:HEAD_ROWS]),
        size=size,
        hidden=hidden,
        notes=(Message(DATE_1904),) if info.date_1904 else (),
    )


def _narrowed(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return a sheet's columns as c0, c1 …; of a very wide sheet only the filled ones.

    A single cell far to the right, typed by mistake, makes thousands of columns that all cost time.
    """
    names = frame.collect_schema().names()
    if len(names) > WIDE:
        whole = frame.collect()
        names = [column.name for column in whole if column.null_count() < column.len()]
        frame = whole.lazy()
    return frame.select(pl.col(name).alias(f"c{index}") for index, name in enumerate(names))


def _unread(origin: Origin, size: int) -> RawSheet:
    notes = (Message(HIDDEN),)
    return RawSheet(origin, "excel", pl.LazyFrame(schema=NO_CELLS), 0, (), size, hidden=True, notes=notes)


def _with_lost(frame: pl.DataFrame, cells: list[list[Any]]) -> pl.DataFrame:
    """Fill in the text of cells that fastexcel leaves null: errors, and durations of OpenDocument."""
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


def _cell(name: str, *, date_1904: bool) -> pl.Expr:
    cell = pl.col(name).str.strip_chars()
    if date_1904:
        shifted = cell.str.to_datetime(strict=False) - pl.duration(days=DAYS_BETWEEN_SYSTEMS)
        cell = (
            pl.when(cell.str.starts_with("1904-0"))
            .then(shifted.dt.to_string("%Y-%m-%d %H:%M:%S"))
            .otherwise(cell)
        )
    return blank_as_null(cell).alias(name)


# The process that reads workbooks.

PATIENCE, PATIENCE_PER_MEGABYTE = 30.0, 15.0
"""Seconds to wait for a workbook, and more per megabyte: many times what reading takes on an old machine."""
MEGABYTE = 1_000_000


class WorkerLostError(Exception):
    """The process crashed on a workbook, or tcw ended it because it did not answer."""


class _Worker:
    """A process that reads one workbook after another. After a crash it is started again."""

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
                # After an interrupt the next request would get the answer to this one.
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
        """End the process from another thread. The thread that waits for it then gets a WorkerLostError."""
        process = self._process
        if process is not None:
            process.kill()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self.stop()
            # -P: the process must not import a file named json.py in the user's folder.
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
                    # Nobody reads what is left to write.
                    continue


@cache
def _worker() -> _Worker:
    return _Worker()


def read_workbook(path: Path, kind: str, size: int, sheets: list[str] | None) -> dict[str, Any]:
    """Return the answer of `excel_worker` for a workbook of `size` bytes and this kind, whatever its name.

    Raises WorkerLostError where the process crashed or did not answer, OSError where none could be started.
    """
    request = {
        "path": str(path.absolute()),
        "suffix": f".{kind}",
        "sheets": sheets,
        "folder": str(scratch_folder()),
    }
    return _worker().ask(request, PATIENCE + PATIENCE_PER_MEGABYTE * size / MEGABYTE)


def stop_reading() -> None:
    """End the reading of a workbook in another thread; that thread gets a WorkerLostError."""
    _worker().kill()
