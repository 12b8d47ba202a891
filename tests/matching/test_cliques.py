"""Sets of spans that exclude each other, against all subsets tried one by one."""

from itertools import combinations
from random import Random

import polars as pl
import pytest

from tcw.matching.search.cliques import widened

SCHEMA = {"clique": pl.UInt32, "person": pl.UInt32, "shape": pl.UInt32, "start": pl.Int64}


def _edges(sets: list[tuple[int, ...]]) -> set[tuple[int, int]]:
    return {pair for one in sets for pair in combinations(sorted(one), 2)}


@pytest.mark.parametrize("seed", range(6))
def test_each_is_as_large_as_can_be(seed: int) -> None:
    """No two shapes are together that were not before, none that were are apart, and nothing more fits into a
    set.
    """
    dice = Random(seed)
    shapes = {person: [person * 20 + place for place in range(dice.randint(2, 9))] for person in range(5)}
    sets = [
        (person, tuple(sorted(dice.sample(mine, dice.randint(1, min(3, len(mine)))))))
        for person, mine in shapes.items()
        for _ in range(dice.randint(1, 12))
    ]
    rows = [
        (clique, person, shape, 100 - shape) for clique, (person, mine) in enumerate(sets) for shape in mine
    ]
    found = widened(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    wide = [tuple(one) for one in found.group_by("clique").agg(pl.col("shape").sort())["shape"].to_list()]
    edges = _edges([mine for _, mine in sets])
    assert _edges(wide) == edges
    assert len(set(wide)) == len(wide)
    asked = {shape for _, mine in sets for shape in mine}
    for one in wide:
        assert not any(
            all(tuple(sorted((other, member))) in edges for member in one) for other in asked - set(one)
        )


def test_who_has_very_many_keeps_theirs() -> None:
    """Matrices of somebody with hundreds of spans are not made."""
    rows = [(place, 0, shape, shape) for place in range(450) for shape in (place, place + 1)]
    found = widened(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    assert sorted(found.group_by("clique").agg(pl.col("shape").sort())["shape"].to_list()) == [
        [place, place + 1] for place in range(450)
    ]


def test_none() -> None:
    """Where nothing excludes anything there are no sets."""
    assert widened(pl.DataFrame([], schema=SCHEMA, orient="row")).is_empty()
