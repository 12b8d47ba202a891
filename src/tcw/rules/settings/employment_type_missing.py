"""An employment has no employment type (anställningstyp).

Nobody knows whether it is monthly or hourly paid: it is in the key figures of both, and rules for substitutes
(BK07) pass over it. One finding for each row of the staff table, with its first and last day.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.validity import period
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase


def judge(context: Context) -> Judgement:
    """Return a finding for each row of staff without a type."""
    if "staff" not in context.schedule.given:
        return Judgement(why="staff")
    staff = context.schedule.staff
    return Judgement(
        staff.filter(pl.col("employment_type").is_null())
        .select("staff_id", *period(), measured=pl.lit(0.0), limit=pl.lit(1.0))
        .unique(maintain_order=True),
        judged=staff.height,
    )


RULE = Rule(
    code="ST08",
    name="employment-type-missing",
    label=Phrase("rule.ST08", "Employment type missing"),
    message=Phrase("rule.ST08.message", "is neither monthly nor hourly paid"),
    source="Anställdrapport 3.2",
    judge=judge,
    severity="warning",
    unit="count",
    scope="settings",
    needs=("staff",),
    timeless=True,
)
