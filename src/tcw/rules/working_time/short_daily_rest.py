"""A person does not get eleven hours of unbroken rest in a period of 24 hours.

"Alla arbetstagare ska ha minst elva timmars sammanhängande ledighet under varje period om tjugofyra timmar
(dygnsvila)" (Arbetstidslagen 13 § first paragraph). Work of every kind and on-call (jour) break the rest;
standby (beredskap) and absence do not. All employments of a person count together, and durations are elapsed
time: the night over a clock change has an hour less or more.

The Act does not say when a period begins; it must be a fixed system. The agreement's `daily_rest_mode` says
how the 24-hour periods are laid:

- `rolling` (default): a period begins when work begins after a full rest, and again every 24 hours until the
  next full rest. The longest rest inside each period is measured, cut at the period's ends.
- `window`: fixed local days from the clock time `day_break` (dygnsbryt). The longest rest inside each is
  measured, cut at the day's ends; with `day_break` at midnight a day shift from 07 to 16 leaves only 8 hours,
  so set it to where the workplace's periods begin.
- `shift_gap`: each gap between two duty periods is measured whole, even across the day break. Gaps of at most
  `break_at_most` are a split shift's, not rests.

Exceptions that an agreement may have (both in AB 13 §, both set in the shipped `ab`):

- `daily_rest_with_compensation` (9 hours): a rest from there up to the limit passes when the next gap between
  duty periods is longer than the limit by at least what was missing.
- `long_duty_in_sequence` (20 hours): a pass of work and on-call above `long_duty` and up to this takes the
  place of the rest inside its own 24 hours; instead the rest after it must be at least as long as the pass.
  Where it is not, that gap is the finding.

Not judged: a period, or a rest after it, that reaches beyond the export when what is known does not decide
it; days of which only hours, and no clock times, are known. Not told apart: the temporary exception for what
nobody could foresee (13 § second paragraph, with equal rest in return), which is for whoever reads the
finding to say. Whether the rest holds 00-05 is WT02.
"""

import polars as pl

from tcw.model.config.agreements import NO_LIMIT
from tcw.rules.engine.context import Context
from tcw.rules.engine.terms import Terms
from tcw.rules.measures.bookings import any_at, rows_at, window_findings, with_bookings
from tcw.rules.measures.rests import (
    NEVER,
    day_windows,
    days_from,
    days_of_hours_only,
    fixed_windows,
    laid_alike,
    limits,
    longest_rests,
    microseconds,
    of_agreements,
    too_short,
    with_demanded,
)
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.keys import time_keys
from tcw.worktime.kinds import ON_CALL
from tcw.worktime.stretches import gaps, next_start

COLUMNS = ("person", "start", "end", "measured", "demanded", "agreement", "rows", "planned")
"""Of a period or gap with too short a rest (times in µs)."""


def judge(context: Context) -> Judgement:
    """Return a finding for each 24-hour period, or gap, with too short a rest."""
    highest = max(limits(context.in_force, "daily_rest", 0))
    unknown = days_of_hours_only(context)
    why = "bookings.start" if unknown else ""
    if highest == 0 or context.work.is_empty():
        return Judgement(not_judged=unknown, why=why)
    passes = context.once(long_passes)
    short, judged, undecided = rests_after(context, passes)
    failed = [_with_neighbours(context, short.with_columns(measured="length")).select(COLUMNS)]
    for terms, positions in laid_alike(
        context, "daily_rest", lambda terms: (terms.daily_rest_mode, _day_break(terms))
    ):
        windows = of_agreements(context, _windows(context, terms), positions)
        flagged, missing = _decided(context, windows.filter(pl.col("short")), passes, terms)
        failed.append(flagged.select(COLUMNS))
        judged += windows.height - missing
        undecided += missing
    return Judgement(
        window_findings(pl.concat(failed), "measured", "demanded"),
        judged=judged,
        not_judged=undecided + unknown,
        why=why,
    )


