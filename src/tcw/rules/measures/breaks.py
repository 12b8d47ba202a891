"""Work without a break: stretches of work cut where break bookings lie, and what is known of breaks inside them (WT10, WT14).

On-call and standby are neither: a gap in which somebody is on call ends the work in a row, and so does one without anything.
"""

import polars as pl

from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.coverage import coverage
from tcw.worktime.stretches import PER_PERSON, TICK, duty_periods, stretches

BEFORE_ALL = pl.Series([-(1 << 60)], dtype=pl.Int64)


def unbroken(
    work: pl.DataFrame, breaks: pl.DataFrame, origin: int, longer_than: int, shortest: int = 0
) -> tuple[pl.DataFrame, int]:
    """Return the parts of work without a break that are longer than `longer_than` (µs), and the number of all parts.

    Args:
        work: bookings of work, as of the timeline, sorted.
        breaks: bookings that are breaks, sorted.
        origin: an instant before all of them.
        longer_than: µs.
        shortest: gaps and breaks shorter than this (µs) are no breaks.

    Returns:
        `person`, `start`, `end`, `first`, `last` (positions in `work` of the bookings of the stretch it lies in), `told` (Boolean: one of
        them says how long its break is), `paused` (Boolean: one that lies in the part says more than 0).
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
    """Cut stretches where breaks lie. Both are disjoint and sorted, so every question is one search in sorted keys.

    Adds `whole` (Boolean): nothing was cut off.
    """
    touched = _touched(long, rests, origin)
    untouched = long.filter(~touched).with_columns(whole=pl.lit(value=True))
    if not touched.any():
        return untouched
    long = long.filter(touched)
    low, high = _keys(long, "start", origin), _keys(long, "end", origin)
    rest_low, rest_high = _keys(rests, "start", origin), _keys(rests, "end", origin)
    # A part starts where a stretch starts outside breaks, or where a break ends inside a stretch; likewise for ends.
    starts = pl.concat(
        [low.filter(~_inside(low, rest_low, rest_high, side="right")), _within(rest_high, low, high)]
    ).sort()
    ends = pl.concat(
        [high.filter(~_inside(high, rest_low, rest_high, side="left")), _within(rest_low, low, high)]
    ).sort()
    stretch = low.search_sorted(starts, side="right") - 1
    mine = long.select(pl.all().gather(pl.lit(stretch)))
    person = mine["person"].cast(pl.Int64) * PER_PERSON
    parts = mine.with_columns(
        begin=(starts - person) * TICK + origin,
        stop=(ends - person) * TICK + origin,
    )
    uncut = (pl.col("begin") == pl.col("start")) & (pl.col("stop") == pl.col("end"))
    cut = parts.with_columns(whole=uncut, start="begin", end="stop").drop("begin", "stop")
    return pl.concat([untouched, cut])


def _touched(long: pl.DataFrame, rests: pl.DataFrame, origin: int) -> pl.Series:
    """Return whether a break overlaps each stretch: the first that ends after its start begins before its end."""
    if rests.is_empty() or long.is_empty():
        return pl.repeat(value=False, n=long.height, dtype=pl.Boolean, eager=True)
    following = _keys(rests, "end", origin).search_sorted(_keys(long, "start", origin), side="right")
    begins = pl.concat([_keys(rests, "start", origin), -BEFORE_ALL])
    return begins.gather(following) < _keys(long, "end", origin)


def _keys(frame: pl.DataFrame, time: str, origin: int) -> pl.Series:
    key = pl.col("person").cast(pl.Int64) * PER_PERSON + (pl.col(time) - origin) // TICK
    return frame.select(key).to_series()


def _inside(times: pl.Series, low: pl.Series, high: pl.Series, side: str) -> pl.Series:
    """Return whether each time lies in a span: from `low` on and before `high`; with side "left" after it and up to `high`."""
    begins, ends = pl.concat([BEFORE_ALL, low]), pl.concat([BEFORE_ALL, high])
    place = begins.search_sorted(times, side="right" if side == "right" else "left") - 1
    return times < ends.gather(place) if side == "right" else times <= ends.gather(place)


def _within(times: pl.Series, low: pl.Series, high: pl.Series) -> pl.Series:
    """Return the times that lie between a span's ends, neither of them included."""
    begins, ends = pl.concat([BEFORE_ALL, low]), pl.concat([BEFORE_ALL, high])
    return times.filter(times < ends.gather(begins.search_sorted(times, side="left") - 1))


def _with_pauses(parts: pl.DataFrame, work: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Add `told` and `paused` by counting along the bookings of each stretch."""
    if "pause" not in work.columns or parts.is_empty():
        never = pl.lit(value=False)
        return parts.with_columns(told=never, paused=never).drop("whole")
    counts = work.select(
        told=pl.col("pause").is_not_null().cast(pl.UInt32).cum_sum(),
        paused=(pl.col("pause") > 0).fill_null(value=False).cast(pl.UInt32).cum_sum(),
    )

    def some(name: str) -> pl.Expr:
        upto = pl.lit(counts[name])
        before = (
            pl.when(pl.col("first") > 0)
            .then(upto.gather(pl.max_horizontal(pl.col("first"), 1) - 1))
            .otherwise(0)
        )
        return upto.gather("last") > before

    marked = parts.with_columns(told=some("told"), paused=some("paused"))
    doubtful = marked.filter(pl.col("paused"), ~pl.col("whole"))
    if doubtful.is_empty():
        return marked.drop("whole")
    # Where a break booking cut the stretch, its other part may be the one with the pause.
    pauses = coverage(
        work.filter(pl.col("pause") > 0).select(pl.col("person").alias("owner"), "start", "end"), origin
    )
    touched = pauses.length(marked, "person", "start", "end") > 0
    return marked.with_columns(paused=pl.col("paused") & touched).drop("whole")


def rows_of(parts: pl.DataFrame, work: pl.DataFrame) -> pl.DataFrame:
    """Add `rows` (List(UInt32)): the bookings that overlap each part, and `planned`: one of them is."""
    numbered = parts.with_row_index("part")
    spread = (
        numbered.select("part", "start", "end", position=pl.int_ranges("first", pl.col("last") + 1))
        .explode("position")
        .drop_nulls("position")
    )
    mine = work.select("row", "planned", begin="start", stop="end")[spread["position"]]
    lists = (
        pl.concat([spread, mine], how="horizontal")
        .filter(pl.col("begin") < pl.col("end"), pl.col("stop") > pl.col("start"))
        .group_by("part", maintain_order=True)
        .agg(pl.col("planned").any(), rows="row")
    )
    return numbered.join(lists, on="part", how="left", maintain_order="left").drop("part")
