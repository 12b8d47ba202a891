"""Every worked example of the manual comes out to the printed digit: from the oracle, and from the
command."""

import json
import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.command import run_main
from tests.oracle.figures import employee_weeks, figures_of
from tests.oracle.records import Activity, Booking, Employment, EmploymentType, Settings, Source

ROOT = Path(__file__).parents[2]
MONDAY = date(2026, 3, 2)

HOME = Activity("Hemstädning", "billable", "work", "invoice")
OFFICE = Activity("Kontorsarbete", "non_billable", "work", "payroll")
TRAVEL = Activity("Restid", "non_billable", "work", "payroll")
SICK = Activity("Sjuk", "non_billable", "absence", "absence")
LUNCH = Activity("Lunch", "excluded", "break", "absence")


@dataclass(frozen=True)
class Example:
    """A worked example: hours a day on each activity, and the figures in the digits the manual prints."""

    section: str
    name: str
    rate: int  # %
    employment_type: EmploymentType
    days: dict[str, list[float]]  # activity -> hours on Monday, Tuesday, …
    hours: dict[str, float]  # what the manual says of the week's hours
    printed: dict[str, str]  # figure -> %
    settings: Settings = field(default_factory=Settings)

    @property
    def id(self) -> str:
        return f"{self.section} {self.name} {'/'.join(self.printed)}"


EXAMPLES = [
    Example(
        "1", "Lisa", 100, "monthly",
        {"Hemstädning": [6.6] * 5, "Restid": [0.6] * 5},
        {"billable_h": 33, "non_billable_h": 3, "normal_h": 40, "bookable_h": 40},
        {"employment_rate": "100", "booking_rate": "90", "billing_rate_1a": "82.5"},
    ),
    Example("2.1", "Peter", 100, "monthly", {}, {"bookable_h": 40}, {"employment_rate": "100"}),
    Example("2.1", "Lotta", 50, "monthly", {}, {"bookable_h": 20}, {"employment_rate": "50"}),
    Example(
        "2.2", "Peter", 100, "monthly",
        {"Sjuk": [8, 8]},
        {"absence_h": 16, "bookable_h": 40},
        {"absence_rate": "40"},
    ),
    Example(
        "2.2", "Lotta", 50, "monthly",
        {"Sjuk": [4, 4]},
        {"absence_h": 8, "bookable_h": 20},
        {"absence_rate": "40"},
    ),
    Example(
        "2.3", "Peter", 100, "monthly",
        {"Hemstädning": [6] * 5},
        {"booked": 30, "normal_h": 40, "bookable_h": 40},
        {"booking_rate": "75"},
    ),
    Example(
        "2.3", "Lotta", 50, "monthly",
        {"Hemstädning": [3.5] * 5},
        {"booked": 17.5, "normal_h": 40, "bookable_h": 20},
        {"booking_rate": "43.75"},
    ),
    Example(
        "2.5", "Peter", 100, "monthly",
        {"Hemstädning": [7] * 5},
        {"booked": 35, "normal_h": 40, "bookable_h": 40},
        {"booking_rate": "87.5", "booking_vs_employment": "-12.5"},
    ),
    Example(
        "2.5", "Lotta", 50, "monthly",
        {"Hemstädning": [3] * 5},
        {"booked": 15, "normal_h": 40, "bookable_h": 20},
        {"booking_rate": "37.5", "booking_vs_employment": "-12.5"},
    ),
    Example(
        "2.6", "Peter", 100, "monthly",
        {"Hemstädning": [6] * 5, "Kontorsarbete": [1] * 5},
        {"billable_h": 30, "non_billable_h": 5, "bookable_h": 40},
        {"billing_rate_1a": "75"},
    ),
    Example(
        "2.6", "Lotta", 50, "monthly",
        {"Hemstädning": [3.5] * 5},
        {"billable_h": 17.5, "bookable_h": 20},
        {"billing_rate_1a": "87.5"},
    ),
    Example(
        "2.7", "Peter", 100, "monthly",
        {"Hemstädning": [6] * 3, "Kontorsarbete": [1] * 3, "Sjuk": [0, 0, 0, 8, 8]},
        {"billable_h": 18, "absence_h": 16, "bookable_h": 40},
        {"billing_rate_1b": "75"},
    ),
    Example(
        "2.7", "Lotta", 50, "monthly",
        {"Hemstädning": [3.5] * 3, "Sjuk": [0, 0, 0, 4, 4]},
        {"billable_h": 10.5, "absence_h": 8, "bookable_h": 20},
        {"billing_rate_1b": "87.5"},
    ),
    Example(
        "2.8", "Lena", 75, "hourly",
        {"Hemstädning": [5] * 5, "Kontorsarbete": [1] * 5},
        {"billable_h": 25, "non_billable_h": 5},
        {"billing_rate_2a": "83.33"},
    ),
    Example(
        "2.9", "Pelle", 75, "hourly",
        {"Hemstädning": [5] * 5, "Kontorsarbete": [1] * 5, "Sjuk": [2]},
        {"billable_h": 25, "non_billable_h": 5, "absence_h": 2},
        {"billing_rate_2b": "89.3"},
    ),
]  # fmt: skip