def _day_break(terms: Terms) -> object:
    return terms.day_break if terms.daily_rest_mode == "window" else None


def _windows(context: Context, terms: Terms) -> pl.DataFrame:
    """Return all periods: `person`, `start`, `end`, `short` (some agreement may ask for more rest)."""
    highest = max(limits(context.in_force, "daily_rest", 0))
    match terms.daily_rest_mode:
        case "rolling":
            # Nothing inside a run is a full rest, so only what follows it can be one.
            follows = pl.col("next_start").fill_null(context.after) - pl.col("run_end")
            tight = (pl.col("end") - pl.col("run_end") < highest) | (follows < highest)
            return context.once(day_windows).with_columns(short=tight)
        case "window":
            laid = fixed_windows(
                context.stretches, days_from(terms.day_break), context.clock, context.first, context.after
            )
            return laid.select("person", "start", "end", short=pl.col("at_least") < highest)
        case "shift_gap":
            # The gap after a long pass is judged by the pass's length.
            ended = context.once(long_passes).select("person", start="end")
            between = gaps(context.duties).join(
                ended, on=["person", "start"], how="anti", maintain_order="left"
            )
            tight = pl.col("end") - pl.col("start") < highest
            return between.select("person", "start", "end", "first", "last", short=tight)


def _decided(
    context: Context, doubtful: pl.DataFrame, passes: pl.DataFrame, terms: Terms
) -> tuple[pl.DataFrame, int]:
    """Measure doubtful periods; return those that fail, and the number of those that nobody can decide."""
    mode = terms.daily_rest_mode
    origin = context.timeline.origin
    if mode == "shift_gap":
        length = pl.col("end") - pl.col("start")
        measured = doubtful.with_columns(at_least=length, at_most=length, resumes="end")
    else:
        free = doubtful.filter(~holds_pass(doubtful, passes, origin, begun=mode == "rolling"))
        measured = longest_rests(
            free.select("person", "start", "end"), context.stretches, origin, context.first, context.after
        )
    failed, open_ends = too_short(with_demanded(context, measured, "daily_rest"), pl.col("demanded"))
    failed = failed.with_columns(measured="at_most")
    made_up = _compensated(context, failed)
    kept = failed.filter(made_up.fill_null(value=True).not_())
    flagged = _with_neighbours(context, kept) if mode == "shift_gap" else with_bookings(kept, context.work)
    return flagged, open_ends + made_up.null_count()


def _with_neighbours(context: Context, between: pl.DataFrame) -> pl.DataFrame:
    """Add `rows` and `planned` of the bookings before and after a gap."""
    first, after = between["first"], between["last"] + 1
    return between.with_columns(
        rows=rows_at(context.work, first, after), planned=any_at(context.work["planned"], first, after)
    )


def _compensated(context: Context, failed: pl.DataFrame) -> pl.Series:
    """Return whether the rest after a short one makes up for it; null where the export ends before."""
    if failed.is_empty():
        return pl.Series([], dtype=pl.Boolean)
    least = microseconds(context.in_force, "daily_rest_with_compensation", NEVER)
    may = failed.with_row_index("position").filter(pl.col("measured") >= least)
    answer = pl.Series([False] * failed.height, dtype=pl.Boolean)
    if may.is_empty():
        return answer
    ended = may.filter(pl.col("resumes").is_not_null())
    # The duty period that ends the rest, or goes on when it ends.
    duties = context.duties
    origin = context.timeline.origin
    starts = time_keys(duties, "start", origin)
    duty = starts.search_sorted(time_keys(ended, "resumes", origin), side="right") - 1
    following = (duty + 1).clip(upper_bound=duties.height - 1)
    last = (duty + 1 >= duties.height) | (duties["person"].gather(following) != ended["person"])
    again = pl.when("last").then(context.after).otherwise("again")
    judged = ended.with_columns(
        over=duties["end"].gather(duty), again=duties["start"].gather(following), last=last
    ).with_columns(
        enough=pl.when(again - pl.col("over") >= 2 * pl.col("demanded") - pl.col("measured"))
        .then(statement=True)
        .when("last")
        .then(None)
        .otherwise(statement=False)
    )
    answer = answer.scatter(may["position"], None)
    return answer.scatter(judged["position"], judged["enough"])


