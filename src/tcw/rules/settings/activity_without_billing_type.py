"""An activity has no billing type (debiteringstyp).

Its hours are in no key figure, and nobody notices. Activities that are breaks, or no time at all, need none.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase


def judge(context: Context) -> Judgement:
    """Return a finding for each activity without a billing type."""
    activities = context.schedule.activities.filter(
        pl.col("time_kind").is_in(["break", "none"]).fill_null(value=False).not_()
    )
    bare = activities.filter(pl.col("billing").is_null()).select(
        subject="activity_id", measured=pl.lit(0.0), limit=pl.lit(1.0)
    )
    return Judgement(bare.unique().sort("subject"), judged=activities.height)


RULE = Rule(
    code="ST01",
    name="activity-without-billing-type",
    label=Phrase("rule.ST01", "Activity without billing type"),
    message=Phrase(
        "rule.ST01.message", "activity {subject} has no billing type: its hours are in no key figure"
    ),
    source="Anställdrapport 3.3",
    judge=judge,
    severity="warning",
    unit="count",
    scope="settings",
    needs=("activities",),
    timeless=True,
)
