"""HiGHS: the only place that knows it. A 0/1 program for each component, one wish after the other, what a wish reached held by the next.

Deterministic: one thread, a fixed seed, columns and rows in the order of ids; components are independent of each other.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tcw.matching.binding import Rows
from tcw.matching.fairness import Spread
from tcw.matching.objective import FAIRNESS, Objective

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

LARGEST: Final = 1_000_000
"""Weights of wishes solved together stay below this: beyond it HiGHS's tolerances begin to lie."""
NODES: Final = 20_000
"""Nodes of the search for each wish of a component: a bound that does not depend on how fast the machine is."""
HALF: Final = 0.5
TINY: Final = 1e-6


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


def solve(
    pairs: int,
    rows: Rows,
    wishes: Sequence[Objective],
    start: pl.Series,
    clock: Clock,
    spread: Spread | None = None,
) -> Answer:
    """Choose pairs.

    Args:
        pairs: how many there are.
        rows: what binds them.
        wishes: the weightiest first; the one called fairness is taken from `spread`.
        start: Boolean, a choice that breaks no row.
        clock: when to stop.
        spread: fairness, where it is wished for.
    """
    import numpy as np

    row = rows.entries["row"].to_numpy()
    pair = rows.entries["pair"].to_numpy()
    weight = rows.entries["weight"].to_numpy().astype(float)
    upper = rows.upper.to_numpy().astype(float)
    worth = [wish.worth.to_numpy().astype(float) for wish in wishes]
    began = start.to_numpy().astype(float)
    chosen = np.zeros(pairs, dtype=bool)
    totals = [[0, 0, True] for _ in wishes]
    stopped = False
    for part in _components(pairs, row, pair):
        program = _Program(part, row, pair, weight, upper, began, spread, clock)
        for place, wish in enumerate(wishes):
            value, bound, proven = (
                program.even_out() if wish.name == FAIRNESS else program.raise_(worth[place])
            )
            totals[place][0] += value
            totals[place][1] += bound
            totals[place][2] &= proven
            stopped |= not proven
        chosen[program.columns[program.values > HALF]] = True
    return Answer(
        pl.Series("chosen", chosen),
        tuple(Reached(int(value), int(bound), bool(proven)) for value, bound, proven in totals),
        stopped,
    )


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


class _Program:
    """The program of one component: its pairs are the first columns, the pieces of people's hours come after them."""

    def __init__(
        self,
        columns: "Numbers",
        row: "Numbers",
        pair: "Numbers",
        weight: "Numbers",
        upper: "Numbers",
        began: "Numbers",
        spread: Spread | None,
        clock: Clock,
    ) -> None:
        import numpy as np

        self.columns = columns
        self.clock = clock
        self.values = began[columns].copy()
        self.spread = spread
        self.place = np.full(int(began.size), -1)
        self.place[columns] = np.arange(columns.size)
        mine = self.place[pair] >= 0
        numbers, dense = np.unique(row[mine], return_inverse=True)
        self.matrix = (dense, self.place[pair[mine]], weight[mine])
        self.upper = upper[numbers]
        self.pieces: _Pieces | None = None
        self.highs: Any = None

    def _made(self) -> Any:  # noqa: ANN401 - highspy has no types
        if self.highs is None:
            self.highs = _highs(self.columns.size, *self.matrix, self.upper)
        return self.highs

    def raise_(self, worth: "Numbers") -> tuple[int, int, bool]:
        """Make the sum of `worth` as large as can be, and hold it there; return value, bound, proven."""
        import numpy as np

        mine = worth[self.columns]
        if not mine.any():
            return 0, 0, True
        self._made()
        value, bound, proven = self._run(mine, None)
        held = np.flatnonzero(mine).astype(np.int32)
        self.highs.addRow(float(value), float("inf"), held.size, held, mine[held])
        return value, bound, proven

    def even_out(self) -> tuple[int, int, bool]:
        """Spread hours as evenly as can be, and hold that; return value, bound (both costs, the lower the better), proven."""
        import numpy as np

        if self.spread is None:
            return 0, 0, True
        highs = self._made()
        self.pieces = _Pieces(self.spread, self.place, self.columns)
        size, width = self.columns.size, self.pieces.width
        highs.addVars(width.size, np.zeros(width.size), width)
        highs.addRows(self.pieces.owners, *self.pieces.rows(size))
        value, bound, proven = self._run(np.zeros(size), -self.pieces.cost)
        held = np.arange(size, size + width.size, dtype=np.int32)
        highs.addRow(float("-inf"), float(-value), held.size, held, self.pieces.cost)
        return -value, -bound, proven

    def _run(self, worth: "Numbers", of_pieces: "Numbers | None") -> tuple[int, int, bool]:
        """Maximise; return value, bound, proven, and keep the best values found."""
        import highspy
        import numpy as np

        highs, size = self.highs, self.columns.size
        full = np.concatenate([worth, self.pieces.costs_or(of_pieces)]) if self.pieces else worth
        value = round(float(full @ self._full()))
        left = self.clock.left()
        loose = round(float(np.maximum(full, 0) @ np.ones(full.size)))
        if left <= 0:
            return value, loose, False
        if left < float("inf"):
            highs.setOptionValue("time_limit", highs.getRunTime() + left)
        index = np.arange(full.size, dtype=np.int32)
        highs.changeColsCost(full.size, index, full)
        highs.setSolution(full.size, index, self._full())
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        solution = np.asarray(highs.getSolution().col_value)
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible and solution.size:
            kept, self.values = self.values, np.round(solution[:size])
            better = round(float(full @ self._full()))
            if better < value:
                self.values = kept
            else:
                value = better
        if status == highspy.HighsModelStatus.kOptimal:
            return value, value, True
        bound = float(info.mip_dual_bound)
        limit = int(np.floor(bound + TINY)) if np.isfinite(bound) else loose
        return value, max(limit, value), limit <= value

    def _full(self) -> "Numbers":
        """Return the values of all columns that go with those of the pairs."""
        import numpy as np

        return np.concatenate([self.values, self.pieces.filled(self.values)]) if self.pieces else self.values


