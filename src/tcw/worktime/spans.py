"""How long bookings last, net of breaks, and in which week.

Microseconds are whole numbers throughout, so that sums do not depend on the order of rows or threads.
"""

from collections.abc import Collection

import polars as pl

from tcw.worktime.clock import US_PER_HOUR, US_PER_MINUTE, Clock, physical
from tcw.worktime.weeks import US_PER_WEEK, start_of_week, week_of_date, week_of_local


def weekly(bookings: pl.LazyFrame, clock: Clock, longest: int) -> pl.LazyFrame:
    """Add `week` (Int32), `here` and `over` (Int64 µs): net time in the week a booking starts in and in the next.

    A break is taken off in proportion to the time in each week; hours without clock times are net already. A span
    longer than a week becomes one row for every week it touches.
    """
    columns = bookings.collect_schema().names()
    if "start_local" not in columns:
        by_hours = bookings.with_columns(
            week=week_of_date(pl.col("date")), gross=_hours_only(), over=pl.lit(0, dtype=pl.Int64)
        )
        return _net(by_hours, columns)
    if longest <= US_PER_WEEK:
        return _net(_halves(bookings, columns, clock), columns)
    long = physical(pl.col("end_local")) - physical(pl.col("start_local")) > US_PER_WEEK
    return pl.concat(
        [
            _net(_halves(bookings.filter(long.fill_null(value=False).not_()), columns, clock), columns),
            _pieces(bookings.filter(long), columns, clock),
        ],
        how="diagonal",
    )


def _hours_only() -> pl.Expr:
    return (pl.col("hours") * US_PER_HOUR).round().cast(pl.Int64)


def _halves(bookings: pl.LazyFrame, columns: list[str], clock: Clock) -> pl.LazyFrame:
    """Add `week`, `gross` (elapsed, Int64 µs) and `over` (the part after the week's end) to spans of at most a week."""
    start, end = physical(pl.col("start_local")), physical(pl.col("end_local"))
    week, gross = week_of_local(start), clock.elapsed(start, end)
    monday = start_of_week(week + 1)
    over = pl.when(end > monday).then(clock.elapsed(monday, end)).otherwise(0)
    if "hours" in columns:
        week, gross = pl.coalesce(week, week_of_date(pl.col("date"))), pl.coalesce(gross, _hours_only())
    return bookings.with_columns(week=week, gross=gross, over=over)


def _net(spans: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """Take breaks off: `here` and `over` from `gross` and `over`."""
    gross, over = pl.col("gross"), pl.col("over")
    if "break_minutes" not in columns or "start_local" not in columns:
        return spans.with_columns(here=gross - over)
    net = (gross - break_time(columns)).clip(lower_bound=0)
    over_net = pl.when(over == 0).then(0).otherwise(net * (over / gross)).round().cast(pl.Int64)
    return spans.with_columns(over=over_net, here=net - over_net)


def break_time(columns: Collection[str]) -> pl.Expr:
    """Return the break (Int64 µs) to take off: 0 where none is given, and for hours without clock times."""
    if "break_minutes" not in columns or "start_local" not in columns:
        return pl.lit(0, dtype=pl.Int64)
    pause = (pl.col("break_minutes").cast(pl.Int64) * US_PER_MINUTE).fill_null(0)
    return (
        pause
        if "hours" not in columns
        else pl.when(pl.col("start_local").is_not_null()).then(pause).otherwise(0)
    )


def _pieces(spans: pl.LazyFrame, columns: list[str], clock: Clock) -> pl.LazyFrame:
    """Cut spans longer than a week at every Monday: one row a week, `over` always 0."""
    start, end, week = physical(pl.col("start_local")), physical(pl.col("end_local")), pl.col("week")
    pieces = (
        spans.with_columns(
            week=pl.int_ranges(week_of_local(start), week_of_local(end - 1) + 1, dtype=pl.Int32),
            gross=clock.elapsed(start, end),
            over=pl.lit(0, dtype=pl.Int64),
        )
        .explode("week")
        .with_columns(
            here=clock.elapsed(
                pl.max_horizontal(start, start_of_week(week)), pl.min_horizontal(end, start_of_week(week + 1))
            )
        )
    )
    if "break_minutes" not in columns:
        return pieces
    net = (pl.col("gross") - break_time(columns)).clip(lower_bound=0)
    return pieces.with_columns(here=(net * (pl.col("here") / pl.col("gross"))).round().cast(pl.Int64))


def net_time(bookings: pl.LazyFrame, clock: Clock) -> pl.LazyFrame:
    """Add `net` (Int64 µs): elapsed time less the break, never below 0."""
    columns = bookings.collect_schema().names()
    gross = _hours_only() if "hours" in columns else None
    if "start_local" in columns:
        elapsed = clock.elapsed(physical(pl.col("start_local")), physical(pl.col("end_local")))
        gross = elapsed if gross is None else pl.coalesce(elapsed, gross)
    assert gross is not None
    return bookings.with_columns(net=(gross - break_time(columns)).clip(lower_bound=0))
