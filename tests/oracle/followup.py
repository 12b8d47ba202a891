"""The follow-up statistics, computed slowly and obviously: where hours went.

How the question is read:

- Every booking that is not cancelled counts, with its break taken off, whatever its activity is for billing.
- A booking that reaches over midnight into another week (or month) is cut there.
- Who the employee is (home unit, employment type) is asked for the day the booking begins. Of several employments
  on that day, any home unit is the own unit, and the type is that of the one that began last.
- Borrowed (inlånad): what the export says; where it says nothing, whether the booking's unit is another than the home
  unit. Not known when either unit is not known.
- Substitutes (vikarier) are the hourly-paid. Not known when the employment type, or the employment, is not known.
"""

from datetime import date
from fractions import Fraction
from typing import Literal

from tests.oracle.employment import Career, first_day_of
from tests.oracle.hours import hours_by_month, hours_by_week, week_name
from tests.oracle.records import Booking, Source

Dimension = Literal["staff_id", "unit_id", "activity_id", "order_reason", "borrowed", "substitute", "period"]
Value = str | bool | None
Key = tuple[Value, ...]


def month_name(first: date) -> str:
    return first.strftime("%Y-%m")


def day_of(booking: Booking) -> date:
    day = booking.start.date() if booking.start is not None else booking.day
    assert day is not None
    return day


def is_borrowed(booking: Booking, career: Career) -> bool | None:
    if booking.borrowed is not None:
        return booking.borrowed
    homes = {row.home_unit for row in career.on(day_of(booking)) if row.home_unit is not None}
    if booking.unit_id is None or not homes:
        return None
    return booking.unit_id not in homes


def is_substitute(booking: Booking, career: Career) -> bool | None:
    held = career.on(day_of(booking))
    if not held:
        return None
    latest = max(enumerate(held), key=lambda numbered: (first_day_of(numbered[1]), numbered[0]))[1]
    return None if latest.employment_type is None else latest.employment_type == "hourly"


def followup(
    source: Source, by: tuple[Dimension, ...], every: Literal["week", "month"] = "week"
) -> dict[Key, Fraction]:
    """Hours by the dimensions asked for. Groups whose bookings come to no time at all are there with 0 hours."""
    careers = {booking.staff_id: Career(booking.staff_id, source.staff) for booking in source.bookings}
    totals: dict[Key, Fraction] = {}
    for booking in source.bookings:
        if booking.cancelled:
            continue
        career = careers[booking.staff_id]
        parts = hours_by_week if every == "week" else hours_by_month
        for first_day, hours in parts(booking, source.settings.zone).items():
            facts: dict[Dimension, Value] = {
                "staff_id": booking.staff_id,
                "unit_id": booking.unit_id,
                "activity_id": booking.activity_id,
                "order_reason": booking.order_reason,
                "borrowed": is_borrowed(booking, career),
                "substitute": is_substitute(booking, career),
                "period": week_name(first_day) if every == "week" else month_name(first_day),
            }
            key = tuple(facts[dimension] for dimension in by)
            totals[key] = totals.get(key, Fraction(0)) + hours
    return totals
