"""What every part of a source must know of the whole: counts of bookings, numbers for ids, the horizon.

Whoever judges a part of the people must know of all: how far the export reaches, which day lies in its
middle, whether the system books breaks or overtime at all. The counts are so few numbers that a hundred
million bookings do not matter, and the counts of several parts of a source add up.
"""

from dataclasses import dataclass

import polars as pl

from tcw.model.schedule import Schedule
from tcw.worktime.clock import US_PER_DAY, Clock, physical
from tcw.worktime.kinds import kind_of

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

    `staff`: `staff_id`, `number`; `units`: `unit_id`, those named; `spans`: SPANS_SCHEMA, one row per
    activity and days of start and end; `hours`: HOURS_SCHEMA, bookings without clock times, `day` in local
    days since 1970.
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


@dataclass(frozen=True, slots=True)
class Whole:
    """The numbers of a source, and its horizon.

    `staff`, `activities`, `units`: see `tcw.worktime.timeline.Timeline`. `middle`: the median start's UTC day
    since 1970, None without clock times. `first`, `after`: the horizon (µs instants). `kinds`: of sound
    bookings with clock times, `hour_kinds`: of those without. `used`: numbers of the activities that somebody
    is booked on.
    """

    staff: pl.DataFrame
    activities: pl.DataFrame
    units: pl.DataFrame
    clock: Clock
    middle: int | None
    first: int
    after: int
    kinds: frozenset[int]
    hour_kinds: frozenset[int]
    used: pl.DataFrame
    by_hours: int
    """Bookings without clock times."""


def whole_of(
    schedule: Schedule,
    booked: Booked,
    people: pl.DataFrame,
    clock: Clock,
    covered: tuple[int | None, int | None] = (None, None),
) -> Whole:
    """Number people, activities and units, those that only bookings name, too, and find the horizon.

    Args:
        schedule: as loaded.
        booked: its bookings, counted.
        people: `staff_id` (String, unique), `person` (UInt32), for everybody in staff and bookings.
        clock: the zone's offsets over the bookings' days.
        covered: first instant and the one after the last that the export is said to cover (µs), where the
            user says so.
    """
    units = _units(schedule, booked)
    activities = _activities(schedule, booked)
    kinds = activities.select("activity_id", "activity", "kind")
    spans = booked.sound().join(kinds, on="activity_id", how="left")
    hours = booked.hours.join(kinds, on="activity_id", how="left")
    every = pl.concat([booked.spans.select("activity_id"), booked.hours.select("activity_id")]).unique()
    first, after = _horizon(spans, hours, clock, covered)
    return Whole(
        staff=_staff(schedule, people, units),
        activities=activities,
        units=units,
        clock=clock,
        middle=booked.middle(),
        first=first,
        after=after,
        kinds=frozenset(spans["kind"].drop_nulls().unique()),
        hour_kinds=frozenset(hours["kind"].drop_nulls().unique()),
        used=kinds.join(every, on="activity_id", how="semi").select("activity"),
        by_hours=int(booked.hours["number"].sum()),
    )


def _units(schedule: Schedule, booked: Booked) -> pl.DataFrame:
    every = pl.concat([schedule.units["unit_id"], schedule.staff["home_unit"], booked.units["unit_id"]])
    return every.drop_nulls().unique().sort().alias("unit_id").to_frame().with_row_index("unit")


def _staff(schedule: Schedule, people: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    home = schedule.staff.select("staff_id", unit_id="home_unit").unique(
        "staff_id", keep="last", maintain_order=True
    )
    return (
        people.sort("person", "staff_id")
        .join(home, on="staff_id", how="left", maintain_order="left")
        .join(units.rename({"unit": "home"}), on="unit_id", how="left", maintain_order="left")
        .drop("unit_id")
        .with_row_index("staff")
    )


def _activities(schedule: Schedule, booked: Booked) -> pl.DataFrame:
    described = schedule.activities.select(
        "activity_id", "counts_as_worked", kind=kind_of(pl.col("time_kind"), pl.col("service_type"))
    ).unique("activity_id", keep="last", maintain_order=True)
    return (
        pl.concat(
            [schedule.activities["activity_id"], booked.spans["activity_id"], booked.hours["activity_id"]]
        )
        .drop_nulls()
        .unique()
        .sort()
        .to_frame()
        .join(described, on="activity_id", how="left", maintain_order="left")
        .with_columns(pl.col("kind").fill_null(0))
        .with_row_index("activity")
    )


def _horizon(
    spans: pl.DataFrame, hours: pl.DataFrame, clock: Clock, covered: tuple[int | None, int | None]
) -> tuple[int, int]:
    """Return the first instant of the horizon and the one after its last."""
    firsts, lasts = [covered[0]], [covered[1]]
    if spans.height:
        firsts.append(int(spans.select(pl.col("start").min()).item()))
        lasts.append(int(spans.select(pl.col("end").max()).item()))
    if hours.height:
        days = hours.select(
            first=clock.instant(pl.col("day").cast(pl.Int64).min() * US_PER_DAY),
            after=clock.instant((pl.col("day").cast(pl.Int64).max() + 1) * US_PER_DAY),
        )
        firsts.append(int(days["first"].item()))
        lasts.append(int(days["after"].item()))
    return min((first for first in firsts if first is not None), default=0), max(
        (last for last in lasts if last is not None), default=0
    )
