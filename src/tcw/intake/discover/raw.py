r"""A sheet as it was found: cells and nothing else, before anybody has said what they mean.

How to read one file, where the configuration says so.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from tcw.wording import Message

MOST_COLUMNS = 16_384
"""Columns of a sheet of Excel; beyond them a file is no table, and every column costs time."""
FIRST_DATA_ROW = 2
"""Of Parquet: as if the names of the columns were row 1."""
ROW_INDEX = "\x1frow"
"""No column of a file is named so."""
Medium = Literal["text", "excel", "parquet", "paxml"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where cells came from, as the user names it."""

    file: str
    """Path relative to the source, with forward slashes; the bare name when the source is one file."""
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text file is written: what it takes to write another that its system takes for its own."""

    encoding: str
    """Python's name; ascii where nothing tells."""
    mark: bool
    """It begins with a byte order mark."""
    delimiter: str
    line_end: str
    sep_line: bool
    """Its first line says the delimiter (sep=;)."""
    quoted: bool
    """Every cell stands in quotes."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The cells of one text file, one Excel sheet or one Parquet file.

    `cells` has the columns `row` (UInt32, the row number a user sees in Excel or an editor that counts
    records; 1-based), `c0` … `c{width-1}` and `beyond` (Boolean: the row has something to the right of the
    last column, so that it does not fit its header).
    Text and Excel cells are String with surrounding blanks (also no-break spaces) stripped and blank cells
    null; Parquet cells keep their type. Rows with nothing but blanks are absent.
    """

    origin: Origin
    medium: Medium
    cells: pl.LazyFrame
    width: int
    head: tuple[tuple[str | None, ...], ...]
    """The first rows (at most 50) as text, blank rows included, for finding the header: `head[i]` is row i + 1.

    For Parquet it is one row, the column names, and data rows count from 2 as if the names were row 1.
    """
    size: int
    """Bytes of the file (for a sheet: of its workbook), to decide how carefully to read."""
    hidden: bool = False
    """A hidden Excel sheet: read only when the configuration names it."""
    notes: tuple[Message, ...] = ()
    """What the reader decided: encoding, delimiter, date system."""
    form: TextForm | None = None
    """How a text file is written; None for all else."""
    unfolded: bool = False
    """Made of a roster: the file itself has no such rows."""
    scan: "Scan | None" = None
    """How cells are read that stay on disk; None for all but Parquet."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Parquet files under each other, and their cells as RawSheet has them."""

    files: tuple[Path, ...]
    cells: tuple[pl.Expr, ...]
    """Over the files' columns: `row`, `c0` …, `beyond`."""

    def frame(self) -> pl.LazyFrame:
        """Return the cells of all files."""
        return self._scanned(list(self.files), FIRST_DATA_ROW).select(self.cells)

    def rows(self, file: int, first: int, number: int, before: int) -> pl.LazyFrame:
        """Return the cells of some rows of one file, from its row `first` on; `before` are the rows of the files before it."""
        return (
            self._scanned([self.files[file]], FIRST_DATA_ROW + before).slice(first, number).select(self.cells)
        )

    @staticmethod
    def _scanned(files: list[Path], offset: int) -> pl.LazyFrame:
        return pl.scan_parquet(
            files, glob=False, hive_partitioning=False, row_index_name=ROW_INDEX, row_index_offset=offset
        )


GIBIBYTE = 2**30


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What `files:` in tcw.yaml says of a file; what is not said is found out."""

    encoding: str | None = None
    """A Python text encoding; the whole file must fit it."""
    delimiter: str | None = None
    """One ASCII character between cells."""
    sheets: tuple[str, ...] | None = None
    """The sheets to read, hidden ones too; None reads all visible ones."""
    max_bytes: int = 4 * GIBIBYTE
    """A packed workbook that unpacks to more than this many bytes is refused."""


DEFAULTS = FileOptions()
