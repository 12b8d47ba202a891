"""A night worker works more than 8 hours per 24 hours on average, or at special risk more than 8 in any 24 hours.

"Arbetstiden för nattarbetande arbetstagare får under varje period om tjugofyra timmar inte överstiga åtta timmar i genomsnitt under en
beräkningsperiod om högst fyra månader. Från denna period ska för varje påbörjad period om sju dagar räknas av tjugofyra timmars veckovila."
Vacation and sick leave count as worked. "Nattarbetande arbetstagare vars arbete innebär särskilda risker eller stor fysisk eller mental
ansträngning får inte arbeta mer än åtta timmar inom varje period om tjugofyra timmar som de utför arbete under natt." (Arbetstidslagen 13 a §)

A night worker is, in an averaging period, who has at least 3 hours between 22 and 06 in more than half of the duty periods that begin in
it, or at least a third of their hours there. The averages count the hours of WT08 over the same periods; the limit is `night_average` times
the days less one for each started seven: 192 hours in 28 days. Measured and limit are per counted 24 hours.

Special risk (subject special_risk): the activities listed under `rules: special_risk_activities`. Judged are the 24 hours from the start of each duty
period of a night worker: the net hours on these activities, where some of the time worked in them is at night.

Who is a night worker is taken from the duty periods that the export holds. Others, and windows without hours, are not counted. What sticks
out of the export is flagged when the known hours are above the limit already, and not judged when the rest could take it there.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.hours_by_period import (
    WEEK,
    Decided,
    Every,
    averaging_periods,
    counted,
    decide,
    findings,
    judgement,
)
from tcw.rules.measures.net_hours import net_spans
from tcw.rules.measures.night_work import night_time, night_workers
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR
from tcw.worktime.stretches import PER_PERSON, TICK

Part = tuple[pl.DataFrame | None, int, int]


def judge(context: Context) -> Judgement:
    """Return a finding for each averaging period, and each 24 hours at special risk, with too much work of a night worker."""
    parts: list[Part] = []
    for every, windows in averaging_periods(context):
        counted_days = pl.col("days") - (pl.col("days") + WEEK - 1) // WEEK
        allowed = (context.term("night_average") * US_PER_HOUR * counted_days).round()
        at_night = windows.join(
            night_workers(context, every), on=["person", "day"], how="semi", maintain_order="left"
        )
        done = decide(at_night.with_columns(allowed=allowed))
        found = findings(context, done.flagged, every, counted(context), per=counted_days.cast(pl.Float64))
        parts.append((found, done.judged, done.not_judged))
    special = context.settings.special_risk_activities
    if special:
        parts.append(_special(context, special))
    return judgement(parts)


def _special(context: Context, names: list[str]) -> Part:
    activities = context.timeline.activities.filter(pl.col("activity_id").is_in(names))["activity"]
    booked = context.work.filter(pl.col("activity").is_in(activities.implode()))
    duties = _with_hours(context, net_spans(booked, context.timeline.origin))
    bounded = context.with_agreement(duties).with_columns(
        allowed=(context.term("night_average") * US_PER_HOUR).round(),
        unknown=(pl.col("until") - context.after).clip(0, US_PER_DAY),
    )
    night = _night_workers_duties(context, bounded)
    done: Decided = decide(night)
    # Those that others cover add no hours, but it is about them, too.
    low, high = (_before(context, booked, done.flagged, until) for until in ("start", "until"))
    rows = _rows(booked, low, high)
    found = done.flagged.with_columns(rows).select(
        "person",
        pl.col("start").alias("from"),
        pl.col("until").alias("to"),
        "rows",
        "agreement",
        planned=_planned(booked, low, high),
        measured=pl.col("net") / US_PER_HOUR,
        limit=pl.col("allowed") / US_PER_HOUR,
        subject=pl.lit("special_risk"),
    )
    return found, done.judged, done.not_judged


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
    mine = context.stretches.join(people, on="person", how="semi", maintain_order="left")
    stretches = mine.with_columns(night_time(context.booked_clock, mine))
    hours = _within(context, risky.with_columns(value="net"), duties, night=False)
    nights = _within(context, stretches.with_columns(value="night"), duties, night=True)
    return duties.with_columns(net=hours, night=nights).filter(pl.col("net") > 0, pl.col("night") > 0)


def _before(context: Context, spans: pl.DataFrame, places: pl.DataFrame, until: str) -> pl.Series:
    """Return for each row of `places` how many spans, of people before and of its person before the instant in `until`, begin."""
    origin = context.timeline.origin

    def key(instant: str) -> pl.Expr:
        return pl.col("person").cast(pl.Int64) * PER_PERSON + (pl.col(instant) - origin) // TICK

    begins = spans.select(key("start")).to_series()
    return begins.search_sorted(places.select(key(until)).to_series(), side="left").cast(pl.Int64)


def _within(context: Context, spans: pl.DataFrame, duties: pl.DataFrame, *, night: bool) -> pl.Series:
    """Return what the spans that begin in each 24 hours hold of `value` (µs) until these end."""
    low, high = (_before(context, spans, duties, until) for until in ("start", "until"))
    last = spans.select(begin="start", end="end", amount="value")[(high - 1).clip(lower_bound=0)]
    joined = pl.concat([duties.select("until"), last], how="horizontal")
    late = pl.col("end") > pl.col("until")
    share = (pl.col("end") - pl.col("until")) / (pl.col("end") - pl.col("begin"))
    beyond = (
        pl.lit(night_time(context.clock, joined.select("end", start="until")))
        if night
        else (pl.col("amount") * share).round()
    )
    cut_off = joined.select(pl.when(late).then(beyond).otherwise(0).cast(pl.Int64)).to_series()
    held = _sum_between(spans["value"], low, high)
    any_ = high > low
    return (
        pl.DataFrame({"held": held, "cut": cut_off, "any": any_})
        .select(pl.when("any").then(pl.col("held") - pl.col("cut")).otherwise(0))
        .to_series()
    )


def _sum_between(values: pl.Series, low: pl.Series, high: pl.Series) -> pl.Series:
    """Return the sums of the values at positions `low` up to but not including `high`."""
    total = pl.concat([pl.Series([0], dtype=pl.Int64), values.cast(pl.Int64).cum_sum()])
    return total.gather(high) - total.gather(low)


def _night_workers_duties(context: Context, duties: pl.DataFrame) -> pl.DataFrame:
    """Return the duty periods that begin in an averaging period in which the person is a night worker."""
    kept = [duties.clear()]
    for every, windows in averaging_periods(context):
        placed = duties.with_columns(period=_period(context, duties, every))
        at_night = windows.join(night_workers(context, every), on=["person", "day"], how="semi")
        kept.append(
            placed.join(at_night, left_on=["person", "period"], right_on=["person", "day"], how="semi").drop(
                "period"
            )
        )
    # Where the agreement changes, a duty period can lie in periods of two lengths.
    return pl.concat(kept).unique(["person", "start"], maintain_order=True)


def _period(context: Context, duties: pl.DataFrame, every: Every) -> pl.Series:
    begins = pl.Series("period", context.hours.begins(every), dtype=pl.Int32)
    days = duties.select(context.day(pl.col("start"))).to_series()
    return begins.gather(begins.search_sorted(days, side="right") - 1)


def _rows(booked: pl.DataFrame, low: pl.Series, high: pl.Series) -> pl.Series:
    """Return `rows`: those of the spans from `low` up to but not including `high`, for each pair."""
    if low.is_empty():
        return pl.Series("rows", [], dtype=pl.List(pl.UInt32))
    spans = pl.DataFrame({"low": low, "high": high}).with_row_index("finding")
    spread = spans.with_columns(position=pl.int_ranges("low", "high", dtype=pl.UInt32)).explode("position")
    named = spread.with_columns(rows=booked["row"].gather(spread["position"]))
    return named.group_by("finding", maintain_order=True).agg("rows")["rows"]


def _planned(booked: pl.DataFrame, low: pl.Series, high: pl.Series) -> pl.Series:
    """Return whether any of the spans of each finding is planned."""
    return _sum_between(booked["planned"], low, high) > 0


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
