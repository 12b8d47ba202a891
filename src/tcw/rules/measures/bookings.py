"""The bookings that findings are about: which, whether one is planned, and judging bookings that fail."""

from typing import TYPE_CHECKING, Final

import polars as pl

from tcw.rules.rule import Judgement
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context

BOOKED_DAYS: Final = ("row", "person", "staff", "activity", "unit", "planned", "from", "to", "begins", "ends")
"""Columns of `booked_days`."""


def failing(
    bookings: pl.DataFrame,
    judged: int,
    not_judged: int = 0,
    why: str = "",
    *,
    measured: pl.Expr | float = 0.0,
    limit: pl.Expr | float = 1.0,
    **more: pl.Expr | str,
) -> Judgement:
    """Judge bookings, each of which is a finding by itself.

    Args:
        bookings: those that fail: `person`, `staff`, `unit`, `planned`, `row`, `from` and `to`, or `start`
            and `end`.
        judged: how many bookings were decided, these among them.
        not_judged: how many were not.
        why: what is missing for those.
        measured: in the rule's unit; as most rules do, 0 of the 1 that is asked for.
        limit: likewise.
        more: further columns of the findings, or others in place of `from`, `to`, `planned` and `rows`.
    """
    begin, end = ("from", "to") if "from" in bookings.columns else ("start", "end")
    columns: dict[str, pl.Expr | str] = {"from": begin, "to": end, "planned": "planned"}
    columns |= {"rows": pl.concat_list("row")} | more
    findings = bookings.select("person", "staff", "unit", measured=measured, limit=limit, **columns)
    return Judgement(findings, judged=judged, not_judged=not_judged, why=why if not_judged else "")


def booked_days(context: "Context", *keep: pl.Expr) -> pl.DataFrame:
    """Return the bookings that pass, with the days they touch: for what is valid by whole days.

    Bookings with hours only are among them. `keep` may use `row`, `person`, `staff`, `activity`, `unit`,
    `kind` and `planned`. Returns BOOKED_DAYS: `from`, `to` (instants), `begins`, `ends` (Int64 µs: local
    midnight of the first day, and the one after the last).
    """
    begin, end = context.local(pl.col("start")), context.local(pl.col("end"))
    timed = context.bookings.lazy().filter(*keep)
    day = pl.col("day").cast(pl.Int64)
    both = [
        timed.with_columns(
            pl.col("start").alias("from"),
            pl.col("end").alias("to"),
            begins=begin // US_PER_DAY * US_PER_DAY,
            ends=(end + (US_PER_DAY - 1)) // US_PER_DAY * US_PER_DAY,
        ),
        with_midnights(context, context.by_hours.lazy().filter(*keep)).with_columns(
            begins=day * US_PER_DAY, ends=(day + 1) * US_PER_DAY
        ),
    ]
    return pl.concat([frame.select(BOOKED_DAYS) for frame in both]).collect()


def with_midnights(context: "Context", by_hours: pl.LazyFrame) -> pl.LazyFrame:
    """Add `from` and `to` (instants) of bookings with hours only: the midnights of their `day`."""
    day = pl.col("day").cast(pl.Int64)
    return by_hours.with_columns(context.midnight(day).alias("from"), context.midnight(day + 1).alias("to"))


def spread(frame: pl.DataFrame, first: pl.Expr, after: pl.Expr) -> pl.DataFrame:
    """Repeat each row for every position from `first` up to but not including `after`.

    Adds `item` (UInt32: the row's number) and `position` (UInt32).
    """
    positions = pl.int_ranges(first, after, dtype=pl.UInt32)
    return frame.with_row_index("item").with_columns(position=positions).explode("position")


def rows_at(bookings: pl.DataFrame, first: pl.Series, after: pl.Series) -> pl.Series:
    """Return `rows` (List(UInt32)): the bookings at positions `first` up to but not including `after`."""
    if first.is_empty():
        return pl.Series("rows", [], dtype=pl.List(pl.UInt32))
    positions = spread(pl.DataFrame({"low": first, "high": after}), pl.col("low"), pl.col("high"))
    listed = positions.with_columns(rows=bookings["row"].gather(positions["position"]))
    return listed.group_by("item", maintain_order=True).agg("rows")["rows"]


def sum_at(values: pl.Series, first: pl.Series, after: pl.Series) -> pl.Series:
    """Return the sums (Int64) of the values at positions `first` up to but not including `after`."""
    total = pl.concat([pl.Series([0], dtype=pl.Int64), values.cast(pl.Int64).cum_sum()])
    return total.gather(after) - total.gather(first)


def any_at(flags: pl.Series, first: pl.Series, after: pl.Series) -> pl.Series:
    """Return whether one of the flags at positions `first` up to but not including `after` is set."""
    return sum_at(flags, first, after) > 0


def with_bookings(windows: pl.DataFrame, bookings: pl.DataFrame) -> pl.DataFrame:
    """Add `rows` (List(UInt32)) and `planned` of the bookings that lie in each window: one at least.

    Args:
        windows: `start`, `end`, and `first`, `last`: positions in `bookings` among which those are.
        bookings: `row`, `start`, `end`, `planned`.
    """
    if windows.is_empty():
        return windows.with_columns(
            rows=pl.lit(None, dtype=pl.List(pl.UInt32)), planned=pl.lit(None, dtype=pl.Boolean)
        )
    positions = spread(windows.select("start", "end", "first", "last"), pl.col("first"), pl.col("last") + 1)
    at = positions["position"]
    touching = (
        positions.with_columns(
            rows=bookings["row"].gather(at),
            planned=bookings["planned"].gather(at),
            begins=bookings["start"].gather(at),
            stops=bookings["end"].gather(at),
        )
        .filter(pl.col("begins") < pl.col("end"), pl.col("stops") > pl.col("start"))
        .group_by("item", maintain_order=True)
        .agg("rows", pl.col("planned").any())
    )
    return pl.concat([windows, touching.drop("item")], how="horizontal")


def window_findings(windows: pl.DataFrame, measured: str, limit: str | None) -> pl.DataFrame:
    """Return the findings that windows are.

    Args:
        windows: `person`, `start`, `end`, `rows`, `planned`, and `agreement` where the limit is of one.
        measured: the column (µs) with what is found in each.
        limit: the column (µs) with what is demanded or allowed; 0 without one.
    """
    agreement = [name for name in ("agreement",) if name in windows.columns]
    return windows.select(
        *("person", "rows", "planned", *agreement),
        measured=pl.col(measured) / US_PER_HOUR,
        limit=pl.lit(0.0) if limit is None else pl.col(limit) / US_PER_HOUR,
        **{"from": "start", "to": "end"},
    )
