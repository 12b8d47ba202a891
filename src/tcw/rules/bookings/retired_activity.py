"""A booking is on an activity that is not valid on the day it begins.

The activity's rows in the activities table (valid from, valid to; an empty cell is open) do not cover the booking's first local
day: it has been replaced, or is not in use yet, and its hours may be paid or billed wrongly. Any kind of booking, absence too.

Not judged: activities that the activities table does not have.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.booked_days import booked_days, horizon
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.coverage import coverage, days


def judge(context: Context) -> Judgement:
    """Return a finding for each booking that begins on a day without a valid row of its activity."""
    every = context.bookings.height + context.by_hours.height
    if "activities" not in context.schedule.given:
        return Judgement(not_judged=every, why="activities")
    numbers = context.timeline.activities.select("activity", "activity_id")
    rows = context.schedule.activities.join(numbers, on="activity_id").select(
        pl.col("activity").alias("owner"), *days(pl.col("valid_from"), pl.col("valid_to"))
    )
    valid = coverage(rows, context.timeline.origin)
    known = horizon(context, rows["owner"].unique())
    always = known.filter(valid.holds(known, "owner", "begins", "ends"))
    candidates = booked_days(context, ~pl.col("activity").is_in(always["owner"].implode())).with_columns(
        ends=pl.col("begins") + US_PER_DAY
    )
    described = candidates.join(known, left_on="activity", right_on="owner", how="semi")
    found = described.filter(~valid.holds(described, "activity", "begins", "ends")).join(
        numbers, on="activity", how="left", maintain_order="left"
    )
    unknown = candidates.height - described.height
    return Judgement(
        found.select(
            "person",
            "staff",
            "unit",
            "from",
            "to",
            "planned",
            measured=pl.lit(0.0),
            limit=pl.lit(1.0),
            rows=pl.concat_list("row"),
            subject="activity_id",
        ),
        judged=every - unknown,
        not_judged=unknown,
        why="activities" if unknown else "",
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
