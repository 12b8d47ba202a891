"""A booking has a time that can hardly be right.

- Working time in one booking that lasts longer than 24 hours. It counts in all other rules, as it stands.
- A booking, of any kind, that ends at or before its start, or lies more than five years from the middle of
  all bookings: a slip in a date. It is left out of all other rules, and of the period that is judged.

`from` and `to` are the booking's. Measured is its length in hours, below or at 0 for one that ends at or
before its start.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing, with_midnights
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.kinds import working

LONGEST = 24
COLUMNS = ("row", "person", "staff", "unit", "planned", "from", "to", "measured")


def judge(context: Context) -> Judgement:
    """Return a finding for each booking that is too long, backwards, empty, or years away."""
    length = pl.col("end") - pl.col("start")
    long = context.work.filter(length > LONGEST * US_PER_HOUR)
    timed = [
        bookings.with_columns(
            pl.col("start").alias("from"), pl.col("end").alias("to"), measured=length / US_PER_HOUR
        )
        for bookings in (long, context.implausible)
    ]
    many_hours = with_midnights(
        context, context.by_hours.lazy().filter(working(), pl.col("net") > LONGEST * US_PER_HOUR)
    ).with_columns(measured=pl.col("net") / US_PER_HOUR)
    implausible = pl.concat([bookings.select(COLUMNS) for bookings in (*timed, many_hours.collect())])
    return failing(
        implausible,
        judged=context.bookings.height + context.implausible.height + context.by_hours.height,
        measured=pl.col("measured"),
        limit=pl.when(pl.col("measured") > 0).then(float(LONGEST)).otherwise(0.0),
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
