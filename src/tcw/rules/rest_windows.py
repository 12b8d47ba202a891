"""The longest rest in each fixed window: local days, or seven days, that begin at a clock time.

A window that sticks out of the horizon holds time nobody knows. So two lengths are told: `known`, what lies between the
bookings and the horizon's ends, and `at_most`, what it is if all that is unknown is rest. A window is decided when `known`
reaches the limit (passed) or `at_most` does not (failed); else it is not judged.
"""

from dataclasses import dataclass
from datetime import time
from typing import Final

import polars as pl

from tcw.model.config.red_days import WEEKDAYS, Weekday
from tcw.worktime.clock import US_PER_DAY, Clock
from tcw.worktime.weeks import MONDAY_SHIFT

ENDLESS: Final = 1 << 41
"""µs (25 days): a rest of which nobody knows that it ended; longer ones are measured as this too."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Fixed windows of `days` local days each; one of them begins `shift` µs after 1970-01-01 00:00 local time."""

    days: int
    shift: int

    def number(self, local: pl.Expr) -> pl.Expr:
        """Return the window's number (Int32) of a local time in Int64 µs."""
        return ((local - self.shift) // (self.days * US_PER_DAY)).cast(pl.Int32)

    def begins(self, number: pl.Expr) -> pl.Expr:
        """Return the local time (Int64 µs) at which a window begins."""
        return number.cast(pl.Int64) * (self.days * US_PER_DAY) + self.shift


def days_from(day_break: time) -> Grid:
    """Return the local days that begin at a clock time."""
    return Grid(1, _of_day(day_break))


def weeks_from(day: Weekday, clock_time: time) -> Grid:
    """Return the seven-day windows that begin on a weekday at a clock time."""
    return Grid(7, (WEEKDAYS.index(day) - MONDAY_SHIFT) * US_PER_DAY + _of_day(clock_time))


def fixed_windows(
    united: pl.DataFrame, grid: Grid, clock: Clock, first: int, after: int, *, whole: bool = False
) -> pl.DataFrame:
    """Return the longest rest of each window that holds time of a person.

    Args:
        united: stretches as of `tcw.worktime.stretches.stretches`: `person`, `start`, `end`, `first`, `last`, sorted, no two touching.
        grid: the windows.
        clock: the zone's offsets.
        first: first instant of the horizon (µs).
        after: the instant after it.
        whole: measure rests that begin in the window whole, wherever they end, and no others but the time before a person's first
            stretch; else every rest is cut at the window's ends.

    Returns:
        `person`, `start`, `end` (Int64 µs instants: the window), `known`, `at_most` (Int64 µs, see above), `first`, `last` (positions
        of the first and last booking that touch it), sorted by person and start. Windows without such time are not there.
    """
    walked = _pieces(united, grid, clock).lazy()
    new = (
        (pl.col("person") != pl.col("person").shift()) | (pl.col("number") != pl.col("number").shift())
    ).fill_null(value=True)
    inner = pl.when("new").then(0).otherwise(pl.col("start") - pl.col("end").shift())
    # The window's place in front of the rest makes one running maximum do for all windows.
    marked = walked.with_columns(new=new).with_columns(
        best=(pl.col("new").cum_sum().cast(pl.Int64) * (2 * ENDLESS) + inner.clip(0, ENDLESS)).cum_max()
        % (2 * ENDLESS)
    )
    last_piece = pl.col("new").shift(-1).fill_null(value=True)
    heads = marked.filter("new").select("person", "number", "first", begin="start")
    tails = marked.filter(last_piece).select("last", "best", stop="end")
    windows = pl.concat([heads, tails], how="horizontal").with_columns(
        start=clock.instant(grid.begins(pl.col("number"))),
        end=clock.instant(grid.begins(pl.col("number") + 1)),
    )
    measured = _whole(windows, first, after) if whole else _cut(windows, first, after)
    return measured.select("person", "start", "end", "known", "at_most", "first", "last").collect()


def _cut(windows: pl.LazyFrame, first: int, after: int) -> pl.LazyFrame:
    """Add `known` and `at_most`: rests cut at the window's ends."""
    lead = pl.col("begin") - pl.col("start")
    trail = pl.col("end") - pl.col("stop")
    known_lead = pl.col("begin") - pl.col("start").clip(lower_bound=first)
    known_trail = pl.col("end").clip(upper_bound=after) - pl.col("stop")
    return windows.with_columns(
        known=pl.max_horizontal("best", known_lead, known_trail),
        at_most=pl.max_horizontal("best", lead, trail),
    )


def _whole(windows: pl.LazyFrame, first: int, after: int) -> pl.LazyFrame:
    """Add `known` and `at_most`: rests that begin in the window, to their ends."""
    mine = pl.col("person") == pl.col("person").shift()
    next_mine = (pl.col("person") == pl.col("person").shift(-1)).fill_null(value=False)
    came = pl.col("stop").shift()
    # A rest that begins on the stroke of the window begins in it.
    lead = (
        pl.when(mine.fill_null(value=False).not_())
        .then(pl.col("begin") - pl.col("start"))
        .when(came >= pl.col("start"))
        .then(pl.col("begin") - came)
        .otherwise(0)
    )
    known_lead = (
        pl.when(mine.fill_null(value=False))
        .then(lead)
        .otherwise(pl.col("begin") - pl.col("start").clip(lower_bound=first))
    )
    inside = pl.col("stop") < pl.col("end")
    trail = pl.when(inside).then(pl.col("begin").shift(-1) - pl.col("stop")).otherwise(0)
    known_trail = pl.when(next_mine).then(trail).when(inside).then(after - pl.col("stop")).otherwise(0)
    open_end = (inside & next_mine.not_()) | (pl.col("end") > after)
    endless = pl.when(open_end).then(ENDLESS).otherwise(pl.when(next_mine).then(trail).otherwise(0))
    return windows.with_columns(
        known=pl.max_horizontal("best", known_lead, known_trail),
        at_most=pl.max_horizontal("best", lead, known_trail, endless),
    )


def _pieces(united: pl.DataFrame, grid: Grid, clock: Clock) -> pl.DataFrame:
    """Cut stretches at the windows' ends: `person`, `number` (the window's), `start`, `end`, `first`, `last`, sorted."""
    numbered = united.lazy().select(
        "person",
        "start",
        "end",
        "first",
        "last",
        place=pl.int_range(pl.len(), dtype=pl.UInt32),
        number=grid.number(clock.local(pl.col("start"))),
        final=grid.number(clock.local(pl.col("end") - 1)),
    )
    both = numbered.collect()
    crossing = both.filter(pl.col("number") != pl.col("final"))
    if crossing.is_empty():
        return both
    number = pl.col("number")
    cut = (
        crossing.lazy()
        .with_columns(number=pl.int_ranges("number", pl.col("final") + 1, dtype=pl.Int32))
        .explode("number")
        .with_columns(
            start=pl.max_horizontal("start", clock.instant(grid.begins(number))),
            end=pl.min_horizontal("end", clock.instant(grid.begins(number + 1))),
        )
    )
    rest = both.lazy().filter(pl.col("number") == pl.col("final"))
    # Pieces of one stretch share its place and are in order.
    return rest.merge_sorted(cut, "place").collect()


def _of_day(clock_time: time) -> int:
    seconds = clock_time.hour * 3600 + clock_time.minute * 60 + clock_time.second
    return seconds * 1_000_000
