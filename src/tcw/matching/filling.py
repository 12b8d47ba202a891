"""How much of what was asked for the plan fills, by unit and by day."""

from typing import Literal

import polars as pl

from tcw.matching.plan import Plan

Grain = Literal["unit", "day"]


def filling(plan: Plan, grain: Grain) -> pl.DataFrame:
    """Return how many orders are filled.

    Returns:
        `unit_id` (String) or `day` (Date: the local day an order starts), `orders`, `filled`, `requested` (UInt32: filled by request, counted
        in filled), `unfilled` (UInt32), `hours` (Float64: of filled orders, break taken off), `rate` (Float64: filled of orders), by unit or
        day.
    """
    key = "unit_id" if grain == "unit" else "day"
    names = ["unit_id", "start", "hours", "request", "filled"]
    taken = plan.assignments.select(
        "unit_id", "start", "hours", filled=pl.lit(value=True), request=pl.col("mode") == "request"
    ).select(names)
    left = plan.unfilled.select(
        "unit_id", "start", hours=pl.lit(0.0), filled=pl.lit(value=False), request=pl.lit(value=False)
    ).select(names)
    return (
        pl.concat([taken, left])
        .with_columns(day=pl.col("start").dt.date())
        .group_by(key)
        .agg(
            orders=pl.len(),
            filled=pl.col("filled").sum(),
            requested=pl.col("request").sum(),
            unfilled=(~pl.col("filled")).sum(),
            hours=pl.col("hours").sum(),
            rate=pl.col("filled").mean(),
        )
        .sort(key)
    )
