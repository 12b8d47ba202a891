"""Sets of orders that exclude each other, as large as can be.

Overlaps, rests after long spans and rests beside short ones are told by rows of their own, and often
somebody's orders exclude each other two by two for different ones of these reasons: of A and B, B and C, C
and A at most one is taken, but three rows of two let a linear program take half of each. So each row takes in
all else that its orders exclude. With such rows its optimum is mostly one of whole numbers, and fewer rows
are left.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

AT_ONCE: Final = 1 << 24
"""Cells of matrices that are worked on at a time."""
LARGEST: Final = 400
"""Spans of a person: whoever has more keeps the sets as they are."""


def widened(sets: pl.DataFrame) -> pl.DataFrame:
    """Widen each set by the shapes that exclude all of its members.

    Args:
        sets: `clique`, `person`, `shape` (UInt32), `start` (Int64): all shapes of a clique are of one person,
            who can have one of them at most.

    Returns:
        `clique`, `shape`: the widened sets, each once. Two shapes that a person could have together before
        can still be had together.
    """
    shapes = (
        sets.select("person", "start", "shape")
        .unique("shape")
        .sort("person", "start", "shape")
        .with_columns(
            position=pl.int_range(pl.len(), dtype=pl.UInt32).over("person"), count=pl.len().over("person")
        )
    )
    placed = (
        sets.select("clique", "shape")
        .unique()
        .join(shapes, on="shape")
        .sort("count", "person", "clique", "position")
    )
    small = placed.filter(pl.col("count") <= LARGEST)
    kept = placed.filter(pl.col("count") > LARGEST).select("person", set="clique", position="position")
    wide_sets = [kept.cast({"set": pl.UInt32})]
    wide_sets += [_wider(chunk) for chunk in _chunks(small)]
    wide = pl.concat(wide_sets).join(shapes.select("person", "position", "shape"), on=["person", "position"])
    return wide.select(
        clique=pl.struct("person", "set").rank("dense").cast(pl.UInt32) - 1, shape="shape"
    ).sort("clique", "shape")


def _chunks(placed: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield people of about as many shapes and sets, so many that their matrices fit AT_ONCE cells."""
    if placed.is_empty():
        return
    people = (
        placed.group_by("person")
        .agg(pl.col("count").first().cast(pl.Int64), sets=pl.col("clique").n_unique().cast(pl.Int64))
        .with_columns(wide=pl.col("count").log(2).ceil(), high=pl.col("sets").log(2).ceil())
        .sort("wide", "high", "person")
        .with_columns(cells=(pl.max_horizontal("count", "sets") * pl.col("count")).cum_sum() // AT_ONCE)
        .with_columns(chunk=pl.struct("wide", "high", "cells").rle_id())
    )
    yield from placed.join(people.select("person", "chunk"), on="person").partition_by(
        "chunk", include_key=False
    )


def _wider(chunk: pl.DataFrame) -> pl.DataFrame:
    """Return `person`, `set` (UInt32), `position` of the sets of some people, each maximal, once."""
    numbered = chunk.sort("person", "clique", "position").select(
        "person",
        "position",
        someone=pl.col("person").rle_id(),
        row=pl.col("clique").rank("dense").over("person") - 1,
    )
    someone, row, position = (
        numbered[name].to_numpy().astype(np.int64) for name in ("someone", "row", "position")
    )
    members = np.zeros((someone.max() + 1, row.max() + 1, position.max() + 1), dtype=np.float32)
    members[someone, row, position] = 1
    excluding = np.matmul(members.transpose(0, 2, 1), members) > 0
    apart = np.logical_not(excluding)
    own = np.arange(apart.shape[1])
    apart[:, own, own] = True
    candidate = np.matmul(members, apart.astype(np.float32)) == 0
    inside_set = members > 0
    candidate &= inside_set.any(axis=2, keepdims=True)
    degree = excluding.sum(axis=2)[:, None, :]
    people = np.arange(inside_set.shape[0])[:, None]
    rows = np.arange(inside_set.shape[1])[None, :]
    while candidate.any():
        best = np.where(candidate, degree, -1).argmax(axis=2)
        some = candidate.any(axis=2)
        inside_set[people, rows, best] |= some
        candidate &= excluding[people, best] & some[:, :, None]
        candidate[people, rows, best] = False
    which, one = np.nonzero(inside_set.any(axis=2))
    packed = np.packbits(inside_set[which, one], axis=1)
    _, first = np.unique(
        np.concatenate([which.astype(">u4").view(np.uint8).reshape(-1, 4), packed], axis=1),
        axis=0,
        return_index=True,
    )
    first.sort()
    at, places = np.nonzero(inside_set[which[first], one[first]])
    owners = numbered.unique("person", maintain_order=True)["person"]
    return pl.DataFrame(
        {
            "person": owners.gather(which[first][at]),
            "set": pl.Series(at, dtype=pl.UInt32),
            "position": pl.Series(places, dtype=pl.UInt32),
        }
    )
