"""Somebody is booked on work that requires a competence they hold, but not then.

As BK04, for competences of which the person has a row: its days (valid from, valid to; an empty cell is open) do not cover
every local day that the booking touches. Rows that follow each other count together. A booking that ends at midnight does not
touch the next day.

Measured and limit: the booking's days covered, and all of them.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.requirements import held, required
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.coverage import coverage, days


def judge(context: Context) -> Judgement:
    """Return a finding for each booking and competence that is held, but not on all of its days."""
    wanted = context.once(required)
    if "competences" not in context.schedule.given:
        return Judgement(not_judged=wanted.height, why="competences")
    rows = context.once(held)
    pairs = rows.select("person", "held").unique(maintain_order=True).with_row_index("pair")
    mine = wanted.join(pairs, on=["person", "held"])
    valid = coverage(
        rows.join(pairs, on=["person", "held"]).select(
            pl.col("pair").alias("owner"), *days(pl.col("valid_from"), pl.col("valid_to"))
        ),
        context.timeline.origin,
    )
    length = pl.col("ends") - pl.col("begins")
    lapsed = mine.with_columns(inside=valid.length(mine, "pair", "begins", "ends")).filter(
        pl.col("inside") < length
    )
    return Judgement(
        lapsed.select(
            "person",
            "staff",
            "unit",
            "from",
            "to",
            "planned",
            measured=pl.col("inside") / US_PER_DAY,
            limit=length / US_PER_DAY,
            rows=pl.concat_list("row"),
            subject="competence",
        ),
        judged=mine.height,
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
