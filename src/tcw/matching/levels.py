"""Wish after wish, component by component.

Components are pairs that no row links: they are solved on their own. Fairness links all pairs of a person, so that what the wishes before it
reached is held, and larger components are solved from there on.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tcw.matching.binding import Rows
from tcw.matching.fairness import Spread
from tcw.matching.objective import FAIRNESS, Objective
from tcw.matching.solver import Program

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

HALF: Final = 0.5
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


@dataclass(slots=True)
class Clock:
    """How long may still be searched; None is for ever."""

    until: float | None = None

    def left(self) -> float:
        """Return the seconds left."""
        return float("inf") if self.until is None else max(self.until - time.monotonic(), 0.0)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of a program: entries (`row`, `pair`, `weight`), and the bounds of each row."""

    row: "Numbers"
    pair: "Numbers"
    weight: "Numbers"
    lower: "Numbers"
    upper: "Numbers"

    def holding(self, held: Sequence[tuple[float, "Numbers", "Numbers"]]) -> "Matrix":
        """Return these rows and those that hold what wishes reached: (lower bound, pairs, weights)."""
        import numpy as np

        if not held:
            return self
        first = self.lower.size
        rows = [np.full(pairs.size, first + number) for number, (_, pairs, _) in enumerate(held)]
        return Matrix(
            np.concatenate([self.row, *rows]),
            np.concatenate([self.pair, *[pairs for _, pairs, _ in held]]),
            np.concatenate([self.weight, *[weights for _, _, weights in held]]),
            np.concatenate([self.lower, [least for least, _, _ in held]]),
            np.concatenate([self.upper, np.full(len(held), np.inf)]),
        )


Known = dict[
    tuple[int, bytes],
    tuple[Any, list[tuple[int, int, bool]], list[tuple[float, Any, Any]]],
]
"""Components by their number of wishes and signature -> what was chosen, what each wish reached, what holds it."""


def solve(
    pairs: int,
    rows: Rows,
    wishes: Sequence[Objective],
    start: pl.Series,
    clock: Clock,
    spread: Spread,
    known: Known | None = None,
) -> Answer:
    """Choose pairs.

    Args:
        pairs: how many there are.
        rows: what binds them.
        wishes: the weightiest first; the one called fairness is taken from `spread`.
        start: Boolean, a choice that breaks no row.
        clock: when to stop.
        spread: fairness.
        known: what was solved before, with the same wishes and fairness: components whose rows have not changed are not solved again.
    """
    import numpy as np

    upper = rows.upper.to_numpy().astype(float)
    matrix = Matrix(
        rows.entries["row"].to_numpy(),
        rows.entries["pair"].to_numpy(),
        rows.entries["weight"].to_numpy().astype(float),
        np.full(upper.size, -np.inf),
        upper,
    )
    fair = next((place for place, wish in enumerate(wishes) if wish.name == FAIRNESS), len(wishes))
    values = start.to_numpy().astype(float)
    parts = _components(pairs, matrix.row, matrix.pair)
    first, held = _stage(parts, matrix, wishes[:fair], values, clock, spread, known)
    second: list[Reached] = []
    if fair < len(wishes):
        owner = spread.hours["owner"].to_numpy().astype(np.int64)
        owned = spread.hours["pair"].to_numpy()
        row = np.concatenate([matrix.row, upper.size + owner])
        parts = _components(pairs, row, np.concatenate([matrix.pair, owned]))
        second, _ = _stage(parts, matrix.holding(held), wishes[fair:], values, clock, spread, known)
    reached = (*first, *second)
    return Answer(pl.Series("chosen", values > HALF), reached, stopped=not all(one.proven for one in reached))


def _stage(
    parts: Sequence["Numbers"],
    matrix: Matrix,
    wishes: Sequence[Objective],
    values: "Numbers",
    clock: Clock,
    spread: Spread,
    known: Known | None,
) -> tuple[list[Reached], list[tuple[float, "Numbers", "Numbers"]]]:
    """Solve some wishes for each component, and put what is chosen into `values`; return what they reached, and what holds it."""
    import numpy as np

    worth = [wish.worth.to_numpy().astype(float) for wish in wishes]
    totals = np.zeros((len(wishes), 2), dtype=np.int64)
    proven = np.ones(len(wishes), dtype=bool)
    held: list[tuple[float, Numbers, Numbers]] = []
    for part in parts:
        program = Program(matrix, part, values, clock)
        key = (len(wishes), program.signature())
        done = known.get(key) if known is not None else None
        if done is None:
            reached = [
                program.even_out(spread) if wish.name == FAIRNESS else program.raise_(worth[place])
                for place, wish in enumerate(wishes)
                if not wish.quiet or part.size <= QUIET_AT_MOST
            ]
            reached += [(0, 0, True)] * (len(wishes) - len(reached))
            done = (program.values, reached, program.held)
            if known is not None and all(one[2] for one in reached):
                known[key] = done
        chosen, reached, holds = done
        totals += np.array([one[:2] for one in reached], dtype=np.int64).reshape(-1, 2)
        proven &= np.array([one[2] for one in reached], dtype=bool)
        values[part] = chosen
        held += [(least, part[columns], weights) for least, columns, weights in holds]
    rows = zip(totals.tolist(), proven.tolist(), strict=True)
    return [Reached(value, bound, sure) for (value, bound), sure in rows], held


def _components(pairs: int, row: "Numbers", pair: "Numbers") -> list["Numbers"]:
    """Return the pairs of each component: those that rows link, directly or through others."""
    import numpy as np

    label = np.arange(pairs)
    rows = int(row.max()) + 1 if row.size else 0
    while True:
        lowest = np.full(rows, pairs)
        np.minimum.at(lowest, row, label[pair])
        new = label.copy()
        np.minimum.at(new, pair, lowest[row])
        new = new[new]
        if (new == label).all():
            break
        label = new
    order = np.argsort(label, kind="stable")
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    return [part for part in np.split(order, cuts) if part.size]
