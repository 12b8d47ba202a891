"""WT02: the rest holds the hours between 00 and 05 (13 §)."""

from datetime import time

from tests.oracle.rules.clock import at, days_touched, hours
from tests.oracle.rules.world import Outcome, Person, part_of, united


def judge(person: Person) -> Outcome:
    outcome = Outcome(judged=len(person.duties), not_judged=person.hours_only_days)
    allowed = set(person.world.settings.night_activities)
    spans = [span for span in person.working if span.booking.activity_id not in allowed]
    worked = united((span.start, span.end) for span in spans)
    for day in sorted({day for start, end in worked for day in days_touched(start, end)}):
        a, b = at(day), at(day, time(5))
        measured = part_of(worked, a, b)
        if measured:
            planned = any(span.planned for span in spans if span.start < b and span.end > a)
            outcome.found.append(
                person.breach("WT02", a, b, hours(measured), 0, planned=planned, severity="info")
            )
    return outcome
