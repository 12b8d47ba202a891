"""What lies between two full rests, the 24-hour windows in it, and the longest rest inside any window.

A rest is full when it is at least as long as the agreement on the local day on which it begins asks. A *run* is what a person
does between two full rests: its windows begin with it and again every 24 hours (Arbetstidslagen 13 §, AB 13 §), and seven
days without weekly rest are a run that is too long (14 §).
"""

from typing import Final

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.engine.in_force import InForce
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR
from tcw.worktime.kinds import LAST_WORKING
from tcw.worktime.stretches import PER_PERSON, TICK

NEVER: Final = 1 << 60
"""A limit (µs) that nothing reaches."""


def microseconds(in_force: InForce, name: str, without: int) -> pl.Expr:
    """Return a limit in hours of the column `agreement` as Int64 µs; `without` where the agreement has no such limit."""
    return pl.col("agreement").replace_strict(
        pl.Series(range(len(in_force.terms)), dtype=pl.UInt16),
        pl.Series(limits(in_force, name, without), dtype=pl.Int64),
        return_dtype=pl.Int64,
    )


def limits(in_force: InForce, name: str, without: int) -> list[int]:
    """Return a limit in hours of every agreement as µs; `without` where it has no such limit."""
    hours = [getattr(terms, name) for terms in in_force.terms]
    return [
        without if value is None or value == float("inf") else round(value * US_PER_HOUR) for value in hours
    ]


def runs(context: Context, united: pl.DataFrame, term: str) -> pl.DataFrame:
    """Return what lies between full rests.

    Args:
        context: of the chunk.
        united: stretches, sorted.
        term: the limit that makes a rest full.

    Returns:
        `person`, `start`, `end` (of the first and the last stretch), `head`, `tail` (UInt32: their places in `united`), `came`, `goes`
        (the end of the stretch before and the start of the one after, of the same person; null where there is none), sorted.
    """
    demanded = limits(context.in_force, term, 0)
    low, high = min(demanded), max(demanded)
    same = pl.col("person") == pl.col("person").shift()
    walked = united.select(
        "person",
        "start",
        "end",
        place=pl.int_range(pl.len(), dtype=pl.UInt32),
        came=pl.when(same).then(pl.col("end").shift()),
    )
    rest = pl.col("start") - pl.col("came")
    full = (rest >= high).fill_null(value=True)
    if low < high:
        between = walked.filter(rest >= low, rest < high)
        placed = context.with_agreement(between, context.day(pl.col("came")))
        enough = placed.filter(rest >= microseconds(context.in_force, term, 0))["place"]
        full |= pl.col("place").is_in(enough.implode())
    marked = walked.lazy().with_columns(new=full)
    heads = marked.filter("new").select("person", "start", "came", head="place")
    tails = marked.filter(pl.col("new").shift(-1).fill_null(value=True)).select("end", tail="place")
    mine = pl.col("person") == pl.col("person").shift(-1)
    return (
        pl.concat([heads, tails], how="horizontal")
        .with_columns(goes=pl.when(mine).then(pl.col("start").shift(-1)))
        .collect()
    )


def day_windows(context: Context) -> pl.DataFrame:
    """Return the 24-hour windows from each run's start, as long as one begins before the run ends.

    Returns `person`, `start`, `end` (the window), `stop` (the run's end), `goes` (the person's next start after the run, or null).
    """
    walked = runs(context, context.stretches, "daily_rest").select(
        "person",
        "start",
        stop="end",
        goes="goes",
        windows=(pl.col("end") - pl.col("start") + US_PER_DAY - 1) // US_PER_DAY,
    )
    columns = ("person", "start", "stop", "goes")
    single = walked.filter(pl.col("windows") == 1).select(columns)
    several = (
        walked.filter(pl.col("windows") > 1)
        .with_columns(number=pl.int_ranges(0, "windows"))
        .explode("number")
        .with_columns(start=pl.col("start") + pl.col("number") * US_PER_DAY)
        .select(columns)
    )
    return pl.concat([single, several]).with_columns(end=pl.col("start") + US_PER_DAY)


