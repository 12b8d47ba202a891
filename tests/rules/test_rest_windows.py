"""Rests of fixed windows, against a slow reading of the definition."""

import itertools
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tcw.rules.measures.rests import ENDLESS, FixedWindows, days_from, fixed_windows, weeks_from
from tcw.worktime.clock import clock

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CLOCK = clock("Europe/Stockholm", date(2026, 3, 1), date(2026, 5, 1))
HOUR = 3_600_000_000
Spans = dict[int, list[tuple[int, int]]]


def instant(moment: datetime) -> int:
    return int(moment.replace(tzinfo=STOCKHOLM).timestamp()) * 1_000_000


def drawn(seed: int) -> Spans:
    """Stretches of a few people around the clock change, some of them days long."""
    dice = Random(seed)
    people: Spans = {}
    for person in range(4):
        at = instant(datetime(2026, 3, 20)) + dice.randrange(60) * HOUR
        spans = []
        for _ in range(dice.randrange(1, 14)):
            end = at + dice.choice([1, 4, 8, 9, 24, 70]) * HOUR
            spans.append((at, end))
            at = end + dice.choice([1, 9, 11, 15, 24, 36, 100]) * HOUR
        people[person] = spans
    return people


def windows(grid: FixedWindows) -> list[tuple[int, int]]:
    """Every window of two months."""
    first = datetime(1970, 1, 1) + timedelta(microseconds=grid.shift)
    while first < datetime(2026, 3, 10):
        first += timedelta(days=grid.days)
    cuts = [instant(first + timedelta(days=grid.days * number)) for number in range(70 // grid.days)]
    return list(itertools.pairwise(cuts))


def slow(people: Spans, grid: FixedWindows, first: int, after: int, *, whole: bool) -> set[tuple[int, ...]]:
    found: set[tuple[int, ...]] = set()
    for person, spans in people.items():
        rests: list[tuple[int | None, int | None]] = [(None, spans[0][0])]
        rests += [(early[1], late[0]) for early, late in itertools.pairwise(spans)]
        rests += [(spans[-1][1], None)]
        for begin, end in windows(grid):
            if not any(start < end and stop > begin for start, stop in spans):
                continue
            known, at_most = [0], [0]
            for start, stop in rests:
                if whole and start is not None:
                    if begin <= start < end:
                        known.append((after if stop is None else stop) - start)
                        at_most.append(ENDLESS if stop is None else stop - start)
                else:
                    cut = (
                        begin if start is None else max(start, begin),
                        end if stop is None else min(stop, end),
                    )
                    if cut[0] < cut[1]:
                        known.append(min(cut[1], after) - max(cut[0], first))
                        at_most.append(cut[1] - cut[0])
            found.add((person, begin, end, max(known), max(at_most)))
    return found


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    "grid",
    [
        days_from(time(0)),
        days_from(time(7, 30)),
        weeks_from("mon", time(0)),
        days_from(time(2, 30)),
        weeks_from("sun", time(2, 30)),
        weeks_from("fri", time(19)),
    ],
)
def test_against_the_slow_reading(grid: FixedWindows, *, whole: bool) -> None:
    for seed in range(30):
        people = drawn(seed)
        rows = [(person, *span) for person, spans in people.items() for span in spans]
        united = pl.DataFrame(
            rows, schema={"person": pl.UInt32, "start": pl.Int64, "end": pl.Int64}, orient="row"
        ).with_columns(
            first=pl.int_range(pl.len(), dtype=pl.UInt32), last=pl.int_range(pl.len(), dtype=pl.UInt32)
        )
        first, after = min(row[1] for row in rows), max(row[2] for row in rows)
        found = fixed_windows(united, grid, CLOCK, first, after, whole=whole)
        columns = ("person", "start", "end", "at_least", "at_most")
        assert set(found.select(columns).rows()) == slow(people, grid, first, after, whole=whole)
        touched = found.select(
            (pl.col("start") < united["end"].gather(found["first"]))
            & (pl.col("end") > united["start"].gather(found["last"]))
        )
        assert touched.to_series().all()
