"""Somebody works where a criminal-record extract (utdrag ur belastningsregistret) is required, and has no valid one.

Where and on what it is required is said in tcw.yaml: `rules: register_units` (ids or names of units, `*` is
all) and `register_activities`. An extract is a row of the competences table of the kind register, for any of
the person's employments, and must be valid (valid from, valid to) on every local day that the booking
touches. `register_valid_days` is how many days an extract without an end date is good for, the first
included; without that setting it is good forever.

The law asks for the extract before the employment (for schools skollagen 2 kap. 31 §, for work with children
lag (2013:852)); how old one may be in later years is for the employer to say.

One finding for each booking of working time. Measured and limit: the booking's days with a valid extract, and
all of them. Not judged: people whose only extract has no date at all where `register_valid_days` is set;
everybody where the source has no competences table, or none that tells kinds.
"""  # noqa: E501 - the summary is shown as it is

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import booked_days, failing
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.coverage import coverage_of_days
from tcw.worktime.kinds import working

EVERY = "*"


def judge(context: Context) -> Judgement:
    """Return a finding for each booking that requires an extract without one through all of its days."""
    if not context.settings.register_units and not context.settings.register_activities:
        return Judgement(why="rules.register_units")
    needed = booked_days(context, working(), _required(context))
    register = context.tables["competences"]
    if "competences" not in context.schedule.given:
        return Judgement(not_judged=needed.height, why="competences")
    if register["kind"].is_null().all():
        return Judgement(not_judged=needed.height, why="competences.kind")
    extracts = register.filter(pl.col("kind") == "register").join(context.employments, on="staff_id")
    good_days = context.settings.register_valid_days
    undated = extracts.clear()
    last = pl.col("valid_to")
    if good_days is not None:
        bare = pl.col("valid_from").is_null() & last.is_null()
        undated, extracts = extracts.filter(bare), extracts.filter(~bare)
        last = last.fill_null(pl.col("valid_from") + pl.duration(days=good_days - 1))
    valid = coverage_of_days(
        extracts.with_columns(last_day=last), context.timeline.origin, "person", last="last_day"
    )
    length = pl.col("ends") - pl.col("begins")
    covered = valid.length(needed, "person", "begins", "ends")
    missing = needed.with_columns(covered=covered).filter(pl.col("covered") < length)
    sure = missing.join(undated, on="person", how="anti")
    unknown = missing.height - sure.height
    return failing(
        sure,
        judged=needed.height - unknown,
        not_judged=unknown,
        why="competences.valid_from",
        measured=pl.col("covered") / US_PER_DAY,
        limit=length / US_PER_DAY,
    )


def _required(context: Context) -> pl.Expr:
    """Return whether a booking's unit or activity requires an extract."""
    units, activities = context.settings.register_units, context.settings.register_activities
    if EVERY in units or EVERY in activities:
        return pl.lit(value=True)
    ids = [*units, *context.schedule.unit_ids(units, any_case=False)]
    places = context.timeline.units.filter(pl.col("unit_id").is_in(ids))
    kinds = context.timeline.activities.filter(pl.col("activity_id").is_in(activities))
    at = pl.col("unit").is_in(places["unit"].implode()).fill_null(value=False)
    return at | pl.col("activity").is_in(kinds["activity"].implode())


RULE = Rule(
    code="BK06",
    name="register-extract-missing",
    label=Phrase("rule.BK06", "Register extract missing"),
    message=Phrase(
        "rule.BK06.message", "has a valid criminal-record extract on {measured} of the booking's {limit}"
    ),
    source="Skollagen 2 kap. 31 §, lag (2013:852)",
    judge=judge,
    unit="days",
    settings=("register_units", "register_activities", "register_valid_days"),
    needs=("competences",),
)
