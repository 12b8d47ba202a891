"""A person does not get 36 hours of unbroken rest in a period of seven days.

"Arbetstagarna ska ha minst trettiosex timmars sammanhängande ledighet under varje period om sju dagar
(veckovila)" (Arbetstidslagen 14 § first paragraph). Work of every kind and on-call (jour) break the rest, and
so does standby: "till veckovilan räknas inte beredskapstid". Absence does not. All employments of a person
count together, and durations are elapsed time.

The agreement's `weekly_rest_mode` says how the seven days are laid:

- `week` (default): fixed windows from `week_break_day` and `week_break_time` (veckobryt; Monday 00:00). The
  longest rest inside each is measured, cut at the window's ends.
- `straddle`: the same windows, but a rest belongs to the one in which it begins, and is measured whole,
  wherever it ends. It is never counted for two windows. Before a person's first booking the time inside the
  window counts.
- `rolling`: any seven days, whenever they begin. Between two rests of at least the limit, seven days without
  one fit when more than 168 h less twice the limit lie between them: two days off cut short by both ends of
  the seven days are not enough. The finding is what lies between; measured is the longest rest that even the
  worst seven days hold.

Not judged: windows that reach beyond the export when what is known does not decide them; days of which only
hours, and no clock times, are known. Not told apart: the temporary exception for what nobody could foresee
(14 § second paragraph, with equal rest in return). Not asked: that the rest lie at the weekend (only "så
långt möjligt"), and that it not overlap a daily rest.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.engine.terms import Terms
from tcw.rules.measures.bookings import window_findings, with_bookings
from tcw.rules.measures.rests import (
    days_of_hours_only,
    disposal,
    disposal_stretches,
    laid_alike,
    limits,
    longest_rests,
    of_agreements,
    runs,
    too_short,
    weeks_of,
    with_demanded,
)
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.weeks import US_PER_WEEK

COLUMNS = ("person", "start", "end", "at_most", "demanded", "first", "last", "agreement")
"""Of seven days with too short a rest (times in µs)."""


def judge(context: Context) -> Judgement:
    """Return a finding for each seven days with too short a rest."""
    unknown = days_of_hours_only(context)
    why = "bookings.start" if unknown else ""
    if max(limits(context.in_force, "weekly_rest", 0)) == 0 or context.once(disposal).is_empty():
        return Judgement(not_judged=unknown, why=why)
    judged, undecided = 0, unknown
    failed = []
    for terms, positions in laid_alike(
        context, "weekly_rest", lambda terms: (terms.weekly_rest_mode, _week_break(terms))
    ):
        rolling = terms.weekly_rest_mode == "rolling"
        united = context.once(disposal_stretches)
        laid = runs(context, united, "weekly_rest") if rolling else weeks_of(context, terms)
        laid = of_agreements(context, laid, positions)
        flagged, missing = (_runs_decided if rolling else _decided)(context, laid)
        failed.append(flagged.select(COLUMNS))
        judged += laid.height - missing
        undecided += missing
    return Judgement(
        window_findings(with_bookings(pl.concat(failed), context.once(disposal)), "at_most", "demanded"),
        judged=judged,
        not_judged=undecided,
        why=why,
    )


def _week_break(terms: Terms) -> object:
    return None if terms.weekly_rest_mode == "rolling" else (terms.week_break_day, terms.week_break_time)


def _decided(context: Context, windows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return the windows that fail, and how many nobody can decide."""
    highest = max(limits(context.in_force, "weekly_rest", 0))
    doubtful = windows.filter(pl.col("at_least") < highest)
    return too_short(with_demanded(context, doubtful, "weekly_rest"), pl.col("demanded"))


def _runs_decided(context: Context, laid: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return the runs that are too long, and how many at the export's ends nobody can decide."""
    highest = max(limits(context.in_force, "weekly_rest", 0))
    length = pl.col("end") - pl.col("start")
    # Nobody knows whether the time before a first booking and after a last one is a full rest.
    before = pl.when(pl.col("previous_end").is_null()).then(pl.col("start") - context.first)
    behind = pl.when(pl.col("next_start").is_null()).then(context.after - pl.col("end"))
    known = pl.min_horizontal(before.otherwise(highest), behind.otherwise(highest))
    doubtful = laid.filter((length > US_PER_WEEK - 2 * highest) | (known < highest))
    doubtful = with_demanded(context, doubtful, "weekly_rest")
    too_long = length > US_PER_WEEK - 2 * pl.col("demanded")
    # The longest rest inside may be one that another agreement's limit did not call full.
    measured = longest_rests(
        doubtful.filter(too_long, pl.col("demanded") > 0).select(
            "person", "start", "end", "agreement", "demanded"
        ),
        context.once(disposal_stretches),
        context.timeline.origin,
        context.first,
        context.after,
    ).with_columns(at_most=pl.max_horizontal("at_most", (US_PER_WEEK - length) // 2, 0))
    failed = measured.filter(pl.col("at_most") < pl.col("demanded"))
    missing = doubtful.filter(too_long.not_(), known < pl.col("demanded")).height
    return failed, missing


RULE = Rule(
    code="WT03",
    name="short-weekly-rest",
    label=Phrase("rule.WT03", "Short weekly rest"),
    message=Phrase("rule.WT03.message", "rests {measured} in seven days, {shortfall} short of {limit}"),
    source="Arbetstidslagen 14 §",
    judge=judge,
    terms=("weekly_rest", "weekly_rest_mode", "week_break_day", "week_break_time"),
)
