"""A booking is made less than two weeks before it starts.

"Arbetsgivaren ska lämna arbetstagarna besked om ändringar i fråga om den ordinarie arbetstidens och
jourtidens förläggning minst två veckor i förväg" (Arbetstidslagen 12 §). Shorter notice is allowed where the
kind of work or unforeseen events give reason for it, which no export tells: findings are information. The
agreement's `notice_days` says how many days.

One finding for each booking of ordinary work or on-call whose `created_at` is less than `notice_days` times
24 hours, on the clock, before its start. A system that keeps only when a booking was last changed tells that.
Substitutes' bookings are judged too; whoever works by the hour and says yes to a shift has no ordinary hours
that were changed.

Measured: the days from created to start, 0 when it was created afterwards. Not judged: bookings without
`created_at`; hours without clock times.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.kinds import ON_CALL, WORK


def judge(context: Context) -> Judgement:
    """Return a finding for each booking created too near its start."""
    announced = (pl.col("kind") == WORK) | (pl.col("kind") == ON_CALL)
    bookings = context.bookings.lazy().filter(announced)
    by_hours = context.by_hours.filter(announced).height
    if "created" not in context.bookings.columns:
        total = bookings.select(pl.len()).collect().item()
        return Judgement(not_judged=total + by_hours, why="bookings.created_at")
    created, undated = (
        bookings.select(pl.col("created").count(), undated=pl.col("created").null_count()).collect().row(0)
    )
    # A limit of 0 days is missed by nobody.
    notice = ((context.local(pl.col("start")) - pl.col("created")) / US_PER_DAY).clip(lower_bound=0.0)
    near = bookings.with_columns(notice=notice).filter(pl.col("notice") < context.highest("notice_days"))
    late = (
        context.with_agreement(near.collect())
        .with_columns(limit=context.term("notice_days"))
        .filter(pl.col("notice") < pl.col("limit"))
    )
    return failing(
        late,
        judged=created,
        not_judged=undated + by_hours,
        why="bookings.created_at",
        measured=pl.col("notice"),
        limit=pl.col("limit"),
        agreement="agreement",
    )


RULE = Rule(
    code="WT13",
    name="short-notice",
    label=Phrase("rule.WT13", "Short notice"),
    message=Phrase(
        "rule.WT13.message", "is booked {measured} before the start, {shortfall} short of {limit}"
    ),
    source="Arbetstidslagen 12 §",
    judge=judge,
    severity="info",
    unit="days",
    terms=("notice_days",),
)
