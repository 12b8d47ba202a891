"""Two bookings of working time overlap.

One person is booked twice at the same time, across units and employments. Each booking that begins while an earlier one of the
same person is still going on is one finding, from its start to the end of the overlap. Hours in other rules count once.

Absence and standby may overlap work without being a double booking; absence is BK02.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.stretches import TICK, running_end


def judge(context: Context) -> Judgement:
    """Return a finding for each booking that begins inside an earlier one."""
    work = context.work
    reach = running_end(pl.col("person"), pl.col("end"), context.timeline.origin)
    same = pl.col("person") == pl.col("person").shift()
    found = (
        work.lazy()
        .with_columns(reach=reach.shift())
        .filter(same & (pl.col("start") < pl.col("reach")))
        .collect()
    )
    if found.is_empty():
        return Judgement(judged=work.height)
    partner = _partners(work, found, context.timeline.origin)
    return Judgement(
        partner.select(
            "person",
            "staff",
            "unit",
            pl.col("start").alias("from"),
            pl.min_horizontal("end", "reach").alias("to"),
            measured=(pl.min_horizontal("end", "reach") - pl.col("start")) / US_PER_HOUR,
            limit=pl.lit(0.0),
            planned=pl.col("planned") | pl.col("other_planned"),
            rows=pl.concat_list("other_row", "row"),
        ),
        judged=work.height,
    )


def _partners(work: pl.DataFrame, found: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Add `other_row` and `other_planned`: the earlier booking of the person that reaches as far as `reach`."""
    people = found.select("person").unique()
    earlier = (
        work.join(people, on="person", how="semi", maintain_order="left")
        .select(
            "person",
            # As the running end: in whole milliseconds from the origin.
            reach=(pl.col("end") - origin) // TICK * TICK + origin,
            other_row="row",
            other_planned="planned",
        )
        # In the timeline's order the first that reaches so far comes before the one found.
        .unique(["person", "reach"], keep="first", maintain_order=True)
    )
    return found.join(earlier, on=["person", "reach"], how="left", maintain_order="left")


RULE = Rule(
    code="BK01",
    name="double-booking",
    label=Phrase("rule.BK01", "Double booking"),
    message=Phrase("rule.BK01.message", "is booked twice at the same time, for {measured}"),
    source="Booking sense",
    judge=judge,
    direction="at_most",
)
