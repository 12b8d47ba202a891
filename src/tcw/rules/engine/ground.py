"""What all rules stand on: the timeline, the agreements in force, and the chunks of it they judge.

The booking assistant judges people who do not exist, each a copy of somebody with one more booking: it puts a timeline of them in the
place of the schedule's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tcw.model.pieces import Everywhere
from tcw.model.schedule import Schedule
from tcw.rules.engine.context import Context
from tcw.rules.engine.in_force import InForce, in_force
from tcw.rules.engine.people import people
from tcw.rules.engine.terms import agreements
from tcw.worktime.clock import US_PER_DAY, Clock, clock
from tcw.worktime.timeline import Timeline, prepare
from tcw.worktime.whole import Booked, Whole, booked, whole_of

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Ground:
    """A schedule made ready to be judged. `as_of`: the instant (µs) from which on bookings are planned."""

    schedule: Schedule
    timeline: Timeline
    in_force: InForce
    as_of: int

    def contexts(self) -> Iterator[tuple[float, Context]]:
        """Yield (share done, context) of each chunk; people without clock times are in the last."""
        bookings = self.timeline.bookings
        total = max(bookings.height, 1)
        spans = list(self.timeline.chunks()) or [(0, 0)]
        for number, (begin, rows) in enumerate(spans):
            low = bookings["person"][begin] if rows and number else 0
            high = bookings["person"][begin + rows] if number + 1 < len(spans) else None
            yield (begin + rows) / total, self._context(begin, rows, low, high)

    def whole(self) -> Context:
        """Return the context of everybody."""
        return self._context(0, self.timeline.bookings.height)

    def _context(self, begin: int, rows: int, low: int = 0, high: int | None = None) -> Context:
        """Return the context of some bookings and of the people from `low` up to but not including `high`."""
        mine = pl.col("person") >= low
        if high is not None:
            mine &= pl.col("person") < high
        return Context(
            schedule=self.schedule,
            timeline=self.timeline,
            in_force=self.in_force,
            as_of=self.as_of,
            bookings=self.timeline.bookings.slice(begin, rows),
            implausible=self.timeline.implausible.filter(mine),
            by_hours=self.timeline.by_hours.filter(mine),
        )


@dataclass(frozen=True, slots=True)
class Site:
    """A schedule surveyed: whatever part of its people is judged stands on the same.

    `people`: `staff_id`, `person` and `number` (Int64, of bookings), sorted by person. `as_of`: instant (µs).
    """

    schedule: Schedule
    whole: Whole
    people: pl.DataFrame
    in_force: InForce
    as_of: int

    def ground(self, bookings: pl.LazyFrame | None = None) -> Ground:
        """Make all bookings ready, or those of some people (all that they have)."""
        timeline = prepare(
            self.schedule.bookings if bookings is None else bookings,
            self.whole,
            self.as_of,
            cancelled=self.schedule.cancelled,
            part=bookings is not None,
        )
        return Ground(self.schedule, timeline, self.in_force, self.as_of)

    def bookings_of(self, people: pl.DataFrame) -> pl.LazyFrame:
        """Return the bookings of some people (`staff_id`)."""
        return self.schedule.bookings.filter(pl.col("staff_id").is_in(people["staff_id"].implode()))

    def timeline_of(self, persons: pl.Series, ask: Everywhere | None = None) -> Timeline:
        """Return the timeline of some persons, by their numbers. `ask`: asks the bookings; None: here."""
        people = self.people.filter(pl.col("person").is_in(persons.implode()))
        if ask is None:
            return self.ground(self.bookings_of(people)).timeline
        theirs = pl.col("staff_id").is_in(people["staff_id"].implode())
        return self.ground(ask(lambda bookings: bookings.filter(theirs)).lazy()).timeline


def survey(
    schedule: Schedule,
    as_of: date,
    first_day: date | None = None,
    last_day: date | None = None,
    counted: Booked | None = None,
) -> Site:
    """Find out what every part must know of the whole.

    Args:
        schedule: as loaded.
        as_of: bookings that start on this day or later are planned, as are those with that status.
        first_day: the horizon reaches at least so far.
        last_day: the same, included.
        counted: its bookings counted, where somebody has done that already.

    Raises:
        UsageFault: agreements in tcw.yaml that contradict themselves.
    """
    known = agreements(schedule.config)
    zone = clock_of(schedule, first_day, last_day)
    here = counted or booked(schedule.active, zone)
    who = people(schedule, here.staff)
    span = (_instant_or_none(zone, first_day, 0), _instant_or_none(zone, last_day, 1))
    return Site(
        schedule=schedule,
        whole=whole_of(schedule, here, who, zone, span),
        people=who.join(here.staff, on="staff_id", how="left", maintain_order="left").with_columns(
            pl.col("number").fill_null(0)
        ),
        in_force=in_force(schedule.tables["agreement_links"], who, known, schedule.config.rules.agreement),
        as_of=_instant(zone, as_of),
    )


def lay(
    schedule: Schedule, as_of: date, first_day: date | None = None, last_day: date | None = None
) -> Ground:
    """Make a whole schedule ready; arguments and faults as of `survey`."""
    return survey(schedule, as_of, first_day, last_day).ground()


def clock_of(schedule: Schedule, first_day: date | None, last_day: date | None) -> Clock:
    """Return the zone's offsets over the days of a schedule and a year on either side."""
    days = [day for day in (schedule.first_day, schedule.last_day, first_day, last_day) if day is not None]
    # A year on either side: calculation periods and calendar years stick out of the export.
    spare = timedelta(days=370)
    return clock(schedule.config.timezone, min(days, default=EPOCH) - spare, max(days, default=EPOCH) + spare)


def _instant(zone: Clock, day: date, days_later: int = 0) -> int:
    local = ((day - EPOCH).days + days_later) * US_PER_DAY
    return int(pl.select(zone.instant(pl.lit(local, dtype=pl.Int64))).item())


def _instant_or_none(zone: Clock, day: date | None, days_later: int) -> int | None:
    return None if day is None else _instant(zone, day, days_later)
