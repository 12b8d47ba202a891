"""What a column of an export means, beside what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

Kind = Literal[
    "id",  # text that names something; leading zeros stay
    "text",
    "moment",  # a date with a clock time, or a clock time alone beside a date column
    "date",
    "hours",  # a duration: 7,5 · 7:30 · 129:25
    "minutes",  # a duration in minutes, or 0:30
    "seconds",
    "share",  # a fraction; exports say 75, 75 % or 0,75
    "number",
    "integer",
    "yes_no",
    "list",  # several ids in one cell
    "word",  # one of a few words, translated through headers.toml
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: how it is held, how its cells are to be read, its Swedish name, what it is."""

    dtype: pl.DataType | type[pl.DataType]
    kind: Kind
    swedish: str
    doc: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an export: its columns by canonical name, in the order they are reported."""

    doc: str
    columns: Mapping[str, Column]

    @property
    def schema(self) -> pl.Schema:
        """The columns and their Polars types."""
        return pl.Schema({name: column.dtype for name, column in self.columns.items()})
