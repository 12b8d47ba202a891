"""What is booked as a whole, counted before any booking is judged: so few numbers that a hundred million bookings do not matter.

Whoever judges a part of the people must know of all: how far the export reaches, which day lies in its middle, whether the system
books breaks or overtime at all. The counts of several parts of a source add up.
"""

from dataclasses import dataclass

import polars as pl

from tcw.worktime.clock import US_PER_DAY, Clock, physical

YEARS_FROM_MIDDLE = 5
REACH = YEARS_FROM_MIDDLE * 365
"""Days from the middle beyond which a span is implausible."""

STAFF_SCHEMA = pl.Schema({"staff_id": pl.String(), "number": pl.Int64()})
UNITS_SCHEMA = pl.Schema({"unit_id": pl.String()})
SPANS_SCHEMA = pl.Schema(
    {
        "activity_id": pl.String(),
        "starts": pl.Int32(),  # UTC day since 1970
        "ends": pl.Int32(),
        "forward": pl.Boolean(),  # ends after it starts
        "number": pl.Int64(),
        "start": pl.Int64(),  # µs instant, the first of them
        "end": pl.Int64(),  # the last of them
    }
)
HOURS_SCHEMA = pl.Schema({"activity_id": pl.String(), "day": pl.Int32(), "number": pl.Int64()})


@dataclass(frozen=True, slots=True)
class Booked:
    """Bookings counted, cancelled ones left out.

    `staff`: `staff_id`, `number`; `units`: `unit_id`, those named; `spans`: SPANS_SCHEMA, one row per activity and days of start and
    end; `hours`: HOURS_SCHEMA, bookings without clock times, `day` in local days since 1970.
    """

    staff: pl.DataFrame
    units: pl.DataFrame
    spans: pl.DataFrame
    hours: pl.DataFrame

    @property
    def number(self) -> int:
        """How many bookings there are."""
        return int(self.staff["number"].sum())

    def middle(self) -> int | None:
        """Return the day (UTC, since 1970) before or on which half of the bookings with clock times start."""
        days = self.spans.group_by("starts").agg(pl.col("number").sum()).sort("starts")
        if days.is_empty():
            return None
        half = days.select(pl.col("number").sum()).item() / 2
        return int(days.filter(pl.col("number").cum_sum() >= half)["starts"][0])

    def sound(self) -> pl.DataFrame:
        """Return the rows of `spans` that end after they start and lie within five years of the middle."""
        middle = self.middle()
        if middle is None:
            return self.spans
        return self.spans.filter(
            "forward", pl.col("starts") >= middle - REACH, pl.col("ends") < middle + REACH
        )


def booked(bookings: pl.LazyFrame, clock: Clock) -> Booked:
    """Count bookings (`tcw.model.schedule.Schedule.active`), in four passes over few columns each."""
    return Booked(*(counting.collect(engine="streaming") for counting in countings(bookings, clock)))


def countings(
    bookings: pl.LazyFrame, clock: Clock
) -> tuple[pl.LazyFrame, pl.LazyFrame, pl.LazyFrame, pl.LazyFrame]:
    """Return the four counts of Booked, not yet made."""
    columns = bookings.collect_schema().names()
    return (
        bookings.group_by("staff_id").agg(_number()),
        bookings.select(pl.col("unit_id").drop_nulls().unique())
        if "unit_id" in columns
        else pl.LazyFrame(schema=UNITS_SCHEMA),
        _spans(bookings, columns, clock),
        _hours(bookings, columns),
    )


def together(parts: list[Booked]) -> Booked:
    """Add the counts of parts of a source."""
    spans = pl.concat([part.spans for part in parts])
    return Booked(
        staff=_added([part.staff for part in parts], ["staff_id"]),
        units=pl.concat([part.units for part in parts]).unique(),
        spans=spans.group_by("activity_id", "starts", "ends", "forward")
        .agg(pl.col("number").sum(), pl.col("start").min(), pl.col("end").max())
        .select(SPANS_SCHEMA.names()),
        hours=_added([part.hours for part in parts], ["activity_id", "day"]),
    )


def _added(frames: list[pl.DataFrame], keys: list[str]) -> pl.DataFrame:
    return pl.concat(frames).group_by(keys).agg(pl.col("number").sum())


def _number() -> pl.Expr:
    return pl.len().cast(pl.Int64).alias("number")


def _spans(bookings: pl.LazyFrame, columns: list[str], clock: Clock) -> pl.LazyFrame:
    if "start_local" not in columns:
        return pl.LazyFrame(schema=SPANS_SCHEMA)
    timed = bookings.filter(pl.col("start_local").is_not_null()) if "hours" in columns else bookings
    return (
        timed.select(
            "activity_id",
            start=clock.instant(physical(pl.col("start_local"))),
            end=clock.instant(physical(pl.col("end_local"))),
        )
        .with_columns(
            starts=(pl.col("start") // US_PER_DAY).cast(pl.Int32),
            ends=(pl.col("end") // US_PER_DAY).cast(pl.Int32),
            forward=pl.col("end") > pl.col("start"),
        )
        .group_by("activity_id", "starts", "ends", "forward")
        .agg(_number(), pl.col("start").min(), pl.col("end").max())
    )


def _hours(bookings: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    if "hours" not in columns:
        return pl.LazyFrame(schema=HOURS_SCHEMA)
    return (
        bookings.filter(pl.col("hours").is_not_null())
        .group_by("activity_id", day=pl.col("date").to_physical().cast(pl.Int32))
        .agg(_number())
    )
