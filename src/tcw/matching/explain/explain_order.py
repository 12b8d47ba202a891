"""One order: what it asks, who takes it or why nobody does, who else could have."""

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from tcw.matching.explain.unfilled import SPARE, TAKES_ANOTHER, counted, employed_on
from tcw.matching.orders import EPOCH, VACANT
from tcw.matching.plan import NEAREST, REASONS, RELAXATIONS, Plan
from tcw.matching.problem import Problem
from tcw.matching.solve import described_pairs
from tcw.worktime.clock import US_PER_DAY, physical

State = Literal["filled", "unfilled", "not-vacant"]
Reason = Literal["staffed", "stopped", "started", "backwards", "other-unit", "too-early", "too-late"]
CANDIDATES: Final = pl.Schema(
    {
        "staff_id": pl.String(),
        "chosen": pl.Boolean(),
        "instead": pl.String(),
        "availability": pl.String(),
        "employment": pl.String(),
        "tier": pl.String(),
        "continuity": pl.Int32(),
        "interested": pl.Boolean(),
        "mode": pl.String(),
        "assistant": pl.String(),
    }
)


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """What is known of an order.

    `order`: its row of the orders table. `state`, `reason`: whether it was to be filled; why not, where it
    was not. `employed`: people employed on its first day. `reasons`, `nearest`, `relaxations`: as in
    `tcw.matching.plan`; in `reasons`, taken and not-chosen are those who hold, so that everybody employed but
    the one chosen fails something. `candidates`: CANDIDATES: who holds on their own; `instead`: the orders
    they take, separated by blanks.
    """

    order: pl.DataFrame
    state: State
    reason: Reason | None
    employed: int
    reasons: pl.DataFrame
    nearest: pl.DataFrame
    relaxations: pl.DataFrame
    candidates: pl.DataFrame


def not_vacant(question: Problem, order_id: str) -> OrderAnswer | None:
    """Return what is known of an order that is not to be filled; None where it is. Needs no plan.

    Raises:
        LookupError: the source has no such order.
    """
    row = _row(question, order_id)
    if (question.orders["order_id"] == order_id).any():
        return None
    frames = (pl.DataFrame(schema=schema) for schema in (REASONS, NEAREST, RELAXATIONS, CANDIDATES))
    return OrderAnswer(row, "not-vacant", why_not_vacant(question, row), 0, *frames)


def _row(question: Problem, order_id: str) -> pl.DataFrame:
    row = question.prepared.schedule.tables["orders"].filter(pl.col("order_id") == order_id).tail(1)
    if row.is_empty():
        raise LookupError(order_id)
    return row


def explain_order(question: Problem, plan: Plan, order_id: str) -> OrderAnswer:
    """Explain one order of the source.

    Raises:
        LookupError: the source has no such order.
    """
    unasked = not_vacant(question, order_id)
    if unasked is not None:
        return unasked
    row = _row(question, order_id)
    order = question.orders.filter(pl.col("order_id") == order_id)
    candidates = _candidates(question, plan, order_id)
    chosen = candidates.filter("chosen").height > 0
    held = (
        question.pairs.join(order.select("order"), on="order", how="semi")
        .join(question.prepared.timeline.staff.select("staff", "staff_id"), on="staff")
        .join(candidates.select("staff_id", "chosen", "instead"), on="staff_id")
        .filter(~pl.col("chosen"))
        .with_columns(
            code=pl.when(pl.col("instead") == "").then(pl.lit(SPARE)).otherwise(pl.lit(TAKES_ANOTHER))
        )
    )
    reasons, nearest = counted(question, order, held)
    return OrderAnswer(
        row,
        "filled" if chosen else "unfilled",
        None,
        employed_on(question, int(order["day"][0])),
        reasons,
        nearest,
        plan.relaxations.filter(pl.col("order_id") == order_id),
        candidates,
    )


def why_not_vacant(question: Problem, row: pl.DataFrame) -> Reason:
    """Return why an order (one row of the orders table) is not among those to fill.

    The first reason that holds.
    """
    selection = question.selection
    day = row.select((physical(pl.col("start")) // US_PER_DAY).cast(pl.Int32)).item()
    status = row["status"][0] or VACANT[0]
    reasons: tuple[tuple[bool, Reason], ...] = (
        (status == "booked", "staffed"),
        (status not in VACANT, "stopped"),
        (row["end"][0] <= row["start"][0], "backwards"),
        (day < (selection.as_of - EPOCH).days, "started"),
        (bool(selection.units) and row["unit_id"][0] not in selection.units, "other-unit"),
        (selection.first_day is not None and day < (selection.first_day - EPOCH).days, "too-early"),
    )
    return next((reason for holds, reason in reasons if holds), "too-late")


def _candidates(question: Problem, plan: Plan, order_id: str) -> pl.DataFrame:
    elsewhere = (
        plan.assignments.filter(pl.col("order_id") != order_id)
        .join(question.prepared.timeline.staff.select("staff_id", "person"), on="staff_id")
        .group_by("person")
        .agg(instead=pl.col("order_id").sort().str.join(" "))
    )
    chosen = plan.assignments.filter(pl.col("order_id") == order_id).select(
        "staff_id", chosen=pl.lit(value=True)
    )
    return (
        described_pairs(question)
        .filter(pl.col("order_id") == order_id)
        .join(elsewhere, on="person", how="left")
        .join(chosen, on="staff_id", how="left")
        .with_columns(pl.col("chosen").fill_null(value=False), pl.col("instead").fill_null(""))
        .sort("chosen", "class", "staff_id", descending=[True, False, False])
        .select(pl.col(name).cast(dtype) for name, dtype in CANDIDATES.items())
    )
