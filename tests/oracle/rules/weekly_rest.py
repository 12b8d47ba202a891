"""WT03: thirty-six hours of unbroken rest in every period of seven days (14 §). Standby is no weekly rest."""

from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.rules.clock import DAY, ONE_DAY, at, day_of, hours, overlap
from tests.oracle.rules.daily_rest import longest_rest
from tests.oracle.rules.records import Agreement
from tests.oracle.rules.world import WORKING, Outcome, Person

WEEK = 7 * DAY
DISPOSAL = WORKING | {"standby"}


def judge(person: Person) -> Outcome:
    outcome = Outcome(not_judged=person.hours_only_days)
    if not person.disposal:
        return outcome
    for a, b, terms in windows(person):
        if terms.weekly_rest_mode == "week":
            week(person, "WT03", a, b, outcome, terms.weekly_rest)
        elif terms.weekly_rest_mode == "straddle":
            _straddle(person, a, b, terms, outcome)
    _rolling(person, outcome)
    return outcome


def windows(person: Person) -> list[tuple[int, int, Agreement]]:
    """Seven-day windows with time at the employer's disposal, as the agreement of the day on which they begin
    lays them.
    """
    found = []
    first, last = person.world.days
    for number in range((last - first).days + 9):
        day = first + timedelta(days=number - 7)
        terms = person.terms(day)
        if day.isoweekday() != terms.week_break_day:
            continue
        a, b = week_from(day, terms)
        if any(overlap(start, end, a, b) for start, end in person.disposal):
            found.append((a, b, terms))
    return found


def week_from(day: date, terms: Agreement) -> tuple[int, int]:
    return at(day, terms.week_break_time), at(day + 7 * ONE_DAY, terms.week_break_time)


def week(
    person: Person, code: str, a: int, b: int, outcome: Outcome, limit: Fraction, subject: str | None = None
) -> None:
    """Rests clipped to the window."""
    known, best, _ = longest_rest(person.rests_between(person.disposal), a, b)
    if hours(known) >= limit:
        outcome.judged += 1
    elif hours(best) >= limit:
        outcome.not_judged += 1
    else:
        outcome.judged += 1
        planned = person.spans_planned_in(a, b, DISPOSAL)
        outcome.found.append(person.breach(code, a, b, hours(best), limit, planned=planned, subject=subject))


def _straddle(person: Person, a: int, b: int, terms: Agreement, outcome: Outcome) -> None:
    """Rests that begin in the window, whole; before a person's first booking the time inside the window."""
    rests = person.rests_between(person.disposal)
    beginning = [rest for rest in rests if a <= rest.start < b and not rest.open_start]
    lengths = [hours(rest.end - rest.start) for rest in beginning]
    lengths += [hours(overlap(rest.start, rest.end, a, b)) for rest in rests if rest.open_start]
    known = max(lengths, default=Fraction(0))
    before = hours(max(0, min(b, rests[0].end) - a)) if a < person.world.first else Fraction(0)
    doubtful = (
        before >= terms.weekly_rest or b > person.world.after or any(rest.open_end for rest in beginning)
    )
    if known >= terms.weekly_rest:
        outcome.judged += 1
    elif doubtful:
        outcome.not_judged += 1
    else:
        outcome.judged += 1
        planned = person.spans_planned_in(a, b, DISPOSAL)
        outcome.found.append(
            person.breach("WT03", a, b, max(known, before), terms.weekly_rest, planned=planned)
        )


def _rolling(person: Person, outcome: Outcome) -> None:
    """Between two full rests there may be at most 168 h less twice the limit."""
    rests = person.rests_between(person.disposal)

    def is_full(place: int) -> bool:
        rest = rests[place]
        limit = person.terms(day_of(rest.start)).weekly_rest
        return rest.end > rest.start and hours(rest.end - rest.start) >= limit

    full = {place for place in range(len(rests)) if is_full(place)}
    last = len(rests) - 1
    for place in sorted({0, *full} - {last}):
        b = rests[place].end
        after = min((other for other in full if other > place), default=last)
        a = rests[after].start
        terms = person.terms(day_of(b))
        if terms.weekly_rest_mode != "rolling":
            continue
        run = hours(a - b)
        inside = [hours(rest.end - rest.start) for rest in rests[place + 1 : after]]
        measured = max([*inside, (168 - run) / 2])
        # Where the agreement changes in between, a rest that was not full then may be enough now.
        if run > 168 - 2 * terms.weekly_rest and measured < terms.weekly_rest:
            outcome.judged += 1
            planned = person.spans_planned_in(b, a, DISPOSAL)
            outcome.found.append(person.breach("WT03", b, a, measured, terms.weekly_rest, planned=planned))
        elif {place, after} <= full:
            outcome.judged += 1
        else:
            outcome.not_judged += 1
