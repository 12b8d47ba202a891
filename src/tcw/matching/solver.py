"""HiGHS: the only place that knows it. One component's 0/1 program, one wish after the other, what a wish reached held by the next.

Deterministic: one thread, a fixed seed, columns and rows in the order of ids.
"""

from typing import TYPE_CHECKING, Any, Final

from tcw.matching.pieces import Pieces

if TYPE_CHECKING:
    import numpy as np

    from tcw.matching.fairness import Spread
    from tcw.matching.levels import Clock, Matrix

    Numbers = np.ndarray[Any, np.dtype[Any]]

NODES: Final = 20_000
"""Nodes of the search for each wish of a component: a bound that does not depend on how fast the machine is."""
TINY: Final = 1e-6
HALF: Final = 0.5


class Program:
    """The program of one component: its pairs are the first columns, the pieces of people's hours come after them.

    `columns`: the pairs. `values`: what is chosen of them so far, 0 or 1. `held`: what each wish reached, as (lower bound, columns among `columns`,
    weights), for whoever goes on with a larger component.
    """

    def __init__(self, matrix: "Matrix", columns: "Numbers", began: "Numbers", clock: "Clock") -> None:
        """Take the rows of `matrix` that some of `columns` stand in; `began` (0 or 1 for each pair there is) breaks none."""
        import numpy as np

        self.columns = columns
        self.clock = clock
        self.values = began[columns].copy()
        self.held: list[tuple[float, Numbers, Numbers]] = []
        self.place = np.full(int(began.size), -1)
        self.place[columns] = np.arange(columns.size)
        mine = self.place[matrix.pair] >= 0
        numbers, dense = np.unique(matrix.row[mine], return_inverse=True)
        self.matrix = (dense, self.place[matrix.pair[mine]], matrix.weight[mine])
        self.bounds = (matrix.lower[numbers], matrix.upper[numbers])
        self.pieces: Pieces | None = None
        self.highs: Any = None

    def signature(self) -> bytes:
        """Return what tells this component with its rows from all others."""
        from hashlib import blake2b

        made = blake2b(digest_size=16)
        for numbers in (self.columns, *self.matrix, *self.bounds):
            made.update(numbers.tobytes() + b"|")
        return made.digest()

    def _made(self) -> Any:  # noqa: ANN401 - highspy has no types
        if self.highs is None:
            self.highs = _highs(self.columns.size, *self.matrix, self.bounds)
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
        self.held.append((float(value), held, mine[held]))
        return value, bound, proven

    def even_out(self, spread: "Spread") -> tuple[int, int, bool]:
        """Spread hours as evenly as can be, and hold that; return value, bound, proven."""
        import numpy as np

        highs = self._made()
        self.pieces = Pieces(spread, self.place)
        size, width = self.columns.size, self.pieces.width
        highs.addVars(width.size, np.zeros(width.size), width)
        highs.addRows(self.pieces.owners, *self.pieces.rows(size))
        value, bound, proven = self._run(np.zeros(size), self.pieces.worth)
        held = np.arange(size, size + width.size, dtype=np.int32)
        highs.addRow(float(value), float("inf"), held.size, held, self.pieces.worth)
        return value, bound, proven

    def _run(self, worth: "Numbers", of_pieces: "Numbers | None") -> tuple[int, int, bool]:
        """Maximise; return value, bound, proven, and keep the best values found."""
        import highspy
        import numpy as np

        highs, size = self.highs, self.columns.size
        full = np.concatenate([worth, self.pieces.worth_or(of_pieces)]) if self.pieces else worth
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
        solution = np.asarray(highs.getSolution().col_value)
        if solution.size and abs(full @ solution - highs.getInfo().objective_function_value) > HALF:
            # HiGHS 1.16 gives back the start where presolve alone has found something better: ask again without one.
            highs.clearSolver()
            highs.run()
            solution = np.asarray(highs.getSolution().col_value)
        status, info = highs.getModelStatus(), highs.getInfo()
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible and solution.size:
            kept, self.values = self.values, np.round(solution[:size])
            better = round(float(full @ self._full()))
            if better < value:
                self.values = kept
            else:
                value = better
        if status == highspy.HighsModelStatus.kOptimal and value >= info.objective_function_value - HALF:
            return value, value, True
        bound = float(info.mip_dual_bound)
        limit = int(np.floor(bound + TINY)) if np.isfinite(bound) else loose
        return value, max(limit, value), limit <= value

    def _full(self) -> "Numbers":
        """Return the values of all columns that go with those of the pairs."""
        import numpy as np

        return np.concatenate([self.values, self.pieces.filled(self.values)]) if self.pieces else self.values


def _highs(
    columns: int,
    row: "Numbers",
    column: "Numbers",
    weight: "Numbers",
    bounds: tuple["Numbers", "Numbers"],
) -> Any:  # noqa: ANN401 - highspy has no types
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
    starts = np.searchsorted(row, np.arange(bounds[0].size)).astype(np.int32)
    highs.addVars(columns, zeros, ones)
    index = np.arange(columns, dtype=np.int32)
    highs.changeColsIntegrality(columns, index, np.full(columns, highspy.HighsVarType.kInteger))
    highs.addRows(
        bounds[0].size,
        *bounds,
        weight.size,
        starts,
        column.astype(np.int32),
        weight,
    )
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return highs
