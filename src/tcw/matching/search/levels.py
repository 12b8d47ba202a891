"""Wish after wish, component by component, several components beside each other.

Components are pairs that no row links, nor fairness by their person: they are solved on their own, and what comes out does not depend on how many
are solved at once.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tcw.matching.search.binding import Rows
from tcw.matching.search.climb import Climbed, climb
from tcw.matching.search.control import Control
from tcw.matching.search.fairness import Spread
from tcw.matching.search.objective import FAIRNESS, Objective
from tcw.matching.search.part import Part, parts

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

QUIET_AT_MOST: Final = 1_000
"""Pairs of a component up to which the quiet wish is met: in larger ones it costs as much as all others together, and tells apart only plans
that are alike in every wish. There the answer is the one that the same solver always gives."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a wish reached: `value`, the `bound` it cannot go beyond, and whether the two are known to meet."""

    value: int
    bound: int
    proven: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """`chosen` (Boolean, one for each pair), what each objective reached, and whether time or nodes ran out."""

    chosen: pl.Series
    reached: tuple[Reached, ...]
    stopped: bool
    left: bool = False
    """Some component's last wish was left before all of its columns were tried."""


Known = dict[bytes, Climbed]
"""Components by their signature -> what came of them."""


def solve(
    orders: pl.Series,
    rows: Rows,
    wishes: Sequence[Objective],
    start: pl.Series,
    inside: pl.Series,
    control: Control,
    spread: Spread,
    known: Known,
    workers: int | None = None,
    *,
    thorough: bool = True,
) -> tuple[Answer, pl.Series]:
    """Choose pairs.

    Args:
        orders: UInt32, the order of each pair.
        rows: what binds them.
        wishes: the weightiest first; the one called fairness is taken from `spread`.
        start: Boolean, a choice that breaks no row.
        inside: Boolean, the pairs to begin with.
        control: when to stop.
        spread: fairness.
        known: what was solved before, with the same wishes and fairness: components whose rows have not changed are not solved again.
        workers: how many components are solved beside each other; None: as many as there are processors.
        thorough: see `tcw.matching.search.climb.climb`. What is left the first time goes on from there the next time.

    Returns:
        The answer, and the pairs that the search looked at (Boolean).
    """
    import numpy as np

    fair = any(wish.name == FAIRNESS for wish in wishes)
    worth = [None if wish.name == FAIRNESS else wish.worth.to_numpy().astype(float) for wish in wishes]
    loud = [one for one, wish in zip(worth, wishes, strict=True) if not wish.quiet]
    began, first = start.to_numpy(), inside.to_numpy()
    values, seen = np.zeros(start.len(), dtype=bool), np.zeros(start.len(), dtype=bool)
    every = list(parts(start.len(), orders.to_numpy(), rows, spread if fair else None))

    def keep(key: bytes, done: Climbed) -> None:
        known.pop(key, None)
        if done.goes_on is not None or all(proven for _, _, proven in done.reached):
            known[key] = done

    def solved(part: Part) -> Climbed:
        mine = worth if part.pairs.size <= QUIET_AT_MOST else loud
        key = part.signature()
        done = known.get(key)
        if done is not None and done.goes_on is not None and thorough:
            done = done.goes_on()
            keep(key, done)
        if done is None:
            done = climb(
                part,
                [None if one is None else one[part.pairs] for one in mine],
                began[part.pairs],
                first[part.pairs],
                control,
                thorough=thorough,
            )
            keep(key, done)
        return done

    count = min(workers or _processors(), len(every))
    totals = np.zeros((len(wishes), 2), dtype=np.int64)
    sure = np.ones(len(wishes), dtype=bool)
    left = False
    with ThreadPoolExecutor(max(count, 1)) as pool:
        for part, done in zip(every, pool.map(solved, every), strict=True):
            told = done.reached + [(0, 0, True)] * (len(wishes) - len(done.reached))
            totals += np.array([one[:2] for one in told], dtype=np.int64).reshape(-1, 2)
            sure &= np.array([one[2] for one in told], dtype=bool)
            values[part.pairs], seen[part.pairs] = done.chosen, done.inside
            left |= done.goes_on is not None
    # What waits to go on holds a program each; whose rows have changed since will never be asked to.
    signatures = {part.signature() for part in every}
    for key in [one for one, done in known.items() if done.goes_on is not None and one not in signatures]:
        del known[key]
    told_all = zip(totals.tolist(), sure.tolist(), strict=True)
    reached = tuple(Reached(value, bound, proven) for (value, bound), proven in told_all)
    return (
        Answer(pl.Series("chosen", values), reached, not all(one.proven for one in reached), left),
        pl.Series("inside", seen),
    )


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
