"""How many hours of a booking fall in which week or month.

Wall-clock times are local. The hours between two of them are the hours that really pass: the shift 22–06 is 7
hours long on the night when summer time begins, and 9 hours on the night when it ends.

A wall-clock time that the zone has twice (02:30 when summer time ends) is the first of the two; one that it
skips (02:30 when summer time begins) is as long after the change as it says: 03:30. Both as in PEP 495.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.oracle.records import Booking

Period = date  # a week or month is named by its first day


def monday_of(day: date) -> Period:
    """The week that the day belongs to. Weeks begin on Monday (ISO 8601)."""
    return day - timedelta(days=day.isoweekday() - 1)


def next_monday(monday: Period) -> Period:
    return monday + timedelta(days=7)


def month_of(day: date) -> Period:
    return day.replace(day=1)


def next_month(first: Period) -> Period:
    return month_of(first + timedelta(days=31))


def days_of_week(monday: Period) -> list[date]:
    return [monday + timedelta(days=number) for number in range(7)]


def week_name(monday: Period) -> str:
    """2026-W53: the ISO week, whose year is not always the date's year."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def hours_between(start: datetime, end: datetime, zone: str) -> Fraction:
    """Hours that pass between two local wall-clock times."""
    passed = end.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - start.replace(
        tzinfo=ZoneInfo(zone)
    ).astimezone(UTC)
    return Fraction(passed // timedelta(microseconds=1), 3_600_000_000)


def hours_by_period(
    booking: Booking, zone: str, period_of: Callable[[date], Period], next_period: Callable[[Period], Period]
) -> dict[Period, Fraction]:
    """The booking's hours in each week (or month), its break taken off.

    A booking that reaches over local midnight between two periods is cut there, and its break is taken from
    each part in proportion to the part's length. A break longer than the booking leaves nothing. Hours
    without clock times belong to their date, and are net already: whoever reports hours reports those worked.
    """
    if booking.start is None or booking.end is None:
        assert booking.day is not None
        assert booking.hours is not None
        return {period_of(booking.day): booking.hours}
    pause = Fraction(booking.break_minutes or 0, 60)
    length = hours_between(booking.start, booking.end, zone)
    kept = max(length - pause, Fraction(0)) / length if length > 0 else Fraction(0)
    parts: dict[Period, Fraction] = {}
    period = period_of(booking.start.date())
    begins = booking.start
    while begins < booking.end:
        ends = min(booking.end, datetime.combine(next_period(period), time()))
        parts[period] = hours_between(begins, ends, zone) * kept
        begins, period = ends, next_period(period)
    return parts


def hours_by_week(booking: Booking, zone: str) -> dict[Period, Fraction]:
    return hours_by_period(booking, zone, monday_of, next_monday)


def hours_by_month(booking: Booking, zone: str) -> dict[Period, Fraction]:
    return hours_by_period(booking, zone, month_of, next_month)
