"""Cutting people into parts with about as many bookings each."""

from typing import Final

import polars as pl

BOOKINGS: Final = 2_500_000
"""About so many bookings in a part: two gigabytes at most while all rules judge them."""
SPREAD: Final = 1_000_000
"""About so many in a part that another machine judges."""
MOST: Final = 5_000
"""Parts on a cluster, before they grow: every part has something from nearly every piece of the files."""
WHOLE: Final = 20_000_000
"""Up to so many bookings a source is judged in memory."""


def number_of_parts(bookings: int, wanted: int | None, *, spread: bool) -> int:
    """Return how many parts to judge a source of so many bookings in; `wanted` by the user, None for as many as it needs.

    `spread` over a cluster, parts are smaller: a lost one costs less, and a worker needs less memory.
    """
    if wanted is not None:
        return wanted
    if spread:
        return max(min(-(-bookings // SPREAD), max(MOST, -(-bookings // BOOKINGS))), 1)
    return 1 if bookings <= WHOLE else -(-bookings // BOOKINGS)


def parted(people: pl.DataFrame, key: str, parts: int) -> pl.DataFrame:
    """Add `part` (UInt32), from 0 and without gaps: rows with the same `key` are in one part.

    `people` is sorted by `key` and has `number` (of bookings). There may be fewer parts than asked for, never more.
    """
    counted = people.group_by(key, maintain_order=True).agg(pl.col("number").sum())
    # Everybody costs something, also who has no bookings.
    before = (pl.col("number") + 1).cum_sum() - 1
    each = pl.max_horizontal((pl.col("number") + 1).sum() / parts, 1.0)
    placed = counted.select(key, part=(before / each).floor().clip(upper_bound=parts - 1).rle_id())
    return people.join(placed, on=key, how="left", maintain_order="left")
