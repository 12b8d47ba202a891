"""The plan for programs, and the explanations of an order or of a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import polars as pl

from tcw.matching.orders import LOWEST
from tcw.matching.plan import Plan
from tcw.reports.data.json_object import LOCAL, json_object, json_text
from tcw.reports.tables.explain import conditions, verdict
from tcw.wording import Language

if TYPE_CHECKING:
    from tcw.matching.explain.explain_order import OrderAnswer
    from tcw.matching.explain.explain_pair import PairAnswer


def write_match_json(out: BinaryIO, plan: Plan) -> None:
    """Write the plan as UTF-8: status, assignments, requests, unfilled, wishes, compare.

    Frames are as `tcw.matching.plan` says, times ISO 8601 local; `unfilled` has `reasons`, `nearest` and
    `relaxations` of each order inside it; `compare` is mode -> orders filled.
    """
    # Orders without a priority are the last class, and it has no number.
    wishes = plan.wishes.with_columns(part=pl.when(pl.col("part") != LOWEST).then("part"))
    with json_object(out) as written:
        written.member("status", plan.status)
        written.member("assignments", _rows(plan.assignments))
        written.member("requests", _rows(plan.requests))
        written.member("unfilled", _unfilled(plan))
        written.member("wishes", _rows(wishes))
        written.member("compare", dict(zip(plan.compare["mode"], plan.compare["filled"], strict=True)))


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    moments = [name for name, dtype in frame.schema.items() if dtype == pl.Datetime]
    return frame.with_columns(pl.col(moments).dt.to_string(LOCAL)).to_dicts() if moments else frame.to_dicts()


def _unfilled(plan: Plan) -> list[dict[str, Any]]:
    reasons = plan.reasons.group_by("order_id", maintain_order=True).agg(reasons=pl.struct("code", "people"))
    nearest = plan.nearest.group_by("order_id", maintain_order=True).agg(
        nearest=pl.struct("staff_id", "codes", "shortfall", "unit")
    )
    relaxations = plan.relaxations.group_by("order_id", maintain_order=True).agg(
        relaxations=pl.struct("changes", "people", "staff_ids")
    )
    lists = {"reasons": reasons, "nearest": nearest, "relaxations": relaxations}
    joined = plan.unfilled
    for frame in lists.values():
        joined = joined.join(frame, on="order_id", how="left", maintain_order="left")
    return _rows(
        joined.with_columns(pl.col(name).fill_null(pl.lit([], dtype=joined.schema[name])) for name in lists)
    )


def write_order_json(out: BinaryIO, answer: OrderAnswer) -> None:
    """Write `{"order", "state", "reason", "employed", "reasons", "candidates", "nearest", "relaxations"}`.

    Codes, not words.
    """
    order = answer.order.with_columns(pl.col(pl.Datetime).dt.to_string(LOCAL)).row(0, named=True)
    facts = {
        "order": order,
        "state": answer.state,
        "reason": answer.reason,
        "employed": answer.employed,
        "reasons": answer.reasons.drop("order_id").to_dicts(),
        "candidates": answer.candidates.to_dicts(),
        "nearest": answer.nearest.drop("order_id").to_dicts(),
        "relaxations": answer.relaxations.drop("order_id").to_dicts(),
    }
    out.write(f"{json_text(facts)}\n".encode())


def write_pair_json(out: BinaryIO, answer: PairAnswer, lang: Language) -> None:
    """Write `{"order_id", "staff_id", "chosen", "instead", "conditions", "findings", "forced", "verdict"}`.

    Evidence and verdict in words.
    """
    facts = {
        "order_id": answer.order["order_id"][0],
        "staff_id": answer.staff_id,
        "chosen": answer.chosen,
        "instead": list(answer.instead),
        "conditions": conditions(answer, lang),
        "findings": answer.findings.with_columns(pl.col("from", "to").dt.to_string(LOCAL)).to_dicts(),
        "forced": answer.forced.to_dicts(),
        "verdict": verdict(answer, lang),
    }
    out.write(f"{json_text(facts)}\n".encode())
