"""What an export says, as plain records: the oracle knows nothing of files, frames or tcw.

Numbers are `Fraction`, so that 0.55 of 40 hours is 22 hours and not 22.000000000000004.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

Billing = Literal["billable", "non_billable", "excluded"]
EmploymentType = Literal["monthly", "hourly"]


@dataclass(frozen=True)
class Employment:
    """One row of the staff table: one employment, or one period of it with its own rate, type and unit."""

    staff_id: str
    rate: Fraction | None  # 1 is full time; None when the export leaves it empty
    employment_type: EmploymentType | None = "monthly"
    home_unit: str | None = None
    valid_from: date | None = None  # None: since always
    valid_to: date | None = None  # last day, included; None: see `last_day_of` in employment.py
    name: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Activity:
    """One row of the activities table (tjänster, aktiviteter)."""

    activity_id: str
    billing: Billing | None = None
    time_kind: str | None = None  # work, overtime, absence, break, none, …
    service_type: str | None = None  # invoice, payroll, absence


@dataclass(frozen=True)
class Booking:
    """One row of the bookings table: either local `start` and `end`, or `day` and `hours`."""

    staff_id: str
    activity_id: str
    start: datetime | None = None  # local wall-clock time, naive
    end: datetime | None = None
    day: date | None = None
    hours: Fraction | None = None
    break_minutes: int | None = None
    cancelled: bool = False
    unit_id: str | None = None
    order_reason: str | None = None
    borrowed: bool | None = None


@dataclass(frozen=True)
class RedDay:
    """A day of which `share` is red: 1 for a whole day, 1/2 for a half day."""

    day: date
    share: Fraction = Fraction(1)


@dataclass(frozen=True)
class Unit:
    """A workplace and the planning area (samplaneringsyta) it belongs to."""

    unit_id: str
    planning_area: str | None = None


@dataclass(frozen=True)
class Settings:
    """The settings that change a figure."""

    normal_week_hours: Fraction = Fraction(40)
    absence_in_booked_time: bool = False
    difference: Literal["points", "relative"] = "points"  # of booking_vs_employment
    rate_weighting: Literal["calendar_days", "working_days"] = "calendar_days"
    working_days: frozenset[int] = frozenset({1, 2, 3, 4, 5})  # ISO weekdays, 1 is Monday
    zone: str = "Europe/Stockholm"


@dataclass(frozen=True)
class Source:
    """A whole export."""

    staff: tuple[Employment, ...]
    activities: tuple[Activity, ...]
    bookings: tuple[Booking, ...]
    red_days: tuple[RedDay, ...] = ()
    units: tuple[Unit, ...] = ()
    settings: Settings = field(default_factory=Settings)
