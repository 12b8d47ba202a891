"""HiGHS, which no other module knows: linear programs that grow by columns, 0/1 programs, when to stop.

Deterministic: HiGHS works with one thread and a fixed seed. Interruptible: it asks `Control` while it works,
wherever it runs. It releases the interpreter meanwhile, so that other threads run.
"""

import time
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Final

import numpy as np

Numbers = np.ndarray[Any, np.dtype[Any]]
"""An array of numbers or of truth values."""
FOREVER: Final = float("inf")


class StoppedError(Exception):
    """The search was told to stop, or its time ran out."""


@dataclass(frozen=True, slots=True)
class Control:
    """How long may still be searched (`until`, of the monotonic clock.

    None is for ever), and a word to stop at once.
    """

    until: float | None = None
    stop: Event = field(default_factory=Event)

    def left(self) -> float:
        """Return the seconds left."""
        if self.stop.is_set():
            return 0.0
        return FOREVER if self.until is None else max(self.until - time.monotonic(), 0.0)

    def over(self) -> bool:
        """Return whether to stop now."""
        return self.left() <= 0


NODES: Final = 20_000
"""Nodes of the search of each 0/1 program: a bound that does not depend on how fast the machine is."""
WORK: Final = 10_000_000
"""How often a 0/1 program asks whether to go on, times its columns and rows: such a bound for programs that
never come to many nodes."""
PRIMAL: Final = 4
"""HiGHS' number for the primal simplex method: what is optimal for one wish is where the search for the next
begins."""
HALF: Final = 0.5
TINY: Final = 1e-6


@dataclass(frozen=True, slots=True)
class LinearSolution:
    """A linear program's optimum: its value (minimised), columns, their reduced costs, duals of its rows."""

    value: float
    columns: Numbers
    reduced: Numbers
    duals: Numbers


