"""What if: every scenario's plan beside today's, and what each measure does alone and last of all.

Nothing is booked.
A scenario changes the question (`tcw.matching.scenarios.measures`) and is answered like any other, with the
same rules and wishes. What a measure does alone is its plan less today's; what it adds last is the plan of
all less the plan of all but it. The two differ where measures open the same orders (then each is worth less
last) or need each other (then more).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from tcw.matching.orders import OrderSelection
from tcw.matching.plan import Plan
from tcw.matching.problem import Problem, problem
from tcw.matching.rules_oracle import errors
from tcw.matching.scenarios.measures import applied, days_of
from tcw.matching.search.cuts import check
from tcw.matching.solve import Mode, match
from tcw.model.config.scenarios import MEASURES, Scenarios
from tcw.model.schedule import Schedule
from tcw.worktime.clock import US_PER_HOUR

TODAY: Final = "today"
SCENARIO: Final = "scenario"
TOGETHER: Final = "together"
OUTCOMES: Final = pl.Schema(
    {
        "role": pl.String(),
        "scenario": pl.String(),
        "measures": pl.List(pl.String()),
        "status": pl.String(),
        "orders": pl.UInt32(),
        "filled": pl.UInt32(),
        "more": pl.Int64(),
        "hours": pl.Float64(),
        "unfilled_hours": pl.Float64(),
        "overtime_avoided": pl.Float64(),
        "requests": pl.UInt32(),
        "errors": pl.UInt32(),
    }
)
EFFECTS: Final = pl.Schema(
    {
        "role": pl.String(),
        "scenario": pl.String(),
        "measure": pl.String(),
        "alone": pl.Int64(),
        "alone_hours": pl.Float64(),
        "last": pl.Int64(),
        "last_hours": pl.Float64(),
    }
)
COSTS: Final = pl.Schema(
    {
        "role": pl.String(),
        "scenario": pl.String(),
        "name": pl.String(),
        "part": pl.Int32(),
        "value": pl.Int64(),
        "bound": pl.Int64(),
        "proven": pl.Boolean(),
        "today": pl.Int64(),
        "per_order": pl.Float64(),
        "per_order_today": pl.Float64(),
    }
)
OPENED: Final = pl.Schema({"role": pl.String(), "scenario": pl.String(), "order_id": pl.String()})
Measure = tuple[str, str]
"""A scenario's name and a kind of measure."""
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer, a row for each of today, every scenario and, where there are several, all together.

    `outcomes`: `role` (String: today, scenario, together), `scenario` (String: its name; null of the others),
    `measures` (kinds), `status` (of the plan, see `tcw.matching.plan`), `orders`, `filled` (UInt32: how many
    are to be and are filled), `more` (Int64: filled beyond today's), `hours`, `unfilled_hours` (Float64,
    breaks taken off), `overtime_avoided` (Float64: hours filled beyond today's: work that stays vacant today
    and is typically done as overtime), `requests` (UInt32: of the filled, by request), `errors` (UInt32:
    findings at error level that the plan would add, counted by the rules; 0). `effects`: of scenarios with
    several measures, each measure; of all together, each scenario (`measure` null): `alone`, `last` (Int64:
    orders it fills more), `alone_hours`, `last_hours`. `costs`: each wish's `value`, `bound` and proof, its
    value today, and both for each filled order (`per_order`, `per_order_today`: Float64, null where nothing
    is filled): what it costs in quality to fill more. `opened`: the orders that are filled and are not today.
    """

    outcomes: pl.DataFrame
    effects: pl.DataFrame
    costs: pl.DataFrame
    opened: pl.DataFrame
    plans: int


@dataclass(frozen=True, slots=True)
class _Answer:
    plan: Plan
    hours: float
    unfilled_hours: float
    errors: int

    @property
    def filled(self) -> int:
        return self.plan.assignments.height


@dataclass(slots=True)
class _Runs:
    """Plans by the measures taken, each made once."""

    schedule: Schedule
    selection: OrderSelection
    scenarios: Scenarios
    mode: Mode
    time_limit: float | None
    progress: Progress | None
    plans_needed: int
    answers: dict[frozenset[Measure], _Answer] = field(default_factory=dict)
    horizon: tuple[int, int] | None = None
    """Today's, which every scenario keeps, whatever bookings it frees."""

    def of(self, measures: frozenset[Measure]) -> _Answer:
        if measures not in self.answers:
            self.answers[measures] = self._answer(measures)
            if self.progress is not None:
                self.progress(min(len(self.answers) / max(self.plans_needed, 1), 1.0))
        return self.answers[measures]

    def _answer(self, measures: frozenset[Measure]) -> _Answer:
        values: dict[str, list[Any]] = {}
        for name, scenario in self.scenarios.scenarios.items():
            for kind in scenario.measures:
                if (name, kind) in measures:
                    value = getattr(scenario, kind)
                    several = kind in SEVERAL
                    values.setdefault(kind, []).extend(value if several else [value])
        days = days_of(self.schedule, self.selection.as_of)
        question = problem(applied(self.schedule, values, days), self.selection, horizon=self.horizon)
        if self.horizon is None:
            timeline = question.prepared.timeline
            self.horizon = timeline.first, timeline.after
        plan = match(question, self.mode, time_limit=self.time_limit, compare=False, relax=False)
        if plan.interrupted:
            # Half of the scenarios beside today would say that the others gain nothing.
            raise KeyboardInterrupt
        total = float(question.orders["net"].sum()) / US_PER_HOUR
        hours = float(plan.assignments["hours"].sum())
        return _Answer(plan, hours, total - hours, _flagged(question, plan))


