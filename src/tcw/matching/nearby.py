"""What else the rules would flag near a finding: a plan that may not have one set of orders would else have the next such set a round later.

Whoever is flagged is asked about all sets of as few orders around the finding at once. Each is judged by the rules, so that none is forbidden that
holds. Sets of two make one row where all of several orders exclude each other: the linear program then sees what whole numbers see.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from tcw.matching.binding import Rows

TWO: Final = 2
MOST: Final = 3_000
"""Sets of a finding that are judged; where there are more, none are."""
LARGEST: Final = 4
"""Orders of a set."""

StillWrong = Callable[[pl.DataFrame], pl.Series]
"""Sets (`finding`, `pair`) -> those that the rules flag."""


def nearby(every: pl.DataFrame, rows: Rows, spans: pl.DataFrame, still_wrong: StillWrong) -> pl.DataFrame:
    """Return sets (`set`, `shape`) of which nobody may have all, and sets of which nobody may have two.

    Args:
        every: the pairs with their orders.
        rows: what is forbidden already.
        spans: `finding`, `person`, `from`, `to` (Int64 µs), `size`: how many orders make the finding.
        still_wrong: the rules.

    Returns:
        `set` (UInt32), `shape` (UInt32), `most` (Int64: how many of the set's shapes somebody may have).
    """
    near = (
        spans.filter(pl.col("size").is_between(TWO, LARGEST))
        .join(every.group_by("shape").agg(pl.col("person", "start", "end", "pair").first()), on="person")
        .filter(pl.col("start") < pl.col("to"), pl.col("end") > pl.col("from"))
        .select("finding", "size", "shape", "start", "end", "pair")
        .sort("finding", "shape")
    )
    exclusive = _exclusive(every, rows, near)
    flagged: list[pl.DataFrame] = []
    sets = near.select("finding", "size", shape0="shape")
    for size in range(TWO, LARGEST + 1):
        sets = _larger(sets.filter(pl.col("size") >= size), near, exclusive, size)
        if sets.is_empty():
            break
        wrong = still_wrong(_long(sets, size).join(near.select("shape", "pair").unique("shape"), on="shape"))
        bad = pl.col("set").is_in(wrong.implode())
        if size == TWO:
            two = sets.filter(bad).select("finding", one="shape0", other="shape1")
            exclusive = pl.concat([exclusive, two])
            flagged.append(_together(two, exclusive))
        else:
            flagged.append(
                _long(sets.filter(bad), size).select(
                    set=pl.struct("finding").rle_id(), shape="shape", most=pl.lit(size - 1, dtype=pl.Int64)
                )
            )
        sets = sets.filter(~bad).drop("set")
    return _numbered(flagged)


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


def _together(two: pl.DataFrame, exclusive: pl.DataFrame) -> pl.DataFrame:
    """Return `set`, `shape`, `most`: sets of shapes that all exclude each other, so that each two of `two` are in one of them."""
    beside: defaultdict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for finding, one, other in zip(*(exclusive[name].to_list() for name in exclusive.columns), strict=True):
        beside[finding][one].add(other)
        beside[finding][other].add(one)
    edges = two.sort("finding", "one", "other")
    found = list(
        _cliques(edges["finding"].to_list(), edges["one"].to_list(), edges["other"].to_list(), beside)
    )
    return pl.DataFrame(
        {"set": range(len(found)), "shape": found, "most": [1] * len(found)},
        schema={"set": pl.UInt32(), "shape": pl.List(pl.UInt32()), "most": pl.Int64()},
    ).explode("shape")


def _cliques(
    findings: list[int], ones: list[int], others: list[int], beside: dict[int, dict[int, set[int]]]
) -> Iterator[list[int]]:
    covered: set[tuple[int, int, int]] = set()
    for finding, one, other in zip(findings, ones, others, strict=True):
        if (finding, one, other) in covered:
            continue
        known = beside[finding]
        clique, more = [one, other], known[one] & known[other]
        while more:
            clique.append(min(more))
            more &= known[clique[-1]]
        covered.update((finding, a, b) for a in clique for b in clique if a < b)
        yield sorted(clique)


def _numbered(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Return them with numbers of `set` that are different between frames."""
    schema = pl.Schema({"set": pl.UInt32(), "shape": pl.UInt32(), "most": pl.Int64()})
    first = 0
    placed = [pl.DataFrame(schema=schema)]
    for frame in frames:
        placed.append(frame.with_columns(pl.col("set") + first).cast(schema))
        first += frame["set"].n_unique()
    return pl.concat(placed)
