"""A person works more days in a row than the agreement allows.

No law counts days; agreements do, by `days_in_a_row`. Without that limit nothing is judged. A day counts when
a duty period begins on it, local time: a night from 22 to 07 is the day on which it begins. A duty period
longer than 24 hours counts for another day for every further 24 hours it has begun. All employments of a
person count together, and so do days of which only the hours are known. On-call (jour) is work; standby
(beredskap) and absence are not. The agreement is that of the first day.

A finding lies from midnight before the first day to midnight after the last.

Not judged: days in a row within the limit, when the day before or after them does not lie whole in the
export: nobody knows whether there are more of them.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.rests import NEVER, limit_of_agreement
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.keys import same_person
from tcw.worktime.kinds import working
from tcw.worktime.stretches import joined_rows


def judge(context: Context) -> Judgement:
    """Return a finding for each row of days that is too long."""
    limits = [terms.days_in_a_row or NEVER for terms in context.in_force.terms]
    if min(limits) == NEVER:
        return Judgement(why="agreements.days_in_a_row")
    rows = _in_a_row(_days(context))
    count = pl.col("last_day") - pl.col("first_day") + 1
    open_end = (context.midnight(pl.col("first_day") - 1) < context.first) | (
        context.midnight(pl.col("last_day") + 2) > context.after
    )
    limit = limit_of_agreement(limits)
    if NEVER in limits:
        rows = context.with_agreement(rows, pl.col("first_day")).filter(limit < NEVER)
    doubtful = context.with_agreement(rows.filter((count > min(limits)) | open_end), pl.col("first_day"))
    judged = doubtful.with_columns(count=count, limit=limit, open_end=open_end)
    missing = judged.filter(pl.col("count") <= pl.col("limit"), "open_end").height
    flagged = _with_bookings(context, judged.filter(pl.col("count") > pl.col("limit")))
    return Judgement(
        flagged.select(
            *("person", "agreement", "rows", "planned", "from", "to"),
            measured=pl.col("count").cast(pl.Float64),
            limit=pl.col("limit").cast(pl.Float64),
        ),
        judged=rows.height - missing,
        not_judged=missing,
    )


def _days(context: Context) -> pl.DataFrame:
    """Return `person`, `day` on which work begins, sorted; a day may be there twice."""
    began = context.duties.select(
        "person", day=context.day(pl.col("start")), more=(pl.col("end") - pl.col("start") - 1) // US_PER_DAY
    )
    days = [began.select("person", "day")]
    long = began.filter(pl.col("more") > 0)
    if long.height:
        after = long.with_columns(more=pl.int_ranges(1, pl.col("more") + 1, dtype=pl.Int32)).explode("more")
        days.append(after.select("person", pl.col("day") + pl.col("more")))
    if context.by_hours.height:
        days.append(context.by_hours.filter(working()).select("person", "day"))
    return days[0] if len(days) == 1 else pl.concat(days).sort("person", "day")


def _in_a_row(days: pl.DataFrame) -> pl.DataFrame:
    """Return `person`, `first_day`, `last_day` of days in a row."""
    named = days.lazy().with_columns(first_day="day", last_day="day")
    new = ~same_person() | (pl.col("day") > pl.col("day").shift() + 1)
    return joined_rows(named, new, first=("person", "first_day"), last=("last_day",)).collect()


def _with_bookings(context: Context, flagged: pl.DataFrame) -> pl.DataFrame:
    """Add `from`, `to`, `rows`, `planned` of the bookings that begin, or whose hours lie, in the days."""
    numbered = flagged.with_row_index("finding").with_columns(
        context.midnight(pl.col("first_day")).alias("from"),
        context.midnight(pl.col("last_day") + 1).alias("to"),
    )
    begun = pl.concat(
        [
            context.work.select("person", "row", "planned", begins="start"),
            context.by_hours.filter(working()).select(
                "person", "row", "planned", begins=context.midnight(pl.col("day"))
            ),
        ]
    )
    bookings = (
        begun.join(numbered.select("finding", "person", "from", "to"), on="person", how="inner")
        .filter(pl.col("begins") < pl.col("to"), pl.col("begins") >= pl.col("from"))
        .sort("finding", maintain_order=True)
        .group_by("finding", maintain_order=True)
        .agg(rows="row", planned=pl.col("planned").any())
    )
    return numbered.join(bookings, on="finding", how="left", maintain_order="left")


RULE = Rule(
    code="WT12",
    name="too-many-days-in-a-row",
    label=Phrase("rule.WT12", "Too many days in a row"),
    message=Phrase("rule.WT12.message", "works {measured} in a row, {shortfall} more than {limit}"),
    source="The agreement",
    judge=judge,
    unit="days",
    direction="at_most",
    terms=("days_in_a_row", "break_at_most"),
)