RELATIVE = [
    Example(
        "2.5", "Peter", 100, "monthly",
        {"Hemstädning": [7] * 5},
        {},
        {"booking_vs_employment": "-12.5"},
        Settings(difference="relative"),
    ),
    Example(
        "2.5", "Lotta", 50, "monthly",
        {"Hemstädning": [3] * 5},
        {},
        {"booking_vs_employment": "-25"},
        Settings(difference="relative"),
    ),
]  # fmt: skip


def as_printed(value: Fraction | float | None, digits: str) -> str:
    """The fraction as a percentage with as many decimals as the manual prints."""
    assert value is not None, f"no figure, the manual prints {digits} %"
    exact = (
        Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(repr(value))
    )
    return str((exact * 100).quantize(Decimal(digits), ROUND_HALF_UP))


def source_of(example: Example) -> Source:
    """The example as an export: one employee, one week, with an hour of lunch a day that must not count."""
    bookings = [
        Booking(example.name, activity, day=MONDAY + timedelta(days=number), hours=Fraction(str(hours)))
        for activity, days in example.days.items()
        for number, hours in enumerate(days)
        if hours
    ]
    lunch = [
        Booking(example.name, LUNCH.activity_id, day=MONDAY + timedelta(days=day), hours=Fraction(1))
        for day in range(5)
    ]
    return Source(
        staff=(Employment(example.name, Fraction(example.rate, 100), example.employment_type),),
        activities=(HOME, OFFICE, TRAVEL, SICK, LUNCH),
        bookings=(*bookings, *lunch),
        settings=example.settings,
    )


@pytest.mark.parametrize("example", EXAMPLES + RELATIVE, ids=lambda example: example.id)
def test_oracle_gives_the_printed_digits(example: Example) -> None:
    rows = employee_weeks(source_of(example))
    assert [(row.staff_id, row.monday) for row in rows] == [(example.name, MONDAY)]
    figures = figures_of(rows)
    assert {
        code: as_printed(figures[code], digits) for code, digits in example.printed.items()
    } == example.printed


def kpi(*arguments: str) -> list[dict[str, Any]]:
    """Run the real command on the shipped example; return its employee-weeks."""
    words = ["kpi", *arguments, "--format", "json", "--grain", "employee-week"]
    done = run_main(words, cwd=ROOT, env=os.environ)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return rows


@pytest.fixture(scope="module")
def shipped() -> list[dict[str, Any]]:
    return kpi("examples/anstalldrapport")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_command_gives_the_printed_digits(example: Example, shipped: list[dict[str, Any]]) -> None:
    """Whoever in the shipped example has the manual's name and hours has the manual's figures."""

    def is_meant(row: dict[str, Any]) -> bool:
        hours = {**row, "booked": row["billable_h"] + row["non_billable_h"]}
        return row["name"].startswith(example.name) and all(
            abs(hours[column] - value) < 1e-9 for column, value in example.hours.items()
        )

    weeks = [row for row in shipped if is_meant(row)]
    assert weeks, f"examples/anstalldrapport has no week of {example.name} with {example.hours}"
    for week in weeks:
        printed = {code: as_printed(week[code], digits) for code, digits in example.printed.items()}
        assert printed == example.printed
        other_type = (
            ["billing_rate_2a", "billing_rate_2b"]
            if example.employment_type == "monthly"
            else ["billing_rate_1a", "billing_rate_1b"]
        )
        assert [week[code] for code in other_type] == [None, None]
