"""The two ways of summing hours by employee-week come to the same."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from tcw.kpis import ledger as ledgers
from tcw.worktime.clock import clock
from tcw.worktime.weeks import week_number

FIRST, LAST = date(2026, 3, 16), date(2026, 4, 19)  # over the change to summer time
ZONE = clock("Europe/Stockholm", FIRST, LAST)
WEEKS = (week_number(FIRST), week_number(LAST))
PEOPLE = pl.DataFrame({"staff_id": ["1", "2", "3"]}).with_row_index("code")
CLASSES = pl.DataFrame(
    {"activity_id": ["visit", "desk", "ill", "lunch", "odd"], "hours_class": [0, 1, 2, 3, 4]},
    schema_overrides={"hours_class": pl.UInt8},
)


def bookings(staff: list[str], activities: list[str]) -> pl.LazyFrame:
    """One booking of 9 h 7 min every 5 hours, so that some reach over a Monday and the clock change."""
    starts = [datetime(2026, 3, 16) + timedelta(hours=5 * i) for i in range(160)]
    return pl.LazyFrame(
        {
            "staff_id": [staff[i % len(staff)] for i in range(160)],
            "activity_id": [activities[i % len(activities)] for i in range(160)],
            "start_local": starts,
            "end_local": [start + timedelta(hours=9, minutes=7) for start in starts],
            "break_minutes": [i % 41 or None for i in range(160)],
        },
        schema_overrides={"start_local": pl.Datetime("us"), "end_local": pl.Datetime("us")},
    )


@pytest.mark.parametrize("staff", [["1", "2", "3"], ["1", "3", "nobody"]], ids=["known", "stranger"])
@pytest.mark.parametrize(
    "activities", [["visit", "desk", "ill", "lunch"], ["visit", "odd"], ["ill", "nothing"]], ids="+".join
)
def test_board_and_groups_agree(
    monkeypatch: pytest.MonkeyPatch, staff: list[str], activities: list[str]
) -> None:
    booked = bookings(staff, activities)
    longest = 10 * 3600 * 10**6
    in_array = ledgers.ledger(booked, PEOPLE, CLASSES, ZONE, longest, WEEKS)
    monkeypatch.setattr(ledgers, "MOST_CELLS", 0)
    grouped = ledgers.ledger(booked, PEOPLE, CLASSES, ZONE, longest, WEEKS)
    assert in_array.hours.equals(grouped.hours)
    assert in_array.hours["key"].is_sorted()
    assert in_array.unknown_staff == grouped.unknown_staff == ("nobody" in staff)
    assert in_array.uncounted == grouped.uncounted == bool({"odd", "nothing"} & set(activities))


def test_a_board_sums_what_a_loop_sums() -> None:
    booked = bookings(["1", "2"], ["visit", "ill"]).drop("break_minutes")
    sums = ledgers.ledger(booked, PEOPLE, CLASSES, ZONE, 10 * 3600 * 10**6, WEEKS).hours
    total = sums.select(pl.sum_horizontal(ledgers.COUNTED.values()).sum()).item()
    # One span contains the hour that is left out on 2026-03-29. Another ends inside it, at 02:07, and keeps
    # its length.
    assert total == (160 * (9 * 60 + 7) - 60) * 60 * 10**6