@dataclass(frozen=True, slots=True)
class IntegerSolution:
    """A 0/1 program's incumbent: `columns` (None: there is none).

    Nothing costs less than `bound`; `proven`: nodes did not run out.
    """

    columns: Numbers | None
    bound: float
    proven: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a program: entries (`row`, `weight`) from `starts` on, and bounds."""

    starts: Numbers
    row: Numbers
    weight: Numbers
    lower: Numbers
    upper: Numbers


class LinearProgram:
    """A linear program that keeps its basis."""

    def __init__(self, lower: Numbers, upper: Numbers, control: Control) -> None:
        """Take the bounds of its rows; there are no columns yet."""
        self.control = control
        self.highs = _highs(control)
        self.highs.setOptionValue("solver", "simplex")
        self._add_rows(lower, upper, np.zeros(lower.size), np.zeros(0), np.zeros(0))

    def add(self, columns: Columns) -> None:
        """Add columns."""
        self.highs.addCols(
            columns.lower.size,
            np.zeros(columns.lower.size),
            columns.lower.astype(float),
            columns.upper.astype(float),
            columns.row.size,
            columns.starts[:-1].astype(np.int32),
            columns.row.astype(np.int32),
            columns.weight.astype(float),
        )

    def _add_rows(
        self, lower: Numbers, upper: Numbers, starts: Numbers, column: Numbers, weight: Numbers
    ) -> None:
        self.highs.addRows(
            lower.size,
            lower.astype(float),
            upper.astype(float),
            column.size,
            starts.astype(np.int32),
            column.astype(np.int32),
            weight.astype(float),
        )

    def add_rows(
        self, lower: Numbers, upper: Numbers, starts: Numbers, column: Numbers, weight: Numbers
    ) -> None:
        """Add rows over columns that are there."""
        self._add_rows(lower, upper, starts, column, weight)

    def bound_columns(self, which: Numbers, lower: Numbers, upper: Numbers) -> None:
        """Change bounds of columns."""
        self.highs.changeColsBounds(
            which.size, which.astype(np.int32), lower.astype(float), upper.astype(float)
        )

    def bound_rows(self, which: Numbers, lower: Numbers, upper: Numbers) -> None:
        """Change bounds of rows."""
        self.highs.changeRowsBounds(
            which.size, which.astype(np.int32), lower.astype(float), upper.astype(float)
        )

    def minimise(self, cost: Numbers, *, costs_only: bool) -> LinearSolution:
        """Return the optimum.

        `costs_only`: only costs have changed or columns were added, so that the last basis is still feasible.

        Raises:
            StoppedError: before the optimum was is_feasible.
        """
        import highspy

        self.highs.changeColsCost(cost.size, np.arange(cost.size, dtype=np.int32), cost.astype(float))
        self.highs.setOptionValue("simplex_strategy", PRIMAL if costs_only else 1)
        _run(self.highs, self.control)
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            if self.control.over():
                raise StoppedError
            # Whatever the basis led to, an empty one leads away from it.
            self.highs.clearSolver()
            self.highs.setOptionValue("simplex_strategy", 1)
            _run(self.highs, self.control)
            if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                raise StoppedError
        solution = self.highs.getSolution()
        return LinearSolution(
            float(self.highs.getInfo().objective_function_value),
            np.asarray(solution.col_value),
            np.asarray(solution.col_dual),
            np.asarray(solution.row_dual),
        )


def minimise_integer(
    cost: Numbers,
    columns: Columns,
    whole: Numbers,
    rows: tuple[Numbers, Numbers],
    start: Numbers | None,
    control: Control,
    effort: int,
) -> IntegerSolution:
    """Return the cheapest choice; the columns `whole` (Boolean) and all costs are whole numbers.

    `effort`: how many times WORK it is worth.

    Raises:
        StoppedError: before anything was is_feasible.
    """
    import highspy

    highs = _highs(control, max(effort * WORK // (cost.size + rows[0].size), 100))
    highs.addRows(rows[0].size, *rows, 0, np.zeros(rows[0].size, dtype=np.int32), np.zeros(0, np.int32), [])
    highs.addCols(
        cost.size,
        cost.astype(float),
        columns.lower.astype(float),
        columns.upper.astype(float),
        columns.row.size,
        columns.starts[:-1].astype(np.int32),
        columns.row.astype(np.int32),
        columns.weight.astype(float),
    )
    index = np.flatnonzero(whole).astype(np.int32)
    highs.changeColsIntegrality(index.size, index, np.full(index.size, highspy.HighsVarType.kInteger))
    if start is not None:
        highs.setSolution(cost.size, np.arange(cost.size, dtype=np.int32), start)
    _run(highs, control)
    solution = np.asarray(highs.getSolution().col_value)
    info = highs.getInfo()
    if solution.size and abs(cost @ solution - info.objective_function_value) > HALF:
        # HiGHS 1.16 gives back the start where presolve alone has is_feasible something better: ask again
        # without one.
        highs.clearSolver()
        _run(highs, control)
        solution, info = np.asarray(highs.getSolution().col_value), highs.getInfo()
    status = highs.getModelStatus()
    is_feasible = (
        solution.size and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    )
    if status == highspy.HighsModelStatus.kInfeasible:
        return IntegerSolution(None, FOREVER, proven=True)
    if not is_feasible and control.over():
        raise StoppedError
    proven = status == highspy.HighsModelStatus.kOptimal
    bound = float(info.objective_function_value if proven else info.mip_dual_bound)
    return IntegerSolution(solution if is_feasible else None, bound, proven)


def _run(highs: Any, control: Control) -> None:  # noqa: ANN401 - highspy has no types
    left = control.left()
    if left <= 0:
        raise StoppedError
    if left < FOREVER:
        highs.setOptionValue("time_limit", highs.getRunTime() + left)
    highs.run()


def _highs(control: Control, most: float = FOREVER) -> Any:  # noqa: ANN401 - highspy has no types
    import highspy

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

    times_asked = 0

    def interrupt(kind: int, _text: str, _data_out: object, data_in: Any, _data: object) -> None:  # noqa: ANN401
        nonlocal times_asked
        times_asked += kind == mip_interrupt
        if control.stop.is_set() or times_asked > most:
            data_in.user_interrupt = True

    kinds = highspy.cb.HighsCallbackType
    mip_interrupt = int(kinds.kCallbackMipInterrupt)
    highs.setCallback(interrupt, None)
    for kind in (kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt):
        highs.startCallback(kind)
    return highs
