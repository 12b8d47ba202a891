"""What a report shows, before anybody has said where: a frame and the meaning of its columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import polars as pl

from tcw.kpis.result import Level
from tcw.wording import Language, Message, Phrase

Kind = Literal[
    "text",
    "id",  # text that names something; leading zeros stay
    "week",  # "2026-W10"
    "hours",  # Float64 hours
    "duration",  # Float64 hours, shown as hours and minutes
    "share",  # a fraction, shown as a percentage
    "points",  # a difference of fractions, shown in percentage points with its sign
    "change",  # a relative difference, shown as a percentage with its sign
    "count",
    "row",  # a row's number in its file: no thousands separator
    "date",
    "clock",  # pl.Time
    "moment",  # local date and clock time
]
NUMERIC: frozenset[Kind] = frozenset({"hours", "duration", "share", "points", "change", "count", "row"})
FIGURES: frozenset[Kind] = frozenset({"share", "points", "change"})
"""Kinds of figures: where they are null, the figure is not defined, and readers see UNDEFINED."""
UNDEFINED = "–"
NOISE = 1e-9
"""Figures are quotients of sums: 95 % may come out a hair under 0.95, and must not be red for it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in the frame, its heading, and how its values are to be shown."""

    key: str
    label: Phrase
    kind: Kind = "text"
    level: Level | None = None
    """The warning level; values beyond it are shown in red."""
    words: Mapping[str, Phrase] = field(default_factory=dict)
    """Wording of coded values; values without a phrase are shown as they are."""
    summed: bool = False
    """The sum of the column means something."""
    short: Phrase | None = None
    """A short heading where room is scarce."""
    worded_number: bool = False
    """Text that is a number with its unit, and stands right as numbers do."""
    lines: bool = False
    """Text of several lines, which stand under each other in a sheet's cell."""

    @property
    def numeric(self) -> bool:
        """True when the values are numbers, to be aligned right."""
        return self.kind in NUMERIC or self.worded_number

    @property
    def figure(self) -> bool:
        """True for a key figure, whose null means "not defined"."""
        return self.kind in FIGURES

    @property
    def watched(self) -> bool:
        """True when there is a level the values can be beyond."""
        return self.level is not None and (self.level.below is not None or self.level.above is not None)

    def beyond(self) -> pl.Expr:
        """Return a Boolean expression: the value is beyond the warning level. Null values never are."""
        value = pl.col(self.key)
        beyond = pl.repeat(value=False, n=pl.len())
        if self.level is not None and self.level.below is not None:
            beyond = beyond | (value < self.level.below - NOISE)
        if self.level is not None and self.level.above is not None:
            beyond = beyond | (value > self.level.above + NOISE)
        return beyond.fill_null(value=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A named frame with its columns, in the order to be shown. No medium yet.

    `name` is stable and language-free ("by_employee"); `title` is what people read. `frame` holds at least
    the columns' keys. `totals`: values of the whole selection by column key; for figures the ratio of the
    sums, which no summing of the column could give. `note`: something a reader must know to read the table
    right.
    """

    name: str
    title: Phrase
    columns: tuple[Column, ...]
    frame: pl.DataFrame
    totals: Mapping[str, float] = field(default_factory=dict)
    note: Message | None = None

    def column(self, key: str) -> Column:
        """Return the column with the key. Raises KeyError when there is none."""
        return next(column for column in self.columns if column.key == key)


def present(columns: Iterable[Column], frame: pl.DataFrame) -> tuple[Column, ...]:
    """Return the columns the frame has, in the order given, so that optional columns need no special case."""
    return tuple(column for column in columns if column.key in frame.columns)


def without_empty(columns: Iterable[Column], frame: pl.DataFrame, keys: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns without those of `keys` that hold nothing but null in the frame."""
    empty = {
        key for key in keys if key in frame.columns and frame.get_column(key).null_count() == frame.height
    }
    return tuple(column for column in columns if column.key not in empty)


def worded(table: Table, lang: Language) -> pl.DataFrame:
    """Return the table's columns only, in order, coded values in the language, NaN and infinity as null.

    Types stay: hours and figures are Float64, dates are dates.
    """
    return table.frame.select(
        _worded(column, table.frame.schema[column.key], lang) for column in table.columns
    )


def _worded(column: Column, dtype: pl.DataType, lang: Language) -> pl.Expr:
    value = pl.col(column.key)
    if column.words:
        words = {code: phrase.template(lang) for code, phrase in column.words.items()}
        text = value.cast(pl.String)
        return text.replace(list(words), list(words.values())).alias(column.key)
    if dtype.is_float():
        return pl.when(value.is_finite()).then(value)
    return value


def labelled(table: Table, lang: Language) -> pl.DataFrame:
    """Return `worded`, with the headings of the language as column names, for files people open."""
    return worded(table, lang).rename(
        {column.key: column.label.template(lang) for column in table.columns}, strict=False
    )


def with_frame(table: Table, frame: pl.DataFrame) -> Table:
    """Return the table with another frame of the same columns."""
    return replace(table, frame=frame)
