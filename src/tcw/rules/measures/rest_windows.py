"""The longest rest in each fixed window: local days, or seven days, that begin at a clock time.

A window that sticks out of the horizon holds time nobody knows. So two lengths are told: `known`, what lies between the
bookings and the horizon's ends, and `at_most`, what it is if all that is unknown is rest. A window is decided when `known`
reaches the limit (passed) or `at_most` does not (failed); else it is not judged.
"""

from dataclasses import dataclass
from datetime import time
from typing import Final

import polars as pl

from tcw.model.config.kpis import WEEKDAYS, Weekday
from tcw.worktime.clock import US_PER_DAY, Clock
from tcw.worktime.weeks import MONDAY_SHIFT

ENDLESS: Final = 1 << 41
"""µs (25 days): a rest of which nobody knows that it ended; longer ones are measured as this too."""
WALKED: Final = ("person", "number", "begin", "stop", "best", "came", "goes", "head", "tail")
"""Of a window: its first start and last end, the longest gap between them, the end before and the start after (null: none), and the
places of the first and last stretch."""


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
        of bookings that span all those that touch it: see `with_bookings`). Windows without such time are not there.
    """
    rows = _numbered(united, grid, clock)
    walked = pl.concat([_that_end_stretches(rows), _that_stretches_leave(rows)])
    windows = walked.lazy().with_columns(
        start=clock.instant(grid.begins(pl.col("number"))),
        end=clock.instant(grid.begins(pl.col("number") + 1)),
    )
    windows = windows.with_columns(
        begin=pl.max_horizontal("begin", "start"), stop=pl.min_horizontal("stop", "end")
    )
    measured = (_whole if whole else _cut)(windows, first, after).with_columns(
        # The next stretch begins in the window already.
        tail=pl.col("tail") + (pl.col("goes") < pl.col("end")).fill_null(value=False)
    )
    found = measured.select("person", "start", "end", "known", "at_most", "head", "tail").collect()
    return found.with_columns(
        first=united["first"].gather(found["head"]), last=united["last"].gather(found["tail"])
    ).drop("head", "tail")


def with_bookings(found: pl.DataFrame, bookings: pl.DataFrame) -> pl.DataFrame:
    """Add `rows` (List(UInt32)) and `planned` (Boolean) of the bookings that lie in each window.

    Args:
        found: `start`, `end` of windows, `first`, `last`: positions in `bookings` among which those are.
        bookings: `row`, `start`, `end`, `planned`.
    """
    if found.is_empty():
        return found.with_columns(
            rows=pl.lit(None, dtype=pl.List(pl.UInt32)), planned=pl.lit(None, dtype=pl.Boolean)
        )
    spread = (
        found.select("start", "end", "first", "last")
        .with_row_index("window")
        .with_columns(place=pl.int_ranges("first", pl.col("last") + 1, dtype=pl.UInt32))
        .explode("place")
    )
    place = spread["place"]
    inside = (
        spread.with_columns(
            rows=bookings["row"].gather(place),
            planned=bookings["planned"].gather(place),
            begins=bookings["start"].gather(place),
            stops=bookings["end"].gather(place),
        )
        .filter(pl.col("begins") < pl.col("end"), pl.col("stops") > pl.col("start"))
        .group_by("window", maintain_order=True)
        .agg("rows", pl.col("planned").any())
    )
    return pl.concat([found, inside.drop("window")], how="horizontal")


def _numbered(united: pl.DataFrame, grid: Grid, clock: Clock) -> pl.DataFrame:
    """Return stretches with their windows and neighbours.

    Returns `person`, `start`, `end`, `place` (in `united`), `number`, `final` (the windows of start and end), and of the same person
    `came`, `was` (the end before and its window) and `goes` (the start after); null where there is none.
    """
    same = pl.col("person") == pl.col("person").shift()
    return (
        united.lazy()
        .select(
            "person",
            "start",
            "end",
            place=pl.int_range(pl.len(), dtype=pl.UInt32),
            number=_number_at(pl.col("start"), grid, clock),
            final=_number_at(pl.col("end") - 1, grid, clock),
            same=same,
        )
        .with_columns(
            came=pl.when("same").then(pl.col("end").shift()),
            was=pl.when("same").then(pl.col("final").shift()),
            goes=pl.when(pl.col("same").shift(-1)).then(pl.col("start").shift(-1)),
        )
        .drop("same")
        .collect()
    )


def _number_at(instant: pl.Expr, grid: Grid, clock: Clock) -> pl.Expr:
    """Return the window's number of an instant."""
    number = grid.number(clock.local(instant))
    clock_time = grid.shift % US_PER_DAY
    in_change = any(
        low % US_PER_DAY <= clock_time < low % US_PER_DAY + abs(change.after - change.before)
        for change in clock.changes
        for low in (change.instant + min(change.before, change.after),)
    )
    if not in_change:
        return number
    # Windows begin at a clock time that a clock change skips, or has twice: go by the instant at which they do.
    late = instant >= clock.instant(grid.begins(number + 1))
    early = instant < clock.instant(grid.begins(number))
    return number + late.cast(pl.Int32) - early.cast(pl.Int32)


