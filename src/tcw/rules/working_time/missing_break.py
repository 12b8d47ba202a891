"""Somebody works more than five hours without a break.

"Raster ska förläggas så att arbetstagarna inte utför arbete mer än fem timmar i följd" (Arbetstidslagen 15
§). Work is work, additional time, overtime and emergency overtime; what touches or overlaps is one stretch,
across employments. A gap ends it, and so does a booking that is a break. A part longer than `break_after` of
the agreement with no break inside is a finding.

Where breaks are known as minutes only (`break_minutes`), nobody knows when they were taken. A part is then
flagged only when its bookings say 0 minutes, and not judged when one of them says more. Not judged, either,
are parts of which no booking says anything, in a source without a single break booking: such a system keeps
no breaks. Hours without clock times are never judged.

`from` and `to`: the part. Measured: its hours. Breaks taken at the workplace as meals (*måltidsuppehåll*, 16
§), which are working time, need a time kind `break` to be seen here.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import with_bookings
from tcw.rules.measures.breaks import unbroken
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.kinds import BREAK, is_duty

COLUMNS = ("row", "person", "start", "end", "kind", "planned", "pause")
MOST_HOURS = 24 * 366


def judge(context: Context) -> Judgement:
    """Return a finding for each part of work that is too long without a break."""
    columns = [name for name in COLUMNS if name in context.bookings.columns]
    bookings = context.bookings.lazy().select(columns)
    work = bookings.filter(is_duty()).collect()
    breaks = bookings.filter(pl.col("kind") == BREAK).collect()
    shortest = round(min(context.lowest("break_after"), MOST_HOURS) * US_PER_HOUR)
    parts, total = unbroken(work, breaks, context.timeline.origin, longer_than=shortest)
    keeps_breaks = context.timeline.books(BREAK, BREAK)
    known = ~pl.col("paused") & (pl.col("says_break") | keeps_breaks)
    sure = _too_long(parts.filter(known), context)
    doubtful = parts.filter(~known)
    # Most parts have a break of so many minutes. Whose limit they exceed matters only where limits differ.
    alike = context.lowest("break_after") == context.highest("break_after")
    unknown = doubtful.height if alike else _too_long(doubtful, context).height
    by_hours = context.by_hours.filter(is_duty()).height
    return Judgement(
        with_bookings(sure, work).select(
            *("person", "limit", "planned", "agreement", "rows"),
            measured=(pl.col("end") - pl.col("start")) / US_PER_HOUR,
            **{"from": "start", "to": "end"},
        ),
        judged=total - unknown,
        not_judged=unknown + by_hours,
        why="bookings.break_minutes" if unknown else "clock_times" if by_hours else "",
    )


def _too_long(parts: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Return the parts longer than the limit of their agreement, with `agreement` and `limit`."""
    return (
        context.with_agreement(parts)
        .with_columns(limit=context.term("break_after"))
        .filter(pl.col("end") - pl.col("start") > pl.col("limit") * US_PER_HOUR)
    )


RULE = Rule(
    code="WT10",
    name="missing-break",
    label=Phrase("rule.WT10", "Missing break"),
    message=Phrase("rule.WT10.message", "works {measured} without a break, {shortfall} more than {limit}"),
    source="Arbetstidslagen 15 §",
    judge=judge,
    direction="at_most",
    terms=("break_after",),
)
