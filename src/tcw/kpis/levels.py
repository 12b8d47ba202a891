"""Warning levels (varningsnivåer): which figures of which employee-weeks are to be shown in red."""

from collections.abc import Mapping

import polars as pl

from tcw.kpis.employment import Employments
from tcw.kpis.result import Level
from tcw.kpis.weekly import described
from tcw.parts.spill import Order
from tcw.worktime.weeks import labels

NOISE = 1e-9
"""Figures are quotients of sums: 95 % may come out a hair under 0.95, and must not be red for it."""
COLUMNS = pl.Schema(
    {
        "staff_id": pl.String,
        "name": pl.String,
        "week": pl.String,
        "figure": pl.String,
        "value": pl.Float64,
        "level": pl.Float64,
        "side": pl.String,
    }
)
DISTANCE = (pl.col("value") - pl.col("level")).abs()
WORST_FIRST = Order(DISTANCE, "staff_id", "week", "figure", descending=[True, False, False, False])


def warnings_of(
    weeks: pl.LazyFrame, levels: Mapping[str, Level], who: Employments, period: tuple[int, int]
) -> pl.DataFrame:
    """Return the employee-weeks beyond a level, worst first.

    `weeks` has `code`, `number`, `row` and the figures of every employee-week. Returns `staff_id`, `name`,
    `week`, `figure` (String), `value`, `level` (Float64) and `side` ("below" | "above"). Worst is furthest
    from its level, in percentage points. Source: Anställdrapport 3.1.
    """
    found = [
        weeks.lazy()
        .filter(pl.col(code) < limit - NOISE if side == "below" else pl.col(code) > limit + NOISE)
        .select(
            "code",
            "number",
            "row",
            figure=pl.lit(code),
            value=pl.col(code),
            level=pl.lit(limit, dtype=pl.Float64),
            side=pl.lit(side),
        )
        for code, level in levels.items()
        for side, limit in (("below", level.below), ("above", level.above))
        if limit is not None
    ]
    if not found:
        return pl.DataFrame(schema=COLUMNS)
    named = described(pl.concat(found).collect(), who).join(labels(*period), on="number", how="left")
    return WORST_FIRST.sorted(named.select(*COLUMNS))
