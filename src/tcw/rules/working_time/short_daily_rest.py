"""A person does not get eleven hours of unbroken rest in a period of 24 hours.

"Alla arbetstagare ska ha minst elva timmars sammanhängande ledighet under varje period om tjugofyra timmar (dygnsvila)"
(Arbetstidslagen 13 § first paragraph). Work of every kind and on-call (jour) break the rest; standby (beredskap) and absence do
not. All employments of a person count together, and durations are elapsed time: the night over a clock change has an
hour less or more.

The Act does not say when a period begins; it must be a fixed system. The agreement's `daily_rest_mode` says how the 24-hour
periods are laid:

- `rolling` (default): a period begins when work begins after a full rest, and again every 24 hours until the next full
  rest. The longest rest inside each period is measured, cut at the period's ends.
- `window`: fixed local days from the clock time `day_break` (dygnsbryt). The longest rest inside each is measured, cut at the day's
  ends; with `day_break` at midnight a day shift from 07 to 16 leaves only 8 hours, so set it to where the workplace's
  periods begin.
- `shift_gap`: each gap between two duty periods is measured whole, even across the day break. Gaps of at most `break_at_most`
  are a split shift's, not rests.

Exceptions that an agreement may have (both in AB 13 §, both set in the shipped `ab`):

- `daily_rest_with_compensation` (9 hours): a rest from there up to the limit passes when the next gap between duty periods
  is longer than the limit by at least what was missing.
- `long_duty_in_sequence` (20 hours): a pass of work and on-call above `long_duty` and up to this takes the place of the rest inside its
  own 24 hours; instead the rest after it must be at least as long as the pass. Where it is not, that gap is the finding.

Not judged: a period, or a rest after it, that reaches beyond the export when what is known does not decide it; days of which
only hours, and no clock times, are known. Not told apart: the temporary exception for what nobody could foresee (13 § second
paragraph, with equal rest in return), which is for whoever reads the finding to say. Whether the rest holds 00-05 is WT02.
"""

import polars as pl

from tcw.model.config.agreements import NO_LIMIT
from tcw.rules.engine.context import Context
from tcw.rules.engine.terms import Terms
from tcw.rules.measures.rests import (
    NEVER,
    any_of_kinds,
    any_planned,
    day_windows,
    days_from,
    days_of_hours_only,
    fixed_windows,
    in_order,
    limits,
    longest_rests,
    microseconds,
    with_bookings,
)
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.kinds import ON_CALL
from tcw.worktime.stretches import gaps


def long_passes(context: Context) -> pl.DataFrame:
    """Return duty periods with on-call above `long_duty` and up to `long_duty_in_sequence`.

    Returns `person`, `start`, `end`, `first`, `last`, `agreement` as of `Context.duties`, and `goes`, `after` (the start and `first` of
    the person's next duty period; null where there is none), sorted.
    """
    if not any(terms.long_duty_in_sequence != float("inf") for terms in context.in_force.terms):
        return context.duties.clear().with_columns(
            goes=pl.lit(None, dtype=pl.Int64), after=pl.lit(None, dtype=pl.UInt32)
        )
    length = pl.col("end") - pl.col("start")
    mine = pl.col("person") == pl.col("person").shift(-1)
    allowed = microseconds(context.in_force, "long_duty_in_sequence", 0)
    long = (
        context.duties.lazy()
        .with_columns(
            goes=pl.when(mine).then(pl.col("start").shift(-1)),
            after=pl.when(mine).then(pl.col("first").shift(-1)),
        )
        .filter(length > microseconds(context.in_force, "long_duty", NEVER), length <= allowed)
        .collect()
    )
    return long.filter(any_of_kinds(context.work, range(ON_CALL, ON_CALL + 1), long["first"], long["last"]))


