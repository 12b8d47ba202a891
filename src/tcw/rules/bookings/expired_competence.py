"""Somebody is booked on work that requires a competence they hold, but not then.

As BK04, for competences of which the person has a row: its days (valid from, valid to; an empty cell is open)
do not cover every local day that the booking touches. Rows that follow each other count together. A booking
that ends at midnight does not touch the next day.

Measured and limit: the booking's days covered, and all of them.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing
from tcw.rules.measures.requirements import holdings, required
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.coverage import coverage_of_days


def judge(context: Context) -> Judgement:
    """Return a finding for each booking and competence that is held, but not on all of its days."""
    needed = context.once(required)
    if "competences" not in context.schedule.given:
        return Judgement(not_judged=needed.height, why="competences")
    rows = context.once(holdings)
    key = ["person", "folded"]
    pairs = rows.select(key).unique(maintain_order=True).with_row_index("pair")
    held = needed.join(pairs, on=key)
    valid = coverage_of_days(rows.join(pairs, on=key), context.timeline.origin, "pair")
    length = pl.col("ends") - pl.col("begins")
    covered = valid.length(held, "pair", "begins", "ends")
    return failing(
        held.with_columns(covered=covered).filter(pl.col("covered") < length),
        judged=held.height,
        measured=pl.col("covered") / US_PER_DAY,
        limit=length / US_PER_DAY,
        subject="competence",
    )


RULE = Rule(
    code="BK05",
    name="expired-competence",
    label=Phrase("rule.BK05", "Expired competence"),
    message=Phrase("rule.BK05.message", "holds {subject} on {measured} of the booking's {limit}"),
    source="Booking sense",
    judge=judge,
    unit="days",
    settings=("competences",),
    needs=("competences",),
)
