"""What was decided about a column of text: how it is written, and the expression that reads it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from tcw.errors import InputFault
from tcw.model.tables.field import Kind
from tcw.wording import Message, Phrase

DateOrder = Literal["ymd", "dmy", "mdy"]
Decimal = Literal[",", "."]
Scale = Literal["percent", "fraction"]
Parse = Callable[[pl.Expr], pl.Expr]


@dataclass(frozen=True, slots=True)
class Hints:
    """What the configuration or the header says about a column; it beats what the cells suggest."""

    date_order: DateOrder | None = None
    decimal: Decimal | None = None
    share: Scale | None = None
    """Whether numbers without a % sign are per cent (75) or fractions (0.75)."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Canonical word -> spellings, for the kind `word`."""
    zone: str = "Europe/Stockholm"
    clocks: bool = True
    """A clock time alone is a moment, because its date stands in another column."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is written. `expr` reads it; blank and unreadable cells become null, never an error."""

    kind: Kind
    shape: str
    """For `moment`: "datetime", "clock", "date", or "instant" when cells carry an offset; else the kind."""
    formats: tuple[str, ...]
    """Example cells of each way of writing found, most used first; empty when nothing was readable."""
    notes: tuple[Message, ...]
    """Decisions that were a judgement."""
    parse: Parse = field(repr=False, compare=False)
    replan: Callable[[pl.Series], "Reading"] | None = field(default=None, repr=False, compare=False)

    def expr(self, cell: pl.Expr) -> pl.Expr:
        """Return the expression that reads a String column (for Parquet: the typed column).

        Dtypes: date Date; moment Datetime("us"), Duration("us") since midnight for the shape "clock" (24:00 is
        24 h), Date, or Datetime("us", "UTC") for "instant"; hours, minutes, seconds, share (a fraction) and
        number Float64; integer Int64; yes_no Boolean; list List(String); word, id and text String.
        """
        return self.parse(cell)

    def widened(self, stragglers: pl.Series) -> "Reading":
        """Return the reading decided from the first sample and the distinct cells that `expr` left null.

        The stragglers alone could be read against the grain of their column ("1.234" where the rest has decimal
        commas), so the first sample is remembered. Raises Ambiguity.
        """
        return self if self.replan is None else self.replan(stragglers)


class Ambiguity(Exception):
    """A column that can be read in two ways and says nothing about which; the caller adds the place."""

    def __init__(self, phrase: Phrase, /, **facts: object) -> None:
        """Keep a phrase with the places {where} and {column}, and its other facts."""
        super().__init__(phrase.code)
        self.phrase = phrase
        self.facts = facts

    def at(self, file: str, sheet: str | None, column: str) -> InputFault:
        """Return the fault to raise, for the column's header as the file has it."""
        where = file if sheet is None else f"{file} [{sheet}]"
        return InputFault(self.phrase, **self.facts, where=where, file=file, sheet=sheet, column=column)