def longest_rests(
    windows: pl.DataFrame, united: pl.DataFrame, origin: int, first: int, after: int
) -> pl.DataFrame:
    """Add the longest rest inside each window, of whatever length and place.

    Args:
        windows: `person`, `start`, `end`, each with time of a stretch of the person in it.
        united: stretches, sorted.
        origin: an instant before them all.
        first: first instant of the horizon.
        after: the instant after it.

    Returns:
        The windows with `known` and `at_most` (Int64 µs; see `tcw.rules.measures.rest_windows`), `resumes` (the start of the stretch that ends the
        longest rest, the later of two; null when none does), `low`, `high` (UInt32: the first stretch in it and the one after the
        last), `first`, `last` (positions of the bookings that touch it).
    """
    found = with_places(windows, united, origin)
    spread = (
        found.select("person", "start", "low", "high")
        .with_row_index("window")
        .with_columns(place=pl.int_ranges("low", "high", dtype=pl.UInt32))
        .explode("place")
    )
    place = spread["place"]
    begins = united["start"].gather(place)
    before = united["end"].gather(spread.select((pl.col("place").cast(pl.Int64) - 1).clip(0)).to_series())
    inside = (
        spread.with_columns(begins=begins, before=before)
        .with_columns(
            rest=pl.col("begins")
            - pl.when(pl.col("place") == pl.col("low")).then("start").otherwise("before"),
            sure=pl.col("begins")
            - pl.when(pl.col("place") == pl.col("low"))
            .then(pl.col("start").clip(lower_bound=first))
            .otherwise("before"),
        )
        .group_by("window")
        .agg(
            pl.col("sure").max(),
            pl.col("rest").max(),
            resumes=pl.col("begins").filter(pl.col("rest") == pl.col("rest").max()).max(),
        )
        .sort("window")
    )
    stop = pl.col("stop_")
    return (
        pl.concat([found, inside.drop("window")], how="horizontal")
        .with_columns(
            goes_=pl.min_horizontal("end", "goes_"),
            then_=pl.col("goes_"),
        )
        .with_columns(
            known=pl.max_horizontal("sure", pl.col("goes_").clip(upper_bound=after) - stop, 0),
            at_most=pl.max_horizontal("rest", pl.col("goes_") - stop, 0),
            resumes=pl.when(pl.col("goes_") - stop >= pl.col("rest")).then("then_").otherwise("resumes"),
        )
        .drop("sure", "rest", "stop_", "goes_", "then_")
    )


def with_places(windows: pl.DataFrame, united: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Add `low`, `high`, `first`, `last` of `longest_rests`, `stop_` (the last end in the window) and `goes_` (the person's next start)."""
    low = (
        united.select(in_order("end", origin))
        .to_series()
        .search_sorted(windows.select(in_order("start", origin)).to_series(), side="right")
    )
    high = (
        united.select(in_order("start", origin))
        .to_series()
        .search_sorted(windows.select(in_order("end", origin)).to_series(), side="left")
    )
    last = (high.cast(pl.Int64) - 1).clip(0)
    beyond = high.clip(upper_bound=max(united.height - 1, 0))
    mine = (united["person"].gather(beyond) == windows["person"]) & (high < united.height)
    return (
        windows.with_columns(
            low=low.cast(pl.UInt32),
            high=high.cast(pl.UInt32),
            first=united["first"].gather(low),
            last=united["last"].gather(last),
            stop_=united["end"].gather(last),
            goes_=united["start"].gather(beyond),
            mine_=mine,
        )
        .with_columns(goes_=pl.when("mine_").then("goes_"))
        .drop("mine_")
    )


def days_of_hours_only(context: Context) -> int:
    """Return of how many days of a person working time is known by its hours only: their rests nobody knows."""
    working = context.by_hours.filter(pl.col("kind") <= LAST_WORKING)
    return working.select("person", "day").n_unique() if working.height else 0


def any_planned(work: pl.DataFrame, first: pl.Series, last: pl.Series) -> pl.Series:
    """Return whether one of the bookings at positions `first` to `last` of `work` is planned."""
    return _any(work["planned"], first, last).alias("planned")


def any_of_kinds(work: pl.DataFrame, kinds: range, first: pl.Series, last: pl.Series) -> pl.Series:
    """Return whether one of the bookings at positions `first` to `last` of `work` is of a kind."""
    return _any(work["kind"].is_between(kinds.start, kinds.stop - 1), first, last)


def _any(flags: pl.Series, first: pl.Series, last: pl.Series) -> pl.Series:
    if first.is_empty():
        return pl.Series([], dtype=pl.Boolean)
    seen = flags.cast(pl.UInt32).cum_sum()
    return seen.gather(last) - seen.gather(first) + flags.gather(first).cast(pl.UInt32) > 0


def in_order(column: str, origin: int) -> pl.Expr:
    """Return one integer that is in the order of person and time."""
    return pl.col("person").cast(pl.Int64) * PER_PERSON + (pl.col(column) - origin) // TICK
