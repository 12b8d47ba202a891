"""How many fail what, against a count person by person in plain Python with the checker as the judge of
rules.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import polars as pl
import pytest

from tcw.matching.explain.explain_order import explain_order
from tcw.matching.plan import Plan
from tcw.matching.problem import Problem, problem
from tcw.matching.solve import match
from tests.matching.instances import ASKED, MONDAY, booked, errors, instance, schedule

pytestmark = pytest.mark.slow

Tables = Mapping[str, pl.DataFrame]
SEEDS = range(500, 503)


def tables_of(seed: int) -> dict[str, pl.DataFrame]:
    """A random instance with competences, and with somebody who is employed for some of the time only."""
    tables, dice = instance(seed, staff=6, orders=9, days=5), Random(seed)
    people = tables["staff"]["staff_id"].to_list()
    tables["staff"] = tables["staff"].with_columns(
        valid_from=pl.Series([dice.choice([None, date(2026, 5, 6)]) for _ in people], dtype=pl.Date),
        home_unit=pl.Series([dice.choice(["A", "A", "B"]) for _ in people]),
    )
    tables["competences"] = pl.DataFrame(
        {"staff_id": [one for one in people if dice.random() < 0.6]}, schema={"staff_id": pl.String}
    ).with_columns(competence_id=pl.lit("DEL"))
    tables["orders"] = tables["orders"].with_columns(
        competences=pl.Series(
            [dice.choice([[], ["DEL"]]) for _ in range(tables["orders"].height)], dtype=pl.List(pl.String)
        )
    )
    return tables


@cache
def solved(seed: int) -> tuple[Problem, Plan]:
    question = problem(schedule(tables_of(seed)), ASKED)
    return question, match(question, compare=False, relax=False)


def slowly(tables: Tables, order: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return what each person employed on the order's first day fails; nothing for who could take it. Others:
    only that, if they are available.
    """
    before = errors(tables)
    failed = {row["staff_id"]: failing(tables, order, row, before) for row in tables["staff"].to_dicts()}
    for row in tables["staff"].to_dicts():
        if not employed(row, order):
            codes = failed.pop(row["staff_id"])
            if codes and not codes <= {"not-introduced"} and available(tables, order, row["staff_id"]):
                failed[row["staff_id"]] = {"BK03"}
    return failed


def employed(row: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    return bool(row["valid_from"] is None or row["valid_from"] <= order["start"].date())


def failing(
    tables: Tables, order: Mapping[str, Any], row: Mapping[str, Any], before: set[tuple[object, ...]]
) -> set[str]:
    who = row["staff_id"]

    introduced = {one["unit_id"] for one in tables["introductions"].to_dicts() if one["staff_id"] == who} | {
        row["home_unit"]
    }
    if order["unit_id"] not in introduced:
        return {"not-introduced"}
    free = available(tables, order, who)
    if not free:
        return {"not-available"}
    failed = set()
    if not any(covers(free, kind, order) for kind in {one["kind"] for one in free}):
        failed.add("not-available")
    if not employed(row, order):
        failed.add("BK03")
    if met(tables["bookings"], order, who):
        failed.add("BK01")
    if order["competences"] and who not in tables["competences"]["staff_id"].to_list():
        failed.add("BK04")
    if not failed:
        new = errors(booked(tables, {order["order_id"]: who})) - before
        failed = {str(one[0]) for one in new if one[1] == who}
    return failed


def met(table: pl.DataFrame, order: Mapping[str, Any], who: str) -> list[dict[str, Any]]:
    return [
        one
        for one in table.to_dicts()
        if one["staff_id"] == who and min(one["end"], order["end"]) > max(one["start"], order["start"])
    ]


def available(tables: Tables, order: Mapping[str, Any], who: str) -> list[dict[str, Any]]:
    """What somebody is available for of an order; whoever is not on its first day was not thought of."""
    midnight = datetime.combine(order["start"].date() + timedelta(days=1), datetime.min.time())
    return [one for one in met(tables["availability"], order, who) if one["start"] < midnight]


def covers(spans: list[dict[str, Any]], kind: str, order: Mapping[str, Any]) -> bool:
    reached: datetime = order["start"]
    for one in sorted((one for one in spans if one["kind"] == kind), key=lambda one: one["start"]):
        if one["start"] <= reached:
            reached = max(reached, one["end"])
    return bool(reached >= order["end"])


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_are_those_of_a_slow_count(seed: int) -> None:
    tables = tables_of(seed)
    question, plan = solved(seed)
    orders = {row["order_id"]: row for row in tables["orders"].to_dicts()}
    for order_id in plan.unfilled["order_id"]:
        failed = slowly(tables, orders[order_id])
        expected = Counter(code for codes in failed.values() for code in codes or {"taken"})
        told = plan.reasons.filter(pl.col("order_id") == order_id).select("code", "people").rows()
        assert dict(told) == expected, order_id
        answer = explain_order(question, plan, order_id)
        assert answer.employed == sum(employed(row, orders[order_id]) for row in tables["staff"].to_dicts())
        assert dict(answer.reasons.select("code", "people").rows()) == expected
        assert sum(expected.values()) >= answer.employed


@pytest.mark.parametrize("seed", SEEDS[:1])
def test_of_a_filled_order_all_others_fail_something_or_are_spare(seed: int) -> None:
    tables = tables_of(seed)
    question, plan = solved(seed)
    orders = {row["order_id"]: row for row in tables["orders"].to_dicts()}
    takes = dict(plan.assignments.select("staff_id", "order_id").rows())
    assert plan.assignments.height >= 3
    for order_id, staff_id in plan.assignments.select("order_id", "staff_id").head(3).rows():
        failed = slowly(tables, orders[order_id])
        del failed[staff_id]
        spare = {who: "taken" if who in takes else "not-chosen" for who in failed}
        expected = Counter(code for who, codes in failed.items() for code in codes or {spare[who]})
        answer = explain_order(question, plan, order_id)
        assert answer.state == "filled"
        assert dict(answer.reasons.select("code", "people").rows()) == expected
        assert answer.candidates.filter("chosen")["staff_id"].to_list() == [staff_id]


def test_the_instances_are_worth_counting() -> None:
    found: Counter[str] = Counter()
    for seed in range(500, 506):
        found.update(solved(seed)[1].reasons["code"].to_list())
    assert {"not-introduced", "not-available", "BK01", "BK04", "taken"} <= set(found)
    assert any(code.startswith("WT") for code in found)
    assert date(2026, 5, 4) == MONDAY
