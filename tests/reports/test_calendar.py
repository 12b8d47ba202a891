"""Calendars of whoever is booked, read back by a library made for them."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from tcw.intake.assemble import Tables
from tcw.matching.plan import ASSIGNMENTS, COMPARE, NEAREST, REASONS, REQUESTS, UNFILLED, WISHES, Plan
from tcw.model.config import Config
from tcw.model.intake_report import REJECTS_SCHEMA, IntakeReport
from tcw.model.schedule import Schedule
from tcw.reports.handback.calendar import calendars


def content(order: str, unit: str, start: datetime, end: datetime, staff: str = "1") -> bytes:
    row = {
        "order_id": order,
        "staff_id": staff,
        "mode": "book",
        "unit_id": unit,
        "activity_id": "OMV",
        "start": start,
        "end": end,
    }
    plan = Plan(
        status="optimal",
        assignments=pl.DataFrame([row], schema=ASSIGNMENTS),
        requests=pl.DataFrame(schema=REQUESTS),
        unfilled=pl.DataFrame(schema=UNFILLED),
        reasons=pl.DataFrame(schema=REASONS),
        nearest=pl.DataFrame(schema=NEAREST),
        wishes=pl.DataFrame(schema=WISHES),
        compare=pl.DataFrame(schema=COMPARE),
        orders=1,
    )
    tables = Tables([], pl.LazyFrame(), Config())
    schedule = Schedule(
        pl.LazyFrame(), tables, Config(), IntakeReport((), pl.DataFrame(schema=REJECTS_SCHEMA))
    )
    ((who, calendar),) = calendars(plan, schedule, date(2026, 5, 4), "en")
    assert who == staff
    return calendar


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


def kept(text: str) -> str:
    """What a calendar may hold of a text."""
    plain = text.replace("\r\n", "\n")
    return "".join(
        one for one in plain if one == "\n" or (ord(one) >= 32 and ord(one) not in {0x7F, 0xFFFE, 0xFFFF})
    )


@given(TEXT, TEXT)
@example("V;1", "Sol\\gården, norr;\nvåning 2")
@example("å" * 200, "😀" * 100)
@example("x" * 148, "y" * 65)
def test_any_words_come_back_as_they_were(order: str, unit: str) -> None:
    written = content(order, unit, datetime(2026, 5, 6, 15), datetime(2026, 5, 6, 23))
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["location"]) == kept(unit)
    assert str(event["uid"]) == f"tcw-{kept(order)}"
    assert str(event["description"]) == f"Order {kept(order)}."


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (datetime(2026, 3, 28, 21), datetime(2026, 3, 29, 7), 9),  # the night to summer time
        (datetime(2026, 10, 24, 21), datetime(2026, 10, 25, 7), 11),  # and back
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 8), 4.5),  # a time there was not: 03:30
        (datetime(2026, 5, 6, 15), datetime(2026, 5, 6, 23), 8),
    ],
)
def test_nights_of_clock_changes_have_their_length(start: datetime, end: datetime, hours: float) -> None:
    (event,) = Calendar.from_ical(content("V1", "A", start, end)).walk("VEVENT")
    length = event.decoded("dtend") - event.decoded("dtstart")
    assert length.total_seconds() / 3600 == hours
    assert event.decoded("dtstamp") == datetime(2026, 5, 4, tzinfo=UTC)
