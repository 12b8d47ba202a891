"""C10: criminal-record extracts (*utdrag ur belastningsregistret*) are valid.

That is, for everyone who can be booked where one is required. `rules: register_units` (ids or names, * is
all) and `register_activities` in tcw.yaml say where. Bookable there is whoever is employed on the day of the
check and has the unit as home, is introduced there, or is booked there or on such an activity from that day
on. The extract must be valid on that day, and on every day booked there after it (BK06 of `tcw check`).
"""

import polars as pl

from tcw.audit.item import AuditContext, Item, ItemAnswer, problem, without_table
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NOT_SAID = Phrase(
    "item.C10.not_said",
    "Not judged: nothing says where an extract is required; "
    "register_units and register_activities under rules: in tcw.yaml say it.",
)
FAIL = Phrase(
    "item.C10.fail",
    "{number} of {people:person|people} who can be booked where it is required "
    "{number:~has|have} no valid extract.",
)
PASS = Phrase(
    "item.C10.pass",
    "{people:~The|All} {people:person|people} who can be booked where it is required "
    "{people:~has|have} a valid extract.",
)
EVERY = "*"
BOOKABLE_SCHEMA = pl.Schema({"staff_id": pl.String(), "place": pl.String(), "last": pl.Date()})
"""`place`: a unit, or an activity where nothing names the unit; `last`: the last day booked there."""


def judge(context: AuditContext) -> ItemAnswer:
    """List everybody bookable where an extract is required."""
    rules = context.config.rules
    if not rules.register_units and not rules.register_activities:
        return ItemAnswer("not_judged", Message(NOT_SAID))
    for name in ("competences", "staff"):
        if not context.given(name):
            return without_table(name)
    needed = pl.max_horizontal("last", pl.lit(context.as_of))
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= needed)
    not_ended = pl.col("valid_to").is_null() | (pl.col("valid_to") >= needed)
    evidence = (
        _bookable(context)
        .join(_extracts(context), on="person", how="left", maintain_order="left")
        .select(
            *("staff_id", "place", "last", "valid_from", "valid_to"),
            problem(none=pl.col("has").is_null(), expired=pl.col("has").is_not_null() & ~(begun & not_ended)),
        )
        .sort("staff_id", "place")
    )
    wrong = evidence.filter(pl.col("problem").is_not_null())
    people = Count(evidence["staff_id"].n_unique())
    if wrong.height:
        facts = {"number": Count(wrong["staff_id"].n_unique()), "people": people}
        return ItemAnswer("fail", Message(FAIL, facts), evidence)
    return ItemAnswer("pass", Message(PASS, {"people": people}), evidence)


def _bookable(context: AuditContext) -> pl.DataFrame:
    """Return BOOKABLE_SCHEMA, and `person`: who may be booked where, one row each."""
    schedule, rules, day = context.after.schedule, context.config.rules, context.as_of
    staff = schedule.staff.filter(
        (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
        & (pl.col("valid_from").is_null() | (pl.col("valid_from") <= day))
    ).with_columns(person=pl.coalesce("person_id", "staff_id"))
    units = _units(context)
    homes = staff.select("staff_id", place="home_unit")
    introduced = schedule.tables["introductions"].select("staff_id", place="unit_id")
    everywhere = EVERY in rules.register_units
    is_required = pl.col("place").is_not_null() if everywhere else pl.col("place").is_in(units)
    places = [pl.concat([homes, introduced]).filter(is_required)]
    if everywhere:
        without_home = staff.filter(pl.col("home_unit").is_null())
        places.append(without_home.select("staff_id", place=pl.lit(EVERY)))
    unbooked = pl.concat(places).with_columns(last=pl.lit(None, dtype=pl.Date))
    both = pl.concat([unbooked, _booked(context, units)])
    grouped = both.group_by("staff_id", "place").agg(pl.col("last").max())
    return grouped.join(staff.select("staff_id", "person").unique("staff_id"), on="staff_id", how="inner")


def _units(context: AuditContext) -> list[str]:
    """Return the ids of the units that require an extract."""
    ids_or_names = context.config.rules.register_units
    return [*ids_or_names, *context.after.schedule.unit_ids(ids_or_names, any_case=False)]


def _booked(context: AuditContext, units: list[str]) -> pl.DataFrame:
    """Return BOOKABLE_SCHEMA of bookings from the day of the check on, where an extract is required."""
    bookings, rules = context.after.schedule.active, context.config.rules
    names = bookings.collect_schema().names()
    days = [pl.col("end_local").dt.date()] if "end_local" in names else []
    days += [pl.col("date")] if "date" in names else []
    if not days or not context.given("bookings"):
        return pl.DataFrame(schema=BOOKABLE_SCHEMA)
    unit = pl.col("unit_id") if "unit_id" in names else pl.lit(None, dtype=pl.String)
    is_required = unit.is_in(units) | pl.col("activity_id").is_in(rules.register_activities)
    if EVERY in (*rules.register_units, *rules.register_activities):
        is_required = pl.lit(value=True)
    return (
        bookings.with_columns(last=pl.coalesce(days), place=pl.coalesce(unit, "activity_id"))
        .filter(is_required.fill_null(value=False) & (pl.col("last") >= context.as_of))
        .group_by("staff_id", "place")
        .agg(pl.col("last").max())
        .select(*BOOKABLE_SCHEMA)
        .collect()
    )


def _extracts(context: AuditContext) -> pl.DataFrame:
    """Return each person's extract that is valid longest: `person`, `valid_from`, `valid_to`, `has`."""
    schedule, days_valid = context.after.schedule, context.config.rules.register_valid_days
    staff = schedule.staff.select("staff_id", person=pl.coalesce("person_id", "staff_id")).unique("staff_id")
    until = pl.col("valid_to")
    if days_valid is not None:
        until = until.fill_null(pl.col("valid_from") + pl.duration(days=days_valid - 1))
    return (
        schedule.tables["competences"]
        .filter(pl.col("kind") == "register")
        .with_columns(valid_to=until)
        .join(staff, on="staff_id")
        .sort("valid_to", nulls_last=True)
        .unique("person", keep="last", maintain_order=True)
        .select("person", "valid_from", "valid_to", has=pl.lit(value=True))
    )


ITEM = Item(
    "C10",
    "register-extracts",
    "automatic",
    Phrase(
        "item.C10",
        "The criminal-record extract is valid for everyone who can be booked where it is required.",
    ),
    Phrase("item.C10.label", "Extracts"),
    judge,
)
