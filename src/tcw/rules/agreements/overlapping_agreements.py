"""Somebody is linked to two agreements on the same day.

Only one can hold. The other rules go by the one whose link began last; which limits are meant, only the
register can say. One finding for each link that begins while an earlier link of the same employment number to
another agreement goes on, from its first day to the end of the overlap. Two links to the same agreement that
overlap are no conflict. Two employments of one person may have an agreement each; the one that began last
holds for the person.

Measured: the days of the overlap; without an end, 0 and `to` is empty.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.validity import links, why
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.coverage import days


def judge(context: Context) -> Judgement:
    """Return a finding for each link that begins inside an earlier one to another agreement."""
    rows = (
        links(context)
        .with_columns(*days(pl.col("valid_from"), pl.col("valid_to")))
        .sort("staff_id", "start", "end", "agreement")
    )
    # Few people have many links: an employment's links are compared with each other.
    numbered = rows.with_row_index("order")
    pairs = numbered.join(numbered, on="staff_id", suffix="_earlier").filter(
        pl.col("order_earlier") < pl.col("order"),
        pl.col("start") < pl.col("end_earlier"),
        pl.col("agreement") != pl.col("agreement_earlier"),
    )
    overlap = pl.min_horizontal("end", "end_earlier")
    overlaps = (
        pairs.with_columns(overlap=overlap, stop=pl.min_horizontal("to", "to_earlier"))
        .sort("order", "overlap", "agreement_earlier", descending=[False, True, False])
        .unique("order", keep="first", maintain_order=True)
    )
    endless = pl.col("stop").is_null() | pl.col("from").is_null()
    return Judgement(
        overlaps.select(
            "staff_id",
            "from",
            pl.col("stop").alias("to"),
            "agreement",
            measured=pl.when(endless).then(0.0).otherwise((pl.col("overlap") - pl.col("start")) / US_PER_DAY),
            limit=pl.lit(0.0),
            subject=pl.format("{}, {}", "agreement_earlier", "agreement"),
        ),
        judged=rows.height,
        why=why(context),
    )


RULE = Rule(
    code="AG02",
    name="overlapping-agreements",
    label=Phrase("rule.AG02", "Overlapping agreements"),
    message=Phrase("rule.AG02.message", "is linked to two agreements at once: {subject}"),
    source="Agreement sense",
    judge=judge,
    severity="warning",
    unit="days",
    direction="at_most",
    scope="settings",
    needs=("agreement_links",),
    timeless=True,
)
