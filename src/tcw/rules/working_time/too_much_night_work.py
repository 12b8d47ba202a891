"""A night worker works more than 8 hours per 24 hours on average, or at special risk more than 8 in any 24 hours.

"Arbetstiden för nattarbetande arbetstagare får under varje period om tjugofyra timmar inte överstiga åtta
timmar i genomsnitt under en beräkningsperiod om högst fyra månader. Från denna period ska för varje påbörjad
period om sju dagar räknas av tjugofyra timmars veckovila." Vacation and sick leave count as worked.
"Nattarbetande arbetstagare vars arbete innebär särskilda risker eller stor fysisk eller mental ansträngning
får inte arbeta mer än åtta timmar inom varje period om tjugofyra timmar som de utför arbete under natt."
(Arbetstidslagen 13 a §)

A night worker is, in an averaging period, who has at least 3 hours between 22 and 06 in more than half of the
duty periods that begin in it, or at least a third of their hours there. The averages count the hours of WT08
over the same periods; the limit is `night_average` times the days less one for each started seven: 192 hours
in 28 days. Measured and limit are per counted 24 hours.

Special risk (subject special_risk): the activities listed under `rules: special_risk_activities`. Judged are
the 24 hours from the start of each duty period of a night worker: the net hours on these activities, where
some of the time worked in them is at night.

Who is a night worker is taken from the duty periods that the export holds. Others, and windows without hours,
are not counted. What sticks out of the export is flagged when the known hours are above the limit already,
and not judged when the rest could take it there.
"""  # noqa: E501 - the summary is shown as it is

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import any_at, rows_at, sum_at
from tcw.rules.measures.hours_by_period import (
    WEEK,
    PeriodLength,
    averaging_periods,
    counted,
    decide,
    judge_windows,
    judgement,
)
from tcw.rules.measures.net_hours import net_spans
from tcw.rules.measures.night_work import night_time, night_workers
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR
from tcw.worktime.keys import time_keys


def judge(context: Context) -> Judgement:
    """Return a finding for each averaging period, and each 24 hours at special risk, with too much work."""
    counted_days = pl.col("days") - (pl.col("days") + WEEK - 1) // WEEK
    allowed = (context.term("night_average") * US_PER_HOUR * counted_days).round()
    parts = []
    for every, windows in averaging_periods(context):
        at_night = windows.join(
            night_workers(context, every), on=["person", "day"], how="semi", maintain_order="left"
        ).with_columns(allowed=allowed)
        per = counted_days.cast(pl.Float64)
        parts.append(judge_windows(context, at_night, every, counted(context), per=per))
    special = context.settings.special_risk_activities
    if special:
        parts.append(_special(context, special))
    return judgement(parts)


def _special(context: Context, names: list[str]) -> Judgement:
    activities = context.timeline.activities.filter(pl.col("activity_id").is_in(names))["activity"]
    risky = context.work.filter(pl.col("activity").is_in(activities.implode()))
    duties = _with_hours(context, net_spans(risky, context.timeline.origin))
    bounded = context.with_agreement(duties).with_columns(
        allowed=(context.term("night_average") * US_PER_HOUR).round(),
        unknown=(pl.col("until") - context.after).clip(0, US_PER_DAY),
    )
    decided = decide(_night_workers_duties(context, bounded))
    # Bookings that others cover add no hours, but the finding is about them, too.
    first, after = _begun(context, risky, decided.flagged)
    findings = decided.flagged.select(
        *("person", "agreement"),
        pl.col("start").alias("from"),
        pl.col("until").alias("to"),
        rows=pl.lit(rows_at(risky, first, after)),
        planned=pl.lit(any_at(risky["planned"], first, after)),
        measured=pl.col("net") / US_PER_HOUR,
        limit=pl.col("allowed") / US_PER_HOUR,
        subject=pl.lit("special_risk"),
    )
    return Judgement(findings, decided.judged, decided.not_judged)


