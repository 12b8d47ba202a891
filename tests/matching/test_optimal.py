"""Optimal is the best of all plans there are, on instances small enough to try them all; and what must hold
of any plan.
"""

from functools import cache

import polars as pl
import pytest

from tcw.matching.plan import Plan
from tcw.matching.problem import Problem, problem
from tcw.matching.solve import match
from tests.matching.instances import ASKED, booked, errors, instance, plans, schedule, vector

pytestmark = pytest.mark.slow

SEEDS = range(6)


@cache
def solved(seed: int) -> tuple[Problem, Plan]:
    question = problem(schedule(instance(seed)), ASKED)
    return question, match(question, compare=False)


def taken(plan: Plan) -> dict[str, str]:
    return dict(plan.assignments.select("order_id", "staff_id").rows())


def chosen(question: Problem, plan: Plan) -> list[int]:
    staff = question.prepared.timeline.staff.select("staff", "staff_id")
    named = question.with_pairs().join(staff, on="staff")
    return named.join(plan.assignments, on=["order_id", "staff_id"], how="semi")["pair"].to_list()


@pytest.mark.parametrize("seed", SEEDS)
def test_optimal_is_the_best_of_all(seed: int) -> None:
    question, plan = solved(seed)
    best = max(vector(question, one) for one in plans(question))
    assert vector(question, chosen(question, plan)) == best
    assert plan.wishes["value"].to_list() == best[:-1]
    assert plan.wishes["bound"].to_list() == best[:-1]
    assert plan.status == ("optimal" if plan.assignments.height else "infeasible")


def test_the_instances_are_worth_trying() -> None:
    """Rules bind in some, and some orders stay unfilled that have candidates."""
    found = [solved(seed) for seed in SEEDS]
    assert sum(question.candidates.verdict.findings.height > 0 for question, _ in found) >= 3
    assert sum(plan.unfilled["candidates"].sum() > 0 for _, plan in found) >= 1
    assert sum(plan.assignments.height for _, plan in found) >= 15


@pytest.mark.parametrize("seed", range(100, 102))
def test_no_plan_is_flagged_by_the_checker(seed: int) -> None:
    tables = instance(seed, staff=6, orders=14, days=9)
    before = errors(tables)
    for mode in ("joint", "staggered", "greedy"):
        plan = match(problem(schedule(tables), ASKED), mode, compare=False)
        assert errors(booked(tables, taken(plan))) - before == set()


@pytest.mark.parametrize("seed", range(200, 202))
def test_greedy_never_beats_staggered_nor_that_joint(seed: int) -> None:
    question = problem(schedule(instance(seed, staff=6, orders=12, days=5)), ASKED)
    first = [
        [row["value"] for row in match(question, mode).wishes.to_dicts() if row["name"] == "filled"]
        for mode in ("greedy", "staggered", "joint")
    ]
    assert first[0] <= first[1] <= first[2]


@pytest.mark.parametrize("seed", range(300, 302))
def test_the_order_of_rows_is_no_matter(seed: int) -> None:
    tables = instance(seed, staff=5, orders=10, days=5)
    plan = match(problem(schedule(tables), ASKED))
    for shuffle in (1,):
        other = {name: table.sample(fraction=1, shuffle=True, seed=shuffle) for name, table in tables.items()}
        again = match(problem(schedule(other), ASKED))
        for name in ("assignments", "requests", "unfilled", "reasons", "nearest", "wishes", "compare"):
            assert getattr(plan, name).equals(getattr(again, name)), name


@pytest.mark.parametrize("seed", range(400, 402))
def test_one_candidate_more_never_fills_fewer(seed: int) -> None:
    tables = instance(seed, staff=3, orders=8)
    more = (
        tables["availability"]
        .select(pl.col("start").min(), pl.col("end").max())
        .with_columns(staff_id=pl.lit("99"), kind=pl.lit("own"))
    )
    staff = pl.DataFrame(
        {"staff_id": ["99"], "employment_type": ["hourly"], "employment_rate": [1.0], "home_unit": ["A"]}
    )
    larger = tables | {
        "staff": pl.concat([tables["staff"], staff]),
        "availability": pl.concat([tables["availability"], more], how="diagonal_relaxed"),
    }
    first, second = (
        [
            row["value"]
            for row in match(problem(schedule(one), ASKED), compare=False).wishes.to_dicts()
            if row["name"] == "filled"
        ]
        for one in (tables, larger)
    )
    assert first <= second
