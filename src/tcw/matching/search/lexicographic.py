"""Lexicographic optimisation: one objective after the other, in each component of the conflict graph.

Components are solved on their own, several beside each other; the result does not depend on how many at once.

Within a component the optimum of a linear program is a bound for the objective. Where an integer solution
reaches the bound, complementary slackness says which plans do: those without columns whose reduced cost is
not 0, and that fill the rows whose dual price is not 0. So no row has to hold the objective, and the next
objective has a smaller program, which starts from the last basis. Only where the optimum is fractional a 0/1
program is solved, over the columns that are left.

An objective whose bound is a whole number is presumed to reach it, before there is a plan that does: the last
objective finds one, and often the first solution that is integral. Where none is found, the presumption was
wrong. The search then starts again, and presumes nothing up to the objective at which that came out.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np
import polars as pl

from tcw.matching.search.component import Component, components
from tcw.matching.search.constraints import Rows
from tcw.matching.search.highs import Control, LinearSolution, Numbers, StoppedError
from tcw.matching.search.linear_program import WHOLE, ComponentProgram
from tcw.matching.search.objectives import FAIRNESS, Objective, Spread

FULL_EFFORT: Final = 10
"""How much more work an objective before fairness is worth."""
QUIET_AT_MOST: Final = 1_000
"""Pairs of a component up to which the quiet objective is optimised. In larger ones it costs as much as all
others together, and only distinguishes plans that are alike in every other objective: there the answer is the
one that the same solver always gives."""

Reached = tuple[int, int, bool]
"""What an objective reached: its value, its bound, and whether the two are proven to meet."""
Status = Literal["done", "paused", "presumed-too-much"]


@dataclass(frozen=True, slots=True)
class ComponentResult:
    """A component's plan.

    `chosen`: Boolean, one for each column. `reached`: of each objective. `active`: Boolean, the columns that
    the linear program has. `resume`: continues the last objective, where it was left before all columns were
    tried.
    """

    chosen: Numbers
    reached: list[Reached]
    active: Numbers
    resume: "Callable[[], ComponentResult] | None" = None


def optimise_component(
    component: Component,
    objectives: Sequence[Numbers | None],
    start: Numbers,
    active: Numbers,
    control: Control,
    *,
    thorough: bool = True,
) -> ComponentResult:
    """Optimise the objectives of one component.

    Args:
        component: its columns and rows.
        objectives: the weightiest first: what each column is worth; None is fairness.
        start: Boolean, a choice of columns that breaks no row.
        active: Boolean, the columns to begin with.
        control: when to stop.
        thorough: finish the last objective; else it may be left when the active columns have been tried.
    """
    presume_from = 0
    while True:
        search = _ComponentSearch(component, objectives, start, active, control, thorough=thorough)
        status: Status = "done"
        with suppress(StoppedError):
            status = search.run(presume_from)
        if status != "presumed-too-much":
            return search.result(search.resume if status == "paused" else None)
        presume_from, start, active = len(search.reached), search.incumbent, search.program.active


class _ComponentSearch:
    """The incumbent, what each objective reached so far, and the program of what is left."""

    def __init__(
        self,
        component: Component,
        objectives: Sequence[Numbers | None],
        start: Numbers,
        active: Numbers,
        control: Control,
        *,
        thorough: bool,
    ) -> None:
        self.thorough = thorough
        self.component, self.objectives, self.control = component, objectives, control
        self.incumbent = start
        self.reached: list[Reached] = []
        self.program = ComponentProgram(component, active | start, control)
        self.unfinished: Callable[[], Reached | None] | None = None
        """Continues the last objective, where it was left."""

    def result(self, resume: Callable[[], ComponentResult] | None = None) -> ComponentResult:
        """Return the incumbent and what it reached."""
        return ComponentResult(self.incumbent, self._reached_by_all(), self.program.active, resume)

    def resume(self) -> ComponentResult:
        """Continue the last objective where it was left."""
        assert self.unfinished is not None
        with suppress(StoppedError):
            reached = self.unfinished()
            assert reached is not None
            self.reached[-1] = reached
        return self.result()

    def _reached_by_all(self) -> list[Reached]:
        """Return what each objective reached, with a simple bound for those not optimised yet."""
        every: list[Reached] = []
        attained = True
        for level, objective in enumerate(self.objectives):
            value = self._value(objective, self.incumbent)
            if attained and level < len(self.reached):
                presumed, bound, proven = self.reached[level]
                # A presumed value without a plan when time ran out says nothing about the objectives after it
                # either.
                attained = value >= presumed
                every.append((presumed, bound, proven) if attained else (value, bound, False))
                continue
            if objective is None:
                most = round(float(self.component.pieces.width @ self.component.pieces.worth))
            else:
                of_order = np.zeros(int(self.component.order.max()) + 1)
                np.maximum.at(of_order, self.component.order, objective)
                most = round(float(of_order.sum()))
            every.append((value, most, value >= most))
        return every

    def run(self, presume_from: int) -> Status:
        """Optimise one objective after the other; nothing is presumed before objective number `presume_from`.

        Raises:
            StoppedError: time ran out.
        """
        for level, objective in enumerate(self.objectives):
            if objective is None:
                if not self._find_integer_solution():
                    return "presumed-too-much"
                self.program.add_fairness()
            elif not objective.any():
                self.reached.append((0, 0, True))
                continue
            last = level + 1 == len(self.objectives)
            solved, reduced = self.program.price(objective, costs_only=level > 0)
            top = bound = int(np.floor(-solved.value + WHOLE))
            tight = -solved.value - bound < WHOLE
            integral = self.program.integral(solved)
            if integral is not None and self._reaches(objective, bound, integral):
                self.incumbent = integral
                value, proven = bound, True
            elif tight and level >= presume_from and not last:
                value, proven = bound, True
            else:
                reached = self._branch(
                    objective, solved, reduced, bound, may_pause=last and not self.thorough
                )
                if reached is None:
                    return "presumed-too-much"
                if self.unfinished is not None:
                    self.reached.append(reached)
                    return "paused"
                value, bound, proven = reached
            self.reached.append((value, bound, proven))
            if tight and value == top:
                self.program.restrict_to_optimal_face(solved, reduced)
            else:
                self.program.hold(objective, value, reduced, -solved.value - value)
        return "done"

    def _find_integer_solution(self) -> bool:
        """Find an incumbent that reaches all that was presumed: fairness in the program makes it harder.

        Return False where there is none.
        """
        if not self.reached or self._keeps(self.incumbent):
            return True
        nothing = np.zeros(self.component.pairs.size)
        for which in (self.program.active & self.program.free, self.program.free):
            solution, _, proven = self.program.solve_integer(
                nothing, np.flatnonzero(which), None, FULL_EFFORT
            )
            if solution is not None and self._keeps(solution):
                self.incumbent = solution
                return True
            if not proven:
                return True
        return False

    def _value(self, objective: Numbers | None, chosen: Numbers) -> int:
        return self.component.evenness(chosen) if objective is None else round(float(objective @ chosen))

    def _reaches(self, objective: Numbers | None, value: int, chosen: Numbers) -> bool:
        return self._value(objective, chosen) >= value and self._keeps(chosen)

    def _keeps(self, chosen: Numbers) -> bool:
        """Return whether a choice reaches all that was reached before."""
        return all(
            self._value(objective, chosen) >= value
            for objective, (value, _, _) in zip(self.objectives, self.reached, strict=False)
        )

    def _branch(
        self,
        objective: Numbers | None,
        solved: LinearSolution,
        reduced: Numbers,
        bound: int,
        *,
        may_pause: bool,
    ) -> Reached | None:
        """Optimise an objective over integers: over the active columns, then over all that could improve it.

        Return None where no integer solution reaches what was presumed.
        """
        value = self._value(objective, self.incumbent) if self._keeps(self.incumbent) else None
        improving = partial(self.program.improving, reduced, solved)
        tried = self.program.active & improving(value)
        return self._widen(tried, improving, objective, bound, value, may_pause=may_pause)

    def _widen(
        self,
        tried: Numbers,
        improving: Callable[[int | None], Numbers],
        objective: Numbers | None,
        bound: int,
        value: int | None,
        *,
        may_pause: bool,
    ) -> Reached | None:
        """Do as `_branch`, first over the columns `tried`.

        With `may_pause` the wider programs are left `unfinished`.
        """
        self.unfinished = None
        effort = 1 if self.program.is_fair else FULL_EFFORT
        while True:
            solution, integer_bound, proven = self.program.solve_integer(
                objective, np.flatnonzero(tried), None if value is None else self.incumbent, effort
            )
            if solution is not None:
                reached = self._value(objective, solution)
                if value is None or reached >= value:
                    self.incumbent, value = solution, reached
            if value is not None and value >= bound:
                return value, value, True
            if not proven:
                # Nodes ran out: the bound over all columns stands.
                if value is None:
                    return None
                all_tried = tried.sum() == self.program.free.sum()
                return value, max(value, min(bound, integer_bound)) if all_tried else bound, False
            wider = improving(value)
            if not (wider & ~tried).any():
                return None if value is None else (value, value, True)
            if may_pause and value is not None:
                self.unfinished = partial(
                    self._widen, wider, improving, objective, bound, value, may_pause=False
                )
                return value, bound, False
            tried = wider


@dataclass(frozen=True, slots=True)
class ObjectiveValue:
    """What an objective reached: `value`, the `bound` no plan exceeds, whether they are proven to meet."""

    value: int
    bound: int
    proven: bool


@dataclass(frozen=True, slots=True)
class LexicographicResult:
    """A choice of pairs.

    `chosen`: Boolean, one for each pair. `reached`: of each objective. `active`: Boolean, the pairs that
    linear programs have. `stopped`: time or nodes ran out. `unfinished`: some component's last objective was
    left before all of its columns were tried.
    """

    chosen: pl.Series
    reached: tuple[ObjectiveValue, ...]
    active: pl.Series
    stopped: bool
    unfinished: bool


SolvedComponents = dict[bytes, ComponentResult]
"""Components by their signature -> their plans."""


def optimise(
    orders: pl.Series,
    rows: Rows,
    objectives: Sequence[Objective],
    start: pl.Series,
    active: pl.Series,
    control: Control,
    spread: Spread,
    solved: SolvedComponents,
    workers: int | None = None,
    *,
    thorough: bool = True,
) -> LexicographicResult:
    """Choose pairs.

    Args:
        orders: UInt32, the order of each pair.
        rows: what binds them.
        objectives: the weightiest first; the one called fairness is taken from `spread`.
        start: Boolean, a choice that breaks no row.
        active: Boolean, the pairs to begin with.
        control: when to stop.
        spread: fairness.
        solved: components of earlier rounds, with the same objectives: those with the same rows are not
            solved again.
        workers: how many components are solved beside each other; None: as many as there are processors.
        thorough: see `optimise_component`; what an earlier round left unfinished continues from there.
    """
    fair = any(objective.name == FAIRNESS for objective in objectives)
    weights = [
        None if objective.name == FAIRNESS else objective.worth.to_numpy().astype(float)
        for objective in objectives
    ]
    not_quiet = [weight for weight, objective in zip(weights, objectives, strict=True) if not objective.quiet]
    starting, active_at_first = start.to_numpy(), active.to_numpy()
    chosen, active_now = np.zeros(start.len(), dtype=bool), np.zeros(start.len(), dtype=bool)
    every = list(components(start.len(), orders.to_numpy(), rows, spread if fair else None))

    def keep(key: bytes, result: ComponentResult) -> None:
        solved.pop(key, None)
        if result.resume is not None or all(proven for _, _, proven in result.reached):
            solved[key] = result

    def solve(component: Component) -> ComponentResult:
        key = component.signature()
        result = solved.get(key)
        if result is not None and result.resume is not None and thorough:
            result = result.resume()
            keep(key, result)
        if result is None:
            result = optimise_component(
                component,
                [
                    None if weight is None else weight[component.pairs]
                    for weight in (weights if component.pairs.size <= QUIET_AT_MOST else not_quiet)
                ],
                starting[component.pairs],
                active_at_first[component.pairs],
                control,
                thorough=thorough,
            )
            keep(key, result)
        return result

    totals = np.zeros((len(objectives), 2), dtype=np.int64)
    proven = np.ones(len(objectives), dtype=bool)
    unfinished = False
    threads = min(workers or _processors(), len(every))
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        for component, result in zip(every, pool.map(solve, every), strict=True):
            reached = result.reached + [(0, 0, True)] * (len(objectives) - len(result.reached))
            totals += np.array([level[:2] for level in reached], dtype=np.int64).reshape(-1, 2)
            proven &= np.array([level[2] for level in reached], dtype=bool)
            chosen[component.pairs], active_now[component.pairs] = result.chosen, result.active
            unfinished |= result.resume is not None
    # An unfinished component holds a program; one whose rows have changed since is never resumed.
    signatures = {component.signature() for component in every}
    for key in [key for key, result in solved.items() if result.resume and key not in signatures]:
        del solved[key]
    return LexicographicResult(
        pl.Series("chosen", chosen),
        tuple(
            ObjectiveValue(value, bound, is_proven)
            for (value, bound), is_proven in zip(totals.tolist(), proven.tolist(), strict=True)
        ),
        pl.Series("active", active_now),
        stopped=not proven.all(),
        unfinished=unfinished,
    )


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
