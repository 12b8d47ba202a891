"""WT11, WT12 and WT13: long duties, many days in a row, short notice."""

from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.rules.clock import DAY, ONE_DAY, at, day_of, local, overlap
from tests.oracle.rules.daily_rest import rolling_windows
from tests.oracle.rules.records import Agreement
from tests.oracle.rules.world import WORK, WORKING, Outcome, Person


def long_duty(person: Person) -> Outcome:
    """WT11."""
    outcome = Outcome(not_judged=person.hours_only_days)
    nets = person.nets(WORKING)
    for a in rolling_windows(person):
        b = a + DAY
        terms = person.terms(day_of(a))
        if terms.long_duty is None:
            continue
        limit = limit_of_duty(person, terms, a, b)
        total = sum((net.within(a, b) for net in nets if net.start < b and net.span.end > a), Fraction(0))
        if total > limit:
            outcome.judged += 1
            planned = person.spans_planned_in(a, b)
            outcome.found.append(person.breach("WT11", a, b, total, limit, planned=planned))
        elif total + person.world.unknown(a, b) <= limit:
            outcome.judged += 1
        else:
            outcome.not_judged += 1
    return outcome


def limit_of_duty(person: Person, terms: Agreement, a: int, b: int) -> Fraction:
    """The highest of the limits that hold."""
    assert terms.long_duty is not None
    limits = [terms.long_duty]
    if "WT11" in terms.ignores and terms.decided_on(day_of(a)) and terms.long_duty_by_decision is not None:
        limits.append(terms.long_duty_by_decision)
    if terms.long_duty_in_sequence is not None and _in_sequence(person, a, b):
        limits.append(terms.long_duty_in_sequence)
    return max(limits)


def _in_sequence(person: Person, a: int, b: int) -> bool:
    """Whether work and on-call lie in one stretch, in its part inside the window."""
    for start, end in person.stretches:
        c, d = max(start, a), min(end, b)
        if c < d:
            kinds = {span.kind for span in person.working if overlap(span.start, span.end, c, d)}
            if "on_call" in kinds and kinds & WORK:
                return True
    return False


def days_of_duty(start: int, end: int) -> list[date]:
    """The day on which it begins, and one more for each further 24 hours begun."""
    return [day_of(start) + number * ONE_DAY for number in range((end - start - 1) // DAY + 1)]


def days_in_a_row(person: Person) -> Outcome:
    """WT12."""
    outcome, world = Outcome(), person.world
    by_hours = {
        row.day for row in person.by_hours if row.day is not None and world.kind(row) in WORKING and row.hours
    }
    days = sorted({day for duty in person.duties for day in days_of_duty(*duty)} | by_hours)
    rows: list[list[date]] = []
    for day in days:
        if rows and rows[-1][-1] + ONE_DAY == day:
            rows[-1].append(day)
        else:
            rows.append([day])
    for row in rows:
        limit = person.terms(row[0]).days_in_a_row
        if limit is None:
            continue
        if len(row) > limit:
            outcome.judged += 1
            a, b = at(row[0]), at(row[-1] + ONE_DAY)
            # Its bookings: those that begin on its days.
            planned = any(span.planned and a <= span.start < b for span in person.working) or any(
                world.planned_by_hours(one)
                for one in person.by_hours
                if one.day in row and world.kind(one) in WORKING
            )
            outcome.found.append(person.breach("WT12", a, b, len(row), limit, planned=planned))
        elif at(row[0] - ONE_DAY) < world.first or at(row[-1] + 2 * ONE_DAY) > world.after:
            outcome.not_judged += 1
        else:
            outcome.judged += 1
    return outcome


def notice(person: Person) -> Outcome:
    """WT13."""
    outcome = Outcome()
    for span in person.spans:
        if span.kind not in {"work", "on_call"}:
            continue
        created = span.booking.created_at
        if created is None:
            outcome.not_judged += 1
            continue
        limit = person.terms(day_of(span.start)).notice_days
        outcome.judged += 1
        given = max(Fraction((local(span.start) - created) // timedelta(seconds=1), DAY), Fraction(0))
        if given < limit:
            outcome.found.append(
                person.breach(
                    "WT13", span.start, span.end, given, limit, planned=span.planned, severity="info"
                )
            )
    outcome.not_judged += sum(1 for row in person.by_hours if person.world.kind(row) in {"work", "on_call"})
    return outcome