# Long passes of work and on-call in sequence: AB 13 § allows them when the rest after them is as long as the
# pass. They take the place of the eleven hours: the 24 hours in which such a pass lies cannot hold them.


def long_passes(context: Context) -> pl.DataFrame:
    """Return duty periods with on-call above `long_duty` and up to `long_duty_in_sequence`.

    Returns `person`, `start`, `end`, `first`, `last`, `agreement` as of `Context.duties`, and `next_start`,
    `next_first` (the `start` and `first` of the person's next duty period; null where there is none), sorted.
    """
    if not any(terms.long_duty_in_sequence != NO_LIMIT for terms in context.in_force.terms):
        return context.duties.clear().with_columns(
            next_start=pl.lit(None, dtype=pl.Int64), next_first=pl.lit(None, dtype=pl.UInt32)
        )
    length = pl.col("end") - pl.col("start")
    allowed = microseconds(context.in_force, "long_duty_in_sequence", 0)
    long = (
        context.duties.lazy()
        .with_columns(next_start=next_start(), next_first=next_start("first"))
        .filter(length > microseconds(context.in_force, "long_duty", NEVER), length <= allowed)
        .collect()
    )
    return long.filter(any_at(context.work["kind"] == ON_CALL, long["first"], long["last"] + 1))


def rests_after(context: Context, passes: pl.DataFrame) -> tuple[pl.DataFrame, int, int]:
    """Judge the rest after each long pass.

    Returns those too short, with `person`, `start`, `end` (the gap), `length`, `demanded` (µs), `first`,
    `last`, `agreement` (when it begins); how many were decided; and how many were not, because the export
    ends before the rest does.
    """
    rest = pl.col("next_start").fill_null(context.after) - pl.col("end")
    usual = microseconds(context.in_force, "daily_rest", 0)
    judged = passes.with_columns(
        length=rest, demanded=pl.max_horizontal(pl.col("end") - pl.col("start"), usual)
    )
    short = judged.filter(pl.col("length") < pl.col("demanded"))
    ended = short.filter(pl.col("next_start").is_not_null())
    gaps_after = ended.select(
        *("person", "length", "demanded"), start="end", end="next_start", first="last", last="next_first"
    )
    unknown = short.height - ended.height
    return context.with_agreement(gaps_after), passes.height - unknown, unknown


def holds_pass(windows: pl.DataFrame, passes: pl.DataFrame, origin: int, *, begun: bool) -> pl.Series:
    """Return whether a long pass begins in each window; with `begun`, whether one goes on when it begins."""
    if passes.is_empty() or windows.is_empty():
        return pl.Series([False] * windows.height, dtype=pl.Boolean)
    starts = time_keys(passes, "start", origin)
    if begun:
        position = starts.search_sorted(time_keys(windows, "start", origin), side="right")
    else:
        position = starts.search_sorted(time_keys(windows, "end", origin), side="left")
    latest = (position.cast(pl.Int64) - 1).clip(0)
    reach = passes["end" if begun else "start"].gather(latest)
    same = (passes["person"].gather(latest) == windows["person"]) & (position > 0)
    return same & ((reach > windows["start"]) if begun else (reach >= windows["start"]))


RULE = Rule(
    code="WT01",
    name="short-daily-rest",
    label=Phrase("rule.WT01", "Short daily rest"),
    message=Phrase("rule.WT01.message", "rests {measured}, {shortfall} short of {limit}"),
    source="Arbetstidslagen 13 §; AB 13 §",
    judge=judge,
    terms=(
        "daily_rest",
        "daily_rest_mode",
        "day_break",
        "daily_rest_with_compensation",
        "long_duty",
        "long_duty_in_sequence",
        "break_at_most",
    ),
)
