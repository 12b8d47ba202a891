"""How much of a span is covered by spans of the same owner.

Spans are employments, links, competences, absences, availability. An owner is a number: a person, an
employment, an activity, or a pair that the caller has numbered.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR
from tcw.worktime.keys import PER_PERSON, TICK, time_key
from tcw.worktime.stretches import stretches

FOREVER: Final = 1 << 60
"""µs beyond every instant: where a span without an end ends, and, negative, where one without a start
starts."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """United spans of owners, as keys of owner and time in one whole number, sorted.

    `before`: what the spans before each cover together. The first is a sentinel that covers nothing.
    """

    begins: pl.Series
    ends: pl.Series
    before: pl.Series
    origin: int

    def length(self, frame: pl.DataFrame, owner: str, start: str, end: str) -> pl.Series:
        """Return how much (Int64 µs) of each row's span (columns `start`, `end`) its owner's spans cover."""
        keys = self._keys(frame, owner, start, end)
        return (self._covered_until(keys["high"]) - self._covered_until(keys["low"])) * TICK

    def holds(self, frame: pl.DataFrame, owner: str, start: str, end: str) -> pl.Series:
        """Return whether (Boolean) each row's whole span is covered."""
        keys = self._keys(frame, owner, start, end)
        return (
            self._covered_until(keys["high"]) - self._covered_until(keys["low"]) == keys["high"] - keys["low"]
        )

    def _keys(self, frame: pl.DataFrame, owner: str, start: str, end: str) -> pl.DataFrame:
        return frame.select(low=_key(start, self.origin, owner), high=_key(end, self.origin, owner))

    def _covered_until(self, keys: pl.Series) -> pl.Series:
        """Return what all spans before a key cover together: use only differences inside one owner."""
        place = self.begins.search_sorted(keys, side="right") - 1
        return pl.select(
            self.before.gather(place)
            + pl.min_horizontal(keys, self.ends.gather(place))
            - self.begins.gather(place)
        ).to_series()


def coverage(spans: pl.DataFrame, origin: int, owner: str = "owner") -> Coverage:
    """Unite spans, in any order, that may overlap.

    Args:
        spans: the owner (UInt32), `start`, `end` (Int64 µs; instants, or local times where whole days are
            compared).
        origin: a time before all that is asked about, at most some ten years.
        owner: the owner's column.
    """
    origin = origin // US_PER_DAY * US_PER_DAY
    ordered = (
        spans.select(
            pl.col(owner).alias("person"),
            pl.col("start", "end").cast(pl.Int64).clip(origin, _last(origin)),
            planned=pl.lit(value=False),
        )
        .filter(pl.col("start") < pl.col("end"))
        .sort("person", "start", "end")
    )
    keyed = stretches(ordered, origin).select(begins=time_key("start", origin), ends=time_key("end", origin))
    sentinel = pl.DataFrame({"begins": [-FOREVER], "ends": [-FOREVER]})
    united = pl.concat([sentinel, keyed])
    length = united["ends"] - united["begins"]
    return Coverage(united["begins"], united["ends"], length.cum_sum() - length, origin)


def coverage_of_days(
    rows: pl.DataFrame, origin: int, owner: str, first: str = "valid_from", last: str = "valid_to"
) -> Coverage:
    """Unite the days (local time) on which rows are valid, the last included; null is open."""
    return coverage(rows.select(owner, *days(pl.col(first), pl.col(last))), origin, owner)


def longest_shift() -> pl.Expr:
    """Return the longest shift (Int64 µs, start to end) in an availability, by its `max_hours`."""
    said = (pl.col("max_hours") * US_PER_HOUR).round().cast(pl.Int64)
    return pl.when(pl.col("max_hours") > 0).then(said).otherwise(FOREVER)


def days(first: pl.Expr, last: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the local start and end (Int64 µs) of days from a Date to another, inclusive; null is open."""

    def midnight(day: pl.Expr) -> pl.Expr:
        return day.to_physical().cast(pl.Int64) * US_PER_DAY

    return (
        midnight(first).fill_null(-FOREVER).alias("start"),
        (midnight(last) + US_PER_DAY).fill_null(FOREVER).alias("end"),
    )


def _last(origin: int) -> int:
    """Return the last time that a key can hold."""
    return origin + (PER_PERSON - 1) * TICK


def _key(time: str, origin: int, owner: str) -> pl.Expr:
    return time_key(pl.col(time).clip(origin, _last(origin)), origin, owner)
