"""BK04-BK08: competences, register extracts, availability and introductions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tests.oracle.rules.clock import ONE_DAY, at, day_of, days_touched, instant
from tests.oracle.rules.records import Availability, Booking, Competence, Employment
from tests.oracle.rules.world import WORKING, Breach, Outcome, Person, part_of, united


@dataclass(frozen=True)
class Booked:
    """A booking of working time, with clock times or with hours only."""

    row: Booking
    start: int
    end: int
    planned: bool

    @property
    def days(self) -> list[date]:
        return days_touched(self.start, self.end)

    @property
    def clocked(self) -> bool:
        return self.row.start is not None


def booked(person: Person) -> list[Booked]:
    found = [Booked(span.booking, span.start, span.end, span.planned) for span in person.working]
    for row in person.by_hours:
        if row.day is not None and person.world.kind(row) in WORKING:
            planned = person.world.planned_by_hours(row)
            found.append(Booked(row, at(row.day), at(row.day + ONE_DAY), planned))
    return found


def unit_of(person: Person, row: Booking) -> str | None:
    """Where the booking is worked: what it says, else the employee's home unit (of the last row)."""
    homes = [other.home_unit for other in person.employments if other.staff_id == row.staff_id]
    return row.unit_id or (homes[-1] if homes else None)


def required(person: Person) -> Iterator[tuple[Booked, str]]:
    by_activity = dict(person.world.settings.competences)
    for one in booked(person):
        order = person.world.orders.get(one.row.order_id or "")
        wanted = {*(order.competences if order else ()), *by_activity.get(one.row.activity_id, ())}
        yield from ((one, competence) for competence in sorted(wanted))


def held(person: Person, competence: str) -> list[Competence]:
    return [row for row in person.competences if row.competence_id == competence]


def holds(rows: list[Competence], days: list[date]) -> bool:
    """Whether a row holds on each of the days: one may go on where another ends."""
    return all(
        any((row.valid_from or date.min) <= day <= (row.valid_to or date.max) for row in rows) for day in days
    )


def missing_competence(person: Person) -> Outcome:
    """BK04."""
    outcome = Outcome()
    if person.world.source.competences is None:
        outcome.not_judged = len(list(required(person)))
        return outcome
    for one, competence in required(person):
        outcome.judged += 1
        if not held(person, competence):
            outcome.found.append(_of(person, "BK04", one, competence))
    return outcome


def expired_competence(person: Person) -> Outcome:
    """BK05."""
    outcome = Outcome()
    if person.world.source.competences is None:
        outcome.not_judged = len(list(required(person)))
        return outcome
    for one, competence in required(person):
        rows = held(person, competence)
        if not rows:
            continue
        outcome.judged += 1
        if not holds(rows, one.days):
            outcome.found.append(_of(person, "BK05", one, competence))
    return outcome


def register_extract(person: Person) -> Outcome:
    """BK06."""
    outcome, settings = Outcome(), person.world.settings
    there = person.world.source.competences is not None
    rows = [row for row in person.competences if row.kind == "register"]
    good_for = settings.register_valid_days
    # How long one without a first day and without an end is good for, nobody knows where the days are
    # limited.
    doubtful = [row for row in rows if good_for and row.valid_to is None and row.valid_from is None]
    known = [_ending(row, good_for) for row in rows if row not in doubtful]
    for one in booked(person):
        units, activities = settings.register_units, settings.register_activities
        asked = (
            "*" in units
            or unit_of(person, one.row) in units
            or "*" in activities
            or one.row.activity_id in activities
        )
        if not asked:
            continue
        if holds(known, one.days):
            outcome.judged += 1
        elif doubtful or not there:
            outcome.not_judged += 1
        else:
            outcome.judged += 1
            outcome.found.append(_of(person, "BK06", one, None))
    return outcome


def _ending(row: Competence, good_for: int | None) -> Competence:
    if row.valid_to is not None or row.valid_from is None or good_for is None:
        return row
    last = row.valid_from + timedelta(days=good_for - 1)
    return Competence(row.staff_id, row.competence_id, row.kind, row.valid_from, last)


def employment_of(person: Person, one: Booked) -> list[Employment]:
    day = day_of(one.start)
    return [row for row in person.employments_on(day) if row.staff_id == one.row.staff_id]


def outside_availability(person: Person) -> Outcome:
    """BK07."""
    outcome = Outcome()
    if not person.world.settings.substitutes_need_availability:
        return outcome
    table = person.world.source.availability or ()
    starts, ends = [instant(row.start) for row in table], [instant(row.end) for row in table]
    covered = min(starts, default=0), max(ends, default=0)
    for one in booked(person):
        hourly = any(row.employment_type == "hourly" for row in employment_of(person, one))
        if not hourly:
            continue
        unit = unit_of(person, one.row)
        mine = [row for row in table if row.staff_id in person.staff_ids]
        length = one.end - one.start
        free = [row for row in mine if not row.units or unit in row.units]
        inside = part_of(_united(free), one.start, one.end) == length
        # Where the unit is not known, availability for some units may be for the right one.
        perhaps = unit is None and part_of(_united(mine), one.start, one.end) == length
        outside = not covered[0] <= one.start < one.end <= covered[1]
        if not one.clocked or (not inside and (perhaps or outside)):
            outcome.not_judged += 1
            continue
        outcome.judged += 1
        if not inside:
            outcome.found.append(_of(person, "BK07", one, None))
    return outcome


def _united(rows: list[Availability]) -> list[tuple[int, int]]:
    return united((instant(row.start), instant(row.end)) for row in rows)


def not_introduced(person: Person) -> Outcome:
    """BK08."""
    outcome = Outcome()
    if person.world.source.introductions is None:
        outcome.not_judged = len(booked(person))
        return outcome
    units = {row.unit_id for row in person.world.source.introductions if row.staff_id in person.staff_ids}
    homes = {row.home_unit for row in person.employments}
    for one in booked(person):
        unit = unit_of(person, one.row)
        if unit is None:
            outcome.not_judged += 1
            continue
        outcome.judged += 1
        if unit not in units | homes:
            outcome.found.append(_of(person, "BK08", one, None))
    return outcome


def _of(person: Person, code: str, one: Booked, subject: str | None) -> Breach:
    return person.breach(
        code,
        one.start,
        one.end,
        None,
        None,
        planned=one.planned,
        subject=subject,
        staff_id=one.row.staff_id,
    )
