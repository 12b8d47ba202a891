"""Somebody works on a day on which no agreement is linked to them.

Where the source has agreement links, everybody is expected to have one. Without one, the default agreement
(`rules: agreement` in tcw.yaml; the Act, unless said) is what the other rules go by, and that may be the
wrong one: limits too strict, or too mild.

One finding for each person and local day on which a booking of working time begins. A person is linked when
any of their employments is. A link to an agreement that tcw.yaml does not describe is a link; that it is not
described is told in a note.

Not judged: sources without agreement links.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.validity import covered_days
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.kinds import working


def judge(context: Context) -> Judgement:
    """Return a finding for each person and day with work and without a link."""
    every = context.work.height + context.by_hours.filter(working()).height
    if "agreement_links" not in context.schedule.given:
        return Judgement(not_judged=every, why="agreement_links")
    links = context.tables["agreement_links"].join(context.employments, on="staff_id")
    linked, candidates = covered_days(context, links, "person", working())
    first_day = candidates.with_columns(ends=pl.col("begins") + US_PER_DAY)
    unlinked = first_day.filter(~linked.holds(first_day, "person", "begins", "ends"))
    by_day = (
        unlinked.sort("person", "begins", "from", "to", "staff", "unit", "row")
        .group_by("person", "begins", maintain_order=True)
        .agg(pl.col("staff", "unit").first(), pl.col("planned").any(), rows="row")
    )
    day = pl.col("begins") // US_PER_DAY
    return Judgement(
        by_day.select(
            *("person", "staff", "unit", "planned", "rows"),
            context.midnight(day).alias("from"),
            context.midnight(day + 1).alias("to"),
            measured=pl.lit(0.0),
            limit=pl.lit(1.0),
        ),
        judged=every,
    )


RULE = Rule(
    code="AG01",
    name="no-agreement",
    label=Phrase("rule.AG01", "No agreement"),
    message=Phrase(
        "rule.AG01.message", "works without a linked agreement; the limits are those of {agreement}"
    ),
    source="Agreement sense",
    judge=judge,
    severity="warning",
    unit="count",
    settings=("agreement",),
    needs=("agreement_links",),
)
