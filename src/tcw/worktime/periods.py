"""Cutting bookings at the boundaries of weeks or months."""

from datetime import date
from typing import Literal

import polars as pl

from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, Clock, physical
from tcw.worktime.spans import break_time
from tcw.worktime.weeks import MONDAY_SHIFT, start_of_week, week_of_local

Every = Literal["week", "month", "all"]
MONTHS = 12
EPOCH_YEAR = 1970


def pieces(bookings: pl.LazyFrame, clock: Clock, every: Every, first: date, after: date) -> pl.LazyFrame:
    """Cut bookings at every period's boundary and at the ends of the days asked for.

    A break of a booking with clock times is taken off in proportion to the time in each piece. Adds `number` (Int32: the
    week of `tcw.worktime.weeks`, or months since January 1970; 0 for "all"), `here` (Int64 µs, net) and `begins`
    (Boolean: the booking starts in this piece). `first` and `after` are local midnights; `after` is not included.
    """
    columns = bookings.collect_schema().names()
    low, high = _midnight(first), _midnight(after)
    parts = []
    if "start_local" in columns:
        timed = bookings.filter(pl.col("start_local").is_not_null()) if "hours" in columns else bookings
        parts.append(_cut(timed, clock, every, low, high, paused="break_minutes" in columns))
    if "hours" in columns:
        day = pl.col("date")
        here = (pl.col("hours") * US_PER_HOUR).round().cast(pl.Int64)
        by_hours = bookings.filter(day.is_between(first, after, closed="left"), pl.col("hours").is_not_null())
        parts.append(
            by_hours.with_columns(
                number=_number(physical(day.cast(pl.Datetime("us"))), every),
                here=here,
                begins=pl.lit(value=True),
            )
        )
    return pl.concat(parts, how="diagonal")


def label_of(column: str, every: Every) -> pl.Expr:
    """Return "2026-W10" or "2026-03" for a period's number."""
    if every == "week":
        monday = (pl.col(column) * 7 - MONDAY_SHIFT).cast(pl.Int32).cast(pl.Date)
        return pl.format("{}-W{}", monday.dt.iso_year(), monday.dt.week().cast(pl.String).str.zfill(2))
    month = (pl.col(column) % MONTHS + 1).cast(pl.String).str.zfill(2)
    return pl.format("{}-{}", pl.col(column) // MONTHS + EPOCH_YEAR, month)


def _cut(
    bookings: pl.LazyFrame, clock: Clock, every: Every, low: int, high: int, *, paused: bool
) -> pl.LazyFrame:
    start, end = physical(pl.col("start_local")), physical(pl.col("end_local"))
    within = bookings.filter(start < high, (end > low) | ((end == start) & (start >= low)))
    begin, stop = start.clip(lower_bound=low), end.clip(upper_bound=high)
    first, last = _number(begin, every), _number(pl.max_horizontal(stop - 1, begin), every)
    marked = within.with_columns(first=first, last=last)
    whole = marked.filter(pl.col("first") == pl.col("last")).with_columns(number=pl.col("first"))
    split = (
        marked.filter(pl.col("first") != pl.col("last"))
        .with_columns(number=pl.int_ranges(pl.col("first"), pl.col("last") + 1, dtype=pl.Int32))
        .explode("number")
    )
    number = pl.col("number")
    piece_start = pl.max_horizontal(begin, _start(number, every)) if every != "all" else begin
    piece_end = pl.min_horizontal(stop, _start(number + 1, every)) if every != "all" else stop
    here = clock.elapsed(piece_start, piece_end)
    if paused:
        gross = clock.elapsed(start, end)
        net = (gross - break_time(bookings.collect_schema().names())).clip(lower_bound=0)
        here = pl.when(gross > 0).then((net * (here / gross)).round().cast(pl.Int64)).otherwise(0)
    return (
        pl.concat([whole, split]).with_columns(here=here, begins=piece_start == start).drop("first", "last")
    )


def _midnight(day: date) -> int:
    return (day - date(EPOCH_YEAR, 1, 1)).days * US_PER_DAY


def _number(local: pl.Expr, every: Every) -> pl.Expr:
    match every:
        case "week":
            return week_of_local(local)
        case "month":
            moment = local.cast(pl.Datetime("us"))
            return ((moment.dt.year() - EPOCH_YEAR) * MONTHS + moment.dt.month().cast(pl.Int32) - 1).cast(
                pl.Int32
            )
        case "all":
            return pl.lit(0, dtype=pl.Int32)


def _start(number: pl.Expr, every: Every) -> pl.Expr:
    """Return the local midnight (Int64 µs) at which a period begins."""
    if every == "week":
        return start_of_week(number)
    return physical(pl.datetime(number // MONTHS + EPOCH_YEAR, number % MONTHS + 1, 1, time_unit="us"))
