"""An employment has no employment rate (anställningsgrad), or one outside 0–100 %.

Key figures, overtime and additional time are measured against it. Hourly paid need none. One finding for each
row of the staff table, with its first and last day.

Measured: the rate in percent, empty when it is missing; limit: 100, or 0 for a rate below it.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.validity import period
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase

PERCENT = 100
NOISE = 1e-9


def judge(context: Context) -> Judgement:
    """Return a finding for each row of staff without a sound rate."""
    if "staff" not in context.schedule.given:
        return Judgement(why="staff")
    rate = pl.col("employment_rate")
    paid_by_hour = pl.col("employment_type").eq_missing(pl.lit("hourly"))
    wrong = pl.when(rate.is_null()).then(~paid_by_hour).otherwise(~rate.is_between(-NOISE, 1 + NOISE))
    staff = context.schedule.staff
    return Judgement(
        staff.filter(wrong)
        .select(
            "staff_id",
            *period(),
            measured=rate * PERCENT,
            limit=pl.when(rate < 0).then(0.0).otherwise(float(PERCENT)),
        )
        .unique(maintain_order=True),
        judged=staff.height,
    )


RULE = Rule(
    code="ST07",
    name="employment-rate-missing",
    label=Phrase("rule.ST07", "Employment rate missing or impossible"),
    message=Phrase("rule.ST07.message", "has no employment rate from 0 to 100 % (it is {measured})"),
    source="Anställdrapport 2.1",
    judge=judge,
    severity="warning",
    unit="count",
    direction="either",
    scope="settings",
    needs=("staff",),
    timeless=True,
)
