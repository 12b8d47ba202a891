"""Work without a break: stretches of work cut where breaks lie (WT10, WT14).

On-call and standby are neither: a gap in which somebody is on call ends the work in a row, and so does one
without anything.
"""

import polars as pl

from tcw.rules.measures.bookings import any_at
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.coverage import coverage
from tcw.worktime.keys import PER_PERSON, TICK, time_keys
from tcw.worktime.stretches import duty_periods, stretches

BEFORE_ALL = pl.Series([-(1 << 60)], dtype=pl.Int64)


def unbroken(
    work: pl.DataFrame, breaks: pl.DataFrame, origin: int, longer_than: int, shortest: int = 0
) -> tuple[pl.DataFrame, int]:
    """Return the parts of work without a break longer than `longer_than`, and the number of all parts.

    Args:
        work: bookings of work, as of the timeline, sorted.
        breaks: bookings that are breaks, sorted.
        origin: an instant before all of them.
        longer_than: µs.
        shortest: gaps and breaks shorter than this (µs) are no breaks.

    Returns:
        `person`, `start`, `end`, `first`, `last` (positions in `work` of the bookings of the stretch it lies
        in), `says_break` (Boolean: one of them says how long its break is), `paused` (Boolean: one that lies
        in the part says more than 0).
    """
    origin = origin // US_PER_DAY * US_PER_DAY
    united = stretches(work, origin)
    if shortest:
        united = duty_periods(united, pl.lit(shortest - TICK, dtype=pl.Int64)).drop("worked")
    long = united.filter(pl.col("end") - pl.col("start") > longer_than)
    rests = stretches(breaks, origin).filter(pl.col("end") - pl.col("start") >= max(shortest, TICK))
    parts = _cut(long.drop("planned"), rests, origin)
    kept = parts.filter(pl.col("end") - pl.col("start") > longer_than)
    return _with_pauses(kept, work, origin), united.height - long.height + parts.height


def _cut(long: pl.DataFrame, rests: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Cut stretches where breaks lie.

    Both are disjoint and sorted, so every question is one search in sorted keys. Adds `whole` (Boolean):
    nothing was cut off.
    """
    touched = _touched(long, rests, origin)
    untouched = long.filter(~touched).with_columns(whole=pl.lit(value=True))
    if not touched.any():
        return untouched
    long = long.filter(touched)
    low, high = time_keys(long, "start", origin), time_keys(long, "end", origin)
    rest_low, rest_high = time_keys(rests, "start", origin), time_keys(rests, "end", origin)
    # A part starts where a stretch starts outside breaks, or a break ends inside it; likewise for ends.
    starts = pl.concat(
        [low.filter(~_lies_in(low, rest_low, rest_high, side="right")), _between(rest_high, low, high)]
    ).sort()
    ends = pl.concat(
        [high.filter(~_lies_in(high, rest_low, rest_high, side="left")), _between(rest_low, low, high)]
    ).sort()
    stretch = low.search_sorted(starts, side="right") - 1
    of_part = long.select(pl.all().gather(pl.lit(stretch)))
    person = of_part["person"].cast(pl.Int64) * PER_PERSON
    parts = of_part.with_columns(
        begin=(starts - person) * TICK + origin, stop=(ends - person) * TICK + origin
    )
    uncut = (pl.col("begin") == pl.col("start")) & (pl.col("stop") == pl.col("end"))
    cut = parts.with_columns(whole=uncut, start="begin", end="stop").drop("begin", "stop")
    return pl.concat([untouched, cut])


def _touched(long: pl.DataFrame, rests: pl.DataFrame, origin: int) -> pl.Series:
    """Return whether a break overlaps each stretch.

    Of the breaks that end after the stretch begins, the first overlaps it when it begins before the
    stretch ends.
    """
    if rests.is_empty() or long.is_empty():
        return pl.repeat(value=False, n=long.height, dtype=pl.Boolean, eager=True)
    following = time_keys(rests, "end", origin).search_sorted(time_keys(long, "start", origin), side="right")
    begins = pl.concat([time_keys(rests, "start", origin), -BEFORE_ALL])
    return begins.gather(following) < time_keys(long, "end", origin)


def _lies_in(times: pl.Series, low: pl.Series, high: pl.Series, side: str) -> pl.Series:
    """Return whether each time lies in a span, its begin included; with side "left", its end instead."""
    begins, ends = pl.concat([BEFORE_ALL, low]), pl.concat([BEFORE_ALL, high])
    position = begins.search_sorted(times, side="right" if side == "right" else "left") - 1
    return times < ends.gather(position) if side == "right" else times <= ends.gather(position)


def _between(times: pl.Series, low: pl.Series, high: pl.Series) -> pl.Series:
    """Return the times that lie between a span's ends, neither of them included."""
    begins, ends = pl.concat([BEFORE_ALL, low]), pl.concat([BEFORE_ALL, high])
    return times.filter(times < ends.gather(begins.search_sorted(times, side="left") - 1))


def _with_pauses(parts: pl.DataFrame, work: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Add `says_break` and `paused` by counting along the bookings of each stretch."""
    if "pause" not in work.columns or parts.is_empty():
        never = pl.lit(value=False)
        return parts.with_columns(says_break=never, paused=never).drop("whole")
    first, after = parts["first"], parts["last"] + 1
    says_break, paused = work.select(
        says_break=pl.col("pause").is_not_null(), paused=(pl.col("pause") > 0).fill_null(value=False)
    ).get_columns()
    marked = parts.with_columns(
        says_break=any_at(says_break, first, after), paused=any_at(paused, first, after)
    )
    doubtful = marked.filter(pl.col("paused"), ~pl.col("whole"))
    if doubtful.is_empty():
        return marked.drop("whole")
    # Where a break booking cut the stretch, its other part may be the one with the pause.
    pauses = coverage(work.filter(pl.col("pause") > 0), origin, "person")
    touched = pauses.length(marked, "person", "start", "end") > 0
    return marked.with_columns(paused=pl.col("paused") & touched).drop("whole")
