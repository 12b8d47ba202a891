"""Scenarios for programs: JSON, and the outcomes as rows for CSV."""

import json
from typing import BinaryIO

import polars as pl

from tcw.matching.scenarios.whatif import WhatIf


def write_whatif_json(out: BinaryIO, found: WhatIf) -> None:
    """Write `{"outcomes": […], "plans": n}` as UTF-8; each outcome has its `effects`, `wishes` and `opened` inside.

    Columns are those of `tcw.matching.scenarios.whatif.WhatIf`, codes not words.
    """
    rows = [
        {
            **one,
            "effects": _of(found.effects, one).drop("role", "scenario").to_dicts()
            if one["role"] == "scenario"
            else found.effects.filter(pl.col("role") == one["role"]).drop("role", "measure").to_dicts(),
            "wishes": _of(found.costs, one).drop("role", "scenario").to_dicts(),
            "opened": _of(found.opened, one)["order_id"].to_list(),
        }
        for one in found.outcomes.to_dicts()
    ]
    out.write(
        (
            json.dumps({"outcomes": rows, "plans": found.plans}, ensure_ascii=False, allow_nan=False) + "\n"
        ).encode()
    )


def _of(frame: pl.DataFrame, one: dict[str, object]) -> pl.DataFrame:
    return frame.filter(
        pl.col("role") == one["role"], pl.col("scenario").eq_missing(pl.lit(one["scenario"], dtype=pl.String))
    )


def outcome_rows(found: WhatIf) -> pl.DataFrame:
    """Return the outcomes without lists, for CSV: `measures` separated by blanks."""
    return found.outcomes.with_columns(pl.col("measures").list.join(" "))
