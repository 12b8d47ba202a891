"""Cells that say once more what a span says already (a length beside start and end): no typed column holds them, and they can change."""

from collections.abc import Iterator

import polars as pl

from tcw.audit.values import CLOCK, spelled
from tcw.model.export import OWN

LENGTHS = ("hours", "minutes", "seconds")
MOMENTS = {"date": "start", "end_date": "end"}
"""A day that stands beside a moment -> the moment."""
WHOLE_MOMENT = r"\d{4}-?\d{2}-?\d{2}|\d{6}|\d{1,2}[./]\d{1,2}[./ ]\d{2}"


def spare_columns(left: pl.DataFrame, right: pl.DataFrame) -> tuple[str, ...]:
    """Return the parts of a span that both sides have, and that may be more than the span needs."""
    return tuple(
        part
        for part in (*LENGTHS, *MOMENTS)
        if f"{OWN}{part}" in left.columns and f"{OWN}{part}" in right.columns
    )


def spare_lengths(one: pl.DataFrame, other: pl.DataFrame) -> tuple[str, ...]:
    """Return the lengths that only `one` has, beside starts and ends."""
    return tuple(
        part
        for part in LENGTHS
        if f"{OWN}{part}" in one.columns
        and f"{OWN}{part}" not in other.columns
        and {f"{OWN}start", f"{OWN}end", "start", "end"} <= set(one.columns)
        and one.filter(pl.col(f"{OWN}end").is_not_null(), pl.col("start").is_not_null()).height
    )


def spare_differences(
    left: pl.DataFrame, right: pl.DataFrame
) -> Iterator[tuple[str, pl.Series, pl.DataFrame]]:
    """Return what differs in the cells that the span did not need.

    Args:
        left: the earlier rows.
        right: the later ones, in the same order.

    Returns:
        Of each part: its name, the places (UInt32), and `before` and `after` (String) as written.
    """
    for part in spare_columns(left, right):
        cells = pl.DataFrame(
            {
                "before": left[f"{OWN}{part}"],
                "after": right[f"{OWN}{part}"],
                "spare": spare_part(left, part) & spare_part(right, part),
            }
        )
        if part == "hours" and "break_minutes" in left.columns and f"{OWN}break_minutes" not in left.columns:
            # The break was made from this length: what became of it is told there.
            told = left["break_minutes"].ne_missing(right["break_minutes"])
            cells = cells.with_columns(pl.col("spare") & ~told)
        value = _length if part in LENGTHS else spelled
        places = cells.select(
            (pl.col("spare") & value(pl.col("before")).ne_missing(value(pl.col("after")))).arg_true()
        ).to_series()
        if places.len():
            yield part, places, cells[places].select("before", "after")


def spare_part(side: pl.DataFrame, part: str) -> pl.Series:
    """Tell of each row whether the part is more than its span needs."""
    moment = MOMENTS.get(part, "end")
    if not {f"{OWN}{moment}", moment} <= set(side.columns):
        return pl.Series([False]).new_from_index(0, side.height)
    written = pl.col(f"{OWN}{moment}")
    if part in MOMENTS:
        spare = written.str.contains(WHOLE_MOMENT)
    else:
        spare = written.is_not_null() & pl.col(moment).is_not_null()
    return side.select(spare.fill_null(value=False)).to_series()


def _length(text: pl.Expr) -> pl.Expr:
    """Return a length with its value spelled in one way: 7:30 is 7,5."""
    minutes = text.str.extract(CLOCK, 1).cast(pl.Int64) * 60 + text.str.extract(CLOCK, 2).cast(pl.Int64)
    return pl.coalesce((minutes / 60).round(6).cast(pl.String).str.strip_suffix(".0"), spelled(text))
