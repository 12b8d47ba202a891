"""Somebody is booked on a day on which they are not employed.

A booking, of any kind, touches a local day that no row of its employment number in the staff table covers (valid from, valid to;
an empty cell is open). A night shift on the last day of an employment touches the day after it, and is flagged for that day: the
employment ends at midnight. A booking that ends at midnight does not touch the next day.

Measured: the booking's days outside. Not judged: employment numbers that the staff table does not have.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.booked_days import booked_days, horizon
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.coverage import coverage, days


def judge(context: Context) -> Judgement:
    """Return a finding for each booking on a day outside every row of its employment."""
    every = context.bookings.height + context.by_hours.height
    if "staff" not in context.schedule.given:
        return Judgement(not_judged=every, why="staff")
    numbers = context.employments.select("staff", "staff_id")
    rows = context.schedule.staff.join(numbers, on="staff_id").select(
        pl.col("staff").alias("owner"), *days(pl.col("valid_from"), pl.col("valid_to"))
    )
    employed = coverage(rows, context.timeline.origin)
    known = horizon(context, rows["owner"].unique())
    always = known.filter(employed.holds(known, "owner", "begins", "ends"))
    candidates = booked_days(context, ~pl.col("staff").is_in(always["owner"].implode()))
    described = candidates.join(known, left_on="staff", right_on="owner", how="semi")
    inside = employed.length(described, "staff", "begins", "ends")
    length = pl.col("ends") - pl.col("begins")
    found = described.with_columns(inside=inside).filter(pl.col("inside") < length)
    unknown = candidates.height - described.height
    return Judgement(
        found.select(
            "person",
            "staff",
            "unit",
            "from",
            "to",
            "planned",
            measured=(length - pl.col("inside")) / US_PER_DAY,
            limit=pl.lit(0.0),
            rows=pl.concat_list("row"),
        ),
        judged=every - unknown,
        not_judged=unknown,
        why="staff" if unknown else "",
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
