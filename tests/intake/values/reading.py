"""Reads lists of cells as a caller would: a sample, the expression, and the cells themselves."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from tcw.intake.values import Hints, Reading, read_column
from tcw.model.tables import Kind


def reading(cells: Sequence[str | None], kind: Kind, hints: Hints | None = None, **options: Any) -> Reading:
    sample = pl.Series("c", cells, dtype=pl.String).drop_nulls().unique(maintain_order=True)
    return read_column(sample, kind, hints, **options)


def apply(reading: Reading, cells: Sequence[str | None]) -> pl.Series:
    frame = pl.LazyFrame({"c": pl.Series(cells, dtype=pl.String)})
    return frame.select(reading.expr(pl.col("c")).alias("c")).collect(engine="streaming").to_series()


def values(cells: Sequence[str | None], kind: Kind, hints: Hints | None = None, **options: Any) -> list[Any]:
    read = apply(reading(cells, kind, hints, **options), cells)
    assert read.len() == len(cells)
    return read.to_list()


def codes(reading: Reading) -> list[str]:
    return [note.phrase.code.removeprefix("values.") for note in reading.notes]
