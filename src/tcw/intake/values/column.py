r"""Texts that a column is likely to say again and again, read once beforehand: the other cells are read one by one.

One canonical column of a sheet: where its cells stand and how they are read.

Deciding how one column is written, whatever its kind.
"""

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

FEW = 256
"""Different texts of a sample that are few, however small it is."""
REPEATED = 50
"""Times that each text of a sample occurs, on average, in a column that is worth looking up."""
AROUND = dt.timedelta(days=800)
"""How far before and after a day of the sample other days are likely."""
ISO_DAY = r"^\d{4}-\d\d-\d\d$"


Known = tuple[pl.Series, pl.Series]
"""Texts (String, distinct) and their values, none of them null."""


def likely_texts(texts: pl.Series, cells: int) -> pl.Series | None:
    """Return what a column is likely to say, by the different texts of a sample of so many cells; None where it is anything."""
    if not 0 < texts.len() <= max(FEW, cells // REPEATED):
        return None
    return pl.concat([texts, _days(texts), every_minute()[0]]).unique(maintain_order=True)


def known_texts(texts: pl.Series, read: Parse) -> Known | None:
    """Return the texts that `read` makes a value of, with it; None without any."""
    values = over(texts.alias("cell"), read)
    return (texts.filter(values.is_not_null()), values.drop_nulls()) if values.count() else None


def _days(texts: pl.Series) -> pl.Series:
    """Return the days of and around a sample, as ISO 8601 writes them."""
    days = texts.filter(texts.str.contains(ISO_DAY)).str.to_date("%Y-%m-%d", strict=False).drop_nulls()
    first, last = days.min(), days.max()
    if not isinstance(first, dt.date) or not isinstance(last, dt.date) or last - first > 4 * AROUND:
        return texts.clear()
    try:
        return pl.date_range(first - AROUND, last + AROUND, eager=True).dt.to_string("%Y-%m-%d")
    except OverflowError:
        return texts.clear()


@dataclass(frozen=True, slots=True)
class CellSource:
    """Which columns of cells one canonical column is taken from."""

    indices: tuple[int, ...]
    joined: bool = False
    """Put together with a blank (first name, last name); else the first that is not blank counts."""
    as_text: bool = False
    """The cells are typed, but in a way that does not say what they mean (0.75 or 75), and are read as text."""
    dtypes: tuple[pl.DataType, ...] = ()
    """Of the columns, for making text of them."""

    @property
    def expr(self) -> pl.Expr:
        """The cells, as they were found."""
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
    """One canonical column of a sheet: where its cells stand and how they are read."""

    name: str
    source: "CellSource"
    header: str
    kind: Kind
    required: bool
    reading: Reading
    text: bool
    """The cells are text; those of Parquet keep their type."""
    words: frozenset[str] | None = None
    """For words of Parquet that are canonical as they are: all that occur."""
    factor: float = 1.0
    """What a length is multiplied by to be in the column's unit: a header may say minutes where the column is hours."""
    known: Known | None = field(default=None, repr=False, compare=False)
    """Texts that are looked up rather than read, and their values: see `tcw.intake.values.column`."""

    @property
    def cell(self) -> pl.Expr:
        """The cells as they were found."""
        return self.source.expr

    @property
    def present(self) -> pl.Expr:
        """The cells; blanks and placeholders for nothing are null."""
        if self.text:
            return blanked(self.cell, self.kind, self.name)
        return self.cell

    @property
    def value(self) -> pl.Expr:
        """What the cells hold, typed; null where blank or unreadable."""
        return self.value_of(self.present)

    def value_of(self, present: pl.Expr) -> pl.Expr:
        """Return `value`, of a column that holds `present`."""
        value = self.reading.expr(present)
        return value if self.factor == 1.0 else value * self.factor

    @property
    def unreadable(self) -> pl.Expr | None:
        """Whether a cell holds something that cannot be read; None where everything can."""
        return self.unreadable_of(self.present, self.value)

    def unreadable_of(self, present: pl.Expr, value: pl.Expr) -> pl.Expr | None:
        """Return `unreadable`, of columns that hold `present` and `value`."""
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
        """Return `missing`, of a column that holds `present`."""
        if not self.required:
            return None
        if self.text or self.kind != "id":
            return present.is_null()
        return self.cell.is_null() | (self.cell.cast(pl.String) == "")

    def knowing(self, texts: pl.Series | None) -> "ColumnRead":
        """Return the same column, in which such texts are looked up."""

        def read(cell: pl.Expr) -> pl.Expr:
            return self.value_of(blanked(cell, self.kind, self.name))

        return replace(self, known=None if texts is None else known_texts(texts, read))


def read_column(
    sample: pl.Series, kind: Kind, hints: Hints | None = None, *, medium: Medium = "text"
) -> Reading:
    """Decide how a column of text is written.

    `sample`: distinct, non-blank, stripped String cells. The reading takes the ways of writing that the sample
    shows and no other, so that a common file is read by one fast parse; cells that come out null though they
    are not blank are to be given to `Reading.widened`, once. `medium` "excel" says that numbers may have been
    written by a program (2.0 is the id 2, 1.234 has a decimal point).

    Raises Ambiguity where a column can be read in two ways, with the setting that decides.
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
