"""The days a report is about: as asked for, else as far as bookings reach."""

from datetime import date

from tcw.errors import UsageFault
from tcw.kpis.selection import Selection
from tcw.model.schedule import Schedule
from tcw.wording import Phrase

PERIOD_BACKWARDS = Phrase(
    "kpi-period-backwards", "The period ends before it begins: {first} is after {last}."
)
BEGINS_AFTER = Phrase(
    "kpi-period-after",
    "Nothing is booked from {first} on: the bookings end on {last}. Begin the period earlier.",
)
ENDS_BEFORE = Phrase(
    "kpi-period-before",
    "Nothing is booked until {last}: the bookings begin on {first}. End the period later.",
)


def days_of(schedule: Schedule, selection: Selection) -> tuple[date, date] | None:
    """Return the first and last day, None when nothing is booked and they are not given.

    Raises:
        UsageFault: the period ends before it begins, or lies outside all bookings where only one end of it is given.
    """
    first, last = selection.first_day or schedule.first_day, selection.last_day or schedule.last_day
    if first is None or last is None:
        return None
    if first > last:
        phrase = PERIOD_BACKWARDS
        if selection.last_day is None:
            phrase = BEGINS_AFTER
        elif selection.first_day is None:
            phrase = ENDS_BEFORE
        raise UsageFault(phrase, first=first, last=last)
    return first, last
