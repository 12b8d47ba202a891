"""Calculation periods, four weeks, months, years and averaging periods of a person."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction

from tests.oracle.rules.clock import grid, month_of, months_later
from tests.oracle.rules.records import Agreement
from tests.oracle.rules.world import Breach, Outcome, Person, every_agreement

Period = tuple[date, date]


def calculation_periods(person: Person) -> Iterator[tuple[Period, Agreement]]:
    """Those whose first day's agreement lays them so."""
    world = person.world
    for terms in every_agreement(person):
        for period in grid(world.origin, 7 * terms.calculation_weeks, *world.days):
            if person.terms(period[0]) == terms:
                yield period, terms


def basis_periods(person: Person, basis: str) -> Iterator[tuple[Period, Agreement]]:
    """Four weeks or calendar months, by `on_call_basis` or `overtime_basis`."""
    world = person.world
    for period in grid(world.origin, 28, *world.days):
        terms = person.terms(period[0])
        if getattr(terms, basis) == "four_weeks":
            yield period, terms
    for first in months(person):
        terms = person.terms(first)
        if getattr(terms, basis) == "month":
            yield (first, months_later(first, 1)), terms


def months(person: Person) -> list[date]:
    first, last = (month_of(day) for day in person.world.days)
    number = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_later(first, later) for later in range(number)]


def years(person: Person) -> Iterator[tuple[Period, Agreement]]:
    first, last = person.world.days
    for year in range(first.year, last.year + 1):
        yield (date(year, 1, 1), date(year + 1, 1, 1)), person.terms(date(year, 1, 1))


def averaging_periods(person: Person) -> Iterator[tuple[Period, Agreement]]:
    world = person.world
    for terms in every_agreement(person):
        if terms.average_weeks is not None:
            found = list(grid(world.origin, 7 * terms.average_weeks, *world.days))
        else:
            firsts = months(person)[:: terms.average_months]
            found = [(first, months_later(first, terms.average_months)) for first in firsts]
        yield from ((period, terms) for period in found if person.terms(period[0]) == terms)


def at_most(
    person: Person,
    period: Period,
    total: Fraction,
    limit: Fraction | None,
    outcome: Outcome,
    breach: Callable[[], Breach],
    until: date | None = None,
) -> None:
    """A sum that may be at most so much: what is not known can only add to it, an hour each hour.

    `until`: where what is summed reaches beyond the period.
    """
    if limit is None:
        return
    if total > limit:
        outcome.judged += 1
        outcome.found.append(breach())
    elif total + person.world.unknown_days(period[0], max(period[1], until or period[1])) <= limit:
        outcome.judged += 1
    else:
        outcome.not_judged += 1
