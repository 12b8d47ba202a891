"""BK01-BK03, BK09, BK10."""

from tests.oracle.rules.clock import ONE_DAY, at, day_of, days_touched, hours
from tests.oracle.rules.world import WORKING, Outcome, Person, last_day, part_of, united


def double_booking(person: Person) -> Outcome:
    """BK01: a booking of working time begins while an earlier one goes on."""
    outcome = Outcome(judged=len(person.working))
    for place, span in enumerate(person.working):
        earlier = person.working[:place]
        until = max((other.end for other in earlier), default=span.start)
        if until > span.start:
            end = min(until, span.end)
            # Its bookings: this one, and the earlier one that goes on longest. Of two alike, nothing says
            # which.
            phases = {other.planned for other in earlier if other.end == until}
            twins = {
                other.planned
                for other in person.working
                if (other.start, other.end) == (span.start, span.end)
            }
            planned = None if len(phases) > 1 or len(twins) > 1 else span.planned or phases == {True}
            outcome.found.append(
                person.breach(
                    "BK01",
                    span.start,
                    end,
                    hours(end - span.start),
                    0,
                    planned=planned,
                    staff_id=span.booking.staff_id,
                )
            )
    return outcome


def booked_while_absent(person: Person) -> Outcome:
    """BK02."""
    outcome, world = Outcome(), person.world
    absences = [span for span in person.spans if span.kind == "absence"]
    absent = united((span.start, span.end) for span in absences)
    days_by_hours = {row.day for row in person.by_hours if world.kind(row) == "absence"}
    days_absent = {day for span in absences for day in days_touched(span.start, span.end)} | days_by_hours
    for span in person.working:
        shared = part_of(absent, span.start, span.end)
        if shared:
            outcome.judged += 1
            planned = span.planned or any(
                other.planned for other in absences if other.start < span.end and other.end > span.start
            )
            outcome.found.append(
                person.breach(
                    "BK02",
                    span.start,
                    span.end,
                    hours(shared),
                    0,
                    planned=planned,
                    staff_id=span.booking.staff_id,
                )
            )
        elif days_by_hours & set(days_touched(span.start, span.end)):
            outcome.not_judged += 1
        else:
            outcome.judged += 1
    for row in person.by_hours:
        if world.kind(row) in WORKING and row.day in days_absent:
            outcome.not_judged += 1
        elif world.kind(row) in WORKING:
            outcome.judged += 1
    return outcome


def outside_employment(person: Person) -> Outcome:
    """BK03."""
    outcome = Outcome()
    for span in person.spans:
        rows = [row for row in person.employments if row.staff_id == span.booking.staff_id]
        if not rows:
            outcome.not_judged += 1
            continue
        outcome.judged += 1
        outside = [
            day
            for day in days_touched(span.start, span.end)
            if not any((row.valid_from or day) <= day <= last_day(row, rows) for row in rows)
        ]
        if outside:
            outcome.found.append(
                person.breach(
                    "BK03",
                    span.start,
                    span.end,
                    len(outside),
                    0,
                    planned=span.planned,
                    staff_id=span.booking.staff_id,
                )
            )
    for row in person.by_hours:
        assert row.day is not None
        day = row.day
        rows = [other for other in person.employments if other.staff_id == row.staff_id]
        if not rows:
            outcome.not_judged += 1
            continue
        outcome.judged += 1
        if not any((other.valid_from or day) <= day <= last_day(other, rows) for other in rows):
            planned = person.world.planned_by_hours(row)
            outcome.found.append(
                person.breach(
                    "BK03", at(day), at(day + ONE_DAY), 1, 0, planned=planned, staff_id=row.staff_id
                )
            )
    return outcome


def retired_activity(person: Person) -> Outcome:
    """BK09."""
    outcome = Outcome()
    firsts = [(span.booking, day_of(span.start), span.start, span.end, span.planned) for span in person.spans]
    firsts += [
        (row, row.day, at(row.day), at(row.day + ONE_DAY), person.world.planned_by_hours(row))
        for row in person.by_hours
        if row.day is not None
    ]
    for booking, day, a, b, planned in firsts:
        rows = [row for row in person.world.source.activities if row.activity_id == booking.activity_id]
        if not rows:
            continue
        outcome.judged += 1
        if not any((row.valid_from or day) <= day <= (row.valid_to or day) for row in rows):
            outcome.found.append(
                person.breach(
                    "BK09",
                    a,
                    b,
                    None,
                    None,
                    planned=planned,
                    staff_id=booking.staff_id,
                    subject=booking.activity_id,
                )
            )
    return outcome


def implausible_span(person: Person) -> Outcome:
    """BK10."""
    outcome = Outcome()
    for span in person.working:
        if hours(span.length) > 24:
            outcome.found.append(
                person.breach(
                    "BK10",
                    span.start,
                    span.end,
                    hours(span.length),
                    24,
                    planned=span.planned,
                    staff_id=span.booking.staff_id,
                )
            )
    for span in person.world.unsound:
        if span.booking.staff_id in person.staff_ids:
            outcome.found.append(
                person.breach(
                    "BK10",
                    span.start,
                    span.end,
                    None,
                    None,
                    planned=span.planned,
                    staff_id=span.booking.staff_id,
                )
            )
    return outcome