def rests_after(context: Context, passes: pl.DataFrame) -> tuple[pl.DataFrame, int, int]:
    """Judge the rest after each long pass.

    Returns those too short, with `person`, `start`, `end` (the gap), `length`, `demanded` (µs), `first`, `last`, `agreement` (when it begins); how
    many were decided; and how many were not, because the export ends before the rest does.
    """
    rest = pl.col("goes").fill_null(context.after) - pl.col("end")
    judged = passes.with_columns(
        length=rest,
        demanded=pl.max_horizontal(
            pl.col("end") - pl.col("start"), microseconds(context.in_force, "daily_rest", 0)
        ),
    )
    short = judged.filter(pl.col("length") < pl.col("demanded"))
    known = short.filter(pl.col("goes").is_not_null())
    found = context.with_agreement(
        known.select(
            "person",
            "length",
            "demanded",
            start="end",
            end="goes",
            first="last",
            last="after",
        )
    )
    unknown = short.height - known.height
    return found, passes.height - unknown, unknown


def holds_pass(windows: pl.DataFrame, passes: pl.DataFrame, origin: int, *, begun: bool) -> pl.Series:
    """Return whether a long pass begins in each window; with `begun`, whether one is going on when the window begins."""
    if passes.is_empty() or windows.is_empty():
        return pl.Series([False] * windows.height, dtype=pl.Boolean)
    starts = passes.select(in_order("start", origin)).to_series()
    if begun:
        place = starts.search_sorted(windows.select(in_order("start", origin)).to_series(), side="right")
    else:
        place = starts.search_sorted(windows.select(in_order("end", origin)).to_series(), side="left")
    latest = (place.cast(pl.Int64) - 1).clip(0)
    reach = passes["end" if begun else "start"].gather(latest)
    mine = (passes["person"].gather(latest) == windows["person"]) & (place > 0)
    return mine & ((reach > windows["start"]) if begun else (reach >= windows["start"]))


def judge(context: Context) -> Judgement:
    """Return a finding for each 24-hour period, or gap, with too short a rest."""
    highest = max(limits(context.in_force, "daily_rest", 0))
    unknown = days_of_hours_only(context)
    why = "bookings.start" if unknown else ""
    if highest == 0 or context.work.is_empty():
        return Judgement(not_judged=unknown, why=why)
    passes = context.once(long_passes)
    short, judged, undecided = rests_after(context, passes)
    columns = ("person", "start", "end", "measured", "demanded", "agreement", "rows", "planned")
    found = [_beside(context, short.with_columns(measured="length")).select(columns)]
    for alike in _laid_alike(context):
        terms = context.in_force.terms[alike[0]]
        windows = _windows(context, terms)
        if len(alike) < len(context.in_force.terms):
            windows = (
                context.with_agreement(windows).filter(pl.col("agreement").is_in(alike)).drop("agreement")
            )
        doubtful = windows.filter(pl.col("short"))
        flagged, missing = _decided(context, doubtful, passes, terms)
        found.append(flagged.select(columns))
        judged += windows.height - missing
        undecided += missing
    return Judgement(
        pl.concat(found).select(
            *("person", "agreement", "rows", "planned"),
            measured=pl.col("measured") / US_PER_HOUR,
            limit=pl.col("demanded") / US_PER_HOUR,
            **{"from": "start", "to": "end"},
        ),
        judged=judged,
        not_judged=undecided + unknown,
        why=why,
    )


def _laid_alike(context: Context) -> list[list[int]]:
    """Return the agreements with a daily rest (their positions), together those that lay periods in the same way."""
    ways: dict[object, list[int]] = {}
    for place, terms in enumerate(context.in_force.terms):
        if terms.daily_rest != NO_LIMIT:
            day_break = terms.day_break if terms.daily_rest_mode == "window" else None
            ways.setdefault((terms.daily_rest_mode, day_break), []).append(place)
    return list(ways.values())


