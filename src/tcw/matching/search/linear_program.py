"""The program of one component, by column generation, and what is left of it after each objective.

The linear program has a few columns for each order at first. It gets more until no column outside it has a
reduced cost that could improve the optimum; so the optimum over all columns is exact.
"""

from typing import Final

import numpy as np

from tcw.matching.search.component import Component, columns_of
from tcw.matching.search.highs import (
    HALF,
    Columns,
    Control,
    LinearProgram,
    LinearSolution,
    Numbers,
    minimise_integer,
)

TINY: Final = 1e-6
WHOLE: Final = 1e-4
"""Sums of whole numbers that are as near to one as this are that number."""
AT_ONCE: Final = 4_000
"""Columns that enter the linear program at a time."""


class ComponentProgram:
    """Which columns may still be chosen (`free`), which must be (`fixed`), and which are in use (`active`).

    All three are Boolean, one for each column of the component.
    """

    def __init__(self, component: Component, active: Numbers, control: Control) -> None:
        """Begin with some active columns, all free, and without fairness."""
        self.component, self.control = component, control
        self.column, self.row, self.weight = component.column, component.row, component.weight
        self.lower, self.upper = np.full(component.upper.size, -np.inf), component.upper.copy()
        # Before fairness is an objective, hours bind nothing.
        self.owners = np.arange(component.upper.size - component.owners, component.upper.size)
        self.upper[self.owners] = np.inf
        self.free = np.ones(component.pairs.size, dtype=bool)
        self.fixed = np.zeros(component.pairs.size, dtype=bool)
        self.active = np.zeros(component.pairs.size, dtype=bool)
        self.columns_in = np.zeros(0, dtype=np.int64)
        self.linear = LinearProgram(self.lower, self.upper, control)
        self.pieces = (np.zeros(component.pieces.width.size), component.pieces.width.copy())
        self.is_fair = False
        """Whether the program has fairness."""
        self.fairness_row: list[int] = []
        """The row that holds fairness at its value, once there is one."""
        count = component.pieces.width.size
        self.linear.add(
            Columns(np.arange(count + 1), component.pieces.row, np.ones(count), *self.pieces),
        )
        self._add_columns(np.flatnonzero(active))

    def add_fairness(self) -> None:
        """Bind the pieces by which fairness is measured to everybody's hours."""
        self.is_fair = True
        self.upper[self.owners] = 0
        self.linear.bound_rows(self.owners, self.lower[self.owners], self.upper[self.owners])

    def integral(self, solved: LinearSolution) -> Numbers | None:
        """Return the columns chosen, None where the optimum is fractional."""
        values = solved.columns[self.component.pieces.width.size :]
        if np.abs(values - np.round(values)).max(initial=0) > TINY:
            return None
        chosen = np.zeros(self.component.pairs.size, dtype=bool)
        chosen[self.columns_in] = values > HALF
        return chosen

    def _cost(self, objective: Numbers | None, which: Numbers) -> Numbers:
        worth = self.component.pieces.worth
        if objective is None:
            return -np.concatenate([worth, np.zeros(which.size)])
        return -np.concatenate([np.zeros(worth.size), objective[which]])

    def _add_columns(self, which: Numbers) -> None:
        self.linear.add(columns_of(self.column, self.row, self.weight, which))
        self.columns_in = np.concatenate([self.columns_in, which])
        self.active[which] = True

    def price(self, objective: Numbers | None, *, costs_only: bool) -> tuple[LinearSolution, Numbers]:
        """Return the optimum over all free columns, and every column's reduced cost.

        `costs_only`: only the objective has changed since the last time.
        """
        size = self.component.pairs.size
        worth = np.zeros(size) if objective is None else objective
        while True:
            solved = self.linear.minimise(self._cost(objective, self.columns_in), costs_only=costs_only)
            reduced = -worth - np.bincount(self.column, self.weight * solved.duals[self.row], size)
            entering = np.flatnonzero(self.free & ~self.active & (reduced < -TINY))
            if not entering.size:
                return solved, reduced
            most = max(AT_ONCE, self.columns_in.size // 2)
            if entering.size > most:
                entering = np.sort(entering[np.argsort(reduced[entering], kind="stable")[:most]])
            self._add_columns(entering)
            costs_only = True

    def restrict_to_optimal_face(self, solved: LinearSolution, reduced: Numbers) -> None:
        """Leave only the choices that reach this optimum, by complementary slackness."""
        self._close(reduced, 0)
        pieces, count = solved.reduced, self.component.pieces.width.size
        lower, upper = self.pieces
        full, none = pieces[:count] < -TINY, pieces[:count] > TINY
        lower[full], upper[none] = upper[full], lower[none]
        which = np.flatnonzero(full | none)
        self.linear.bound_columns(which, lower[which], upper[which])
        at_upper, at_lower = solved.duals < -TINY, solved.duals > TINY
        self.lower[at_upper] = self.upper[at_upper]
        self.upper[at_lower] = self.lower[at_lower]
        rows = np.flatnonzero(at_upper | at_lower)
        self.linear.bound_rows(rows, self.lower[rows], self.upper[rows])

    def _close(self, reduced: Numbers, gap: float) -> None:
        """Remove columns that lose more than `gap`; fix those whose removal does (reduced cost fixing)."""
        self.free &= self.fixed | (reduced <= gap + TINY)
        self.fixed |= self.free & self.active & (reduced < -gap - TINY)
        lower, upper = self.fixed[self.columns_in], self.free[self.columns_in]
        which = self.component.pieces.width.size + np.arange(self.columns_in.size)
        moved = lower | ~upper
        self.linear.bound_columns(which[moved], lower[moved], upper[moved])

    def hold(self, objective: Numbers | None, value: int, reduced: Numbers, gap: float) -> None:
        """Add a row: the objective is at least `value`, `gap` below the optimum of the linear program."""
        self._close(reduced, gap)
        new = self.lower.size
        self.lower, self.upper = np.append(self.lower, value), np.append(self.upper, np.inf)
        cost = self._cost(objective, self.columns_in)
        holding = np.flatnonzero(cost)
        self.linear.add_rows(
            np.array([value]), np.array([np.inf]), np.zeros(1, dtype=np.int32), holding, -cost[holding]
        )
        if objective is None:
            self.fairness_row = [new]
            return
        column = np.flatnonzero(objective)
        columns = np.concatenate([self.column, column])
        order = np.argsort(columns, kind="stable")
        self.column = columns[order]
        self.row = np.concatenate([self.row, np.full(column.size, new)])[order]
        self.weight = np.concatenate([self.weight, objective[column]])[order]

    def improving(self, reduced: Numbers, solved: LinearSolution, value: int | None) -> Numbers:
        """Return the free columns (Boolean) that a choice better than `value` may have."""
        if value is None:
            return self.free
        return self.fixed | (self.free & (reduced <= -solved.value - value - 1 + WHOLE))

    def solve_integer(
        self, objective: Numbers | None, which: Numbers, start: Numbers | None, effort: int
    ) -> tuple[Numbers | None, int, bool]:
        """Solve the 0/1 program over some columns.

        Return the solution, its bound and whether that is proven.
        """
        component = self.component
        if not which.size:
            return None, 0, True
        cost = self._cost(objective, which)
        chosen = columns_of(self.column, self.row, self.weight, which)
        lower, upper = self.fixed[which].astype(float), np.ones(which.size)
        whole = np.ones(which.size, dtype=bool)
        if self.is_fair:
            count = component.pieces.width.size
            holding = self.fairness_row
            starts = np.concatenate(
                [np.arange(count) * (1 + len(holding)), count * (1 + len(holding)) + chosen.starts]
            )
            rows = np.stack([component.pieces.row, *[np.full(count, one) for one in holding]], axis=1).ravel()
            weights = np.stack([np.ones(count), *[component.pieces.worth for _ in holding]], axis=1).ravel()
            columns = Columns(
                starts,
                np.concatenate([rows, chosen.row]),
                np.concatenate([weights, chosen.weight]),
                np.concatenate([self.pieces[0], lower]),
                np.concatenate([self.pieces[1], upper]),
            )
            whole = np.concatenate([np.zeros(count, dtype=bool), whole])
        else:
            cost = cost[component.pieces.width.size :]
            columns = Columns(chosen.starts, chosen.row, chosen.weight, lower, upper)
        begin = None
        if start is not None and (start <= np.isin(np.arange(component.pairs.size), which)).all():
            begin = start[which].astype(float)
            if self.is_fair:
                begin = np.concatenate([component.pieces.filled(component.hours(start)), begin])
        done = minimise_integer(cost, columns, whole, (self.lower, self.upper), begin, self.control, effort)
        bound = int(np.floor(-done.bound + WHOLE)) if np.isfinite(done.bound) else 0
        if done.columns is None:
            return None, bound, done.proven
        solution = np.zeros(component.pairs.size, dtype=bool)
        solution[which] = done.columns[-which.size :] > HALF
        return solution, bound, done.proven
