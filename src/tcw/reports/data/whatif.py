"""Scenarios for programs: JSON, and the outcomes as rows for CSV."""

from typing import BinaryIO

import polars as pl

from tcw.matching.scenarios.whatif import WhatIf
from tcw.reports.data.json_object import json_text


def write_whatif_json(out: BinaryIO, result: WhatIf) -> None:
    """Write `{"outcomes": […], "plans": n}` as UTF-8.

    Each outcome has its `effects`, `wishes` and `opened` inside.

    Columns are those of `tcw.matching.scenarios.whatif.WhatIf`, codes not words.
    """
    rows = [
        {
            **outcome,
            "effects": _of(result.effects, outcome).drop("role", "scenario").to_dicts()
            if outcome["role"] == "scenario"
            else result.effects.filter(pl.col("role") == outcome["role"]).drop("role", "measure").to_dicts(),
            "wishes": _of(result.costs, outcome).drop("role", "scenario").to_dicts(),
            "opened": _of(result.opened, outcome)["order_id"].to_list(),
        }
        for outcome in result.outcomes.to_dicts()
    ]
    out.write(f"{json_text({'outcomes': rows, 'plans': result.plans})}\n".encode())


def _of(frame: pl.DataFrame, outcome: dict[str, object]) -> pl.DataFrame:
    return frame.filter(
        pl.col("role") == outcome["role"],
        pl.col("scenario").eq_missing(pl.lit(outcome["scenario"], dtype=pl.String)),
    )


def outcome_rows(result: WhatIf) -> pl.DataFrame:
    """Return the outcomes without lists, for CSV: `measures` separated by blanks."""
    return result.outcomes.with_columns(pl.col("measures").list.join(" "))
