"""Somebody is booked on a day on which they are not employed.

A booking, of any kind, touches a local day that no row of its employment number in the staff table covers
(valid from, valid to; an empty cell is open). A night shift on the last day of an employment touches the day
after it, and is flagged for that day: the employment ends at midnight. A booking that ends at midnight does
not touch the next day.

Measured: the booking's days outside. Not judged: employment numbers that the staff table does not have.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing
from tcw.rules.measures.validity import covered_days
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY


def judge(context: Context) -> Judgement:
    """Return a finding for each booking on a day outside every row of its employment."""
    every = context.bookings.height + context.by_hours.height
    if "staff" not in context.schedule.given:
        return Judgement(not_judged=every, why="staff")
    rows = context.schedule.staff.join(context.employments.select("staff", "staff_id"), on="staff_id")
    employed, candidates = covered_days(context, rows, "staff")
    described = candidates.join(rows, on="staff", how="semi")
    outside = (
        pl.col("ends") - pl.col("begins") - pl.lit(employed.length(described, "staff", "begins", "ends"))
    )
    unknown = candidates.height - described.height
    return failing(
        described.with_columns(outside=outside).filter(pl.col("outside") > 0),
        judged=every - unknown,
        not_judged=unknown,
        why="staff",
        measured=pl.col("outside") / US_PER_DAY,
        limit=0.0,
    )


RULE = Rule(
    code="BK03",
    name="booked-outside-employment",
    label=Phrase("rule.BK03", "Booked outside employment"),
    message=Phrase("rule.BK03.message", "is booked on {measured} outside the employment"),
    source="Booking sense",
    judge=judge,
    unit="days",
    direction="at_most",
    needs=("staff",),
)
