"""ISO weeks as integers: week 0 is the week of Monday 1969-12-29; the next week is one more."""

import re
from datetime import date, timedelta

import polars as pl

from tcw.worktime.clock import US_PER_DAY

US_PER_WEEK = 7 * US_PER_DAY
EPOCH_MONDAY = date(1969, 12, 29)
MONDAY_SHIFT = 3  # 1970-01-01 was a Thursday
WEEK_LABEL = re.compile(r"(\d{4})-?[Ww](\d{1,2})")


def week_of_local(local: pl.Expr) -> pl.Expr:
    """Return the week (Int32) of a local time in Int64 µs."""
    return ((local + MONDAY_SHIFT * US_PER_DAY) // US_PER_WEEK).cast(pl.Int32)


def week_of_date(day: pl.Expr) -> pl.Expr:
    """Return the week (Int32) of a Date."""
    return ((day.to_physical() + MONDAY_SHIFT) // 7).cast(pl.Int32)


def start_of_week(week: pl.Expr) -> pl.Expr:
    """Return Monday 00:00 of a week as local Int64 µs."""
    return week.cast(pl.Int64) * US_PER_WEEK - MONDAY_SHIFT * US_PER_DAY


def week_number(day: date) -> int:
    """Return the week of a date."""
    return (day - EPOCH_MONDAY).days // 7


def monday(week: int) -> date:
    """Return the Monday of a week."""
    return EPOCH_MONDAY + timedelta(weeks=week)


def label(week: int) -> str:
    """Return "2026-W10"."""
    year, number, _ = monday(week).isocalendar()
    return f"{year}-W{number:02d}"


def labels(first: int, last: int) -> pl.DataFrame:
    """Return `number` (Int32) and `week` (String "2026-W10") for all weeks of a period, in order."""
    weeks = range(first, last + 1)
    return pl.DataFrame(
        {"number": list(weeks), "week": [label(week) for week in weeks]},
        schema={"number": pl.Int32, "week": pl.String},
    )


def parse_label(text: str) -> int | None:
    """Return the week of "2026-W10" or "2026w10"; None when it is not such a label or no such week exists."""
    match = WEEK_LABEL.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return week_number(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    except ValueError:
        return None
