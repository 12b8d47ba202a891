"""The eight key figures of the Anställdrapport, computed slowly and obviously, to check tcw against.

Read this beside the manual. It shares no code with tcw, and each line says one thing.

How the manual is read where it leaves something open:

- The employment rate r of a week is the mean over its seven calendar days of the rate on that day, 0 on days
  not employed (setting rate_weighting = working_days: the mean over its working days).
- A week has figures when the employee is employed on at least one of its days, booked or not, and it is in
  the period. The period is from the week of the first to the week of the last booked hour, unless given;
  without a last week in which nothing begins, whose hours only go on from the week before.
- The normal week N is the setting, less N/5 × the share of each red day that falls on a working day. (5 is
  the number of working days.) N·r is the bookable time.
- A row of staff without an end ends the day before the same staff_id's next row begins; rows that overlap
  after that are several employments at once, and their rates add. Rows alike in everything are one.
- Cancelled bookings, bookings of people not in staff or in weeks they are not employed in, and bookings of
  unknown activities are in no figure.
- Averages divide last: hours are summed over the selection, then divided. A sum of zero or less to divide by
  gives no figure. The other average, the mean of the employee-weeks' own figures, leaves out those that have
  none.
- Debiteringsgrad 1a and 1b are for monthly-paid, 2a and 2b for hourly-paid. Whoever has no known employment
  type gets all four. In an average each takes only the hours of the employee-weeks it is for.
- A rate that is not known makes r and N·r unknown: no figure that needs them, and an average of such a figure
  leaves the employee-week out of both sums.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from tests.oracle.employment import Career
from tests.oracle.hours import Period, days_of_week, hours_by_week, monday_of, next_monday, week_name
from tests.oracle.records import Activity, Employment, Settings, Source

HoursClass = Literal["billable", "non_billable", "absence", "excluded", "unknown"]
Grain = Literal["employee-week", "employee", "week", "unit", "area", "all"]
Figures = dict[str, Fraction | None]

CODES = (
    "employment_rate",
    "absence_rate",
    "booking_rate",
    "booking_vs_employment",
    "billing_rate_1a",
    "billing_rate_1b",
    "billing_rate_2a",
    "billing_rate_2b",
)


def class_of(activity: Activity) -> HoursClass:
    """What the activity's hours count as (Anställdrapport 3.3)."""
    if activity.billing == "excluded":  # Ej underlag
        return "excluded"
    if activity.time_kind == "absence" or activity.service_type == "absence":  # Frånvaro
        return "absence"
    if activity.billing is not None:
        return activity.billing
    if activity.time_kind in ("break", "none"):
        return "excluded"
    return "unknown"


def normal_week(monday: Period, source: Source) -> Fraction:
    """N: the normal week less its red days (Anställdrapport 3.1)."""
    settings = source.settings
    full = settings.normal_week_hours
    shares = [
        red.share
        for red in source.red_days
        if red.day in days_of_week(monday) and red.day.isoweekday() in settings.working_days
    ]
    return full - sum(shares, Fraction(0)) * full / len(settings.working_days)


@dataclass
class EmployeeWeek:
    """One employee's hours in one week, and what they are measured against."""

    staff_id: str
    monday: Period
    main: Employment
    normal: Fraction  # N
    rate: Fraction | None  # r
    settings: Settings
    billable: Fraction = Fraction(0)  # D
    non_billable: Fraction = Fraction(0)  # E
    absence: Fraction = Fraction(0)  # F

    @property
    def booked(self) -> Fraction:
        """B."""
        booked = self.billable + self.non_billable
        return booked + self.absence if self.settings.absence_in_booked_time else booked

    @property
    def bookable(self) -> Fraction | None:
        """N·r."""
        return None if self.rate is None else self.normal * self.rate

    @property
    def is_for_monthly(self) -> bool:
        return self.main.employment_type != "hourly"

    @property
    def is_for_hourly(self) -> bool:
        return self.main.employment_type != "monthly"


def employee_weeks(source: Source, first: date | None = None, last: date | None = None) -> list[EmployeeWeek]:
    """Every employee-week of the period, from the week of `first` to the week of `last`."""
    hours_of = [
        (booking, hours_by_week(booking, source.settings.zone))
        for booking in source.bookings
        if not booking.cancelled
    ]
    booked_weeks = [monday for _, weeks in hours_of for monday in weeks]
    if not booked_weeks and (first is None or last is None):
        return []
    monday = monday_of(first) if first else min(booked_weeks)
    last_monday = monday_of(last) if last else max(booked_weeks)
    if last is None and next_monday(max(min(weeks) for _, weeks in hours_of if weeks)) == last_monday:
        last_monday = max(monday, last_monday - timedelta(days=7))

    rows: dict[tuple[str, Period], EmployeeWeek] = {}
    careers = {
        staff_id: Career(staff_id, source.staff)
        for staff_id in sorted({row.staff_id for row in source.staff})
    }
    while monday <= last_monday:
        for staff_id, career in careers.items():
            if career.is_employed_in(monday):
                rows[staff_id, monday] = EmployeeWeek(
                    staff_id,
                    monday,
                    career.main_in(monday),
                    normal_week(monday, source),
                    career.rate_in(monday, source.settings),
                    source.settings,
                )
        monday = next_monday(monday)

    classes = {activity.activity_id: class_of(activity) for activity in source.activities}
    for booking, hours in hours_of:
        hours_class = classes.get(booking.activity_id, "unknown")
        for week, worked in hours.items():
            row = rows.get((booking.staff_id, week))
            if row is None:
                continue
            if hours_class == "billable":
                row.billable += worked
            elif hours_class == "non_billable":
                row.non_billable += worked
            elif hours_class == "absence":
                row.absence += worked
    return sorted(rows.values(), key=lambda row: (row.staff_id, row.monday))


