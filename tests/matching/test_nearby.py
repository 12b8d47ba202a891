"""What is forbidden near a finding, against all choices of a person tried one by one."""

from itertools import chain, combinations
from random import Random

import polars as pl
import pytest

from tcw.matching.search.constraints import ENTRIES, Rows
from tcw.matching.search.cuts import nearby

HOUR = 3_600_000_000


@pytest.mark.parametrize("seed", range(8))
def test_nothing_that_holds_is_forbidden_and_nothing_else_allowed(seed: int) -> None:
    """A choice of orders that do not exclude each other is forbidden where the rules would flag it, and only
    there.
    """
    dice = Random(seed)
    count = dice.randint(3, 9)
    starts = [dice.randrange(0, 160) for _ in range(count)]
    every = pl.DataFrame(
        {
            "pair": range(count),
            "shape": range(count),
            "person": [7] * count,
            "start": [start * HOUR for start in starts],
            "end": [(start + 8) * HOUR for start in starts],
        },
        schema_overrides={"pair": pl.UInt32, "shape": pl.UInt32, "person": pl.UInt32},
    )
    said = [tuple(dice.sample(range(count), 2)) for _ in range(dice.randint(0, 2))]
    rows = Rows(
        pl.DataFrame(
            [(row, pair, 1) for row, pairs in enumerate(said) for pair in pairs], schema=ENTRIES, orient="row"
        ),
        pl.Series("upper", [1] * len(said), dtype=pl.Int64),
    )
    size = dice.randint(2, 4)
    bad = {frozenset(dice.sample(range(count), min(dice.randint(2, size), count))) for _ in range(6)}

    def wrong(taken: frozenset[int]) -> bool:
        return any(one <= taken for one in bad)

    def still_wrong(sets: pl.DataFrame) -> pl.Series:
        asked = sets.group_by("finding").agg("pair").sort("finding")
        flags = [wrong(frozenset(pairs)) for pairs in asked["pair"].to_list()]
        return asked["finding"].filter(pl.Series(flags, dtype=pl.Boolean))

    spans = pl.DataFrame(
        {"finding": [0], "person": [7], "from": [0], "to": [200 * HOUR], "size": [size]}
    ).cast({"finding": pl.UInt32, "person": pl.UInt32})
    found = nearby(every, rows, spans, still_wrong)
    sets = [
        (set(shapes), most)
        for shapes, most in found.group_by("set")
        .agg("shape", pl.col("most").first())
        .select("shape", "most")
        .rows()
    ]
    apart = {frozenset(pair) for pair in said} | {
        frozenset((a, b)) for a, b in combinations(range(count), 2) if abs(starts[a] - starts[b]) < 8
    }
    choices = chain.from_iterable(combinations(range(count), most) for most in range(1, size + 1))
    for choice in map(frozenset, choices):
        if any(pair <= choice for pair in apart):
            continue
        forbidden = any(len(choice & shapes) > most for shapes, most in sets)
        assert forbidden == wrong(choice), (sorted(choice), sets)


def test_a_finding_with_too_many_orders_near_it_is_left_alone() -> None:
    """Nobody is asked about thousands of sets: the finding itself is forbidden by its own row."""
    count = 70
    every = pl.DataFrame(
        {
            "pair": range(count),
            "shape": range(count),
            "person": [1] * count,
            "start": [10 * place for place in range(count)],
            "end": [10 * place + 5 for place in range(count)],
        }
    )
    rows = Rows(pl.DataFrame(schema=ENTRIES), pl.Series("upper", [], dtype=pl.Int64))
    spans = pl.DataFrame({"finding": [0], "person": [1], "from": [0], "to": [1_000], "size": [2]})

    def never(_: pl.DataFrame) -> pl.Series:
        raise AssertionError

    assert nearby(every, rows, spans, never).is_empty()
