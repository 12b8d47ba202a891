"""The follow-up oracle itself, against numbers worked out by hand."""

from datetime import date, datetime
from fractions import Fraction

from tests.oracle.followup import followup
from tests.oracle.records import Booking, Employment, Source

NIGHT = (datetime(2026, 3, 31, 22), datetime(2026, 4, 1, 6))
STAFF = (
    Employment("1", Fraction(1), "monthly", "U1", valid_to=date(2026, 3, 31)),
    Employment("1", Fraction(1), "hourly", "U2", valid_from=date(2026, 4, 1)),
    Employment("2", Fraction(1), None, None),
)
SOURCE = Source(
    STAFF,
    (),
    (
        Booking("1", "A", *NIGHT, break_minutes=60, unit_id="U1", order_reason="VAB"),
        Booking("1", "A", day=date(2026, 4, 1), hours=Fraction(8), unit_id="U1"),
        Booking("1", "A", day=date(2026, 4, 1), hours=Fraction(3), unit_id="U1", borrowed=False),
        Booking("1", "A", day=date(2026, 4, 1), hours=Fraction(99), cancelled=True),
        Booking("2", "B", day=date(2026, 4, 6), hours=Fraction(5), unit_id="U1"),
        Booking("9", "B", day=date(2026, 4, 6), hours=Fraction(2), unit_id="U1"),
    ),
)


def test_night_between_two_months_is_cut_and_its_break_shared() -> None:
    assert followup(SOURCE, ("order_reason", "period"), "month") == {
        ("VAB", "2026-03"): Fraction(7, 4),
        ("VAB", "2026-04"): Fraction(21, 4),
        (None, "2026-04"): 18,
    }


def test_weeks() -> None:
    assert followup(SOURCE, ("period",)) == {("2026-W14",): 18, ("2026-W15",): 7}


def test_home_unit_and_type_are_those_of_the_day_the_booking_begins() -> None:
    assert followup(SOURCE, ("staff_id", "borrowed", "substitute")) == {
        ("1", False, False): 7,
        ("1", True, True): 8,
        ("1", False, True): 3,
        ("2", None, None): 5,
        ("9", None, None): 2,
    }
