"""The eight key figures (nyckeltal), in the manual's order: each a part and a whole, divided last."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from tcw.wording import Phrase

Applies = Literal["all", "monthly", "hourly"]

BILLABLE = pl.col("billable_h")
ABSENCE = pl.col("absence_h")
BOOKED = pl.col("booked_h")
BOOKABLE = pl.col("bookable_h")
NORMAL = pl.col("normal_h")


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: `part / whole`, both summed over a selection before they are divided.

    `part` and `whole` are expressions over the columns of an employee-week (hours, Float64). `applies` names
    the employment type the manual defines it for; an employee whose type is not known is not left out.
    """

    code: str
    label: Phrase
    short: Phrase
    """The label where there is no room for the full one."""
    part: pl.Expr
    whole: pl.Expr
    applies: Applies
    source: str


EMPLOYMENT_RATE = Figure(
    "employment_rate",
    Phrase("kpi.employment_rate", "Employment rate"),
    Phrase("short.employment_rate", "Empl. rate"),
    BOOKABLE,
    NORMAL,
    "all",
    "Anställdrapport 2.1",
)
ABSENCE_RATE = Figure(
    "absence_rate",
    Phrase("kpi.absence_rate", "Absence rate"),
    Phrase("short.absence_rate", "Absence rate"),
    ABSENCE,
    BOOKABLE,
    "all",
    "Anställdrapport 2.2, 2.4",
)
BOOKING_RATE = Figure(
    "booking_rate",
    Phrase("kpi.booking_rate", "Booking rate"),
    Phrase("short.booking_rate", "Booking rate"),
    BOOKED,
    NORMAL,
    "all",
    "Anställdrapport 2.3",
)
BOOKING_VS_EMPLOYMENT = Figure(
    "booking_vs_employment",
    Phrase("kpi.booking_vs_employment", "Booking rate against employment rate"),
    Phrase("short.booking_vs_employment", "Booking vs empl."),
    BOOKED - BOOKABLE,
    NORMAL,
    "all",
    "Anställdrapport 2.5, in percentage points",
)
BOOKING_VS_EMPLOYMENT_RELATIVE = Figure(
    "booking_vs_employment",
    Phrase("kpi.booking_vs_employment_relative", "Booking rate against employment rate (relative)"),
    Phrase("short.booking_vs_employment", "Booking vs empl."),
    BOOKED - BOOKABLE,
    BOOKABLE,
    "all",
    "Anställdrapport 2.5, relative to the employee's own bookable time",
)
BILLING_RATE_1A = Figure(
    "billing_rate_1a",
    Phrase("kpi.billing_rate_1a", "Billing rate 1a"),
    Phrase("short.billing_rate_1a", "Billing 1a"),
    BILLABLE,
    BOOKABLE,
    "monthly",
    "Anställdrapport 2.6",
)
BILLING_RATE_1B = Figure(
    "billing_rate_1b",
    Phrase("kpi.billing_rate_1b", "Billing rate 1b"),
    Phrase("short.billing_rate_1b", "Billing 1b"),
    BILLABLE,
    BOOKABLE - ABSENCE,
    "monthly",
    "Anställdrapport 2.7",
)
BILLING_RATE_2A = Figure(
    "billing_rate_2a",
    Phrase("kpi.billing_rate_2a", "Billing rate 2a"),
    Phrase("short.billing_rate_2a", "Billing 2a"),
    BILLABLE,
    BOOKED,
    "hourly",
    "Anställdrapport 2.8",
)
BILLING_RATE_2B = Figure(
    "billing_rate_2b",
    Phrase("kpi.billing_rate_2b", "Billing rate 2b"),
    Phrase("short.billing_rate_2b", "Billing 2b"),
    BILLABLE,
    BOOKED - ABSENCE,
    "hourly",
    "Anställdrapport 2.9",
)

FIGURES = (
    EMPLOYMENT_RATE,
    ABSENCE_RATE,
    BOOKING_RATE,
    BOOKING_VS_EMPLOYMENT,
    BILLING_RATE_1A,
    BILLING_RATE_1B,
    BILLING_RATE_2A,
    BILLING_RATE_2B,
)
CODES = tuple(figure.code for figure in FIGURES)


def figures(difference: Literal["points", "relative"]) -> tuple[Figure, ...]:
    """Return the eight figures, the difference in percentage points or relative."""
    if difference == "points":
        return FIGURES
    return tuple(
        BOOKING_VS_EMPLOYMENT_RELATIVE if figure is BOOKING_VS_EMPLOYMENT else figure for figure in FIGURES
    )
