"""Working time of each person united: stretches without a gap, duty periods with short ones, and the gaps.

All frames here are sorted by person and start, and all work is done by walking them: no grouping, no hashing.
"""

from collections.abc import Iterable

import polars as pl

from tcw.worktime.keys import PER_PERSON, TICK, same_person, time_key


def running_end(end: str | pl.Expr, origin: int) -> pl.Expr:
    """Return the latest end so far of the same person (Int64 µs), for rows sorted by person and start.

    `origin` is an instant (µs) before which nothing ends. A person's number in front makes one running
    maximum do for all people: the next person's ends are all higher.
    """
    before = pl.col("person").cast(pl.Int64) * PER_PERSON
    return (time_key(end, origin).cum_max() - before) * TICK + origin


def previous_end() -> pl.Expr:
    """Return the `end` of the person's row before; null where there is none."""
    return pl.when(same_person()).then(pl.col("end").shift())


def next_start(column: str = "start") -> pl.Expr:
    """Return the `start` (or another column) of the person's row after; null where there is none."""
    return pl.when(same_person(-1)).then(pl.col(column).shift(-1))


def joined_rows(
    rows: pl.LazyFrame, new: pl.Expr, first: Iterable[pl.Expr | str], last: Iterable[pl.Expr | str]
) -> pl.LazyFrame:
    """Join rows that follow each other into one: `new` is true (null in the first row) where one begins.

    Returns the columns `first` of the first row of each, and `last` of its last one.
    """
    marked = rows.with_columns(new=new.fill_null(value=True))
    ends = pl.col("new").shift(-1).fill_null(value=True)
    return pl.concat(
        [marked.filter("new").select(*first), marked.filter(ends).select(*last)], how="horizontal"
    )


def stretches(work: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Unite overlapping and touching spans of each person.

    Args:
        work: `person` (UInt32), `start`, `end` (Int64 µs), `planned` (Boolean), sorted by person and start;
            every end is after its start.
        origin: an instant before the first start.

    Returns:
        `person`, `start`, `end`, `planned` (any of its spans is), `first`, `last` (UInt32: positions in
        `work`), sorted.
    """
    walked = work.lazy().select(
        "person",
        "start",
        "planned",
        end=running_end("end", origin),
        first=pl.int_range(pl.len(), dtype=pl.UInt32),
        last=pl.int_range(pl.len(), dtype=pl.UInt32),
        worked=pl.lit(0, dtype=pl.Int64),
    )
    return _united(walked, pl.col("start") > pl.col("end").shift()).drop("worked").collect()


def duty_periods(stretched: pl.DataFrame, break_at_most: pl.Expr) -> pl.DataFrame:
    """Join stretches of a person whose gaps are at most `break_at_most` (µs) long.

    Takes `stretches`; returns the same columns and `worked` (Int64 µs: the stretches' time, gaps left out).
    """
    walked = stretched.lazy().with_columns(worked=pl.col("end") - pl.col("start"))
    return _united(walked, pl.col("start") - pl.col("end").shift() > break_at_most).collect()


def _united(walked: pl.LazyFrame, apart: pl.Expr) -> pl.LazyFrame:
    """Join rows of a person, except where `apart`.

    Takes and returns `person`, `start`, `end`, `planned` (any is), `first`, `last` and `worked` (summed).
    What a joined row holds is the running sum at its end less the one before its beginning: no grouping.
    """
    summed = walked.with_columns(seen=pl.col("planned").cum_sum(), total=pl.col("worked").cum_sum())
    return joined_rows(
        summed,
        ~same_person() | apart,
        first=(
            *("person", "start", "first"),
            (pl.col("seen") - pl.col("planned")).alias("seen_before"),
            (pl.col("total") - pl.col("worked")).alias("total_before"),
        ),
        last=("end", "last", "seen", "total"),
    ).select(
        *("person", "start", "end"),
        planned=pl.col("seen") > pl.col("seen_before"),
        first="first",
        last="last",
        worked=pl.col("total") - pl.col("total_before"),
    )


def gaps(united: pl.DataFrame) -> pl.DataFrame:
    """Return the gaps between consecutive rows of the same person in stretches or duty periods.

    Returns `person`, `start`, `end`, `planned` (either side is), `first`, `last` (positions in the work on
    either side).
    """
    return (
        united.lazy()
        .select(
            "person",
            start=previous_end(),
            end="start",
            planned=pl.col("planned") | pl.col("planned").shift(),
            first=pl.col("last").shift(),
            last="first",
        )
        .drop_nulls("start")
        .collect()
    )
