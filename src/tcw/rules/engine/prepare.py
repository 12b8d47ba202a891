"""Make a schedule ready to be judged: people, horizon, agreements in force, and the timeline in chunks.

`survey_schedule` finds out what every part of the people must know of the whole. From that,
`SurveyedSchedule.prepared` makes the timeline of all bookings or of a part's. The booking assistant judges
people who do not exist, each a copy of somebody with one more booking: it puts a timeline of them in the
place of the schedule's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from tcw.intake.values import personal_number
from tcw.model.pieces import Everywhere
from tcw.model.schedule import Schedule
from tcw.rules.engine.context import Context, year_of
from tcw.rules.engine.in_force import InForce, in_force
from tcw.rules.engine.terms import agreements
from tcw.worktime import timeline
from tcw.worktime.clock import US_PER_DAY, Clock, clock
from tcw.worktime.timeline import Timeline
from tcw.worktime.whole import Booked, Whole, booked, whole_of

EPOCH: Final = date(1970, 1, 1)
SPARE: Final = timedelta(days=370)
"""Calculation periods and calendar years reach beyond the export, by a year at most."""
PEOPLE: Final = pl.Schema({"staff_id": pl.String(), "person": pl.UInt32()})
Count = Callable[[Schedule, Clock], Booked]


@dataclass(frozen=True, slots=True)
class PreparedSchedule:
    """A schedule with its timeline. `as_of`: the instant (µs) from which on bookings are planned."""

    schedule: Schedule
    timeline: Timeline
    in_force: InForce
    as_of: int

    def contexts(self) -> Iterator[tuple[float, Context]]:
        """Yield (share done, context) of each chunk; people without clock times are in the last."""
        bookings = self.timeline.bookings
        total = max(bookings.height, 1)
        chunks = list(self.timeline.chunks()) or [(0, 0)]
        for number, (begin, rows) in enumerate(chunks):
            low = bookings["person"][begin] if rows and number else 0
            high = bookings["person"][begin + rows] if number + 1 < len(chunks) else None
            yield (begin + rows) / total, self._context(begin, rows, low, high)

    def whole(self) -> Context:
        """Return the context of everybody."""
        return self._context(0, self.timeline.bookings.height)

    def _context(self, begin: int, rows: int, low: int = 0, high: int | None = None) -> Context:
        """Return the context of some bookings and of the people from `low` up to but not including `high`."""
        chunk = pl.col("person") >= low
        if high is not None:
            chunk &= pl.col("person") < high
        return Context(
            schedule=self.schedule,
            timeline=self.timeline,
            in_force=self.in_force,
            as_of=self.as_of,
            bookings=self.timeline.bookings.slice(begin, rows),
            implausible=self.timeline.implausible.filter(chunk),
            by_hours=self.timeline.by_hours.filter(chunk),
        )


@dataclass(frozen=True, slots=True)
class SurveyedSchedule:
    """What is settled once for a whole schedule, whichever part of its people is judged.

    `people`: `staff_id`, `person` (PEOPLE) and `number` (Int64, of bookings), sorted by person. `as_of`:
    instant (µs).
    `first_day`, `last_day`: what the user asks about.
    """

    schedule: Schedule
    whole: Whole
    people: pl.DataFrame
    in_force: InForce
    as_of: int
    first_day: date | None = None
    last_day: date | None = None
    is_part: bool = False
    """These are the people of a part only: what rules ask of all is then answered from `whole`."""

    def prepared(self, bookings: pl.LazyFrame) -> PreparedSchedule:
        """Make the bookings of these people ready: all that they have."""
        prepared = timeline.prepare(
            bookings, self.whole, self.as_of, cancelled=self.schedule.cancelled, part=self.is_part
        )
        return PreparedSchedule(self.schedule, prepared, self.in_force, self.as_of)

    def timeline_of(self, persons: pl.Series, ask: Everywhere) -> Timeline:
        """Return the timeline of some persons, by their numbers; `ask` asks the bookings."""
        people = self.people.filter(pl.col("person").is_in(persons.implode()))
        of_people = pl.col("staff_id").is_in(people["staff_id"].implode())
        return self.prepared(ask(lambda bookings: bookings.filter(of_people)).lazy()).timeline

    def books_unknown_staff(self) -> bool:
        """Tell whether anybody has bookings whom the staff table lacks."""
        booked_ids = self.people.filter(pl.col("number") > 0)["staff_id"]
        return not booked_ids.is_in(self.schedule.staff["staff_id"].implode()).all()

    def books_unknown_activities(self) -> bool:
        """Tell whether anything is booked on an activity that the activities table lacks."""
        used = self.whole.activities.join(self.whole.used, on="activity", how="semi")["activity_id"]
        return not used.is_in(self.schedule.activities["activity_id"].implode()).all()


def survey_schedule(
    schedule: Schedule,
    as_of: date,
    first_day: date | None = None,
    last_day: date | None = None,
    *,
    count: Count = lambda schedule, clock: booked(schedule.active, clock),
) -> SurveyedSchedule:
    """Find out what every part must know of the whole.

    Args:
        schedule: as loaded.
        as_of: bookings that start on this day or later are planned, as are those with that status.
        first_day: of what the user asks about; the horizon reaches at least so far.
        last_day: the same, included.
        count: counts the bookings.

    Raises:
        UsageFault: agreements in tcw.yaml that contradict themselves.
    """
    known_agreements = agreements(schedule.config)
    zone = _clock_of(schedule, first_day, last_day)
    counted = count(schedule, zone)
    people = people_of(schedule, counted.staff)
    horizon = (_instant_or_none(zone, first_day, 0), _instant_or_none(zone, last_day, 1))
    links, default = schedule.tables["agreement_links"], schedule.config.rules.agreement
    return SurveyedSchedule(
        schedule=schedule,
        whole=whole_of(schedule, counted, people, zone, horizon),
        people=people.join(counted.staff, on="staff_id", how="left", maintain_order="left").with_columns(
            pl.col("number").fill_null(0)
        ),
        in_force=in_force(links, people, known_agreements, default),
        as_of=_instant(zone, as_of),
        first_day=first_day,
        last_day=last_day,
    )


def prepare(
    schedule: Schedule, as_of: date, first_day: date | None = None, last_day: date | None = None
) -> PreparedSchedule:
    """Make a whole schedule ready; arguments and faults as of `survey_schedule`."""
    return survey_schedule(schedule, as_of, first_day, last_day).prepared(schedule.bookings)


def people_of(schedule: Schedule, booked_staff: pl.DataFrame) -> pl.DataFrame:
    """Return everybody in staff and bookings (`booked_staff`: `staff_id`) as PEOPLE, sorted by both ids.

    One person may have several employments, and rests are a person's. Employments with the same personal
    number (with or without century and hyphen) are one person; without one, each is its own. Persons are
    numbered by their lowest staff id.
    """
    known = schedule.staff.select("staff_id", identity=_identity(schedule)).unique(
        "staff_id", keep="last", maintain_order=True
    )
    everybody = (
        pl.concat([known.select("staff_id"), booked_staff.select("staff_id")])
        .drop_nulls()
        .unique()
        .join(known, on="staff_id", how="left")
        # A mark keeps a personal number from meeting an employment number that happens to be alike.
        .with_columns(identity=pl.coalesce("identity", "#" + pl.col("staff_id")))
    )
    return (
        everybody.with_columns(lowest=pl.col("staff_id").min().over("identity"))
        .select("staff_id", person=pl.col("lowest").rank("dense").cast(PEOPLE["person"]) - 1)
        .sort("person", "staff_id")
    )


def _identity(schedule: Schedule) -> pl.Expr:
    """Return the personal number in one form; other ids of persons as they stand."""
    return pl.coalesce(personal_number(pl.col("person_id"), year_of(schedule)), pl.col("person_id"))


def _clock_of(schedule: Schedule, first_day: date | None, last_day: date | None) -> Clock:
    """Return the zone's offsets over the days of a schedule and a year on either side."""
    days = [day for day in (schedule.first_day, schedule.last_day, first_day, last_day) if day is not None]
    return clock(schedule.config.timezone, min(days, default=EPOCH) - SPARE, max(days, default=EPOCH) + SPARE)


def _instant(zone: Clock, day: date, days_later: int = 0) -> int:
    local = ((day - EPOCH).days + days_later) * US_PER_DAY
    return int(pl.select(zone.instant(pl.lit(local, dtype=pl.Int64))).item())


def _instant_or_none(zone: Clock, day: date | None, days_later: int) -> int | None:
    return None if day is None else _instant(zone, day, days_later)
