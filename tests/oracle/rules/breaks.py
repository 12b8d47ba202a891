"""WT10: not more than five hours in a row without a break (15 §)."""

from fractions import Fraction

from tests.oracle.rules.clock import day_of, hours, overlap
from tests.oracle.rules.world import WORK, Outcome, Person, Span, united


def parts(person: Person, least: Fraction = Fraction(0)) -> list[tuple[int, int]]:
    """Work in a row: work united, over gaps shorter than that too, and breaks of at least so many hours cut
    out.
    """
    breaks = united((span.start, span.end) for span in person.spans if span.kind == "break")
    breaks = [span for span in breaks if hours(span[1] - span[0]) >= least]
    found: list[tuple[int, int]] = []
    stretches: list[tuple[int, int]] = []
    for start, end in united((span.start, span.end) for span in person.spans if span.kind in WORK):
        if stretches and hours(start - stretches[-1][1]) < least:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    for start, end in stretches:
        begin = start
        for a, b in breaks:
            if b <= begin or a >= end:
                continue
            if a > begin:
                found.append((begin, a))
            begin = max(begin, b)
        if begin < end:
            found.append((begin, end))
    return found


def judge(person: Person) -> Outcome:
    outcome = Outcome(not_judged=sum(1 for row in person.by_hours if person.world.kind(row) in WORK))
    for a, b in parts(person):
        limit = person.terms(day_of(a)).break_after
        if limit is None:
            outcome.judged += 1
            continue
        verdict = broken(person, a, b)
        if hours(b - a) <= limit:
            outcome.judged += 1
        elif verdict is None:
            outcome.not_judged += 1
        else:
            outcome.judged += 1
            planned = any(span.planned for span in within(person, a, b))
            outcome.found.append(person.breach("WT10", a, b, hours(b - a), limit, planned=planned))
    return outcome


def within(person: Person, a: int, b: int) -> list[Span]:
    return [span for span in person.spans if span.kind in WORK and overlap(span.start, span.end, a, b)]


def broken(person: Person, a: int, b: int) -> bool | None:
    """False: there is no break in the part; None: not known."""
    minutes = [span.booking.break_minutes for span in within(person, a, b)]
    if any(minute for minute in minutes):
        return None
    unknown = all(minute is None for minute in minutes) and not person.world.breaks_are_booked
    return None if unknown else False