def _that_end_stretches(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the windows in which a stretch ends: WALKED."""
    # The window's place in front of the rest makes one running maximum do for all windows.
    marked = rows.lazy().with_columns(new=pl.col("final").ne_missing(pl.col("was")))
    inner = pl.when("new").then(0).otherwise((pl.col("start") - pl.col("came")).clip(0, ENDLESS))
    best = (pl.col("new").cum_sum().cast(pl.Int64) * (2 * ENDLESS) + inner).cum_max() % (2 * ENDLESS)
    marked = marked.with_columns(best=best)
    heads = marked.filter("new").select("person", "came", number="final", begin="start", head="place")
    tails = marked.filter(pl.col("new").shift(-1).fill_null(value=True)).select(
        "best", "goes", stop="end", tail="place"
    )
    return pl.concat([heads, tails], how="horizontal").select(WALKED).collect()


def _that_stretches_leave(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the other windows, which hold one stretch that goes on beyond them and nothing before it: WALKED."""
    crossing = rows.lazy().filter(pl.col("number") != pl.col("final"))
    return (
        crossing.with_columns(
            number=pl.int_ranges("number", pl.col("final"), dtype=pl.Int32),
        )
        .explode("number")
        .filter(pl.col("number").ne_missing(pl.col("was")))
        .select(
            *("person", "came", "number"),
            begin="start",
            head="place",
            best=pl.lit(0, dtype=pl.Int64),
            goes="goes",
            stop="end",
            tail="place",
        )
        .select(WALKED)
        .collect()
    )


def _cut(windows: pl.LazyFrame, first: int, after: int) -> pl.LazyFrame:
    """Add `known` and `at_most`: rests cut at the window's ends."""
    begin, stop = pl.col("begin"), pl.col("stop")
    goes = pl.min_horizontal("end", "goes")
    return windows.with_columns(
        known=pl.max_horizontal(
            "best", begin - pl.col("start").clip(lower_bound=first), goes.clip(upper_bound=after) - stop
        ),
        at_most=pl.max_horizontal("best", begin - pl.col("start"), goes - stop),
    )


def _whole(windows: pl.LazyFrame, first: int, after: int) -> pl.LazyFrame:
    """Add `known` and `at_most`: rests that begin in the window, to their ends."""
    begin, stop = pl.col("begin"), pl.col("stop")
    new_here = pl.col("came").is_null()
    # A rest that begins on the stroke of the window begins in it.
    on_the_stroke = pl.when(pl.col("came") == pl.col("start")).then(begin - pl.col("start")).otherwise(0)
    lead = pl.when(new_here).then(begin - pl.col("start")).otherwise(on_the_stroke)
    known_lead = (
        pl.when(new_here).then(begin - pl.col("start").clip(lower_bound=first)).otherwise(on_the_stroke)
    )
    inside = stop < pl.col("end")
    known_trail = pl.when(inside).then(pl.col("goes").fill_null(after) - stop).otherwise(0)
    unending = inside & pl.col("goes").is_null()
    return windows.with_columns(
        known=pl.max_horizontal("best", known_lead, known_trail),
        at_most=pl.max_horizontal("best", lead, pl.when(unending).then(ENDLESS).otherwise(known_trail)),
    )


def _of_day(clock_time: time) -> int:
    seconds = clock_time.hour * 3600 + clock_time.minute * 60 + clock_time.second
    return seconds * 1_000_000
