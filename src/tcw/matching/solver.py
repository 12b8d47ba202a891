"""HiGHS: the only place that knows it. A 0/1 program for each component, one wish after the other, what a wish reached held by the next.

Deterministic: one thread, a fixed seed, columns and rows in the order of ids; components are independent of each other.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tcw.matching.binding import Rows
from tcw.matching.objective import Objective

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

LARGEST: Final = 1_000_000
"""Weights of wishes solved together stay below this: beyond it HiGHS's tolerances begin to lie."""
NODES: Final = 20_000
"""Nodes of the search for each wish of a component: a bound that does not depend on how fast the machine is."""
HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Spread:
    """Fairness as columns of its own: each person's hours, in pieces that cost more and more.

    `hours`: `pair`, `owner` (UInt32: dense), `weight` (Int64: what the pair adds to its owner's hours). `pieces`: `owner`, `width`, `cost`
    (Int64), sorted by owner and cost: the hours of an owner fill the cheapest pieces first.
    """

    hours: pl.DataFrame
    pieces: pl.DataFrame


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
                program.even_out() if wish.name == "fairness" else program.raise_(worth[place])
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
    """The program of one component."""

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
        place = np.full(int(began.size), -1)
        place[columns] = np.arange(columns.size)
        mine = place[pair] >= 0
        numbers, dense = np.unique(row[mine], return_inverse=True)
        self.matrix = (dense, place[pair[mine]], weight[mine])
        self.upper = upper[numbers]
        self.place = place
        self.highs: Any = None

    def _made(self) -> Any:  # noqa: ANN401 - highspy has no types
        if self.highs is None:
            self.highs = _highs(self.columns.size, *self.matrix, self.upper)
        return self.highs

    def raise_(self, worth: "Numbers") -> tuple[int, int, bool]:
        """Make the sum of `worth` as large as can be, and hold it there; return value, bound, proven."""
        import numpy as np

        mine = worth[self.columns]
        value = round(float(mine @ self.values))
        # What each order's best candidate would give: often reached, and then there is nothing to search.
        if not mine.any() or self.columns.size == value == round(float(mine.sum())):
            return value, value, True
        highs = self._made()
        index = np.arange(self.columns.size, dtype=np.int32)
        highs.changeColsCost(index.size, index, mine)
        value, bound, proven = self._run(mine, value)
        held = np.flatnonzero(mine).astype(np.int32)
        highs.addRow(float(value), float("inf"), held.size, held, mine[held])
        return value, bound, proven

    def even_out(self) -> tuple[int, int, bool]:
        """Spread hours as evenly as can be; return value, bound (both costs, negative), proven."""
        return 0, 0, True

    def _run(self, worth: "Numbers", value: int) -> tuple[int, int, bool]:
        import highspy
        import numpy as np

        highs = self.highs
        left = self.clock.left()
        if left <= 0:
            return value, self._loose(worth), False
        if left < float("inf"):
            highs.setOptionValue("time_limit", highs.getRunTime() + left)
        index = np.arange(self.columns.size, dtype=np.int32)
        highs.setSolution(index.size, index, self.values)
        highs.run()
        status = highs.getModelStatus()
        info = highs.getInfo()
        solution = np.asarray(highs.getSolution().col_value)[: self.columns.size]
        if solution.size and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            better = round(float(worth @ np.round(solution)))
            if better >= value:
                value, self.values = better, np.round(solution)
        if status == highspy.HighsModelStatus.kOptimal:
            return value, value, True
        bound = info.mip_dual_bound
        limit = self._loose(worth) if not np.isfinite(bound) else int(np.floor(bound + 1e-6))
        return value, max(limit, value), limit <= value

    def _loose(self, worth: "Numbers") -> int:
        return int(worth.sum())


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
