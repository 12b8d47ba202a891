"""WT08 and WT09: all working time on average, and night workers' (10 b §, 13 a §)."""

from datetime import time
from fractions import Fraction
from math import ceil

from tests.oracle.rules.clock import DAY, ONE_DAY, at, day_of, days_touched, hours, overlap
from tests.oracle.rules.periods import Period, at_most, averaging_periods
from tests.oracle.rules.world import WORKING, Breach, Net, Outcome, Person, Span, part_of

LONG_ABSENCE = 20
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(6)


class Averages:
    """What counts in averages: working time, and absence that counts as worked."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.counted = {
            row.activity_id for row in person.world.source.activities if row.counts_as_worked is True
        }
        self.nets: list[Net] = person.nets(WORKING | {"absence"}, self._walked)
        self.long = [
            span
            for span in person.spans
            if span.kind == "absence"
            and span.booking.activity_id in self.counted
            and hours(span.length) >= LONG_ABSENCE
        ]

    def _walked(self, span: Span) -> bool:
        if span.kind != "absence":
            return True
        return span.booking.activity_id in self.counted and hours(span.length) < LONG_ABSENCE

    def worked_in(self, period: Period) -> Fraction:
        """Working time alone."""
        return self.person.hours_in(self.person.nets(WORKING), WORKING, *period)

    def hours_in(self, period: Period) -> Fraction:
        person = self.person
        total = person.hours_in(self.nets, WORKING, *period)
        days_off = {day for span in self.long for day in days_touched(span.start, span.end)}
        for row in person.by_hours:
            assert row.day is not None
            assert row.hours is not None
            if person.world.kind(row) != "absence" or row.activity_id not in self.counted:
                continue
            if row.hours >= LONG_ABSENCE:
                days_off.add(row.day)
            elif period[0] <= row.day < period[1]:
                total += row.hours
        day_length = person.world.settings.normal_week_hours / 5
        return total + day_length * sum(
            1 for day in days_off if day.isoweekday() <= 5 and period[0] <= day < period[1]
        )

    def planned_in(self, period: Period) -> bool:
        """Whether a booking of the period that counts is planned."""
        person, (a, b) = self.person, (at(period[0]), at(period[1]))
        if person.planned_in(a, b):
            return True
        absences = [
            span
            for span in person.spans
            if span.kind == "absence" and span.booking.activity_id in self.counted
        ]
        by_hours = [row for row in person.by_hours if row.activity_id in self.counted]
        return any(span.planned for span in absences if span.start < b and span.end > a) or any(
            person.world.planned_by_hours(row)
            for row in by_hours
            if row.day is not None and period[0] <= row.day < period[1]
        )


def average_week(person: Person) -> Outcome:
    """WT08."""
    outcome, averages = Outcome(), Averages(person)
    for period, terms in averaging_periods(person):
        if not averages.hours_in(period) or terms.average_week is None:
            continue
        total, weeks = averages.hours_in(period), Fraction((period[1] - period[0]).days, 7)

        def breach(period=period, total=total, weeks=weeks, limit=terms.average_week) -> Breach:  # type: ignore[no-untyped-def] # noqa: ANN001
            a, b = at(period[0]), at(period[1])
            return person.breach("WT08", a, b, total / weeks, limit, planned=averages.planned_in(period))

        at_most(person, period, total, terms.average_week * weeks, outcome, breach)
    return outcome


def night_hours(person: Person, a: int, b: int) -> int:
    """Seconds of working time between 22 and 06 within a span."""
    days = days_touched(a, b)
    nights = [(at(day, NIGHT_BEGINS), at(day + ONE_DAY, NIGHT_ENDS)) for day in [days[0] - ONE_DAY, *days]]
    return sum(part_of(person.stretches, max(a, c), min(b, d)) for c, d in nights if c < b and d > a)


def is_night_worker(person: Person, period: Period) -> bool:
    """By the duty periods that begin in the averaging period."""
    duties = [duty for duty in person.duties if period[0] <= day_of(duty[0]) < period[1]]
    nights = [hours(night_hours(person, *duty)) for duty in duties]
    worked = sum((hours(part_of(person.stretches, *duty)) for duty in duties), Fraction(0))
    often = sum(1 for night in nights if night >= 3) * 2 > len(duties)
    return bool(duties) and (often or sum(nights) * 3 >= worked)


def night_work(person: Person) -> Outcome:
    """WT09."""
    outcome, averages = Outcome(), Averages(person)
    risky = set(person.world.settings.special_risk_activities)
    risks = person.nets(WORKING, lambda span: span.booking.activity_id in risky)
    for period, terms in averaging_periods(person):
        if terms.night_average is None or not is_night_worker(person, period):
            continue
        days = (period[1] - period[0]).days
        parts = Fraction(days - ceil(days / 7))
        total = averages.hours_in(period)
        if not total:
            continue

        def breach(period=period, total=total, parts=parts, limit=terms.night_average) -> Breach:  # type: ignore[no-untyped-def] # noqa: ANN001
            a, b = at(period[0]), at(period[1])
            return person.breach("WT09", a, b, total / parts, limit, planned=averages.planned_in(period))

        at_most(person, period, total, terms.night_average * parts, outcome, breach)
    at_night = [period for period, _ in averaging_periods(person) if is_night_worker(person, period)]
    for start, _ in person.duties:
        if any(first <= day_of(start) < after for first, after in at_night):
            _special_risk(person, start, risks, risky, outcome)
    return outcome


def _special_risk(person: Person, start: int, risks: list[Net], risky: set[str], outcome: Outcome) -> None:
    limit = person.terms(day_of(start)).night_average
    total = sum((net.within(start, start + DAY) for net in risks), Fraction(0))
    # Only 24 hours in which some work is at night.
    if limit is None or not total or not night_hours(person, start, start + DAY):
        return
    if total > limit:
        outcome.judged += 1
        planned = any(
            span.planned
            for span in person.working
            if span.booking.activity_id in risky and overlap(span.start, span.end, start, start + DAY)
        )
        outcome.found.append(person.breach("WT09", start, start + DAY, total, limit, planned=planned))
    elif total + person.world.unknown(start, start + DAY) <= limit:
        outcome.judged += 1
    else:
        outcome.not_judged += 1
