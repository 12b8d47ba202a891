"""What else the rules would flag near a finding: a plan that may not have one set of orders would else have the next such set a round later.

Whoever is flagged is asked about all sets of as few orders around the finding at once. Each is judged by the rules, so that none is forbidden that
holds. What comes of it is told in as few and as wide rows as can be: the linear program then sees almost what whole numbers see.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from tcw.matching.search.binding import Rows

TWO: Final = 2
MOST: Final = 3_000
"""Sets of a finding that are judged; where there are more, none are."""
LARGEST: Final = 4
"""Orders of a set."""
PLACES: Final = 64
"""Spans near a finding; where there are more, none are judged."""
SETS: Final = pl.Schema({"set": pl.UInt32(), "shape": pl.UInt32(), "most": pl.Int64()})

StillWrong = Callable[[pl.DataFrame], pl.Series]
"""Sets (`finding`, `pair`) -> those that the rules flag."""


def nearby(every: pl.DataFrame, rows: Rows, spans: pl.DataFrame, still_wrong: StillWrong) -> pl.DataFrame:
    """Return sets of which nobody may have more than `most`.

    Args:
        every: the pairs with their orders.
        rows: what is forbidden already.
        spans: `finding`, `person`, `from`, `to` (Int64 µs), `size`: how many orders make the finding.
        still_wrong: the rules.

    Returns:
        `set`, `shape` (UInt32), `most` (Int64: how many of the set's shapes somebody may have).
    """
    near = (
        spans.filter(pl.col("size").is_between(TWO, LARGEST))
        .join(every.group_by("shape").agg(pl.col("person", "start", "end", "pair").first()), on="person")
        .filter(pl.col("start") < pl.col("to"), pl.col("end") > pl.col("from"))
        .filter(pl.len().over("finding") <= PLACES)
        .sort("finding", "start", "end", "shape")
        .select("finding", "size", "shape", "start", "end", "pair")
    )
    exclusive = _exclusive(every, rows, near)
    found = [pl.DataFrame(schema=SETS)]
    sets = near.select("finding", "size", shape0="shape")
    for size in range(TWO, LARGEST + 1):
        sets = _larger(sets.filter(pl.col("size") >= size), near, exclusive, size)
        if sets.is_empty():
            break
        wrong = still_wrong(_long(sets, size).join(near.select("shape", "pair").unique("shape"), on="shape"))
        bad = pl.col("set").is_in(wrong.implode())
        if size == TWO:
            exclusive = pl.concat(
                [exclusive, sets.filter(bad).select("finding", one="shape0", other="shape1")]
            )
        found += [
            _widest(judged, near, size)
            for judged in sets.with_columns(bad=bad).partition_by("finding")
            if judged["bad"].any()
        ]
        sets = sets.filter(~bad).drop("set")
    return (
        pl.concat(
            one.with_columns(set=pl.struct(set=pl.lit(place), other="set")) for place, one in enumerate(found)
        )
        .with_columns(pl.col("set").rank("dense").cast(pl.UInt32))
        .sort("set", "shape")
    )


def _exclusive(every: pl.DataFrame, rows: Rows, near: pl.DataFrame) -> pl.DataFrame:
    """Return `finding`, `one`, `other` (shapes, one < other) of which nobody can have both: they overlap, or a row says so."""
    others = near.select("finding", other="shape", from_="start", to_="end")
    overlapping = (
        near.join(others, on="finding")
        .filter(
            pl.col("shape") < pl.col("other"),
            pl.col("start") < pl.col("to_"),
            pl.col("end") > pl.col("from_"),
        )
        .select("finding", one="shape", other="other")
    )
    asked = every.filter(pl.col("shape").is_in(near["shape"].unique().implode())).select("pair", "shape")
    single = rows.upper.eq(1).arg_true()
    placed = (
        rows.entries.filter(pl.col("row").is_in(single.implode()))
        .join(asked, on="pair")
        .select("row", "shape")
        .unique()
    )
    said = (
        placed.join(placed.rename({"shape": "other"}), on="row")
        .filter(pl.col("shape") < pl.col("other"))
        .select(one="shape", other="other")
        .unique()
        .join(near.select("finding", one="shape"), on="one")
        .join(near.select("finding", other="shape"), on=["finding", "other"], how="semi")
        .select("finding", "one", "other")
    )
    return pl.concat([overlapping, said]).unique()


def _larger(sets: pl.DataFrame, near: pl.DataFrame, exclusive: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return sets of one shape more, `set` their number, without those of which nobody can have all, and at most MOST for each finding."""
    new = f"shape{size - 1}"
    larger = sets.join(near.select("finding", pl.col("shape").alias(new)), on="finding").filter(
        pl.col(new) > pl.col(f"shape{size - 2}")
    )
    for place in range(size - 1):
        larger = larger.join(
            exclusive,
            left_on=["finding", f"shape{place}", new],
            right_on=["finding", "one", "other"],
            how="anti",
        )
    return (
        larger.filter(pl.len().over("finding") <= MOST)
        .sort("finding", *(f"shape{place}" for place in range(size)))
        .with_row_index("set")
    )


def _long(sets: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return `finding` (the set's number), `shape`."""
    members = [f"shape{place}" for place in range(size)]
    return sets.select(finding="set", shape=pl.concat_list(members)).explode("shape")


def _widest(judged: pl.DataFrame, near: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return sets (`set`, `shape`, `most`) of shapes that hold none of the sets somebody may have, and together all that nobody may have.

    Nobody may then have as many of them as those sets have. Sets that hold two shapes that exclude each other were not judged: nobody has both.
    """
    import numpy as np

    shapes = near.filter(pl.col("finding") == judged["finding"][0])["shape"]
    # In which places the shapes of a set stand, as bits.
    bits = _long(judged, size).join(
        pl.DataFrame(
            {"shape": shapes, "bit": [1 << place for place in range(shapes.len())]},
            schema_overrides={"bit": pl.UInt64},
        ),
        on="shape",
    )
    mask = bits.group_by("finding").agg(pl.col("bit").sum()).sort("finding")["bit"].to_numpy()
    bad = judged["bad"].to_numpy()
    allowed, left = mask[~bad], mask[bad]
    made: list[pl.DataFrame] = []
    while left.size:
        wide = left[0]
        for place in range(shapes.len()):
            more = wide | np.uint64(1 << place)
            if not ((allowed & ~more) == 0).any():
                wide = more
        left = left[(left & ~wide) != 0]
        inside = [place for place in range(shapes.len()) if int(wide) >> place & 1]
        made.append(
            pl.DataFrame({"shape": shapes.gather(inside)}).select(
                set=pl.lit(len(made), dtype=pl.UInt32), shape="shape", most=pl.lit(size - 1, dtype=pl.Int64)
            )
        )
    return pl.concat(made)
