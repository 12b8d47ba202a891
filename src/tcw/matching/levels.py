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


def solve(
    pairs: int,
    rows: Rows,
    wishes: Sequence[Objective],
    start: pl.Series,
    clock: Clock,
    spread: Spread,
) -> Answer:
    """Choose pairs.

    Args:
        pairs: how many there are.
        rows: what binds them.
        wishes: the weightiest first; the one called fairness is taken from `spread`.
        start: Boolean, a choice that breaks no row.
        clock: when to stop.
        spread: fairness.
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
    first, held = _stage(parts, matrix, wishes[:fair], values, clock, spread)
    second: list[Reached] = []
    if fair < len(wishes):
        owner = spread.hours["owner"].to_numpy().astype(np.int64)
        owned = spread.hours["pair"].to_numpy()
        row = np.concatenate([matrix.row, upper.size + owner])
        parts = _components(pairs, row, np.concatenate([matrix.pair, owned]))
        second, _ = _stage(parts, matrix.holding(held), wishes[fair:], values, clock, spread)
    reached = (*first, *second)
    return Answer(pl.Series("chosen", values > HALF), reached, stopped=not all(one.proven for one in reached))


def _stage(
    parts: Sequence["Numbers"],
    matrix: Matrix,
    wishes: Sequence[Objective],
    values: "Numbers",
    clock: Clock,
    spread: Spread,
) -> tuple[list[Reached], list[tuple[float, "Numbers", "Numbers"]]]:
    """Solve some wishes for each component, and put what is chosen into `values`; return what they reached, and what holds it."""
    worth = [wish.worth.to_numpy().astype(float) for wish in wishes]
    totals = [[0, 0, True] for _ in wishes]
    held: list[tuple[float, Numbers, Numbers]] = []
    for part in parts:
        program = Program(matrix, part, values, clock)
        for place, wish in enumerate(wishes):
            fair = wish.name == FAIRNESS
            value, bound, proven = program.even_out(spread) if fair else program.raise_(worth[place])
            totals[place][0] += value
            totals[place][1] += bound
            totals[place][2] &= proven
        values[part] = program.values
        held += [(least, part[columns], weights) for least, columns, weights in program.held]
    return [Reached(int(value), int(bound), bool(proven)) for value, bound, proven in totals], held


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
