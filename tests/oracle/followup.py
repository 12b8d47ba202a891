"""The follow-up statistics, computed slowly and obviously: where hours went.

How the question is read:

- Every booking that is not cancelled counts, with its break taken off, whatever its activity is for billing.
- A booking that reaches over midnight into another week (or month) is cut there.
- Who the employee is (home unit, employment type) is asked for the day the booking begins. Of several
  employments on that day it is the one that began last; of several of those, the last in the file.
- Borrowed (inlånad): what the export says; where it says nothing, whether the booking's unit is another than
  the home unit. Not known when either unit is not known.
- Substitutes (vikarier) are the hourly-paid. Not known when the employment type, or the employment, is not
  known.
"""

from datetime import date
from fractions import Fraction
from typing import Literal

from tests.oracle.employment import Career, first_day_of
from tests.oracle.hours import hours_by_month, hours_by_week, week_name
from tests.oracle.records import Booking, Employment, Source

Dimension = Literal["staff_id", "unit_id", "activity_id", "order_reason", "borrowed", "substitute", "period"]
Value = str | bool | None
Key = tuple[Value, ...]


def month_name(first: date) -> str:
    return first.strftime("%Y-%m")


def day_of(booking: Booking) -> date:
    day = booking.start.date() if booking.start is not None else booking.day
    assert day is not None
    return day


def main_on(day: date, career: Career) -> Employment | None:
    return max(career.on(day), key=lambda row: (first_day_of(row), career.rows.index(row)), default=None)


def is_borrowed(booking: Booking, employment: Employment | None) -> bool | None:
    if booking.borrowed is not None:
        return booking.borrowed
    if employment is None or employment.home_unit is None or booking.unit_id is None:
        return None
    return booking.unit_id != employment.home_unit


def is_substitute(employment: Employment | None) -> bool | None:
    if employment is None or employment.employment_type is None:
        return None
    return employment.employment_type == "hourly"


def followup(
    source: Source, by: tuple[Dimension, ...], every: Literal["week", "month"] = "week"
) -> dict[Key, Fraction]:
    """Hours by the dimensions asked for. Groups whose bookings come to no time at all are there with 0
    hours."""
    careers = {booking.staff_id: Career(booking.staff_id, source.staff) for booking in source.bookings}
    totals: dict[Key, Fraction] = {}
    for booking in source.bookings:
        if booking.cancelled:
            continue
        employment = main_on(day_of(booking), careers[booking.staff_id])
        parts = hours_by_week if every == "week" else hours_by_month
        for first_day, hours in parts(booking, source.settings.zone).items():
            facts: dict[Dimension, Value] = {
                "staff_id": booking.staff_id,
                "unit_id": booking.unit_id,
                "activity_id": booking.activity_id,
                "order_reason": booking.order_reason,
                "borrowed": is_borrowed(booking, employment),
                "substitute": is_substitute(employment),
                "period": week_name(first_day) if every == "week" else month_name(first_day),
            }
            key = tuple(facts[dimension] for dimension in by)
            totals[key] = totals.get(key, Fraction(0)) + hours
    return totals
