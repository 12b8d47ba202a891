"""A person works, or is on call, too long in 24 hours.

Working time and on-call (jour) in a period of 24 hours above the agreement's `long_duty` (13 hours: what
eleven hours of rest leave, Arbetstidslagen 13 § first paragraph and AB 13 §). The periods are those of WT01
in mode `rolling`, whatever mode WT01 goes by: 24 hours from where work begins after a full daily rest, and
again every 24 hours until the next full rest. Hours are net: without pauses, double-booked time once, all
employments of the person together.

An agreement may allow more:

- `long_duty_in_sequence` (AB 13 §: 20 hours): where work and on-call follow on each other directly. The rest
  that must follow is judged by WT01.
- `long_duty_by_decision` (24 hours): where the agreement lets WT11 be ignored by a decision that holds on
  that day, as for personal assistants under PAN.

Not judged: a period that reaches beyond the export, unless what is known is too much already or the whole
rest of it would not be; days of which only hours, and no clock times, are known.
"""

import polars as pl

from tcw.model.config.agreements import NO_LIMIT
from tcw.rules.engine.context import Context
from tcw.rules.engine.in_force import InForce
from tcw.rules.measures.bookings import any_at, spread, window_findings, with_bookings
from tcw.rules.measures.net_hours import net_spans
from tcw.rules.measures.rests import (
    NEVER,
    day_windows,
    days_of_hours_only,
    limits,
    microseconds,
    of_agreements,
    with_stretches_in,
)
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.kinds import ON_CALL, is_duty

CODE = "WT11"


def judge(context: Context) -> Judgement:
    """Return a finding for each 24 hours with too many of them worked."""
    lowest = min(limits(context.in_force, "long_duty", NEVER))
    unknown = days_of_hours_only(context)
    why = "bookings.start" if unknown else ""
    if lowest == NEVER or context.work.is_empty():
        return Judgement(not_judged=unknown, why=why)
    terms = context.in_force.terms
    limited = [position for position, term in enumerate(terms) if term.long_duty != NO_LIMIT]
    windows = of_agreements(context, context.once(day_windows), limited)
    until = pl.min_horizontal("run_end", "end") - pl.col("start")
    beyond = (pl.col("end") - pl.col("next_start").fill_null(context.after)).clip(lower_bound=0)
    long = windows.filter(until + beyond > lowest).select("person", "start", "end")
    long = with_stretches_in(context.with_agreement(long), context.stretches, context.timeline.origin)
    unseen = (pl.col("end") - context.after).clip(lower_bound=0)
    measured = long.with_columns(net=_net(context, long), mixed=_in_sequence(context, long)).with_columns(
        allowed=_allowed(context)
    )
    flagged = measured.filter(pl.col("net") > pl.col("allowed"))
    missing = measured.filter(
        pl.col("net") <= pl.col("allowed"), pl.col("net") + unseen > pl.col("allowed")
    ).height
    return Judgement(
        window_findings(with_bookings(flagged, context.work), "net", "allowed"),
        judged=windows.height - missing,
        not_judged=missing + unknown,
        why=why,
    )


def _net(context: Context, windows: pl.DataFrame) -> pl.Series:
    """Return the net working time (Int64 µs) in each window."""
    if windows.is_empty():
        return pl.Series([], dtype=pl.Int64)
    positions = spread(
        windows.select("first", "last", low="start", high="end"), pl.col("first"), pl.col("last") + 1
    )
    columns = [name for name in ("start", "end", "pause") if name in context.work.columns]
    bookings = context.work.select(columns).select(pl.all().gather(positions["position"]))
    # Each window is walked by itself, like a person.
    spans = pl.concat([positions.select("low", "high", person="item"), bookings], how="horizontal")
    begins, stops = pl.max_horizontal("start", "low"), pl.min_horizontal("end", "high")
    share = (stops - begins).clip(lower_bound=0) / (pl.col("end") - pl.col("start"))
    return (
        net_spans(spans, context.timeline.origin)
        .group_by("person")
        .agg((pl.col("net") * share).round().cast(pl.Int64).sum())
        .sort("person")["net"]
    )


def _in_sequence(context: Context, windows: pl.DataFrame) -> pl.Series:
    """Return whether work and on-call follow on each other directly in each window."""
    kind = context.work["kind"]
    on_call, work = kind == ON_CALL, context.work.select(is_duty()).to_series()
    stretch = spread(windows.select("start", "end", "low", "high"), pl.col("low"), pl.col("high"))
    first, last = (context.stretches[name].gather(stretch["position"]) for name in ("first", "last"))
    mixed = stretch.select("start", "end", window="item", stretch="position", first=first, last=last).filter(
        any_at(on_call, first, last + 1), any_at(work, first, last + 1)
    )
    # Both kinds must lie in the window, not only in a stretch that goes on beyond it.
    bookings = spread(mixed, pl.col("first"), pl.col("last") + 1)
    at = bookings["position"]
    both = (
        bookings.with_columns(
            begins=context.work["start"].gather(at),
            stops=context.work["end"].gather(at),
            on_call=on_call.gather(at),
            work=work.gather(at),
        )
        .filter(pl.col("begins") < pl.col("end"), pl.col("stops") > pl.col("start"))
        .group_by("window", "stretch")
        .agg(pl.col("on_call", "work").any())
        .filter("on_call", "work")["window"]
        .unique()
    )
    return pl.int_range(windows.height, dtype=pl.UInt32, eager=True).is_in(both.implode())


def _allowed(context: Context) -> pl.Expr:
    """Return the limit (Int64 µs) of `agreement`, `mixed` and the local day of `start`."""
    usual = microseconds(context.in_force, "long_duty", NEVER)
    sequence = microseconds(context.in_force, "long_duty_in_sequence", 0)
    decision = microseconds(context.in_force, "long_duty_by_decision", 0)
    decided = _decided(context.in_force, context.day(pl.col("start")))
    return pl.max_horizontal(
        usual, pl.when("mixed").then(sequence).otherwise(0), pl.when(decided).then(decision).otherwise(0)
    )


def _decided(in_force: InForce, day: pl.Expr) -> pl.Expr:
    """Return whether the agreement lets the rule be ignored by a decision that holds on the day."""
    decided = pl.lit(value=False)
    date = day.cast(pl.Date)
    for position, terms in enumerate(in_force.terms):
        if CODE not in terms.ignores or terms.decision is None:
            continue
        holds = pl.col("agreement") == position
        if terms.decision_from is not None:
            holds &= date >= terms.decision_from
        if terms.decision_to is not None:
            holds &= date <= terms.decision_to
        decided |= holds
    return decided


RULE = Rule(
    code=CODE,
    name="long-duty",
    label=Phrase("rule.WT11", "Long duty"),
    message=Phrase("rule.WT11.message", "works {measured} in 24 hours, {shortfall} above {limit}"),
    source="AB 13 §; Arbetstidslagen 13 §",
    judge=judge,
    direction="at_most",
    terms=("long_duty", "long_duty_in_sequence", "long_duty_by_decision", "daily_rest"),
)
