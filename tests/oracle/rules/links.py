"""AG01-AG04: who is linked to which agreement."""

from datetime import date

from tests.oracle.rules.clock import ONE_DAY, at, day_of
from tests.oracle.rules.world import WORKING, Breach, Outcome, Person


def no_agreement(person: Person) -> Outcome:
    """AG01."""
    outcome = Outcome()
    begun = [(day_of(span.start), span.planned) for span in person.working]
    begun += [
        (row.day, person.world.planned_by_hours(row))
        for row in person.by_hours
        if row.day is not None and person.world.kind(row) in WORKING
    ]
    if person.world.source.links is None:
        outcome.not_judged = len(begun)
        return outcome
    outcome.judged = len(begun)
    for day in sorted({day for day, _ in begun}):
        if not any((row.valid_from or day) <= day <= (row.valid_to or day) for row in person.links):
            planned = any(one for other, one in begun if other == day)
            outcome.found.append(
                person.breach("AG01", at(day), at(day + ONE_DAY), None, None, planned=planned)
            )
    return outcome


def overlapping(person: Person) -> Outcome:
    """AG02: per staff id and overlap of two links."""
    outcome = Outcome()
    for staff_id in sorted(person.staff_ids):
        rows = [row for row in person.links if row.staff_id == staff_id]
        for place, one in enumerate(rows):
            for other in rows[place + 1 :]:
                first = max(one.valid_from or date.min, other.valid_from or date.min)
                last = min(one.valid_to or date.max, other.valid_to or date.max)
                if first <= last and one.agreement_id != other.agreement_id:
                    outcome.found.append(_settings(person, "AG02", staff_id, None))
    return outcome


def without_end(person: Person) -> Outcome:
    """AG03."""
    outcome = Outcome()
    for row in person.links:
        terms = person.world.agreements.get(row.agreement_id)
        if terms is not None and terms.ignores and row.valid_to is None:
            outcome.found.append(_settings(person, "AG03", row.staff_id, row.agreement_id))
    return outcome


def without_decision(person: Person) -> Outcome:
    """AG04: the decision is missing, or does not cover the days of the link inside the horizon."""
    outcome = Outcome()
    first, last = person.world.days
    for row in person.links:
        terms = person.world.agreements.get(row.agreement_id)
        begin, end = max(first, row.valid_from or first), min(last, row.valid_to or last)
        if terms is None or not terms.ignores:
            continue
        if begin <= end and not (terms.decided_on(begin) and terms.decided_on(end)):
            outcome.found.append(_settings(person, "AG04", row.staff_id, row.agreement_id))
    return outcome


def _settings(person: Person, code: str, staff_id: str, subject: str | None) -> Breach:
    return Breach(code, person.number, 0, 0, None, None, planned=False, subject=subject, staff_id=staff_id)