def _with_hours(context: Context, risky: pl.DataFrame) -> pl.DataFrame:
    """Return the duty periods with time at special risk and at night in the 24 hours from their start.

    Adds `until`, `net` and `night` (µs).
    """
    people = risky.select("person").unique()
    duties = (
        context.duties.join(people, on="person", how="semi", maintain_order="left")
        .select("person", "start")
        .with_columns(until=pl.col("start") + US_PER_DAY)
    )
    stretches = context.stretches.join(people, on="person", how="semi", maintain_order="left")
    at_night = stretches.with_columns(night_time(context.booked_clock, stretches))
    hours = _within(context, risky.with_columns(value="net"), duties, night=False)
    nights = _within(context, at_night.with_columns(value="night"), duties, night=True)
    return duties.with_columns(net=hours, night=nights).filter(pl.col("net") > 0, pl.col("night") > 0)


def _begun(context: Context, spans: pl.DataFrame, duties: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return which spans begin in each 24 hours: the position of the first, and the one after the last."""
    begins = time_keys(spans, "start", context.timeline.origin)
    first, after = (
        begins.search_sorted(time_keys(duties, time, context.timeline.origin), side="left").cast(pl.Int64)
        for time in ("start", "until")
    )
    return first, after


def _within(context: Context, spans: pl.DataFrame, duties: pl.DataFrame, *, night: bool) -> pl.Series:
    """Return what the spans that begin in each 24 hours have of `value` (µs) until these end."""
    first, after = _begun(context, spans, duties)
    last = spans.select(begin="start", end="end", amount="value")[(after - 1).clip(lower_bound=0)]
    joined = pl.concat([duties.select("until"), last], how="horizontal")
    late = pl.col("end") > pl.col("until")
    share = (pl.col("end") - pl.col("until")) / (pl.col("end") - pl.col("begin"))
    beyond = (
        pl.lit(night_time(context.clock, joined.select("end", start="until")))
        if night
        else (pl.col("amount") * share).round()
    )
    return (
        joined.with_columns(total=sum_at(spans["value"], first, after), some=after > first)
        .select(
            pl.when("some")
            .then(pl.col("total") - pl.when(late).then(beyond).otherwise(0).cast(pl.Int64))
            .otherwise(0)
        )
        .to_series()
    )


def _night_workers_duties(context: Context, duties: pl.DataFrame) -> pl.DataFrame:
    """Return the duty periods that begin in an averaging period in which the person is a night worker."""
    kept = [duties.clear()]
    for every, windows in averaging_periods(context):
        at_night = windows.join(night_workers(context, every), on=["person", "day"], how="semi")
        numbered = duties.with_columns(period=_period(context, duties, every))
        kept.append(
            numbered.join(
                at_night, left_on=["person", "period"], right_on=["person", "day"], how="semi"
            ).drop("period")
        )
    # Where the agreement changes, a duty period can lie in periods of two lengths.
    return pl.concat(kept).unique(["person", "start"], maintain_order=True)


def _period(context: Context, duties: pl.DataFrame, every: PeriodLength) -> pl.Series:
    """Return the first day of the averaging period in which each duty period begins."""
    begins = pl.Series("period", context.hours.begins(every), dtype=pl.Int32)
    days = duties.select(context.day(pl.col("start"))).to_series()
    return begins.gather(begins.search_sorted(days, side="right") - 1)


RULE = Rule(
    code="WT09",
    name="too-much-night-work",
    label=Phrase("rule.WT09", "Too much night work"),
    message=Phrase(
        "rule.WT09.message", "works {measured} per 24 hours as a night worker, {shortfall} above {limit}"
    ),
    source="Arbetstidslagen 13 a §",
    judge=judge,
    direction="at_most",
    terms=("night_average", "average_months", "average_weeks", "break_at_most"),
    settings=("special_risk_activities", "calculation_start"),
)
