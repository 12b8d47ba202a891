"""What every part of a source must know of the whole: everybody's and everything's number, and how far the bookings reach."""

from dataclasses import dataclass

import polars as pl

from tcw.model.schedule import Schedule
from tcw.worktime.booked import Booked
from tcw.worktime.clock import US_PER_DAY, Clock
from tcw.worktime.kinds import kind_of


@dataclass(frozen=True, slots=True)
class Whole:
    """The numbers of a source, and its horizon.

    `staff`, `activities`, `units`: see `tcw.worktime.timeline.Timeline`. `middle`: the median start's UTC day since 1970, None without
    clock times. `first`, `after`: the horizon (µs instants). `kinds`: of sound bookings with clock times, `hour_kinds`: of those without.
    `used`: numbers of the activities that somebody is booked on.
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
    known: tuple[int | None, int | None] = (None, None),
) -> Whole:
    """Number everybody, every activity and every unit, those that only bookings name, too, and find the horizon.

    Args:
        schedule: as loaded.
        booked: its bookings, counted.
        people: `staff_id` (String, unique), `person` (UInt32), for everybody in staff and bookings.
        clock: the zone's offsets over the bookings' days.
        known: first instant and the one after the last that the export is said to cover (µs), where the user says so.
    """
    units = _units(schedule, booked)
    activities = _activities(schedule, booked)
    kinds = activities.select("activity_id", "activity", "kind")
    spans = booked.sound().join(kinds, on="activity_id", how="left")
    hours = booked.hours.join(kinds, on="activity_id", how="left")
    every = pl.concat([booked.spans.select("activity_id"), booked.hours.select("activity_id")]).unique()
    first, after = _horizon(spans, hours, clock, known)
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
            [
                schedule.activities["activity_id"],
                booked.spans["activity_id"],
                booked.hours["activity_id"],
            ]
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
    spans: pl.DataFrame, hours: pl.DataFrame, clock: Clock, known: tuple[int | None, int | None]
) -> tuple[int, int]:
    """Return the first instant of the horizon and the one after its last."""
    firsts, lasts = [known[0]], [known[1]]
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
    return min((one for one in firsts if one is not None), default=0), max(
        (one for one in lasts if one is not None), default=0
    )
