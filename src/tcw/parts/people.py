"""People cut into parts with about as many bookings each, and the rows of tables that belong to a part."""

from typing import Final

import polars as pl

BOOKINGS: Final = 2_500_000
"""About so many bookings in a part: two gigabytes at most while all rules judge them."""
BOOKINGS_DISTRIBUTED: Final = 1_000_000
"""About so many in a part that another machine judges."""
MOST_DISTRIBUTED: Final = 5_000
"""Parts on other machines, before they grow: each has rows from nearly every piece of the files."""
IN_MEMORY: Final = 20_000_000
"""Up to so many bookings a source is worked through in memory."""


def number_of_parts(bookings: int, parts: int | None, *, distributed: bool) -> int:
    """Return how many parts to cut a source of so many bookings in.

    `parts`: what the user says, None for as many as the source needs. Parts that other machines work through
    are smaller: a lost one costs less, and a worker needs less memory.
    """
    if parts is not None:
        return parts
    if distributed:
        most = max(MOST_DISTRIBUTED, -(-bookings // BOOKINGS))
        return max(min(-(-bookings // BOOKINGS_DISTRIBUTED), most), 1)
    return 1 if bookings <= IN_MEMORY else -(-bookings // BOOKINGS)


def parted(people: pl.DataFrame, key: str, parts: int) -> pl.DataFrame:
    """Add `part` (UInt32), from 0 and without gaps: rows with the same `key` are in one part.

    `people` is sorted by `key` and has `number` (of bookings). There may be fewer parts than asked for, never
    more.
    """
    counted = people.group_by(key, maintain_order=True).agg(pl.col("number").sum())
    # Everybody costs something, also who has no bookings.
    before = (pl.col("number") + 1).cum_sum() - 1
    each = pl.max_horizontal((pl.col("number") + 1).sum() / parts, 1.0)
    numbered = counted.select(key, part=(before / each).floor().clip(upper_bound=parts - 1).rle_id())
    return people.join(numbered, on=key, how="left", maintain_order="left")


def rows_by_part(table: pl.DataFrame, parts: pl.DataFrame, key: str = "staff_id") -> dict[int, pl.DataFrame]:
    """Return a table's rows by part, in their order.

    Rows in no part are left out; rows in several parts are in each.

    `parts`: the `key` and `part` (UInt32), each pair of them once.
    """
    numbered = table.join(parts, on=key, how="inner", maintain_order="left")
    cut = numbered.partition_by("part", as_dict=True, include_key=False, maintain_order=True)
    return {int(key[0]): rows for key, rows in cut.items()}
