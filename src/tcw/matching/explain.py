"""Why orders stay unfilled: how many people fail each condition, and who misses least."""

from typing import Final

import polars as pl

from tcw.matching.candidates import FORESEEN, NOT_INTRODUCED, UNAVAILABLE
from tcw.matching.judge import RULES_FOR_PEOPLE, errors
from tcw.matching.plan import NEAREST, REASONS, UNFILLED
from tcw.matching.problem import Problem

TAKEN: Final = "taken"
ELSEWHERE: Final = "other-area"
NEARBY: Final = 5
MOST_MISSED: Final = 2
FAILED: Final = ("order", "person", "staff", "code", "missed", "unit")


def explain(question: Problem, chosen: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return `unfilled`, `reasons` and `nearest` of a plan (see `tcw.matching.plan`)."""
    filled = question.pairs.filter(chosen)["order"]
    orders = question.orders.filter(~pl.col("order").is_in(filled.implode()))
    held = question.pairs.join(orders.select("order"), on="order", how="semi")
    candidates = held.group_by("order").agg(candidates=pl.col("person").n_unique())
    unfilled = (
        orders.drop("start", "end")
        .rename({"start_local": "start", "end_local": "end"})
        .join(candidates, on="order", how="left")
        .with_columns(pl.col("candidates").fill_null(0))
        .select(pl.col(name).cast(dtype) for name, dtype in UNFILLED.items())
        .sort("order_id")
    )
    failed = failures(question, orders.select("order"))
    taken = held.select(
        *("order", "person", "staff"),
        code=pl.lit(TAKEN),
        missed=pl.lit(None, dtype=pl.Float64),
        unit=pl.lit(None, dtype=pl.String),
    )
    every = pl.concat([failed, taken])
    return unfilled, _reasons(question, orders, every), _nearest(question, orders, every)


def failures(question: Problem, orders: pl.DataFrame) -> pl.DataFrame:
    """Return FAILED: each condition that a pair of these orders fails, of those who were thought of.

    `missed`: by how much, in `unit` (h, days or count), where a rule measured it.
    """
    mine = question.judged.considered.join(orders, on="order", how="semi")
    foreseen = (
        mine.unpivot(FORESEEN, index=["order", "person", "staff"], variable_name="code", value_name="fails")
        .filter("fails")
        .select(
            "order",
            "person",
            "staff",
            "code",
            missed=pl.lit(None, dtype=pl.Float64),
            unit=pl.lit(None, dtype=pl.String),
        )
    )
    units = pl.DataFrame(
        [(rule.code, rule.unit) for rule in RULES_FOR_PEOPLE], schema=["code", "unit"], orient="row"
    )
    by_rule = (
        errors(question.judged.verdict.found)
        .select(shape="group", code="code", missed=(pl.col("measured") - pl.col("limit")).abs())
        .group_by("shape", "code")
        .agg(pl.col("missed").max())
        .join(units, on="code", how="left")
    )
    judged = (
        question.judged.shapes.join(orders, on="order", how="semi")
        .join(mine.select("order", "staff", "person"), on=["order", "staff"])
        .join(by_rule, on="shape")
        .select(FAILED)
    )
    return pl.concat([foreseen.select(FAILED), judged])


def _reasons(question: Problem, orders: pl.DataFrame, failed: pl.DataFrame) -> pl.DataFrame:
    """Count people by condition; of who may not work there or is not available at all, nobody was thought of, and they are counted apart."""
    people = question.ground.schedule.staff.join(question.ground.timeline.staff, on="staff_id")[
        "person"
    ].n_unique()
    near = question.offers.reach.group_by("unit_id").agg(near=pl.col("person").n_unique())
    considered = question.judged.considered
    known = considered.join(orders.select("order"), on="order", how="semi")
    there = (
        known.join(question.orders.select("order", "unit_id"), on="order")
        .join(question.offers.reach.select("person", "unit_id"), on=["person", "unit_id"], how="semi")
        .group_by("order")
        .agg(there=pl.col("person").n_unique())
    )
    strange = NOT_INTRODUCED if "introductions" in question.ground.schedule.given else ELSEWHERE
    counted = (
        orders.select("order", "unit_id")
        .join(near, on="unit_id", how="left")
        .join(there, on="order", how="left")
        .with_columns(pl.col("near", "there").fill_null(0))
    )
    unseen = pl.concat(
        [
            counted.select("order", code=pl.lit(strange), people=people - pl.col("near").cast(pl.Int64)),
            counted.select(
                "order", code=pl.lit(UNAVAILABLE), people=pl.col("near").cast(pl.Int64) - pl.col("there")
            ),
        ]
    )
    seen = (
        failed.filter(pl.col("code") != NOT_INTRODUCED)
        .group_by("order", "code")
        .agg(people=pl.col("person").n_unique().cast(pl.Int64))
    )
    return (
        pl.concat([unseen, seen.select(unseen.columns)])
        .group_by("order", "code")
        .agg(pl.col("people").sum())
        .filter(pl.col("people") > 0)
        .join(orders.select("order", "order_id"), on="order")
        .sort("order_id", "people", "code", descending=[False, True, False])
        .select(pl.col(name).cast(dtype) for name, dtype in REASONS.items())
    )


def _nearest(question: Problem, orders: pl.DataFrame, failed: pl.DataFrame) -> pl.DataFrame:
    """Return who fails least: few conditions, by little; who merely takes another order comes after them."""
    people = failed.group_by("order", "staff").agg(
        pl.col("code").unique().sort().alias("codes"),
        shortfall=pl.col("missed").max(),
        unit=pl.col("unit").drop_nulls().first(),
        elsewhere=(pl.col("code") == TAKEN).any(),
    )
    return (
        people.filter(pl.col("codes").list.len() <= MOST_MISSED)
        .sort("order", pl.col("codes").list.len(), "elsewhere", "shortfall", "staff", nulls_last=True)
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("order"))
        .filter(pl.col("rank") <= NEARBY)
        .join(orders.select("order", "order_id"), on="order")
        .join(question.ground.timeline.staff.select("staff", "staff_id"), on="staff")
        .sort("order_id", "rank")
        .select(pl.col(name).cast(dtype) for name, dtype in NEAREST.items())
    )
