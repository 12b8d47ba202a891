"""PL01 and PL02: what a schedule may not hold."""

from collections.abc import Iterator
from fractions import Fraction

from tests.oracle.rules.clock import ONE_DAY, at, hours
from tests.oracle.rules.periods import Period, at_most, calculation_periods
from tests.oracle.rules.sums import contract, full_time
from tests.oracle.rules.world import Breach, Outcome, Person

ORDINARY = {"work", "additional"}


def planned_overtime(person: Person) -> Outcome:
    """PL01."""
    outcome = Outcome()
    for span in person.spans:
        if span.kind == "overtime" and span.planned:
            net = hours(span.length) * span.kept
            outcome.found.append(person.breach("PL01", span.start, span.end, net, 0, planned=True))
    for row in person.by_hours:
        if person.world.kind(row) == "overtime" and person.world.planned_by_hours(row):
            assert row.day is not None
            a, b = at(row.day), at(row.day + ONE_DAY)
            outcome.found.append(person.breach("PL01", a, b, row.hours, 0, planned=True))
    outcome.judged = len(outcome.found)
    for period, total, full in _planned_periods(person):
        _judge(person, "PL01", period, total, full, full, outcome)
    return outcome


def planned_above_contract(person: Person) -> Outcome:
    """PL02."""
    outcome = Outcome()
    for period, total, full in _planned_periods(person):
        own = contract(person, period)
        if own.mean is None:
            outcome.not_judged += 1
        elif own.part_time and own.mean < 1:
            _judge(person, "PL02", period, total, own.hours(full), full, outcome)
    return outcome


def _judge(
    person: Person,
    code: str,
    period: Period,
    total: Fraction,
    limit: Fraction,
    full: Fraction,
    outcome: Outcome,
) -> None:
    severity = "error" if code == "PL01" or total > full else "info"

    def breach() -> Breach:
        a, b = at(period[0]), at(period[1])
        return person.breach(code, a, b, total, limit, planned=True, severity=severity)

    at_most(person, period, total, limit, outcome, breach)


def _planned_periods(person: Person) -> Iterator[tuple[Period, Fraction, Fraction]]:
    nets = person.nets(ORDINARY)
    for period, terms in calculation_periods(person):
        if terms.ordinary_week is None or not person.planned_in(at(period[0]), at(period[1]), ORDINARY):
            continue
        yield period, person.hours_in(nets, ORDINARY, *period), full_time(person, period, terms)
