"""One order at a time, as booking assistants do: for comparison, and as the start of the proof."""

import polars as pl

from tcw.matching.search.binding import Rows


def greedy(ranked: pl.DataFrame, rows: Rows, pairs: int, *taken: pl.Series) -> pl.Series:
    """Give each order in turn the first candidate who can still take it.

    One choice hangs on all before it, so this walks through arrays; it is the only place that does.

    Args:
        ranked: `pair` (UInt32) in the order in which they are tried.
        rows: what binds pairs.
        pairs: how many pairs there are.
        taken: Boolean, one for each pair: chosen before, as far as rows let them; those of the first series before those of the next.

    Returns:
        `chosen` (Boolean), one for each pair.
    """
    by_pair = rows.entries.sort("pair")
    numbers = pl.int_range(pairs + 1, dtype=pl.UInt32, eager=True)
    begins = by_pair["pair"].search_sorted(numbers, side="left").to_list()
    row_of, weight_of = by_pair["row"].to_list(), by_pair["weight"].to_list()
    room = rows.upper.to_list()
    chosen = [False] * pairs
    before = [pair for one in taken for pair in one.arg_true().to_list()]
    for pair in [*before, *ranked["pair"].to_list()]:
        if chosen[pair]:
            continue
        mine = range(begins[pair], begins[pair + 1])
        if all(weight_of[place] <= room[row_of[place]] for place in mine):
            chosen[pair] = True
            for place in mine:
                room[row_of[place]] -= weight_of[place]
    return pl.Series("chosen", chosen, dtype=pl.Boolean)
