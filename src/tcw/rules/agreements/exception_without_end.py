"""Somebody is linked without an end date to an agreement that lets rules be ignored.

An exception from working-time law is for a time: a crisis, a season. A link without an end goes on when the
reason for it is long gone, and nobody notices that the person's breaches are waived. One finding for each
such link.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.validity import links, why
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase


def judge(context: Context) -> Judgement:
    """Return a finding for each link without an end to an agreement that ignores rules."""
    rows = links(context)
    lenient = [position for position, terms in enumerate(context.in_force.terms) if terms.ignores]
    exceptions = rows.filter(pl.col("position").is_in(lenient))
    return Judgement(
        exceptions.filter(pl.col("valid_to").is_null()).select(
            "staff_id",
            "from",
            "to",
            "agreement",
            measured=pl.lit(0.0),
            limit=pl.lit(1.0),
            subject="agreement",
        ),
        judged=exceptions.height,
        why=why(context),
    )


RULE = Rule(
    code="AG03",
    name="exception-without-end",
    label=Phrase("rule.AG03", "Exception without end date"),
    message=Phrase(
        "rule.AG03.message", "is linked without an end date to {subject}, which lets rules be ignored"
    ),
    source="Agreement sense",
    judge=judge,
    severity="warning",
    unit="count",
    scope="settings",
    needs=("agreement_links",),
    timeless=True,
)
