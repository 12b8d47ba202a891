"""Two bookings of working time overlap.

One person is booked twice at the same time, across units and employments. Each booking that begins while an
earlier one of the same person is still going on is one finding, from its start to the end of the overlap.
Hours in other rules count once.

Absence and standby may overlap work without being a double booking; absence is BK02.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.keys import TICK, same_person
from tcw.worktime.stretches import running_end


def judge(context: Context) -> Judgement:
    """Return a finding for each booking that begins inside an earlier one."""
    work, origin = context.work, context.timeline.origin
    second = (
        work.lazy()
        .with_columns(reach=running_end("end", origin).shift())
        .filter(same_person() & (pl.col("start") < pl.col("reach")))
        .collect()
    )
    if second.is_empty():
        return Judgement(judged=work.height)
    ends = pl.min_horizontal("end", "reach")
    return failing(
        _with_partners(work, second, origin),
        judged=work.height,
        measured=(ends - pl.col("start")) / US_PER_HOUR,
        limit=0.0,
        to=ends,
        planned=pl.col("planned") | pl.col("other_planned"),
        rows=pl.concat_list("other_row", "row"),
    )


def _with_partners(work: pl.DataFrame, second: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Add `other_row` and `other_planned`: the person's earlier booking that lasts until `reach`."""
    people = second.select("person").unique()
    earlier = (
        work.join(people, on="person", how="semi", maintain_order="left")
        .select(
            "person",
            # As the running end: in whole milliseconds from the origin.
            reach=(pl.col("end") - origin) // TICK * TICK + origin,
            other_row="row",
            other_planned="planned",
        )
        # In the timeline's order the first that reaches so far comes before the second booking.
        .unique(["person", "reach"], keep="first", maintain_order=True)
    )
    return second.join(earlier, on=["person", "reach"], how="left", maintain_order="left")


RULE = Rule(
    code="BK01",
    name="double-booking",
    label=Phrase("rule.BK01", "Double booking"),
    message=Phrase("rule.BK01.message", "is booked twice at the same time, for {measured}"),
    source="Booking sense",
    judge=judge,
    direction="at_most",
)
