"""Bookings with the local days they touch, those with hours only too: for what is valid by whole days."""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.kinds import LAST_WORKING

COLUMNS = ("row", "person", "staff", "activity", "unit", "planned", "from", "to", "begins", "ends")


def booked_days(context: Context, *keep: pl.Expr) -> pl.DataFrame:
    """Return the bookings that pass, with the days they touch.

    `keep` may use `row`, `person`, `staff`, `activity`, `unit`, `kind` and `planned`. Returns COLUMNS: `from`, `to` (instants),
    `begins`, `ends` (Int64 µs: local midnight of the first day, and the one after the last).
    """
    timed = context.bookings.lazy().filter(*keep)
    begin, end = context.local(pl.col("start")), context.local(pl.col("end"))
    by_hours = context.by_hours.lazy().filter(*keep)
    day = pl.col("day").cast(pl.Int64)
    both = [
        timed.with_columns(
            pl.col("start").alias("from"),
            pl.col("end").alias("to"),
            begins=begin // US_PER_DAY * US_PER_DAY,
            ends=(end + (US_PER_DAY - 1)) // US_PER_DAY * US_PER_DAY,
        ).select(COLUMNS),
        by_hours.with_columns(
            context.midnight(day).alias("from"),
            context.midnight(day + 1).alias("to"),
            begins=day * US_PER_DAY,
            ends=(day + 1) * US_PER_DAY,
        ).select(COLUMNS),
    ]
    return pl.concat(both).collect()


def horizon(context: Context, owners: pl.Series, name: str = "owner") -> pl.DataFrame:
    """Return each owner (column `name`) with `begins` and `ends`: the local days of the horizon, whole."""
    first, after = context.local(pl.lit(context.first)), context.local(pl.lit(context.after))
    return (
        owners.alias(name)
        .to_frame()
        .with_columns(
            begins=first // US_PER_DAY * US_PER_DAY,
            ends=(after + (US_PER_DAY - 1)) // US_PER_DAY * US_PER_DAY,
        )
    )


def working() -> pl.Expr:
    """Return whether a booking is working time."""
    return pl.col("kind") <= LAST_WORKING
