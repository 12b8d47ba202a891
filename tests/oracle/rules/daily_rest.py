"""WT01: eleven hours of unbroken rest in every period of twenty-four hours (13 §), and AB's two
exceptions."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from tests.oracle.rules.clock import DAY, ONE_DAY, at, day_of, days_touched, hours, overlap
from tests.oracle.rules.world import Outcome, Person, Rest

FAR = 10**12


def judge(person: Person) -> Outcome:
    outcome = Outcome(not_judged=person.hours_only_days)
    for a in rolling_windows(person):
        if person.terms(day_of(a)).daily_rest_mode == "rolling":
            _window(person, a, a + DAY, outcome)
    for day in sorted({day for start, end in person.stretches for day in _near(start, end)}):
        terms = person.terms(day)
        a, b = at(day, terms.day_break), at(day + ONE_DAY, terms.day_break)
        worked = any(overlap(start, end, a, b) for start, end in person.stretches)
        if terms.daily_rest_mode == "window" and worked:
            _window(person, a, b, outcome)
    passes = long_passes(person)
    for gap in person.duty_gaps[:-1]:
        after_pass = gap.start in {end for _, end in passes}
        if person.terms(day_of(gap.start)).daily_rest_mode == "shift_gap" and not after_pass:
            _gap(person, gap, outcome)
    for (start, end), gap in zip(person.duties, person.duty_gaps, strict=True):
        _after_long_duty(person, start, end, gap, outcome)
    return outcome


def _near(start: int, end: int) -> list[date]:
    days = days_touched(start, end)
    return [days[0] - ONE_DAY, *days]


def rolling_windows(person: Person) -> Iterator[int]:
    """Where twenty-four-hour windows begin: with each run of duty periods that follows a full rest, and every
    24 h of it.
    """
    runs: list[tuple[int, int]] = []
    gaps = [None, *person.duty_gaps[:-1]] if person.duties else []
    for (start, end), gap in zip(person.duties, gaps, strict=True):
        full = gap is None or hours(gap.end - gap.start) >= person.terms(day_of(gap.start)).daily_rest
        if full:
            runs.append((start, end))
        else:
            runs[-1] = (runs[-1][0], end)
    for start, end in runs:
        yield from range(start, end, DAY)


def longest_rest(rests: list[Rest], a: int, b: int) -> tuple[int, int, Rest | None]:
    """The longest rest inside a window as far as known, the same at best, and the (last) rest that is it."""
    known, best, which = 0, 0, None
    for rest in rests:
        sure = overlap(rest.start, rest.end, a, b)
        start = rest.start - (FAR if rest.open_start else 0)
        end = rest.end + (FAR if rest.open_end else 0)
        perhaps = overlap(start, end, a, b)
        known = max(known, sure)
        if perhaps and perhaps >= best:
            best, which = perhaps, rest
    return known, best, which


def _window(person: Person, a: int, b: int, outcome: Outcome) -> None:
    terms = person.terms(day_of(a))
    known, best, which = longest_rest(person.rests, a, b)
    if hours(known) >= terms.daily_rest or _excused(person, a, b, terms.daily_rest_mode):
        outcome.judged += 1
    elif hours(best) >= terms.daily_rest:
        outcome.not_judged += 1
    else:
        verdict = _compensated(person, hours(best), terms.daily_rest, which, day_of(a))
        _tell(person, a, b, hours(best), verdict, outcome)


def _gap(person: Person, gap: Rest, outcome: Outcome) -> None:
    terms = person.terms(day_of(gap.start))
    measured = hours(gap.end - gap.start)
    if measured >= terms.daily_rest:
        outcome.judged += 1
        return
    verdict = _compensated(person, measured, terms.daily_rest, gap, day_of(gap.start))
    _tell(person, gap.start, gap.end, measured, verdict, outcome)


def _tell(person: Person, a: int, b: int, measured: Fraction, verdict: bool | None, outcome: Outcome) -> None:
    if verdict is None:
        outcome.not_judged += 1
        return
    outcome.judged += 1
    if not verdict:
        whole_gap = next((gap for gap in person.duty_gaps if (gap.start, gap.end) == (a, b)), None)
        planned = person.planned_around(whole_gap) if whole_gap else person.spans_planned_in(a, b)
        limit = person.terms(day_of(a)).daily_rest
        outcome.found.append(person.breach("WT01", a, b, measured, limit, planned=planned))


def _compensated(
    person: Person, measured: Fraction, limit: Fraction, rest: Rest | None, day: date
) -> bool | None:
    """Whether the rest after it makes up for a rest that was too short; None: not known."""
    least = person.terms(day).daily_rest_with_compensation
    if least is None or measured < least:
        return False
    after = [gap for gap in person.duty_gaps if rest is not None and gap.start >= rest.end]
    if not after:
        return None  # the rest itself is the last one known
    needed = limit + (limit - measured)
    if hours(after[0].end - after[0].start) >= needed:
        return True
    return None if after[0].open_end else False


def long_passes(person: Person) -> list[tuple[int, int]]:
    """Work and on-call of more than 13 and at most 20 hours, where the agreement of its day lets it be (AB 13
    §).
    """
    found = []
    for start, end in person.duties:
        terms = person.terms(day_of(start))
        on_call = any(
            span.kind == "on_call" and overlap(span.start, span.end, start, end) for span in person.working
        )
        if terms.long_duty_in_sequence is None or terms.long_duty is None or not on_call:
            continue
        if terms.long_duty < hours(end - start) <= terms.long_duty_in_sequence:
            found.append((start, end))
    return found


def _excused(person: Person, a: int, b: int, mode: str) -> bool:
    """Whether a long pass takes the place of the rest: one goes on when a rolling window begins, or begins in
    a fixed one.
    """
    if mode == "rolling":
        return any(start <= a < end for start, end in long_passes(person))
    return any(a <= start < b for start, _ in long_passes(person))


def _after_long_duty(person: Person, start: int, end: int, gap: Rest, outcome: Outcome) -> None:
    """After it, rest at least as long, and no less than the daily rest."""
    if (start, end) not in long_passes(person):
        return
    limit = max(hours(end - start), person.terms(day_of(start)).daily_rest)
    measured = hours(gap.end - gap.start)
    if measured < limit and gap.open_end:
        outcome.not_judged += 1
        return
    outcome.judged += 1
    if measured < limit:
        planned = person.planned_around(gap)
        outcome.found.append(person.breach("WT01", gap.start, gap.end, measured, limit, planned=planned))