def _windows(context: Context, terms: Terms) -> pl.DataFrame:
    """Return `person`, `start`, `end` of all periods, and `short`: whether some agreement could ask for more than they surely hold."""
    highest = max(limits(context.in_force, "daily_rest", 0))
    match terms.daily_rest_mode:
        case "rolling":
            # Nothing inside a run is a full rest, so only what follows it can be one.
            follows = pl.col("goes").fill_null(context.after) - pl.col("stop")
            tight = (pl.col("end") - pl.col("stop") < highest) | (follows < highest)
            return context.once(day_windows).with_columns(short=tight)
        case "window":
            laid = fixed_windows(
                context.stretches, days_from(terms.day_break), context.clock, context.first, context.after
            )
            return laid.select("person", "start", "end", short=pl.col("known") < highest)
        case "shift_gap":
            # The gap after a long pass is judged by the pass's length.
            ended = context.once(long_passes).select("person", start="end")
            between = gaps(context.duties).join(
                ended, on=["person", "start"], how="anti", maintain_order="left"
            )
            return between.select(
                "person", "start", "end", "first", "last", short=pl.col("end") - pl.col("start") < highest
            )


def _decided(
    context: Context, doubtful: pl.DataFrame, passes: pl.DataFrame, terms: Terms
) -> tuple[pl.DataFrame, int]:
    """Measure doubtful periods; return those that fail, and the number of those that nobody can decide."""
    mode = terms.daily_rest_mode
    origin = context.timeline.origin
    if mode == "shift_gap":
        length = pl.col("end") - pl.col("start")
        measured = doubtful.with_columns(known=length, at_most=length, resumes="end")
    else:
        free = doubtful.filter(~holds_pass(doubtful, passes, origin, begun=mode == "rolling"))
        measured = longest_rests(
            free.select("person", "start", "end"), context.stretches, origin, context.first, context.after
        )
    measured = context.with_agreement(measured).with_columns(
        demanded=microseconds(context.in_force, "daily_rest", 0)
    )
    short = measured.filter(pl.col("known") < pl.col("demanded")).with_columns(measured="at_most")
    failed = short.filter(pl.col("at_most") < pl.col("demanded"))
    open_ends = short.height - failed.height
    made_up = _compensated(context, failed)
    kept = failed.filter(made_up.fill_null(value=True).not_())
    found = _beside(context, kept) if mode == "shift_gap" else with_bookings(kept, context.work)
    return found, open_ends + made_up.null_count()


def _beside(context: Context, found: pl.DataFrame) -> pl.DataFrame:
    """Add `rows` and `planned` of the bookings before and after a gap."""
    return found.with_columns(
        context.rows_between(found["first"], found["last"]).alias("rows"),
        any_planned(context.work, found["first"], found["last"]),
    )


def _compensated(context: Context, failed: pl.DataFrame) -> pl.Series:
    """Return whether the rest after a short one makes up for it; null where the export ends before that is seen."""
    if failed.is_empty():
        return pl.Series([], dtype=pl.Boolean)
    least = microseconds(context.in_force, "daily_rest_with_compensation", 1 << 60)
    may = failed.with_row_index("place").filter(pl.col("measured") >= least)
    answer = pl.Series([False] * failed.height, dtype=pl.Boolean)
    if may.is_empty():
        return answer
    told = may.filter(pl.col("resumes").is_not_null())
    # The duty period that ends the rest, or goes on when it ends.
    duties = context.duties
    origin = context.timeline.origin
    starts = duties.select(in_order("start", origin)).to_series()
    here = starts.search_sorted(told.select(in_order("resumes", origin)).to_series(), side="right") - 1
    beyond = (here + 1).clip(upper_bound=duties.height - 1)
    last = (here + 1 >= duties.height) | (duties["person"].gather(beyond) != told["person"])
    again = pl.when("last").then(context.after).otherwise("again")
    told = told.with_columns(
        over=duties["end"].gather(here), again=duties["start"].gather(beyond), last=last
    ).with_columns(
        enough=pl.when(again - pl.col("over") >= 2 * pl.col("demanded") - pl.col("measured"))
        .then(statement=True)
        .when("last")
        .then(None)
        .otherwise(statement=False)
    )
    answer = answer.scatter(may["place"], None)
    return answer.scatter(told["place"], told["enough"])


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
