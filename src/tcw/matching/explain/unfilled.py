"""Why orders stay unfilled: how many people fail each condition, and who misses least."""

from typing import Final

import polars as pl

from tcw.matching.candidates import FORESEEN, NOT_INTRODUCED, UNAVAILABLE
from tcw.matching.plan import NEAREST, REASONS, UNFILLED
from tcw.matching.problem import Problem
from tcw.matching.rules_oracle import RULES_FOR_PEOPLE, errors

TAKES_ANOTHER: Final = "taken"
SPARE: Final = "not-chosen"
"""Could take a filled order, and takes none that would hinder it: the plan has somebody better for it."""
ELSEWHERE: Final = "other-area"
NEARBY: Final = 5
MOST_MISSED: Final = 2
FAR: Final = 1 << 20
"""Days beyond all employments."""
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
    return unfilled, *counted(question, orders, held.with_columns(code=pl.lit(TAKES_ANOTHER)))


def counted(
    question: Problem, orders: pl.DataFrame, holding: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `reasons` and `nearest` of some orders.

    `holding`: `order`, `person`, `staff`, `code` of who holds and does not take them.
    """
    holding_rows = holding.select(
        *("order", "person", "staff", "code"),
        missed=pl.lit(None, dtype=pl.Float64),
        unit=pl.lit(None, dtype=pl.String),
    )
    every = pl.concat([failures(question, orders.select("order")), holding_rows])
    return _reasons(question, orders, every), _nearest(question, orders, every)


def failures(question: Problem, orders: pl.DataFrame) -> pl.DataFrame:
    """Return FAILED: each condition that a pair of these orders fails, of those who were thought of.

    `missed`: by how much, in `unit` (h, days or count), where a rule measured it.
    """
    considered = question.candidates.considered.join(orders, on="order", how="semi")
    foreseen = (
        considered.unpivot(
            FORESEEN, index=["order", "person", "staff"], variable_name="code", value_name="fails"
        )
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
        errors(question.candidates.verdict.findings)
        .select(shape="group", code="code", missed=(pl.col("measured") - pl.col("limit")).abs())
        .group_by("shape", "code")
        .agg(pl.col("missed").max())
        .join(units, on="code", how="left")
    )
    candidates = (
        question.candidates.shapes.join(orders, on="order", how="semi")
        .join(considered.select("order", "staff", "person"), on=["order", "staff"])
        .join(by_rule, on="shape")
        .select(FAILED)
    )
    return pl.concat([foreseen.select(FAILED), candidates])


def _reasons(question: Problem, orders: pl.DataFrame, failed: pl.DataFrame) -> pl.DataFrame:
    """Count people employed that day by condition, and who was thought of and is not employed (BK03).

    Of who may not work there or is not available at all, nobody was thought of, and they are counted apart.
    """
    strange = NOT_INTRODUCED if "introductions" in question.prepared.schedule.given else ELSEWHERE
    counted = _employed(question, orders)
    unseen = pl.concat(
        [
            counted.select("order", code=pl.lit(strange), people="strangers"),
            counted.select("order", code=pl.lit(UNAVAILABLE), people="silent"),
        ]
    )
    employed = (
        _employments(question)
        .join(failed.select("order", "person").unique(), on="person")
        .join(orders.select("order", "day"), on="order")
        .filter(pl.col("first") <= pl.col("day"), pl.col("day") < pl.col("after"))
    )
    # Of whoever is not employed that day, only that is told.
    unemployed = failed.filter(pl.col("code") == "BK03").join(employed, on=["order", "person"], how="anti")
    considered = failed.join(employed, on=["order", "person"], how="semi")
    seen = (
        pl.concat([considered, unemployed])
        .filter(pl.col("code") != NOT_INTRODUCED)
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


def _employed(question: Problem, orders: pl.DataFrame) -> pl.DataFrame:
    """Return `order`, `strangers`, `silent` (Int64), of those employed on the order's first day.

    strangers: may not work at its unit; who was thought of all the same, only where that forbids it. silent:
    may, and were not thought of, since they are not available for any of it.
    """
    spans = _employments(question)
    reach = question.offers.reach.select("person", "unit_id")
    changes = pl.concat(
        [
            spans.with_columns(unit_id=pl.lit("")),
            spans.join(reach, on="person").select(*spans.columns, "unit_id"),
        ]
    )
    # Who has begun less who has ended: a running sum for each unit, and one for all.
    running = (
        pl.concat(
            [
                changes.select("unit_id", day="first", change=1),
                changes.select("unit_id", day="after", change=-1),
            ]
        )
        .group_by("unit_id", "day")
        .agg(pl.col("change").sum().cast(pl.Int64))
        .sort("unit_id", "day")
        .with_columns(count=pl.col("change").cum_sum().over("unit_id"))
        .sort("day")
    )
    by_day = orders.select("order", "unit_id", "day").sort("day")
    counted = by_day.join_asof(
        running.select("unit_id", "day", near="count"), on="day", by="unit_id", check_sortedness=False
    ).join_asof(running.filter(pl.col("unit_id") == "").select("day", people="count"), on="day")
    return (
        counted.join(_thought_of(question, orders, spans), on="order", how="left")
        .with_columns(pl.col("near", "people", "near_considered", "excused").fill_null(0).cast(pl.Int64))
        .select(
            "order",
            strangers=pl.col("people") - pl.col("near") - pl.col("excused"),
            silent=pl.col("near") - pl.col("near_considered"),
        )
        .sort("order")
    )


def employed_on(question: Problem, day: int) -> int:
    """Return how many people are employed on a day (days since 1970)."""
    spans = _employments(question)
    return spans.filter(pl.col("first") <= day, pl.col("after") > day).height


def _employments(question: Problem) -> pl.DataFrame:
    """Return `person`, `first`, `after` (Int32 days) of employments, one person's that touch united."""
    numbers = question.prepared.timeline.staff.select("staff_id", "person")
    rows = (
        question.prepared.schedule.staff.join(numbers, on="staff_id")
        .select(
            "person",
            first=pl.col("valid_from").to_physical().fill_null(-FAR),
            after=pl.col("valid_to").to_physical().fill_null(FAR) + 1,
        )
        .filter(pl.col("first") < pl.col("after"))
        .sort("person", "first", "after")
    )
    reached = pl.col("after").cum_max().over("person").shift().over("person")
    return (
        rows.with_columns(run=(pl.col("first") > reached).fill_null(value=True).cum_sum().over("person"))
        .group_by("person", "run")
        .agg(pl.col("first").min(), pl.col("after").max())
        .select("person", pl.col("first", "after").cast(pl.Int32))
    )


def _thought_of(question: Problem, orders: pl.DataFrame, employed: pl.DataFrame) -> pl.DataFrame:
    """Return `order`, `near_considered`, `excused`: counts of employed people who were considered.

    The former may work at the unit; the latter may not and need not.
    """
    reach = question.offers.reach.select("person", "unit_id", near=pl.lit(value=True))
    known = (
        question.candidates.considered.select("order", "person")
        .unique()
        .join(orders.select("order", "unit_id", "day"), on="order")
        .join(employed, on="person")
        .filter(pl.col("first") <= pl.col("day"), pl.col("day") < pl.col("after"))
        .join(reach, on=["person", "unit_id"], how="left")
    )
    free = "introductions" not in question.prepared.schedule.given
    near = pl.col("near").fill_null(value=False)
    return known.group_by("order").agg(
        near_considered=near.sum(), excused=(~near).sum() if free else pl.lit(0)
    )


def _nearest(question: Problem, orders: pl.DataFrame, failed: pl.DataFrame) -> pl.DataFrame:
    """Return who fails least: few conditions, by little; who merely takes another order comes after them."""
    people = failed.group_by("order", "staff").agg(
        pl.col("code").unique().sort().alias("codes"),
        shortfall=pl.col("missed").max(),
        unit=pl.col("unit").drop_nulls().first(),
        elsewhere=(pl.col("code") == TAKES_ANOTHER).any(),
    )
    return (
        people.filter(pl.col("codes").list.len() <= MOST_MISSED)
        .sort("order", pl.col("codes").list.len(), "elsewhere", "shortfall", "staff", nulls_last=True)
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("order"))
        .filter(pl.col("rank") <= NEARBY)
        .join(orders.select("order", "order_id"), on="order")
        .join(question.prepared.timeline.staff.select("staff", "staff_id"), on="staff")
        .sort("order_id", "rank")
        .select(pl.col(name).cast(dtype) for name, dtype in NEAREST.items())
    )
