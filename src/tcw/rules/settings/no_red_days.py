"""There are public holidays on working days of the period, but no red day is in force.

Every week then counts as a full normal week: booking rates of weeks with holidays come out too low, and where
red days shorten the ordinary hours of a week (`red_days_reduce`), too much ordinary time goes unnoticed. It
is so when `red_days: source` in tcw.yaml is none, or when the red days export has no day of the period and
tcw.yaml none of its own.

Measured: 0 red days; limit: the Swedish public holidays on working days (`red_days: working_days`) of the
period. Not judged: sources without bookings.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.red_days import red_days_in_force, swedish_red_days


def judge(context: Context) -> Judgement:
    """Return a finding when the period has holidays and no red days."""
    first, last = context.schedule.first_day, context.schedule.last_day
    if first is None or last is None:
        return Judgement(not_judged=1, why="bookings")
    working = sorted(context.schedule.config.red_days.iso_weekdays)
    public = swedish_red_days(first, last, {}).filter(pl.col("date").dt.weekday().is_in(working))
    in_force, _ = red_days_in_force(context.schedule, first, last)
    if public.is_empty() or in_force.height:
        return Judgement(judged=1)
    return Judgement(
        pl.DataFrame({"measured": [0.0], "limit": [float(public.height)], "subject": ["red_days"]}), judged=1
    )


RULE = Rule(
    code="ST03",
    name="no-red-days",
    label=Phrase("rule.ST03", "No red days in the period"),
    message=Phrase(
        "rule.ST03.message",
        "the period has {limit} public holidays on working days, and no red day: every week is a full one",
    ),
    source="Anställdrapport 3.1",
    judge=judge,
    severity="warning",
    unit="count",
    scope="settings",
    needs=("bookings",),
    timeless=True,
)