def own_figures_of(row: EmployeeWeek) -> Figures:
    """The eight figures of one employee-week. Its employment rate is r even in a week that is red all
    through.
    """
    return {**figures_of([row]), "employment_rate": row.rate}


def figures_of(rows: list[EmployeeWeek]) -> Figures:
    """The eight figures of several employee-weeks: their hours are summed before they are divided."""
    rated = [row for row in rows if row.rate is not None]
    monthly = [row for row in rated if row.is_for_monthly]
    hourly = [row for row in rows if row.is_for_hourly]
    relative = bool(rows) and rows[0].settings.difference == "relative"
    points = difference(
        divided(booked(rated), normal(rated)),  # Bokningsgrad
        divided(bookable(rated), normal(rated)),  # Anställningsgrad
    )
    return {
        "employment_rate": divided(bookable(rated), normal(rated)),  # 2.1
        "absence_rate": divided(absence(rated), bookable(rated)),  # 2.2, 2.4
        "booking_rate": divided(booked(rows), normal(rows)),  # 2.3
        "booking_vs_employment": (  # 2.5
            divided(booked(rated) - bookable(rated), bookable(rated)) if relative else points
        ),
        "billing_rate_1a": divided(billable(monthly), bookable(monthly)),  # 2.6
        "billing_rate_1b": divided(billable(monthly), bookable(monthly) - absence(monthly)),  # 2.7
        "billing_rate_2a": divided(billable(hourly), booked(hourly)),  # 2.8
        "billing_rate_2b": divided(billable(hourly), booked(hourly) - absence(hourly)),  # 2.9
    }


def mean_figures_of(rows: list[EmployeeWeek]) -> Figures:
    """The mean of the employee-weeks' own figures (--mean-of-ratios)."""
    own = [own_figures_of(row) for row in rows]
    return {code: mean(figures[code] for figures in own) for code in CODES}


def divided(part: Fraction, whole: Fraction) -> Fraction | None:
    return part / whole if whole > 0 else None


def difference(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None else left - right


def mean(values: Iterable[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def billable(rows: list[EmployeeWeek]) -> Fraction:
    return sum((row.billable for row in rows), Fraction(0))


def non_billable(rows: list[EmployeeWeek]) -> Fraction:
    return sum((row.non_billable for row in rows), Fraction(0))


def absence(rows: list[EmployeeWeek]) -> Fraction:
    return sum((row.absence for row in rows), Fraction(0))


def booked(rows: list[EmployeeWeek]) -> Fraction:
    return sum((row.booked for row in rows), Fraction(0))


def normal(rows: list[EmployeeWeek]) -> Fraction:
    return sum((row.normal for row in rows), Fraction(0))


def bookable(rows: list[EmployeeWeek]) -> Fraction:
    return sum((row.bookable for row in rows if row.bookable is not None), Fraction(0))


@dataclass(frozen=True)
class Row:
    """One line of the report: what it is about, its hours, its figures."""

    key: tuple[str | None, ...]  # in the order of KEYS
    hours: dict[str, Fraction | None]
    figures: Figures
    employees: int


KEYS: dict[Grain, tuple[str, ...]] = {
    "employee-week": ("staff_id", "week"),
    "employee": ("staff_id",),
    "week": ("week",),
    "unit": ("unit_id",),
    "area": ("planning_area",),
    "all": (),
}


def report(
    rows: list[EmployeeWeek], source: Source, grain: Grain, *, mean_of_ratios: bool = False
) -> list[Row]:
    """The lines of the report at one grain. A unit is the employee's home unit in that week."""
    area_of = {unit.unit_id: unit.planning_area for unit in source.units}
    key_of: dict[Grain, Callable[[EmployeeWeek], tuple[str | None, ...]]] = {
        "employee-week": lambda row: (row.staff_id, week_name(row.monday)),
        "employee": lambda row: (row.staff_id,),
        "week": lambda row: (week_name(row.monday),),
        "unit": lambda row: (row.main.home_unit,),
        "area": lambda row: (area_of.get(row.main.home_unit or ""),),
        "all": lambda _: (),
    }
    groups: dict[tuple[str | None, ...], list[EmployeeWeek]] = {(): []} if grain == "all" else {}
    for row in rows:
        groups.setdefault(key_of[grain](row), []).append(row)
    lines = []
    for key, group in groups.items():
        if grain == "employee-week":
            figures = own_figures_of(group[0])
        elif mean_of_ratios:
            figures = mean_figures_of(group)
        else:
            figures = figures_of(group)
        hours = {
            "billable_h": billable(group),
            "non_billable_h": non_billable(group),
            "absence_h": absence(group),
            "bookable_h": None if group and all(row.rate is None for row in group) else bookable(group),
            "normal_h": normal(group),
        }
        lines.append(Row(key, hours, figures, len({row.staff_id for row in group})))
    return lines
