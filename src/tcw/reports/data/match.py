"""The plan for programs."""

import json
from typing import Any, BinaryIO

import polars as pl

from tcw.matching.orders import LOWEST
from tcw.matching.plan import Plan

LOCAL = "%Y-%m-%dT%H:%M:%S"


def write_match_json(out: BinaryIO, plan: Plan) -> None:
    """Write the plan as UTF-8: status, assignments, requests, unfilled, wishes, compare.

    Frames are as `tcw.matching.plan` says, times ISO 8601 local; `unfilled` has `reasons`, `nearest` and `relaxations` of each order inside it; `compare`
    is mode -> orders filled.
    """
    facts = {
        "status": plan.status,
        "assignments": _rows(plan.assignments),
        "requests": _rows(plan.requests),
        "unfilled": _unfilled(plan),
        # Orders without a priority are the last class, and it has no number.
        "wishes": _rows(plan.wishes.with_columns(part=pl.when(pl.col("part") != LOWEST).then("part"))),
        "compare": dict(zip(plan.compare["mode"], plan.compare["filled"], strict=True)),
    }
    parts = (f'"{name}":{_text(fact)}' for name, fact in facts.items())
    out.write(("{" + ",\n".join(parts) + "}\n").encode())


def _text(fact: object) -> str:
    return json.dumps(fact, ensure_ascii=False, allow_nan=False)


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
