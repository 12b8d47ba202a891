"""The oracle itself, against numbers worked out by hand."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from tests.oracle.employment import Career
from tests.oracle.figures import (
    EmployeeWeek,
    class_of,
    employee_weeks,
    figures_of,
    normal_week,
    own_figures_of,
    report,
)
from tests.oracle.hours import hours_between, hours_by_month, hours_by_week, week_name
from tests.oracle.records import Activity, Booking, Employment, RedDay, Settings, Source, Unit

ZONE = "Europe/Stockholm"
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (datetime(2026, 3, 28, 22), datetime(2026, 3, 29, 6), 7),  # summer time begins
        (datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 6), 9),  # summer time ends
        (datetime(2026, 3, 3, 22), datetime(2026, 3, 4, 6), 8),
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 6), Fraction(5, 2)),  # 02:30 is skipped: 03:30
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 6), Fraction(9, 2)),  # the first 02:30 of two
    ],
)
def test_hours_are_those_that_pass(start: datetime, end: datetime, hours: Fraction) -> None:
    assert hours_between(start, end, ZONE) == hours


def test_booking_is_cut_at_monday_midnight_and_its_break_shared() -> None:
    night = Booking("1", "A", datetime(2026, 3, 8, 21), datetime(2026, 3, 9, 7), break_minutes=60)
    assert hours_by_week(night, ZONE) == {MONDAY: Fraction(27, 10), date(2026, 3, 9): Fraction(63, 10)}


def test_booking_of_three_weeks_is_in_each() -> None:
    leave = Booking("1", "A", datetime(2026, 3, 27, 12), datetime(2026, 4, 6, 0))
    assert hours_by_week(leave, ZONE) == {date(2026, 3, 23): 59, date(2026, 3, 30): 168}
    assert hours_by_month(leave, ZONE) == {date(2026, 3, 1): 12 + 4 * 24 - 1, date(2026, 4, 1): 5 * 24}


def test_break_longer_than_the_booking_leaves_nothing() -> None:
    short = Booking("1", "A", datetime(2026, 3, 2, 7), datetime(2026, 3, 2, 7, 30), break_minutes=45)
    assert hours_by_week(short, ZONE) == {MONDAY: 0}


def test_hours_without_clock_times_are_net_already() -> None:
    reported = Booking("1", "A", day=MONDAY, hours=Fraction(8), break_minutes=45)
    assert hours_by_week(reported, ZONE) == {MONDAY: 8}


def test_weeks_have_iso_names() -> None:
    assert week_name(date(2026, 12, 28)) == "2026-W53"
    assert week_name(date(2027, 1, 4)) == "2027-W01"


def test_open_row_ends_before_the_next_begins() -> None:
    career = Career(
        "1",
        (
            Employment("1", Fraction(1)),
            Employment("1", Fraction(1, 2), valid_from=date(2026, 3, 5)),
            Employment("2", Fraction(1), valid_from=date(2026, 3, 3)),
        ),
    )
    assert career.rate_on(date(2026, 3, 4)) == 1
    assert career.rate_on(date(2026, 3, 5)) == Fraction(1, 2)
    assert career.rate_in(MONDAY, Settings()) == Fraction(3 * 2 + 4, 14)
    assert career.rate_in(MONDAY, Settings(rate_weighting="working_days")) == Fraction(3 * 2 + 2, 10)


def test_two_employments_at_once_add_up_but_a_row_twice_is_one() -> None:
    here = Employment("1", Fraction(1, 2), home_unit="U1", valid_from=MONDAY)
    there = Employment("1", Fraction(1, 4), home_unit="U2", valid_from=MONDAY)
    career = Career("1", (here, here, there))
    assert career.rate_in(MONDAY, Settings()) == Fraction(3, 4)
    assert career.main_in(MONDAY) == there


def test_week_not_employed_in_has_no_row_and_week_begun_on_sunday_has() -> None:
    source = Source(
        (Employment("1", Fraction(1), valid_from=date(2026, 3, 8)),),
        (Activity("A", "billable"),),
        (
            Booking("1", "A", day=date(2026, 3, 1), hours=Fraction(8)),
            Booking("1", "A", day=date(2026, 3, 3), hours=Fraction(8)),
            Booking("1", "A", day=date(2026, 3, 17), hours=Fraction(8), cancelled=True),
            Booking("9", "A", day=date(2026, 3, 10), hours=Fraction(8)),
        ),
    )
    rows = [(row.monday, row.billable, row.rate) for row in employee_weeks(source)]
    assert rows == [(MONDAY, Fraction(8), Fraction(1, 7)), (date(2026, 3, 9), Fraction(0), Fraction(1))]


def test_red_days_shorten_the_week_on_working_days_only() -> None:
    days = (RedDay(date(2026, 4, 2), Fraction(1, 2)), RedDay(date(2026, 4, 3)), RedDay(date(2026, 4, 5)))
    assert normal_week(date(2026, 3, 30), Source((), (), (), days)) == 40 - 4 - 8


@pytest.mark.parametrize(
    ("activity", "hours_class"),
    [
        (Activity("Hemstädning", "billable", "work", "invoice"), "billable"),
        (Activity("Kontorsarbete", "non_billable", "work", "payroll"), "non_billable"),
        (Activity("Semester", "non_billable", None, "absence"), "absence"),
        (Activity("Sjuk", None, "absence", None), "absence"),
        (Activity("Lunch", "excluded", None, "absence"), "excluded"),
        (Activity("Rast", None, "break", None), "excluded"),
        (Activity("Oklar", None, "work", "invoice"), "unknown"),
    ],
)
def test_class_of_an_activity(activity: Activity, hours_class: str) -> None:
    assert class_of(activity) == hours_class


def employee_week(
    rate: Fraction | None, hours: tuple[int, int, int], *, unit: str = "U1", absence_in_booked: bool = False
) -> EmployeeWeek:
    main = Employment("1", rate, None, unit)
    return EmployeeWeek(
        "1",
        MONDAY,
        main,
        Fraction(40),
        rate,
        Settings(absence_in_booked_time=absence_in_booked),
        *map(Fraction, hours),
    )


def test_averages_divide_last() -> None:
    rows = [employee_week(Fraction(1), (30, 0, 0)), employee_week(Fraction(1, 2), (5, 5, 10))]
    figures = figures_of(rows)
    assert figures["employment_rate"] == Fraction(60, 80)
    assert figures["absence_rate"] == Fraction(10, 60)
    assert figures["booking_rate"] == Fraction(40, 80)
    assert figures["booking_vs_employment"] == Fraction(-20, 80)
    assert figures["billing_rate_1a"] == Fraction(35, 60)
    assert figures["billing_rate_1b"] == Fraction(35, 50)
    assert figures["billing_rate_2a"] == Fraction(35, 40)
    assert figures["billing_rate_2b"] == Fraction(35, 30)


def test_nothing_to_divide_by_gives_no_figure() -> None:
    figures = own_figures_of(employee_week(Fraction(1, 2), (0, 0, 20)))
    assert figures["billing_rate_1a"] == 0
    assert figures["billing_rate_1b"] is None
    assert figures["billing_rate_2a"] is None
    assert figures["billing_rate_2b"] is None


def test_absence_may_be_part_of_booked_time() -> None:
    figures = own_figures_of(employee_week(Fraction(1), (25, 5, 2), absence_in_booked=True))
    assert figures["booking_rate"] == Fraction(32, 40)
    assert figures["billing_rate_2b"] == Fraction(25, 30)


def test_unknown_rate_leaves_only_figures_without_it() -> None:
    figures = own_figures_of(employee_week(None, (25, 5, 2)))
    known = {code for code, value in figures.items() if value is not None}
    assert known == {"booking_rate", "billing_rate_2a", "billing_rate_2b"}


def test_units_gather_in_their_area() -> None:
    rows = [employee_week(Fraction(1), (10, 0, 0), unit=unit) for unit in ("U1", "U2", "U3")]
    source = Source((), (), (), units=(Unit("U1", "Norr"), Unit("U2", "Norr")))
    lines = report(rows, source, "area")
    expected: list[tuple[tuple[str | None, ...], Fraction, int]] = [
        (("Norr",), Fraction(20), 1),
        ((None,), Fraction(10), 1),
    ]
    assert [(line.key, line.hours["billable_h"], line.employees) for line in lines] == expected
