"""What an export and its settings say, as plain records. Hours are `Fraction`; None is "not known" or "no
limit".
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction


@dataclass(frozen=True)
class Employment:
    staff_id: str
    rate: Fraction | None = Fraction(1)
    employment_type: str | None = "monthly"
    person_id: str | None = None
    birth_date: date | None = None
    home_unit: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Activity:
    activity_id: str
    time_kind: str | None = "work"
    service_type: str | None = None
    counts_as_worked: bool | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Booking:
    """A booking with local clock times, or with `day` and `hours` only."""

    booking_id: str
    staff_id: str
    activity_id: str
    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    hours: Fraction | None = None
    break_minutes: int | None = None
    status: str | None = None
    unit_id: str | None = None
    order_id: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class Link:
    staff_id: str
    agreement_id: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Competence:
    staff_id: str
    competence_id: str
    kind: str | None = "competence"
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Availability:
    staff_id: str
    start: datetime
    end: datetime
    kind: str = "resource"
    units: tuple[str, ...] = ()  # none: all units


@dataclass(frozen=True)
class Introduction:
    staff_id: str
    unit_id: str


@dataclass(frozen=True)
class Order:
    order_id: str
    unit_id: str
    start: datetime
    end: datetime
    competences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """Limits in hours; the defaults are those of the Act (Arbetstidslagen 1982:673)."""

    code: str = "atl"
    ignores: frozenset[str] = frozenset()
    decision: str | None = None
    decision_from: date | None = None
    decision_to: date | None = None
    break_at_most: Fraction = Fraction(4)
    daily_rest: Fraction = Fraction(11)
    daily_rest_mode: str = "rolling"
    day_break: time = time(0)
    daily_rest_with_compensation: Fraction | None = None
    weekly_rest: Fraction = Fraction(36)
    weekly_rest_mode: str = "week"
    week_break_day: int = 1  # ISO: 1 is Monday
    week_break_time: time = time(0)
    ordinary_week: Fraction | None = Fraction(40)
    calculation_weeks: int = 4
    red_days_reduce: bool = False
    on_call_basis: str = "four_weeks"
    on_call_four_weeks: Fraction | None = Fraction(48)
    on_call_month: Fraction | None = Fraction(50)
    overtime_basis: str = "four_weeks"
    overtime_four_weeks: Fraction | None = Fraction(48)
    overtime_month: Fraction | None = Fraction(50)
    overtime_year: Fraction | None = Fraction(200)
    extra_overtime_year: Fraction | None = Fraction(150)
    additional_year: Fraction | None = Fraction(200)
    extra_additional_year: Fraction | None = Fraction(150)
    average_week: Fraction | None = Fraction(48)
    average_months: int = 4
    average_weeks: int | None = None
    night_average: Fraction | None = Fraction(8)
    break_after: Fraction | None = Fraction(5)
    long_duty: Fraction | None = Fraction(13)
    long_duty_in_sequence: Fraction | None = None
    long_duty_by_decision: Fraction | None = None
    days_in_a_row: int | None = None
    notice_days: int = 14

    def decided_on(self, day: date) -> bool:
        return (
            self.decision is not None
            and (self.decision_from is None or self.decision_from <= day)
            and (self.decision_to is None or day <= self.decision_to)
        )


@dataclass(frozen=True)
class Settings:
    agreement: str = "atl"
    calculation_start: date | None = None
    night_activities: tuple[str, ...] = ()
    special_risk_activities: tuple[str, ...] = ()
    competences: tuple[tuple[str, tuple[str, ...]], ...] = ()
    register_units: tuple[str, ...] = ()
    register_activities: tuple[str, ...] = ()
    register_valid_days: int | None = None
    substitutes_need_availability: bool = True
    normal_week_hours: Fraction = Fraction(40)
    as_of: date = date(2026, 12, 31)
    first_day: date | None = None  # --from
    last_day: date | None = None  # --to


@dataclass(frozen=True)
class Source:
    """A whole export. None for a table that is not there."""

    staff: tuple[Employment, ...]
    activities: tuple[Activity, ...]
    bookings: tuple[Booking, ...]
    agreements: tuple[Agreement, ...] = ()
    links: tuple[Link, ...] | None = None
    competences: tuple[Competence, ...] | None = None
    availability: tuple[Availability, ...] | None = None
    introductions: tuple[Introduction, ...] | None = None
    orders: tuple[Order, ...] | None = None
    red_days: tuple[tuple[date, Fraction], ...] = ()
    settings: Settings = field(default_factory=Settings)
