"""How long bookings last, net of breaks, and in which week or month.

Microseconds are whole numbers throughout, so that sums do not depend on the order of rows or threads.
"""

from collections.abc import Collection
from datetime import date
from typing import Literal

import polars as pl

from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Clock, physical
from tcw.worktime.weeks import MONDAY_SHIFT, US_PER_WEEK, start_of_week, week_of_date, week_of_local


def weekly(bookings: pl.LazyFrame, clock: Clock, longest: int) -> pl.LazyFrame:
    """Add `week` (Int32), `this_week`, `over` (Int64 µs): net time in the week of the start and in the next.

    A break is taken off in proportion to the time in each week; hours without clock times are net already. A
    span longer than a week becomes one row for every week it touches.
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
    """Add `week`, `gross` (elapsed, Int64 µs), `over` (after the week's end) to spans of at most a week."""
    start, end = physical(pl.col("start_local")), physical(pl.col("end_local"))
    week, gross = week_of_local(start), clock.elapsed(start, end)
    monday = start_of_week(week + 1)
    over = pl.when(end > monday).then(clock.elapsed(monday, end)).otherwise(0)
    if "hours" in columns:
        week, gross = pl.coalesce(week, week_of_date(pl.col("date"))), pl.coalesce(gross, _hours_only())
    return bookings.with_columns(week=week, gross=gross, over=over)


def _net(spans: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """Take breaks off: `this_week` and `over` from `gross` and `over`."""
    gross, over = pl.col("gross"), pl.col("over")
    if "break_minutes" not in columns or "start_local" not in columns:
        return spans.with_columns(this_week=gross - over)
    net = (gross - break_time(columns)).clip(lower_bound=0)
    over_net = pl.when(over == 0).then(0).otherwise(net * (over / gross)).round().cast(pl.Int64)
    return spans.with_columns(over=over_net, this_week=net - over_net)


def _share(net: pl.Expr, part: pl.Expr, gross: pl.Expr) -> pl.Expr:
    """Return the net time (Int64 µs) of a part of a booking: breaks are taken off in proportion."""
    return (net * (part / gross)).round().cast(pl.Int64)


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
            this_week=clock.elapsed(
                pl.max_horizontal(start, start_of_week(week)), pl.min_horizontal(end, start_of_week(week + 1))
            )
        )
    )
    if "break_minutes" not in columns:
        return pieces
    net = (pl.col("gross") - break_time(columns)).clip(lower_bound=0)
    return pieces.with_columns(this_week=_share(net, pl.col("this_week"), pl.col("gross")))


def net_time(bookings: pl.LazyFrame, clock: Clock) -> pl.LazyFrame:
    """Add `net` (Int64 µs): elapsed time less the break, never below 0."""
    columns = bookings.collect_schema().names()
    gross = _hours_only() if "hours" in columns else None
    if "start_local" in columns:
        elapsed = clock.elapsed(physical(pl.col("start_local")), physical(pl.col("end_local")))
        gross = elapsed if gross is None else pl.coalesce(elapsed, gross)
    assert gross is not None
    return bookings.with_columns(net=(gross - break_time(columns)).clip(lower_bound=0))


Every = Literal["week", "month", "all"]
MONTHS = 12
EPOCH_YEAR = 1970


def pieces(bookings: pl.LazyFrame, clock: Clock, every: Every, first: date, after: date) -> pl.LazyFrame:
    """Cut bookings at every period's boundary and at the ends of the days asked for.

    A break of a booking with clock times is taken off in proportion to the time in each piece. Adds `number`
    (Int32: the week of `tcw.worktime.weeks`, or months since January 1970; 0 for "all"), `net` (Int64 µs) and
    `begins` (Boolean: the booking starts in this piece). `first` and `after` are local midnights; `after` is
    not included.
    """
    columns = bookings.collect_schema().names()
    low, high = _midnight(first), _midnight(after)
    parts = []
    if "start_local" in columns:
        timed = bookings.filter(pl.col("start_local").is_not_null()) if "hours" in columns else bookings
        parts.append(_cut(timed, clock, every, low, high, paused="break_minutes" in columns))
    if "hours" in columns:
        day = pl.col("date")
        by_hours = bookings.filter(day.is_between(first, after, closed="left"), pl.col("hours").is_not_null())
        parts.append(
            by_hours.with_columns(
                number=_number(physical(day.cast(pl.Datetime("us"))), every),
                net=_hours_only(),
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
    piece = clock.elapsed(piece_start, piece_end)
    if paused:
        gross = clock.elapsed(start, end)
        net = (gross - break_time(bookings.collect_schema().names())).clip(lower_bound=0)
        piece = pl.when(gross > 0).then(_share(net, piece, gross)).otherwise(0)
    return (
        pl.concat([whole, split]).with_columns(net=piece, begins=piece_start == start).drop("first", "last")
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
