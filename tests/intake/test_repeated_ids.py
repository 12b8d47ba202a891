"""Booking ids used more than once are found in whatever number of rounds they are counted."""

from datetime import date, datetime, timedelta
from random import Random

import polars as pl
import pytest

from tcw.model.pieces import at_once as in_one
from tcw.quality import doubts
from tcw.worktime.clock import clock


@pytest.mark.parametrize("at_once", [10_000, 700, 7])
def test_rounds(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(1)
    ids = [f"B{rng.randint(1, 900)}" for _ in range(1000)]
    start = datetime(2026, 3, 2, 7)
    bookings = pl.LazyFrame(
        {
            "booking_id": [*ids, None, None],
            "start_local": [start] * 1002,
            "end_local": [start + timedelta(hours=2)] * 1002,
        }
    )
    monkeypatch.setattr(doubts, "AT_ONCE", at_once)
    zone = clock("Europe/Stockholm", date(2026, 3, 1), date(2026, 3, 9))
    nothing = pl.DataFrame()
    (found,) = doubts.repeated_ids(doubts.Evidence(bookings, in_one(bookings), zone, nothing, nothing))
    again = len(ids) - len(set(ids))
    assert (found.rows, found.hours) == (again, again * 2.0)
