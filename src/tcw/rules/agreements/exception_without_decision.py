"""Somebody is linked to an agreement that lets rules be ignored, on days that no decision covers.

The agreement names rules to ignore (`ignores`), but no decision, or one that was not valid on all of the
link's days. On those days it waives nothing: breaches count as anybody's. One finding for each link.

Measured and limit: the days of the link inside the export's period that a decision covers, and all of them.
Not judged: links of which no day lies inside the period.
"""

from datetime import date

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.engine.terms import Terms
from tcw.rules.measures.validity import links, why
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY

EARLIEST, LATEST = date.min, date.max
DECISIONS_SCHEMA = pl.Schema(
    {
        "position": pl.Int64(),  # of the agreement
        "named": pl.Boolean(),  # there is a decision
        "decided_from": pl.Date(),
        "decided_to": pl.Date(),
    }
)


def judge(context: Context) -> Judgement:
    """Return a finding for each link to an agreement that ignores rules, with days no decision covers."""
    decisions = _decisions(context.in_force.terms)
    rows = links(context).join(decisions, on="position", how="inner")
    first, last = pl.select(
        first=(context.local(pl.lit(context.first)) // US_PER_DAY).cast(pl.Int32).cast(pl.Date),
        # The horizon's last day is the one before the midnight it may end at.
        last=((context.local(pl.lit(context.after)) - 1) // US_PER_DAY).cast(pl.Int32).cast(pl.Date),
    ).row(0)
    begin = pl.max_horizontal(pl.col("valid_from").fill_null(EARLIEST), pl.lit(first))
    end = pl.min_horizontal(pl.col("valid_to").fill_null(LATEST), pl.lit(last))
    inside = rows.with_columns(begin=begin, end=end).filter(pl.col("begin") <= pl.col("end"))
    covered = _days(pl.max_horizontal("begin", "decided_from"), pl.min_horizontal("end", "decided_to"))
    uncovered = inside.with_columns(
        covered=pl.when("named").then(covered).otherwise(0), all=_days(pl.col("begin"), pl.col("end"))
    ).filter(pl.col("covered") < pl.col("all"))
    return Judgement(
        uncovered.select(
            "staff_id",
            "from",
            "to",
            "agreement",
            measured=pl.col("covered").cast(pl.Float64),
            limit=pl.col("all").cast(pl.Float64),
            subject="agreement",
        ),
        judged=inside.height,
        not_judged=rows.height - inside.height,
        why=why(context),
    )


def _decisions(terms: tuple[Terms, ...]) -> pl.DataFrame:
    """Return the decisions of every agreement that ignores rules (DECISIONS_SCHEMA)."""
    rows = [
        (position, term.decision is not None, term.decision_from or EARLIEST, term.decision_to or LATEST)
        for position, term in enumerate(terms)
        if term.ignores
    ]
    return pl.DataFrame(rows, schema=DECISIONS_SCHEMA, orient="row")


def _days(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """Return the number of days (Int64) from one to another, both included."""
    return ((last - first).dt.total_days() + 1).clip(lower_bound=0)


RULE = Rule(
    code="AG04",
    name="exception-without-decision",
    label=Phrase("rule.AG04", "Exception without decision"),
    message=Phrase(
        "rule.AG04.message",
        "is linked to {subject}, which lets rules be ignored; a decision covers {measured} of {limit}",
    ),
    source="Agreement sense",
    judge=judge,
    unit="days",
    scope="settings",
    needs=("agreement_links",),
    timeless=True,
)
