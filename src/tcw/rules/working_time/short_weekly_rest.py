"""A person does not get 36 hours of unbroken rest in a period of seven days.

"Arbetstagarna ska ha minst trettiosex timmars sammanhängande ledighet under varje period om sju dagar (veckovila)"
(Arbetstidslagen 14 § first paragraph). Work of every kind and on-call (jour) break the rest, and so does standby: "till veckovilan
räknas inte beredskapstid". Absence does not. All employments of a person count together, and durations are elapsed time.

The agreement's `weekly_rest_mode` says how the seven days are laid:

- `week` (default): fixed windows from `week_break_day` and `week_break_time` (veckobryt; Monday 00:00). The longest rest inside each is
  measured, cut at the window's ends.
- `straddle`: the same windows, but a rest belongs to the one in which it begins, and is measured whole, wherever it ends. It is never
  counted for two windows. Before a person's first booking the time inside the window counts.
- `rolling`: any seven days, whenever they begin. Between two rests of at least the limit, seven days without one fit when more than
  168 h less twice the limit lie between them: two days off cut short by both ends of the seven days are not enough. The finding
  is what lies between; measured is the longest rest that even the worst seven days hold.

Not judged: windows that reach beyond the export when what is known does not decide them; days of which only hours, and no clock times,
are known. Not told apart: the temporary exception for what nobody could foresee (14 § second paragraph, with equal rest in return).
Not asked: that the rest lie at the weekend (only "så långt möjligt"), and that it not overlap a daily rest.
"""

import polars as pl

from tcw.model.config.agreements import NO_LIMIT
from tcw.rules.engine.context import Context
from tcw.rules.engine.terms import Terms
from tcw.rules.measures.rests import (
    days_of_hours_only,
    disposal,
    disposal_stretches,
    limits,
    longest_rests,
    microseconds,
    runs,
    weeks_of,
    with_bookings,
)
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.weeks import US_PER_WEEK

FOUND = ("person", "start", "end", "at_most", "demanded", "first", "last", "agreement")


def judge(context: Context) -> Judgement:
    """Return a finding for each seven days with too short a rest."""
    unknown = days_of_hours_only(context)
    why = "bookings.start" if unknown else ""
    if max(limits(context.in_force, "weekly_rest", 0)) == 0 or context.once(disposal).is_empty():
        return Judgement(not_judged=unknown, why=why)
    judged, undecided = 0, unknown
    found = []
    for alike in _laid_alike(context):
        terms = context.in_force.terms[alike[0]]
        laid = _laid(context, terms)
        if len(alike) < len(context.in_force.terms):
            laid = context.with_agreement(laid).filter(pl.col("agreement").is_in(alike)).drop("agreement")
        failed, missing = (_runs_decided if terms.weekly_rest_mode == "rolling" else _decided)(context, laid)
        found.append(failed.select(FOUND))
        judged += laid.height - missing
        undecided += missing
    every = pl.concat(found)
    every = with_bookings(every, context.once(disposal))
    return Judgement(
        every.select(
            *("person", "agreement", "rows", "planned"),
            measured=pl.col("at_most") / US_PER_HOUR,
            limit=pl.col("demanded") / US_PER_HOUR,
            **{"from": "start", "to": "end"},
        ),
        judged=judged,
        not_judged=undecided,
        why=why,
    )


def _laid_alike(context: Context) -> list[list[int]]:
    """Return the agreements with a weekly rest (their positions), together those that lay the seven days in the same way."""
    ways: dict[object, list[int]] = {}
    for place, terms in enumerate(context.in_force.terms):
        if terms.weekly_rest != NO_LIMIT:
            fixed = terms.weekly_rest_mode != "rolling"
            begins = (terms.week_break_day, terms.week_break_time) if fixed else None
            ways.setdefault((terms.weekly_rest_mode, begins), []).append(place)
    return list(ways.values())


def _laid(context: Context, terms: Terms) -> pl.DataFrame:
    if terms.weekly_rest_mode == "rolling":
        return runs(context, context.once(disposal_stretches), "weekly_rest")
    return weeks_of(context, terms)


def _decided(context: Context, windows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return the windows that fail, and how many nobody can decide."""
    highest = max(limits(context.in_force, "weekly_rest", 0))
    doubtful = context.with_agreement(windows.filter(pl.col("known") < highest)).with_columns(
        demanded=microseconds(context.in_force, "weekly_rest", 0)
    )
    short = doubtful.filter(pl.col("known") < pl.col("demanded"))
    failed = short.filter(pl.col("at_most") < pl.col("demanded"))
    return failed, short.height - failed.height


def _runs_decided(context: Context, laid: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return the runs that are too long, and how many nobody can decide: those at the export's ends that are not too long yet."""
    highest = max(limits(context.in_force, "weekly_rest", 0))
    length = pl.col("end") - pl.col("start")
    # Nobody knows whether the time before a first booking and after a last one is a full rest.
    before = pl.when(pl.col("came").is_null()).then(pl.col("start") - context.first).otherwise(highest)
    behind = pl.when(pl.col("goes").is_null()).then(context.after - pl.col("end")).otherwise(highest)
    known = pl.min_horizontal(before, behind)
    doubtful = context.with_agreement(
        laid.filter((length > US_PER_WEEK - 2 * highest) | (known < highest))
    ).with_columns(demanded=microseconds(context.in_force, "weekly_rest", 0))
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
