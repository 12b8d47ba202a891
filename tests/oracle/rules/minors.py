"""WT14: under eighteen (AFS 2012:3). Nothing counts after the midnight that begins the eighteenth
birthday."""

from dataclasses import replace
from datetime import date, time
from fractions import Fraction

from tests.oracle.rules.breaks import parts, within
from tests.oracle.rules.clock import ONE_DAY, at, day_of, days_touched, hours, monday_of, overlap
from tests.oracle.rules.weekly_rest import week
from tests.oracle.rules.world import WORK, WORKING, Outcome, Person, part_of, united

HALF_AN_HOUR = Fraction(1, 2)
WITHOUT_BREAK = Fraction(9, 2)


class Minor(Person):
    """A person as if the last booking ended where the eighteenth birthday begins."""

    def __init__(self, person: Person, born: date) -> None:
        super().__init__(person.world, person.number, person.staff_ids)
        leap = (born.month, born.day) == (2, 29)
        # The day after 28 February of a year without a 29th.
        grown = born.replace(year=born.year + 18, day=28) if leap else born.replace(year=born.year + 18)
        self.adult = at(grown)
        self.older = date(born.year + 16, 7, 1)
        self.spans = [
            replace(span, end=min(span.end, self.adult)) for span in person.spans if span.start < self.adult
        ]
        self.by_hours = [row for row in person.by_hours if row.day is not None and row.day < grown]

    def school(self, day: date) -> bool:
        return day < self.older


def judge(person: Person) -> Outcome:
    outcome = Outcome()
    if not person.spans and not person.by_hours:
        return outcome
    births = [row.birth_date for row in person.employments if row.birth_date is not None]
    if not births:
        outcome.not_judged += 1
        return outcome
    outcome.judged += 1
    minor = Minor(person, min(births))
    if minor.adult <= person.world.first:
        return outcome
    undecided = Outcome()
    _sums(minor, outcome)
    _rests(minor, outcome)
    _nights(minor, outcome)
    _breaks(minor, outcome)
    mondays = {monday_of(day) for a, b in minor.disposal for day in days_touched(a, b)}
    for monday in sorted(mondays):
        week(minor, "WT14", at(monday), at(monday + 7 * ONE_DAY), undecided, Fraction(36), "weekly_rest")
    outcome.found += undecided.found
    outcome.not_judged += undecided.not_judged
    return outcome


def _sums(person: Minor, outcome: Outcome) -> None:
    nets = person.nets(WORKING)
    touched = {day for span in person.working for day in days_touched(span.start, span.end)}
    touched |= {row.day for row in person.by_hours if row.day is not None}
    days = [(day, day + ONE_DAY, "day", 8, 7) for day in touched]
    weeks = [(day, day + 7 * ONE_DAY, "week", 40, 35) for day in {monday_of(day) for day in touched}]
    for first, after, subject, usual, school in sorted([*days, *weeks]):
        # By the milder limits when any of its days has them.
        limit = Fraction(school if person.school(after - ONE_DAY) else usual)
        total = person.hours_in(nets, WORKING, first, after)
        if total > limit:
            a, b = at(first), at(after)
            planned = person.planned_in(a, b)
            outcome.found.append(person.breach("WT14", a, b, total, limit, planned=planned, subject=subject))


def _rests(person: Minor, outcome: Outcome) -> None:
    for gap in person.duty_gaps[:-1]:
        limit = 14 if person.school(day_of(gap.end)) else 12
        measured = hours(gap.end - gap.start)
        if measured < limit:
            planned = any(
                span.planned for span in person.working if span.end == gap.start or span.start == gap.end
            )
            outcome.found.append(
                person.breach("WT14", gap.start, gap.end, measured, limit, planned=planned, subject="rest")
            )


def _nights(person: Minor, outcome: Outcome) -> None:
    touched = {day for span in person.working for day in days_touched(span.start, span.end)}
    for morning in sorted(touched | {day + ONE_DAY for day in touched}):
        child = person.school(morning)
        a = at(morning - ONE_DAY, time(20)) if child else at(morning)
        b = at(morning, time(6 if child else 5))
        measured = part_of(person.stretches, a, b)
        if measured:
            planned = person.spans_planned_in(a, b)
            outcome.found.append(
                person.breach("WT14", a, b, hours(measured), 0, planned=planned, subject="night")
            )


def _breaks(person: Minor, outcome: Outcome) -> None:
    work = united((span.start, span.end) for span in person.spans if span.kind in WORK)
    breaks = united((span.start, span.end) for span in person.spans if span.kind == "break")
    for a, b in parts(person, HALF_AN_HOUR):
        spans = within(person, a, b)
        minutes = [span.booking.break_minutes for span in spans]
        # Shorter gaps and breaks do not end the part, but are no work either.
        worked = part_of(work, a, b) - sum(
            overlap(c, d, max(a, e), min(b, f)) for c, d in breaks for e, f in work if e < b and f > a
        )
        if hours(worked) <= WITHOUT_BREAK:
            continue
        told = any(minute is not None for minute in minutes)
        long_enough = any(minute is not None and minute >= 30 for minute in minutes)
        if long_enough or not (told or person.world.breaks_are_booked):
            outcome.not_judged += 1
        else:
            planned = any(span.planned for span in spans)
            outcome.found.append(
                person.breach("WT14", a, b, hours(worked), WITHOUT_BREAK, planned=planned, subject="break")
            )
