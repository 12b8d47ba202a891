"""One column of a sheet: where its cells are, how its text is read, and which texts are looked up instead."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import polars as pl

from tcw.intake.discover.raw import Medium
from tcw.intake.values.blanks import blanked, is_error
from tcw.intake.values.clock import every_minute
from tcw.intake.values.moments import read_dates, read_moments
from tcw.intake.values.numbers import read_durations, read_integers, read_numbers, read_shares
from tcw.intake.values.reading import Hints, Parse, Reading, over
from tcw.intake.values.words import read_ids, read_lists, read_words, read_yes_no
from tcw.model.tables import Kind

# Texts that occur again and again are read once and then looked up.

FEW = 256
"""So many different texts in a sample count as few, however small it is."""
REPEATED = 50
"""A column is worth looking up when each text of the sample occurs so often on average."""
AROUND = dt.timedelta(days=800)
"""How far before and after a day of the sample the column probably has other days."""
ISO_DAY = r"^\d{4}-\d\d-\d\d$"


Lookup = tuple[pl.Series, pl.Series]
"""Texts (String, distinct) and their values, none of them null."""


def likely_texts(texts: pl.Series, cells: int) -> pl.Series | None:
    """Return the texts that a column probably consists of; None where it can have any text.

    `texts` are the different ones of a sample of so many cells. A column with few different texts probably
    has only these, days around those of the sample, and clock times.
    """
    if not 0 < texts.len() <= max(FEW, cells // REPEATED):
        return None
    return pl.concat([texts, _days(texts), every_minute()[0]]).unique(maintain_order=True)


def lookup_of(texts: pl.Series, read: Parse) -> Lookup | None:
    """Return the texts that `read` can read, and their values; None without any."""
    values = over(texts.alias("cell"), read)
    return (texts.filter(values.is_not_null()), values.drop_nulls()) if values.count() else None


def _days(texts: pl.Series) -> pl.Series:
    """Return the days of a sample and those around them, as ISO 8601 writes them."""
    days = texts.filter(texts.str.contains(ISO_DAY)).str.to_date("%Y-%m-%d", strict=False).drop_nulls()
    first, last = days.min(), days.max()
    if not isinstance(first, dt.date) or not isinstance(last, dt.date) or last - first > 4 * AROUND:
        return texts.clear()
    try:
        return pl.date_range(first - AROUND, last + AROUND, eager=True).dt.to_string("%Y-%m-%d")
    except OverflowError:
        return texts.clear()


# The cells and the reading of a column.


@dataclass(frozen=True, slots=True)
class CellSource:
    """The columns of cells that one canonical column is read from."""

    indices: tuple[int, ...]
    joined: bool = False
    """Join them with a blank (first name, last name); else the first filled one counts."""
    as_text: bool = False
    """The cells are typed, but their type does not say what they mean (0.75 or 75), so they are read as
    text."""
    dtypes: tuple[pl.DataType, ...] = ()
    """Of the columns, to make text of them."""

    @property
    def expr(self) -> pl.Expr:
        """The cells as the file has them."""
        cells = [pl.col(f"c{index}") for index in self.indices]
        if self.as_text or self.joined:
            cells = [_text(cell, dtype) for cell, dtype in zip(cells, self.dtypes, strict=True)]
        if len(cells) == 1:
            return cells[0]
        if self.joined:
            together = pl.concat_str(cells, separator=" ", ignore_nulls=True)
            return pl.when(together != "").then(together)
        return pl.coalesce(cells)


def _text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.List):
        return cell.list.eval(_text(pl.element(), _inner(dtype))).list.join(", ", ignore_nulls=True)
    return cell.dt.to_string() if isinstance(dtype, pl.Duration) else cell.cast(pl.String)


def _inner(dtype: pl.List) -> pl.DataType:
    return dtype.inner if isinstance(dtype.inner, pl.DataType) else dtype.inner()


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """One canonical column of a sheet: where its cells are and how they are read."""

    name: str
    source: CellSource
    header: str
    kind: Kind
    required: bool
    reading: Reading
    text: bool
    """The cells are text; those of Parquet keep their type."""
    words: frozenset[str] | None = None
    """Of words in Parquet that are canonical already: all that occur."""
    factor: float = 1.0
    """Converts a length to the column's unit, where the header says another: minutes in a column of hours."""
    lookup: Lookup | None = field(default=None, repr=False, compare=False)
    """Texts that are looked up rather than read, and their values: see `likely_texts`."""

    @property
    def cell(self) -> pl.Expr:
        """The cells as the file has them."""
        return self.source.expr

    @property
    def present(self) -> pl.Expr:
        """The cells; blanks and placeholders for nothing are null."""
        return blanked(self.cell, self.kind, self.name) if self.text else self.cell

    @property
    def value(self) -> pl.Expr:
        """The typed values of the cells; null where blank or unreadable."""
        return self.value_of(self.present)

    def value_of(self, present: pl.Expr) -> pl.Expr:
        """Return `value` where a column holds `present`."""
        value = self.reading.expr(present)
        return value if self.factor == 1.0 else value * self.factor

    @property
    def unreadable(self) -> pl.Expr | None:
        """Whether a cell has content that cannot be read; None where all content can."""
        return self.unreadable_of(self.present, self.value)

    def unreadable_of(self, present: pl.Expr, value: pl.Expr) -> pl.Expr | None:
        """Return `unreadable` where columns hold `present` and `value`."""
        if self.text and self.kind in {"id", "text"}:
            return is_error(self.cell)
        if self.kind in {"id", "text", "list"} or not self.text:
            return None
        return value.is_null() & present.is_not_null()

    @property
    def missing(self) -> pl.Expr | None:
        """Whether a required cell is blank; None where it may be."""
        return self.missing_of(self.present)

    def missing_of(self, present: pl.Expr) -> pl.Expr | None:
        """Return `missing` where a column holds `present`."""
        if not self.required:
            return None
        if self.text or self.kind != "id":
            return present.is_null()
        return self.cell.is_null() | (self.cell.cast(pl.String) == "")

    def with_lookup(self, texts: pl.Series | None) -> "ColumnRead":
        """Return the same column with a lookup of these texts."""

        def read(cell: pl.Expr) -> pl.Expr:
            return self.value_of(blanked(cell, self.kind, self.name))

        return replace(self, lookup=None if texts is None else lookup_of(texts, read))


