"""A sample in a folder, whole or not at all: Parquet, CSV as Swedish systems write it, or one workbook.

Tables are written as they come, piece by piece.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedWriter, BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import polars as pl

from tcw.errors import UsageFault
from tcw.model.tables import REQUIRED, TABLES, called
from tcw.sample.generate import generate
from tcw.sample.plan import SamplePlan
from tcw.sample.words import FILE_NAMES, HEADERS, SHEET_NAMES, WORDS, YES_NO
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

if TYPE_CHECKING:
    import pyarrow.parquet

TOO_LONG_FOR_EXCEL = Phrase(
    "sample-too-long-for-excel",
    "{table} has more than {rows} rows, more than an Excel sheet can hold. Choose --format csv or parquet.",
)

FileFormat = Literal["csv", "xlsx", "parquet"]
ROW_GROUP = 500_000
LAST_EXCEL_ROW = 1_048_576
WORKBOOK = "sample.xlsx"
_ENCODING = "cp1252"
NOT_EMPTY = Phrase(
    "sample-not-empty",
    "{folder} is not empty. Name a new folder, or give --force to replace an earlier sample in it "
    "(other files stay).",
)
NOT_A_FOLDER = Phrase("sample-not-a-folder", "{folder} is a file. Name a folder.")


@dataclass(frozen=True, slots=True)
class WrittenSample:
    """What a sample came to: rows by table, in the order of `tcw.model.tables.TABLES`."""

    folder: Path
    rows: dict[str, int]


def write_sample(
    plan: SamplePlan,
    folder: Path,
    file_format: FileFormat = "csv",
    lang: Language = "sv",
    *,
    force: bool = False,
    on_week: Callable[[], object] = lambda: None,
) -> WrittenSample:
    """Write a sample into a folder, which is made when it is missing.

    Everything is written into a hidden folder beside it and moved into place when it is complete. With
    `force` the files of an earlier sample are replaced; files of other names are left alone. Tables without
    rows are not written, except those that are required. `on_week` is called as the work goes on, once a week
    and once before.

    Raises:
        UsageFault: the folder has files in it, or is a file, or a table does not fit an Excel sheet.
        OSError: the folder cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageFault(NOT_A_FOLDER, folder=folder)
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise UsageFault(NOT_EMPTY, folder=folder)
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        rows = _write(plan, building, file_format, lang, on_week)
        _move(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return WrittenSample(folder, {table: rows[table] for table in TABLES if table in rows})


def _write(
    plan: SamplePlan, folder: Path, file_format: FileFormat, lang: Language, on_week: Callable[[], object]
) -> dict[str, int]:
    files = open_files(folder, file_format, lang)
    rows: dict[str, int] = {}
    with contextlib.closing(files):
        for tables in generate(plan):
            for table, frame in tables.items():
                if frame.height or table in REQUIRED:
                    files.add(table, frame)
                    rows[table] = rows.get(table, 0) + frame.height
            on_week()
        files.finish()
    return rows


def _move(building: Path, folder: Path) -> None:
    """Move finished files into place, after those of an earlier sample are gone."""
    building.chmod(0o755)  # a made-up sample holds nobody's data
    if not folder.exists():
        building.rename(folder)
        return
    for name in (WORKBOOK, *(name for table in FILE_NAMES for name in every_file_name(table))):
        (folder / name).unlink(missing_ok=True)
    for file in sorted(building.iterdir()):
        file.replace(folder / file.name)


Look = Literal["text", "cells"]
_SHARES = {("staff", "employment_rate"), ("red_days", "percent")}


def exported(table: str, frame: pl.DataFrame, lang: Language, look: Look) -> pl.DataFrame:
    """Return a canonical table as an export has it, with headers and words of the language.

    `look` is "text" for CSV, where bookings have a date and two clock times and a share is text with a
    decimal comma ("75", "62,5"), and "cells" for Excel, where moments stay moments and a share is a number of
    per cent. Lists become one cell, "1101, 1102". Raises ColumnNotFoundError for a column without a header.
    """
    if look == "text" and table == "bookings":
        frame = frame.with_columns(
            date=pl.col("start").dt.date(), start=pl.col("start").dt.time(), end=pl.col("end").dt.time()
        )
    named = {column: header for column, header in HEADERS[table].items() if column in frame.columns}
    unnamed = set(frame.columns) - set(named)
    if unnamed:
        raise pl.exceptions.ColumnNotFoundError(", ".join(sorted(unnamed)))
    cells = [_cell(table, column, frame.schema[column], lang, look) for column in named]
    shown = frame.select(cells)
    return shown.rename(named) if lang == "sv" else shown


def _cell(table: str, column: str, kind: pl.DataType, lang: Language, look: Look) -> pl.Expr:
    cell = pl.col(column)
    if isinstance(kind, pl.List):
        return cell.list.join(", ")
    if kind == pl.Boolean:
        yes, no = YES_NO[lang]
        return pl.when(cell).then(pl.lit(yes)).when(~cell).then(pl.lit(no)).alias(column)
    if (table, column) in _SHARES:
        percent = (cell * 100).round(2)
        return _plain_number(percent).alias(column) if look == "text" else percent
    if lang == "sv" and (table, column) in WORDS:
        return cell.replace(WORDS[table, column])
    return cell


def _plain_number(number: pl.Expr) -> pl.Expr:
    """75 and 62,5: no more decimals than there are, and a decimal comma."""
    return number.cast(pl.String).str.strip_suffix(".0").str.replace(".", ",", literal=True)


class Files(Protocol):
    """Where the tables of one sample go."""

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Append canonical rows to a table; all pieces of a table have the same columns."""

    def finish(self) -> None:
        """Write what is still waiting. Nothing may be added after."""

    def close(self) -> None:
        """Let go of the files, finished or not."""


def open_files(folder: Path, file_format: FileFormat, lang: Language) -> Files:
    """Return a place for tables in an existing, empty folder."""
    match file_format:
        case "parquet":
            return ParquetFiles(folder)
        case "csv":
            return CsvFiles(folder, lang)
        case "xlsx":
            return Workbook(folder, lang)


def every_file_name(table: str) -> tuple[str, ...]:
    """Return the names a table's file may have, in any format and language."""
    return (f"{table}.parquet", f"{table}.csv", f"{FILE_NAMES[table]}.csv")


class ParquetFiles:
    """One Parquet file per table, named by it: canonical columns, row groups of half a million."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[str, list[pl.DataFrame]] = {}
        self._writers: dict[str, pyarrow.parquet.ParquetWriter] = {}

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Keep rows until they fill a row group."""
        waiting = self._waiting.setdefault(table, [])
        waiting.append(frame)
        if sum(piece.height for piece in waiting) >= ROW_GROUP:
            gathered = pl.concat(waiting)
            whole = gathered.height // ROW_GROUP * ROW_GROUP
            self._write(table, gathered[:whole])
            self._waiting[table] = [gathered[whole:]]

    def finish(self) -> None:
        """Write the last row groups."""
        for table, waiting in self._waiting.items():
            rest = pl.concat(waiting)
            if rest.height or table not in self._writers:
                self._write(table, rest)

    def close(self) -> None:
        """Write the footers."""
        for writer in self._writers.values():
            writer.close()

    def _write(self, table: str, frame: pl.DataFrame) -> None:
        import pyarrow.parquet

        arrow = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if table not in self._writers:
            path = self._folder / f"{table}.parquet"
            self._writers[table] = pyarrow.parquet.ParquetWriter(path, arrow.schema, compression="zstd")
        self._writers[table].write_table(arrow, row_group_size=ROW_GROUP)


class CsvFiles:
    """One file per table: `;` between cells, decimal comma, CRLF, Windows-1252."""

    def __init__(self, folder: Path, lang: Language) -> None:
        self._folder = folder
        self._lang = lang
        self._files: dict[str, BufferedWriter] = {}

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Write rows at once, after the header if they are the first."""
        first = table not in self._files
        if first:
            name = FILE_NAMES[table] if self._lang == "sv" else table
            self._files[table] = (self._folder / f"{name}.csv").open("wb")
        self._files[table].write(csv_bytes(exported(table, frame, self._lang, "text"), header=first))

    def finish(self) -> None:
        """Every row is written already."""

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()


def csv_bytes(frame: pl.DataFrame, *, header: bool = True, encoding: str = _ENCODING) -> bytes:
    """Return exported rows as a Swedish system writes them."""
    text = BytesIO()
    frame.write_csv(
        text,
        include_header=header,
        separator=";",
        line_terminator="\r\n",
        time_format="%H:%M",
        datetime_format="%Y-%m-%d %H:%M",
    )
    return text.getvalue().decode().encode(encoding)


class Workbook:
    """One workbook with a sheet per table, real dates and real numbers."""

    def __init__(self, folder: Path, lang: Language) -> None:
        self._path = folder / WORKBOOK
        self._lang = lang
        self._tables: dict[str, list[pl.DataFrame]] = {}

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Keep rows; a workbook is written in one go. Raises UsageFault for more than a sheet can hold."""
        pieces = self._tables.setdefault(table, [])
        pieces.append(frame)
        if sum(piece.height for piece in pieces) >= LAST_EXCEL_ROW:
            raise UsageFault(TOO_LONG_FOR_EXCEL, table=called(table), rows=Count(LAST_EXCEL_ROW - 1))

    def close(self) -> None:
        """There is nothing to let go of before `finish`."""

    def finish(self) -> None:
        """Write the workbook."""
        import xlsxwriter

        with xlsxwriter.Workbook(self._path) as book:
            # Workbooks say when they were made; the same sample must be the same file.
            book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
            for table, pieces in self._tables.items():
                sheet = SHEET_NAMES[table].capitalize() if self._lang == "sv" else table
                write_sheet(book, sheet, exported(table, pl.concat(pieces), self._lang, "cells"))


def write_sheet(book: Any, sheet: str, frame: pl.DataFrame) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Write exported rows as a sheet of an open workbook."""
    frame.write_excel(
        book,
        sheet,
        dtype_formats={pl.Datetime: "yyyy-mm-dd hh:mm", pl.Date: "yyyy-mm-dd", pl.Float64: "General"},
        autofit=frame.height < ROW_GROUP // 10,
        freeze_panes=(1, 0),
    )
