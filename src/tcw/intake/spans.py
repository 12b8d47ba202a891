"""Putting spans together: start and end, from whichever of date, clock time and length an export has."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tcw.worktime.clock import US_PER_HOUR

LONGEST_DAYS = 3 * 366
LONGEST_HOURS = 24.0 * LONGEST_DAYS
PARTS = ("start", "end", "date", "end_date", "hours", "minutes", "seconds")


_NO_TIME = pl.lit(None, dtype=pl.Datetime("us"))
_NO_DATE = pl.lit(None, dtype=pl.Date)
_NO_HOURS = pl.lit(None, dtype=pl.Float64)


@dataclass(frozen=True, slots=True)
class SpanColumns:
    """Expressions for a span, over typed columns.

    `start` and `end` are Datetime("us"), local; null where a row has hours only. `date` and `hours` (Float64)
    are null where it has clock times. `clocked` and `by_hours` say which of the two kinds the sheet can have
    at all.
    """

    start: pl.Expr = _NO_TIME
    end: pl.Expr = _NO_TIME
    date: pl.Expr = _NO_DATE
    hours: pl.Expr = _NO_HOURS
    clocked: bool = False
    by_hours: bool = False
    last: pl.Expr | None = None
    """The last of the days that the hours are spread over, where the sheet names it."""
    pause: pl.Expr | None = None
    """Minutes (Int32) by which a length beside start and end is shorter than they are, null where it is not.
    Systems that give start, end and net hours mean a break."""


def compose(shapes: Mapping[str, str], zone: str, *, whole_days: bool) -> SpanColumns:
    """Return how a sheet's spans are put together.

    Args:
        shapes: canonical column -> `Reading.shape`, for those of PARTS that the sheet has.
        zone: name of the zone, for instants and for adding a length over a clock change.
        whole_days: a span of two dates without clock times is whole days (availability), not nothing
            (bookings).
    """
    length = _length(shapes)
    start = _moment("start", shapes, zone, "date")
    if start is None:
        return _on_days(shapes, length, whole_days=whole_days)
    end = _end(shapes, zone, start)
    if length is None:
        return SpanColumns(start, _NO_TIME if end is None else end, clocked=True)
    pause = None if end is None else _pause(start, end, length, zone)
    by_length = _after(start, length, zone)
    end = by_length if end is None else pl.coalesce(end, by_length)
    if "date" not in shapes:
        return SpanColumns(start, end, clocked=True, pause=pause)
    hours_only = start.is_null() | end.is_null()
    return SpanColumns(
        pl.when(hours_only.not_()).then(start),
        pl.when(hours_only.not_()).then(end),
        pl.when(hours_only).then(pl.col("date")),
        pl.when(hours_only).then(length),
        clocked=True,
        by_hours=True,
        last=pl.col("end_date") if "end_date" in shapes else None,
        pause=pause,
    )


def _on_days(shapes: Mapping[str, str], length: pl.Expr | None, *, whole_days: bool) -> SpanColumns:
    """Return spans whose start is a date only, or that have none: whole days, or hours on a day."""
    starts_on_day = shapes.get("start") == "date"
    day = pl.col("start") if starts_on_day else pl.col("date")
    if whole_days and starts_on_day:
        last = pl.col("end") if shapes.get("end") == "date" else day
        after = last.fill_null(day).cast(pl.Datetime("us")) + pl.duration(days=1)
        return SpanColumns(day.cast(pl.Datetime("us")), after, clocked=True)
    if length is None or not (starts_on_day or "date" in shapes):
        return SpanColumns()
    until = next((pl.col(name) for name in ("end", "end_date") if shapes.get(name) == "date"), None)
    return SpanColumns(date=day, hours=length, by_hours=True, last=until)


def _length(shapes: Mapping[str, str]) -> pl.Expr | None:
    parts: list[pl.Expr] = []
    if {"hours", "minutes"} <= set(shapes):
        # "2" and "30" are two parts of one length; "2.5" and "150" are one length written twice.
        hours, minutes = pl.col("hours"), pl.col("minutes")
        in_two = (hours == hours.floor()) & minutes.is_between(0, 60, closed="left")
        parts.append(pl.when(in_two).then(hours + minutes / 60))
    if "hours" in shapes:
        parts.append(pl.col("hours"))
    if "minutes" in shapes:
        parts.append(pl.col("minutes") / 60)
    if "seconds" in shapes:
        parts.append(pl.col("seconds") / 3600)
    return pl.coalesce(parts) if parts else None


def _moment(column: str, shapes: Mapping[str, str], zone: str, day: str) -> pl.Expr | None:
    """Return the local Datetime("us") of a start or end.

    A datetime, an instant, or a clock time beside a date.
    """
    shape = shapes.get(column)
    if shape == "datetime":
        return pl.col(column)
    if shape == "instant":
        return pl.col(column).dt.convert_time_zone(zone).dt.replace_time_zone(None)
    if shape == "clock" and day in shapes:
        return pl.col(day).cast(pl.Datetime("us")) + pl.col(column)
    return None


def _end(shapes: Mapping[str, str], zone: str, start: pl.Expr) -> pl.Expr | None:
    if shapes.get("end") != "clock":
        return _moment("end", shapes, zone, "end_date")
    begin_day = start.dt.truncate("1d")
    same_day = begin_day + pl.col("end")
    rolled = pl.when(same_day <= start).then(same_day + pl.duration(days=1)).otherwise(same_day)
    if "end_date" not in shapes:
        return rolled
    given = pl.col("end_date").cast(pl.Datetime("us")) + pl.col("end")
    return pl.coalesce(given, rolled)


def _pause(start: pl.Expr, end: pl.Expr, length: pl.Expr, zone: str) -> pl.Expr:
    """Return the whole minutes by which a length is shorter than its span; less than a minute is rounding."""

    def instant(local: pl.Expr) -> pl.Expr:
        return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")

    elapsed = pl.coalesce(instant(end) - instant(start), end - start)
    missing = elapsed.dt.total_seconds() / 60 - length * 60
    return pl.when((length > 0) & (missing >= 1)).then(missing.round()).cast(pl.Int32)


def _after(start: pl.Expr, hours: pl.Expr, zone: str) -> pl.Expr:
    """Return the local time a number of hours after a local start, over clock changes."""
    # Longer ones are rejected whatever they are, but must not overflow before that.
    bounded = hours.clip(-2 * LONGEST_HOURS, 2 * LONGEST_HOURS)
    length = pl.duration(microseconds=(bounded * US_PER_HOUR).round().cast(pl.Int64))
    instant = start.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    # A start that the clock skips over has no instant: it is measured plainly.
    return pl.coalesce((instant + length).dt.replace_time_zone(None), start + length)