# Deciding how a column of text is written.


def read_column(
    sample: pl.Series, kind: Kind, hints: Hints | None = None, *, medium: Medium = "text"
) -> Reading:
    """Decide how a column of text is written.

    The reading uses the forms of the sample and no others, so that one fast parse reads a common file. Give
    cells that become null though they are not blank to `Reading.widened`, once.

    Args:
        sample: distinct, non-blank, stripped String cells.
        kind: what the column holds.
        hints: what the configuration or the header says.
        medium: "excel" says that a program may have written the numbers (2.0 is the id 2, 1.234 has a decimal
            point).

    Raises:
        Ambiguity: the column can be read in two ways; the message names the setting that decides.
    """
    cells = sample.cast(pl.String).drop_nulls().unique(maintain_order=True).alias("cell")
    cells = cells.filter(cells.str.strip_chars() != "")
    read = _planner(kind, hints or Hints(), medium)
    first = read(cells)

    def replan(stragglers: pl.Series) -> Reading:
        both = pl.concat([cells, stragglers.cast(pl.String).alias("cell")])
        return read_column(both, kind, hints, medium=medium)

    return Reading(first.kind, first.shape, first.formats, first.notes, first.parse, replan)


def _planner(kind: Kind, hints: Hints, medium: Medium) -> Callable[[pl.Series], Reading]:
    by_program = medium == "excel"
    planners: dict[Kind, Callable[[pl.Series], Reading]] = {
        "moment": lambda cells: read_moments(cells, hints),
        "date": lambda cells: read_dates(cells, hints),
        "hours": lambda cells: read_durations(cells, "hours", hints, exact_points=by_program),
        "minutes": lambda cells: read_durations(cells, "minutes", hints, exact_points=by_program),
        "seconds": lambda cells: read_durations(cells, "seconds", hints, exact_points=by_program),
        "share": lambda cells: read_shares(cells, hints, exact_points=by_program),
        "number": lambda cells: read_numbers(cells, hints, exact_points=by_program),
        "integer": lambda cells: read_integers(cells, hints, exact_points=by_program),
        "yes_no": read_yes_no,
        "word": lambda cells: read_words(cells, hints),
        "list": read_lists,
        "id": lambda cells: read_ids(cells, "id", floats=by_program),
        "text": lambda cells: read_ids(cells, "text", floats=by_program),
    }
    return planners[kind]
