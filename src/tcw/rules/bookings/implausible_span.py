"""A booking has a time that can hardly be right.

- Working time in one booking that lasts longer than 24 hours. It counts in all other rules, as it stands.
- A booking, of any kind, that ends at or before its start, or lies more than five years from the middle of all bookings: a slip in
  a date. It is left out of all other rules, and of the period that is judged.

`from` and `to` are the booking's. Measured is its length in hours, below or at 0 for one that ends at or before its start.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.booked_days import working
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR

LONGEST = 24


def judge(context: Context) -> Judgement:
    """Return a finding for each booking that is too long, backwards, empty, or years away."""
    columns = ["row", "person", "staff", "unit", "start", "end", "planned"]
    length = pl.col("end") - pl.col("start")
    day = pl.col("day").cast(pl.Int64)
    long = context.work.filter(length > LONGEST * US_PER_HOUR).select(columns)
    many_hours = (
        context.by_hours.filter(working(), pl.col("net") > LONGEST * US_PER_HOUR)
        .with_columns(start=context.midnight(day), end=context.midnight(day + 1))
        .select(*columns, hours=pl.col("net") / US_PER_HOUR)
    )
    found = pl.concat([long, context.implausible.select(columns), many_hours], how="diagonal")
    measured = pl.coalesce("hours", length / US_PER_HOUR)
    return Judgement(
        found.select(
            "person",
            "staff",
            "unit",
            pl.col("start").alias("from"),
            pl.col("end").alias("to"),
            "planned",
            measured=measured,
            limit=pl.when(measured > 0).then(float(LONGEST)).otherwise(0.0),
            rows=pl.concat_list("row"),
        ),
        judged=context.bookings.height + context.implausible.height + context.by_hours.height,
    )


RULE = Rule(
    code="BK10",
    name="implausible-span",
    label=Phrase("rule.BK10", "Implausible time"),
    message=Phrase(
        "rule.BK10.message",
        "is booked for {measured}: longer than {limit}, backwards, or years from all else",
    ),
    source="Booking sense",
    judge=judge,
    direction="either",
    unit="h",
)
