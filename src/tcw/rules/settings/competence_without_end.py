"""A competence has no end date for somebody who holds it.

What is delegated or certified for a time runs out unnoticed when nobody has written until when: BK05 cannot
tell it. Much has no end, such as a professional licence, so one finding for each competence tells how many
rows lack one; an extract from the criminal records has an end where `rules: register_valid_days` gives it
one.

Measured: the rows without an end date.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase


def judge(context: Context) -> Judgement:
    """Return a finding for each competence with rows that have no end."""
    if "competences" not in context.schedule.given:
        return Judgement(why="competences")
    rows = context.tables["competences"]
    if context.settings.register_valid_days is not None:
        rows = rows.filter(pl.col("kind").ne_missing(pl.lit("register")) | pl.col("valid_from").is_null())
    endless = rows.filter(pl.col("valid_to").is_null())
    return Judgement(
        endless.group_by("competence_id")
        .agg(measured=pl.len().cast(pl.Float64))
        .select("measured", limit=pl.lit(0.0), subject="competence_id")
        .sort("subject"),
        judged=rows["competence_id"].n_unique(),
    )


RULE = Rule(
    code="ST05",
    name="competence-without-end",
    label=Phrase("rule.ST05", "Competence without end date"),
    message=Phrase("rule.ST05.message", "{subject} has no end date in {measured} rows"),
    source="Booking sense",
    judge=judge,
    severity="info",
    unit="count",
    direction="at_most",
    scope="settings",
    settings=("register_valid_days",),
    needs=("competences",),
    timeless=True,
)