SEVERAL: Final = frozenset({"include", "windows", "add_competences", "agreement"})
"""Measures of which a scenario may have several."""


def whatif(
    schedule: Schedule,
    selection: OrderSelection,
    scenarios: Scenarios,
    mode: Mode = "joint",
    *,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> WhatIf:
    """Answer every scenario.

    Args:
        schedule: as loaded.
        selection: which orders, as of which day.
        scenarios: whose names the source has (see `tcw.matching.scenarios.scenario_names`).
        mode: as for `tcw.matching.solve.match`.
        time_limit: seconds for each plan.
        progress: told the share of plans made, from 0 to 1.

    Raises:
        KeyboardInterrupt: the user interrupted one of the plans.
    """
    of_scenario = {
        name: frozenset((name, kind) for kind in scenario.measures)
        for name, scenario in scenarios.scenarios.items()
    }
    every = frozenset[Measure]().union(*of_scenario.values())
    several = len(of_scenario) > 1
    plans_needed = {frozenset[Measure](), *of_scenario.values()}
    for measures in of_scenario.values():
        if len(measures) > 1:
            plans_needed |= {frozenset({answer}) for answer in measures} | {
                measures - {answer} for answer in measures
            }
    if several:
        plans_needed |= {every, *(every - measures for measures in of_scenario.values())}
    runs = _Runs(schedule, selection, scenarios, mode, time_limit, progress, len(plans_needed))
    today = runs.of(frozenset())
    rows: list[tuple[str, str | None, frozenset[Measure]]] = [
        (TODAY, None, frozenset()),
        *((SCENARIO, name, measures) for name, measures in of_scenario.items()),
        *([(TOGETHER, None, every)] if several else []),
    ]
    effects = [
        _effect(runs, SCENARIO, name, kind, frozenset({(name, kind)}), measures)
        for name, measures in of_scenario.items()
        if len(measures) > 1
        for kind in scenarios.scenarios[name].measures
    ]
    if several:
        effects += [
            _effect(runs, TOGETHER, name, None, measures, every) for name, measures in of_scenario.items()
        ]
    return WhatIf(
        pl.DataFrame(
            [_outcome(role, name, measures, runs.of(measures), today) for role, name, measures in rows],
            schema=OUTCOMES,
            orient="row",
        ),
        pl.DataFrame(effects, schema=EFFECTS, orient="row"),
        pl.concat([_costs(role, name, runs.of(measures), today) for role, name, measures in rows]),
        pl.concat([_opened(role, name, runs.of(measures), today) for role, name, measures in rows]),
        len(runs.answers),
    )


def _outcome(
    role: str, name: str | None, measures: frozenset[Measure], answer: _Answer, today: _Answer
) -> tuple[object, ...]:

    kinds = {kind for _, kind in measures}
    return (
        role,
        name,
        [kind for kind in MEASURES if kind in kinds],
        answer.plan.status,
        answer.plan.orders,
        answer.filled,
        answer.filled - today.filled,
        answer.hours,
        answer.unfilled_hours,
        answer.hours - today.hours,
        answer.plan.assignments.filter(pl.col("mode") == "request").height,
        answer.errors,
    )


def _effect(
    runs: _Runs,
    role: str,
    name: str,
    kind: str | None,
    part: frozenset[Measure],
    whole: frozenset[Measure],
) -> tuple[object, ...]:
    """Return what a part of some measures does alone, and what it adds last."""
    today, alone, all_, rest = (runs.of(measures) for measures in (frozenset(), part, whole, whole - part))
    return (
        role,
        name,
        kind,
        alone.filled - today.filled,
        alone.hours - today.hours,
        all_.filled - rest.filled,
        all_.hours - rest.hours,
    )


def _costs(role: str, name: str | None, answer: _Answer, today: _Answer) -> pl.DataFrame:
    return (
        answer.plan.wishes.join(
            today.plan.wishes.select("name", "part", today="value"),
            on=["name", "part"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .with_columns(
            role=pl.lit(role),
            scenario=pl.lit(name, dtype=pl.String),
            today=pl.col("today").fill_null(0),
            filled=pl.lit(answer.filled or None, dtype=pl.Int64),
            filled_today=pl.lit(today.filled or None, dtype=pl.Int64),
        )
        .with_columns(
            per_order=pl.col("value") / pl.col("filled"),
            per_order_today=pl.col("today") / pl.col("filled_today"),
        )
        .select(pl.col(column).cast(dtype) for column, dtype in COSTS.items())
    )


def _opened(role: str, name: str | None, answer: _Answer, today: _Answer) -> pl.DataFrame:
    return (
        answer.plan.assignments.join(today.plan.assignments, on="order_id", how="anti", maintain_order="left")
        .with_columns(role=pl.lit(role), scenario=pl.lit(name, dtype=pl.String))
        .select(pl.col(column).cast(dtype) for column, dtype in OPENED.items())
    )


def _flagged(question: Problem, plan: Plan) -> int:
    """Return how many findings at error level the plan would add: what the checker says, asked again."""
    if plan.assignments.is_empty():
        return 0
    pairs = question.with_pairs().join(
        question.prepared.timeline.staff.select("staff", "staff_id"),
        on="staff",
        how="left",
        maintain_order="left",
    )
    chosen = pairs.join(
        plan.assignments.select("order_id", "staff_id").with_columns(chosen=pl.lit(value=True)),
        on=["order_id", "staff_id"],
        how="left",
        maintain_order="left",
    )["chosen"].fill_null(value=False)
    return errors(check(question, chosen).findings).height
