"""A booking is on an activity that is not valid on the day it begins.

The activity's rows in the activities table (valid from, valid to; an empty cell is open) do not cover the
booking's first local day: it has been replaced, or is not in use yet, and its hours may be paid or billed
wrongly. Any kind of booking, absence too.

Not judged: activities that the activities table does not have.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing
from tcw.rules.measures.validity import covered_days
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY


def judge(context: Context) -> Judgement:
    """Return a finding for each booking that begins on a day without a valid row of its activity."""
    every = context.bookings.height + context.by_hours.height
    if "activities" not in context.schedule.given:
        return Judgement(not_judged=every, why="activities")
    numbers = context.timeline.activities.select("activity", "activity_id")
    rows = context.schedule.activities.join(numbers, on="activity_id")
    valid, candidates = covered_days(context, rows, "activity")
    described = candidates.join(rows, on="activity", how="semi").with_columns(
        ends=pl.col("begins") + US_PER_DAY
    )
    retired = described.filter(~valid.holds(described, "activity", "begins", "ends"))
    unknown = candidates.height - described.height
    return failing(
        retired.join(numbers, on="activity", how="left", maintain_order="left"),
        judged=every - unknown,
        not_judged=unknown,
        why="activities",
        subject="activity_id",
    )


RULE = Rule(
    code="BK09",
    name="retired-activity",
    label=Phrase("rule.BK09", "Activity not valid"),
    message=Phrase("rule.BK09.message", "is booked on {subject}, which is not valid that day"),
    source="Booking sense",
    judge=judge,
    severity="warning",
    unit="count",
    needs=("activities",),
)
