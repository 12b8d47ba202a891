"""An activity that is valid in the period has no booking.

It may be a relic that makes lists longer, or one that people no longer find because it was renamed.
Activities that are not valid on any day of the export's period (valid from, valid to) are not expected to be
used.

Not judged: sources without bookings.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase


def judge(context: Context) -> Judgement:
    """Return a finding for each valid activity without a booking."""
    schedule, timeline = context.schedule, context.timeline
    first, last = schedule.first_day, schedule.last_day
    if first is None or last is None:
        return Judgement(not_judged=schedule.activities["activity_id"].n_unique(), why="bookings")
    valid = schedule.activities.filter(
        (pl.col("valid_from") <= last).fill_null(value=True),
        (pl.col("valid_to") >= first).fill_null(value=True),
    )
    named = timeline.activities.join(timeline.used(), on="activity", how="semi").select("activity_id")
    idle = valid.select("activity_id").unique().join(named, on="activity_id", how="anti")
    return Judgement(
        idle.select(measured=pl.lit(0.0), limit=pl.lit(1.0), subject="activity_id").sort("subject"),
        judged=valid["activity_id"].n_unique(),
    )


RULE = Rule(
    code="ST06",
    name="activity-never-used",
    label=Phrase("rule.ST06", "Activity never used"),
    message=Phrase("rule.ST06.message", "activity {subject} has no booking in the period"),
    source="Booking sense",
    judge=judge,
    severity="info",
    unit="count",
    scope="settings",
    needs=("activities", "bookings"),
    timeless=True,
)
