"""What a reader of files gets (FileOptions) and what it returns: sheets of cells without a meaning yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.wording import Message
from tcw.wording.quantities import Count

MOST_COLUMNS = 16_384
"""Columns of a sheet of Excel. A file with more is no table, and every column costs time."""
HEAD_ROWS = 50
"""Rows of `RawSheet.head`."""
FIRST_DATA_ROW = 2
"""Of Parquet: its column names count as row 1."""
ROW_INDEX = "\x1frow"
"""A name that no column of a file has."""
GIBIBYTE = 2**30
NO_CELLS = pl.Schema({"row": pl.UInt32(), "beyond": pl.Boolean()})
"""The columns of `RawSheet.cells` of a sheet that is not read."""
Medium = Literal["text", "excel", "parquet", "paxml"]


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What `files:` in tcw.yaml says about a file. The readers find out what it does not say."""

    encoding: str | None = None
    """A Python text encoding; the whole file must fit it."""
    delimiter: str | None = None
    """One ASCII character between cells."""
    sheets: tuple[str, ...] | None = None
    """The sheets to read, hidden ones too; None reads all visible ones."""
    max_bytes: int = 4 * GIBIBYTE
    """A packed workbook that unpacks to more than this many bytes is refused."""


DEFAULTS = FileOptions()


@dataclass(frozen=True, slots=True)
class Origin:
    """The file and sheet that cells come from, as the user names them."""

    file: str
    """Path relative to the source, with forward slashes; the bare name when the source is one file."""
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text file is written: what tcw must know to write a file that the same system can import."""

    encoding: str
    """Python's name; ascii where the text has nothing else."""
    mark: bool
    """The file begins with a byte order mark."""
    delimiter: str
    line_end: str
    sep_line: bool
    """The first line states the delimiter (sep=;)."""
    quoted: bool
    """Every cell is in quotes."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The cells of one text file, one Excel sheet or one Parquet file.

    `cells` has the columns `row` (UInt32, 1-based: the row number that Excel shows, or an editor that counts
    records), `c0` … `c{width-1}` and `beyond` (Boolean: the row has cells to the right of the last column).
    Text and Excel cells are String without surrounding blanks (no-break spaces too), and blank cells are
    null; Parquet cells keep their type. Rows that are blank altogether are left out.
    """

    origin: Origin
    medium: Medium
    cells: pl.LazyFrame
    width: int
    head: tuple[tuple[str | None, ...], ...]
    """The first HEAD_ROWS rows as text, blank rows included, for finding the header: `head[i]` is row i + 1.

    For Parquet this is one row, the column names.
    """
    size: int
    """Bytes of the file (of a sheet: of its workbook), to decide how carefully to read."""
    hidden: bool = False
    """A hidden Excel sheet, which is read only when the configuration names it."""
    notes: tuple[Message, ...] = ()
    """What the reader decided: encoding, delimiter, date system."""
    form: TextForm | None = None
    """How a text file is written; None for all other files."""
    unfolded: bool = False
    """The rows were made from a roster grid; the file itself has no such rows."""
    scan: "Scan | None" = None
    """How to read cells that stay on disk; None for all but Parquet."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The Parquet files of one data set, and the expressions that make `RawSheet.cells` of their columns."""

    files: tuple[Path, ...]
    cells: tuple[pl.Expr, ...]
    """Over the files' columns: `row`, `c0` …, `beyond`."""

    def frame(self) -> pl.LazyFrame:
        """Return the cells of all files."""
        return self._scanned(list(self.files), FIRST_DATA_ROW).select(self.cells)

    def rows(self, file: int, first: int, number: int, before: int) -> pl.LazyFrame:
        """Return the cells of `number` rows of one file, from its row `first` on.

        `before` is the number of rows in the files before it.
        """
        scanned = self._scanned([self.files[file]], FIRST_DATA_ROW + before)
        return scanned.slice(first, number).select(self.cells)

    @staticmethod
    def _scanned(files: list[Path], offset: int) -> pl.LazyFrame:
        return pl.scan_parquet(
            files, glob=False, hive_partitioning=False, row_index_name=ROW_INDEX, row_index_offset=offset
        )


def cell_names(width: int) -> list[str]:
    """Return the names c0, c1 … of so many columns of cells."""
    return [f"c{index}" for index in range(width)]


def check_width(width: int, file: str) -> None:
    """Raise InputFault for more columns than a table can have."""
    if width > MOST_COLUMNS:
        raise InputFault(faults.TOO_WIDE, file=file, columns=Count(width), limit=Count(MOST_COLUMNS))


def blank_as_null(cell: pl.Expr) -> pl.Expr:
    """Return text cells, null where they are empty."""
    return pl.when(cell != "").then(cell)


def numbered(frame: pl.LazyFrame, first: int, cells: Iterable[pl.Expr]) -> pl.LazyFrame:
    """Return `RawSheet.cells` of a sheet held in memory: number its rows from `first` on, drop blank rows."""
    names = cell_names(len(exprs := list(cells)))
    return (
        frame.with_row_index("row", first)
        .select("row", *exprs, beyond=pl.lit(value=False))
        .filter(pl.any_horizontal(pl.col(names).is_not_null()))
    )