class _Pieces:
    """The pieces of hours of one component's people."""

    def __init__(self, spread: Spread, place: "Numbers", columns: "Numbers") -> None:
        import numpy as np

        pair, owner = spread.hours["pair"].to_numpy(), spread.hours["owner"].to_numpy()
        mine = place[pair] >= 0
        numbers, self.owner = np.unique(owner[mine], return_inverse=True)
        self.pair = place[pair[mine]]
        self.hours = spread.hours["weight"].to_numpy()[mine].astype(float)
        of_owner = spread.pieces["owner"].to_numpy()
        kept = np.isin(of_owner, numbers)
        self.of = np.searchsorted(numbers, of_owner[kept])
        self.width = spread.pieces["width"].to_numpy()[kept].astype(float)
        self.cost = spread.pieces["cost"].to_numpy()[kept].astype(float)
        self.owners = int(numbers.size)
        self.size = int(columns.size)
        before = np.cumsum(self.width) - self.width
        first = np.searchsorted(self.of, np.arange(self.owners))
        self.before = before - before[first][self.of]

    def rows(self, size: int) -> tuple["Numbers", "Numbers", int, "Numbers", "Numbers", "Numbers"]:
        """Return the rows that fill pieces with the hours of the chosen pairs, as HiGHS takes them."""
        import numpy as np

        row = np.concatenate([self.owner, self.of])
        column = np.concatenate([self.pair, size + np.arange(self.of.size)])
        weight = np.concatenate([self.hours, -np.ones(self.of.size)])
        order = np.lexsort((column, row))
        starts = np.searchsorted(row[order], np.arange(self.owners)).astype(np.int32)
        return (
            np.full(self.owners, -np.inf),
            np.zeros(self.owners),
            int(row.size),
            starts,
            column[order].astype(np.int32),
            weight[order],
        )

    def filled(self, values: "Numbers") -> "Numbers":
        """Return how full each piece is, the cheapest first."""
        import numpy as np

        total = np.bincount(self.owner, self.hours * values[self.pair], self.owners)
        filled: Numbers = np.clip(total[self.of] - self.before, 0, self.width)
        return filled

    def costs_or(self, wanted: "Numbers | None") -> "Numbers":
        """Return the wanted costs; none where the wish is another."""
        import numpy as np

        return np.zeros(self.cost.size) if wanted is None else wanted


def _highs(columns: int, row: "Numbers", column: "Numbers", weight: "Numbers", upper: "Numbers") -> Any:  # noqa: ANN401 - highspy has no types
    import highspy
    import numpy as np

    order = np.lexsort((column, row))
    row, column, weight = row[order], column[order], weight[order]
    # The class beneath Highs: that one greets on standard output before it can be told not to.
    highs = highspy.Highs.__base__()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.99),
        ("mip_max_nodes", NODES),
        ("mip_feasibility_tolerance", 1e-7),
    ):
        highs.setOptionValue(name, value)
    zeros, ones = np.zeros(columns), np.ones(columns)
    starts = np.searchsorted(row, np.arange(upper.size)).astype(np.int32)
    highs.addVars(columns, zeros, ones)
    index = np.arange(columns, dtype=np.int32)
    highs.changeColsIntegrality(columns, index, np.full(columns, highspy.HighsVarType.kInteger))
    highs.addRows(
        upper.size,
        np.full(upper.size, -highspy.kHighsInf),
        upper,
        weight.size,
        starts,
        column.astype(np.int32),
        weight,
    )
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return highs
