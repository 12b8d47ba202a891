"""Working time of each person united: stretches without a gap, and duty periods of stretches with short gaps.

All frames here are sorted by person and start, and all work is done by walking them: no grouping, no hashing.
"""

from typing import Final

import polars as pl

TICK: Final = 1000
"""µs in a millisecond, the resolution in which ends are compared across people in one integer."""
PER_PERSON: Final = 1 << 39
"""Milliseconds a person has in that integer: 17 years; a longer horizon is refused as implausible before (BK10)."""


def running_end(person: pl.Expr, end: pl.Expr, origin: int) -> pl.Expr:
    """Return the latest end so far of the same person (Int64 µs), for rows sorted by person and start.

    `origin` is an instant (µs) before which nothing ends. A person's number in front makes one running maximum do
    for all people: the next person's ends are all higher.
    """
    key = person.cast(pl.Int64) * PER_PERSON + (end - origin) // TICK
    return (key.cum_max() - person.cast(pl.Int64) * PER_PERSON) * TICK + origin


def stretches(work: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Unite overlapping and touching spans of each person.

    Args:
        work: `person` (UInt32), `start`, `end` (Int64 µs), `planned` (Boolean), sorted by person and start; every
            end is after its start.
        origin: an instant before the first start.

    Returns:
        `person`, `start`, `end`, `planned` (any of its spans is), `first`, `last` (UInt32: positions in `work`), sorted.
    """
    walked = work.lazy().select(
        "person",
        "start",
        "planned",
        reach=running_end(pl.col("person"), pl.col("end"), origin),
        position=pl.int_range(pl.len(), dtype=pl.UInt32),
    )
    new = (
        (pl.col("person") != pl.col("person").shift()) | (pl.col("start") > pl.col("reach").shift())
    ).fill_null(value=True)
    return _joined(walked, new, "reach").collect()


def duty_periods(stretched: pl.DataFrame, break_at_most: pl.Expr) -> pl.DataFrame:
    """Join stretches of a person whose gaps are at most `break_at_most` (µs) long.

    Takes `stretches`; returns the same columns and `worked` (Int64 µs: the stretches' time, gaps left out).
    """
    walked = stretched.lazy().with_columns(
        reach=pl.col("end"),
        total=(pl.col("end") - pl.col("start")).cum_sum(),
        length=pl.col("end") - pl.col("start"),
    )
    gap = pl.col("start") - pl.col("end").shift()
    new = ((pl.col("person") != pl.col("person").shift()) | (gap > break_at_most)).fill_null(value=True)
    walked = walked.with_columns(new=new, seen=pl.col("planned").cum_sum())
    heads = walked.filter("new")
    tails = walked.filter(pl.col("new").shift(-1).fill_null(value=True))
    return (
        pl.concat(
            [
                heads.select(
                    "person",
                    "start",
                    "first",
                    before=pl.col("total") - pl.col("length"),
                    was=pl.col("seen") - pl.col("planned"),
                ),
                tails.select("end", "last", "total", "seen"),
            ],
            how="horizontal",
        )
        .select(
            "person",
            "start",
            "end",
            planned=pl.col("seen") > pl.col("was"),
            first="first",
            last="last",
            worked=pl.col("total") - pl.col("before"),
        )
        .collect()
    )


def _joined(walked: pl.LazyFrame, new: pl.Expr, reach: str) -> pl.LazyFrame:
    """Return one row for every run that begins where `new` is true."""
    marked = walked.with_columns(new=new, seen=pl.col("planned").cum_sum())
    heads = marked.filter("new").select(
        "person", "start", first="position", was=pl.col("seen") - pl.col("planned")
    )
    tails = marked.filter(pl.col("new").shift(-1).fill_null(value=True)).select(
        end=reach, last="position", seen="seen"
    )
    return pl.concat([heads, tails], how="horizontal").select(
        "person", "start", "end", planned=pl.col("seen") > pl.col("was"), first="first", last="last"
    )


def gaps(united: pl.DataFrame) -> pl.DataFrame:
    """Return the gaps between consecutive rows of the same person in stretches or duty periods.

    Returns `person`, `start`, `end`, `planned` (either side is), `first`, `last` (positions in the work on either side).
    """
    same = pl.col("person") == pl.col("person").shift()
    return (
        united.lazy()
        .select(
            "person",
            start=pl.col("end").shift(),
            end="start",
            planned=pl.col("planned") | pl.col("planned").shift(),
            first=pl.col("last").shift(),
            last="first",
            same=same,
        )
        .filter("same")
        .drop("same")
        .collect()
    )
