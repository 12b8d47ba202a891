"""Bookings and orders moved to another day: start and end by the same whole days are one change, that of the date."""

import polars as pl

from tcw.audit.compare import CELLS_SCHEMA, TableChanges
from tcw.audit.same_rows import AFTER, BEFORE
from tcw.audit.spare_cells import spare_part
from tcw.audit.values import spelled
from tcw.model.export import OWN

SPAN = ("start", "end")
DATES = {"start": "date", "end": "end_date"}
"""A moment -> the part of it that stands in a cell of its own, where the system has one."""
CELL = "cell_"
"""The column of the frame that a listed change is about, as `TableChanges.cells` names it."""


def moved(changes: TableChanges) -> pl.DataFrame:
    """Return the rows that only another day was given, whatever else changed in them.

    Returns:
        `before_`, `after_` (UInt32): their places; `start_before`, `start_after`, `end_before`, `end_after` (String): the days, ISO;
        `beside` (Boolean): the day stands in a cell of its own on both sides, beside clock times.
    """
    pair, cells = changes.pair, changes.cells.filter(pl.col("column").is_in(SPAN))
    rows = (
        cells.group_by(BEFORE, AFTER, maintain_order=True).len("number").filter(pl.col("number") == len(SPAN))
    )
    if rows.is_empty() or pair.before is None or pair.after is None or not pair.known:
        return pl.DataFrame(schema=_SCHEMA)
    left, right = pair.before.frame[rows[BEFORE]], pair.after.frame[rows[AFTER]]
    spans = pl.DataFrame(
        [
            rows[BEFORE],
            rows[AFTER],
            *(
                side[moment].alias(f"{moment}_{name}")
                for name, side in (("before", left), ("after", right))
                for moment in SPAN
            ),
            _beside(left).alias("beside") & _beside(right),
        ]
    )
    by = [pl.col(f"{moment}_after") - pl.col(f"{moment}_before") for moment in SPAN]
    whole = (by[0] == by[1]) & (by[0].dt.total_seconds() % (24 * 60 * 60) == 0)
    days = pl.col("start_before", "end_before", "start_after", "end_after").dt.date().cast(pl.String)
    return spans.filter(whole).with_columns(days).select(*_SCHEMA)


_SCHEMA = {
    BEFORE: pl.UInt32,
    AFTER: pl.UInt32,
    "start_before": pl.String,
    "start_after": pl.String,
    "end_before": pl.String,
    "end_after": pl.String,
    "beside": pl.Boolean,
}


def _beside(side: pl.DataFrame) -> pl.Series:
    """Tell of each row whether its start is a clock time beside a cell with the day."""
    if f"{OWN}date" not in side.columns:
        return pl.Series([False]).new_from_index(0, side.height)
    return ~spare_part(side, "date")


def as_told(listed: pl.DataFrame, changes: TableChanges) -> pl.DataFrame:
    """Tell the start and the end of a row that was moved as one change, that of its `date`.

    Args:
        listed: changes with `before_`, `after_`, `cell_`, `column`, `before`, `after` and `header`.
        changes: the table that they are of.
    """
    days = moved(changes)
    if days.is_empty():
        return listed
    both = listed.join(days, on=[BEFORE, AFTER], how="left", maintain_order="left").with_columns(
        whole=(pl.col(CELL).is_in(SPAN) & pl.col("beside").is_not_null()).sum().over(BEFORE, AFTER)
        == len(SPAN)
    )
    said_already = [
        (pl.col(CELL) == part)
        & (spelled(pl.col("before")) == pl.col(f"{moment}_before"))
        & (spelled(pl.col("after")) == pl.col(f"{moment}_after"))
        for moment, part in DATES.items()
    ]
    redundant = (pl.col("whole") & ((pl.col(CELL) == "end") | pl.any_horizontal(said_already))).fill_null(
        value=False
    )
    day = pl.col("whole") & (pl.col(CELL) == "start")
    return (
        both.filter(~redundant)
        .with_columns(
            pl.when(day).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
            for name, value in (("column", "date"), ("header", _header(changes)))
        )
        .with_columns(
            pl.when(day).then(pl.col(f"start_{name}")).otherwise(pl.col(name)).alias(name)
            for name in ("before", "after")
        )
        .select(listed.columns)
    )


def _header(changes: TableChanges) -> str:
    """Return what the system calls the day; where it has none, the moments that it is part of."""
    now = changes.pair.after
    assert now is not None
    shown = {column: header for header, column in now.layout}
    return shown.get(f"{OWN}date") or ", ".join(changes.header(moment) for moment in SPAN)


def number_told(changes: TableChanges) -> int:
    """Return how many changes of cells are told."""
    blank = pl.lit(None, dtype=pl.String).alias("header")
    return as_told(changes.cells.with_columns(blank, pl.col("column").alias(CELL)), changes).height


def written_cells(changes: TableChanges) -> pl.DataFrame:
    """Return the changed cells (CELLS_SCHEMA) as the system's own columns have them: another day beside clock times is a cell."""
    days = moved(changes).filter("beside")
    if days.is_empty():
        return changes.cells
    assert changes.pair.before is not None
    assert changes.pair.after is not None
    left, right = changes.pair.before.frame, changes.pair.after.frame
    rest = changes.cells.join(
        days.select(BEFORE, AFTER, pl.lit([*SPAN]).alias("column")).explode("column"),
        on=[BEFORE, AFTER, "column"],
        how="anti",
        maintain_order="left",
    )
    keys = days.join(
        changes.cells.select(BEFORE, "key").unique(BEFORE), on=BEFORE, how="left", maintain_order="left"
    )
    found = [rest]
    for part in DATES.values():
        own = f"{OWN}{part}"
        if own in left.columns and own in right.columns:
            told = [
                left[own].gather(days[BEFORE]).alias("before"),
                right[own].gather(days[AFTER]).alias("after"),
            ]
            found.append(keys.with_columns(*told, column=pl.lit(part)).select(*CELLS_SCHEMA))
    return pl.concat(found).sort(BEFORE, maintain_order=True)
