"""C10: the criminal-record extract (*utdrag ur belastningsregistret*) is valid for everyone bookable where it is required.

Where is said in tcw.yaml: `rules: register_units` (ids or names, * is all) and `register_activities`. Bookable there is whoever is employed on the
day of the check and has the unit as home, is introduced there, or is booked there or on such an activity from that day on. The extract must
be valid on that day, and on every day booked there after it (BK06 of `tcw check`).
"""

import polars as pl

from tcw.audit.item import Answer, Ground, Item, problem, problems, without
from tcw.model.tables import TABLE_NAMES
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NOT_SAID = Phrase(
    "item.C10.not_said",
    "Not judged: nothing says where an extract is required; register_units and register_activities under rules: in tcw.yaml say it.",
)
FAIL = Phrase(
    "item.C10.fail",
    "{number} of {people:person|people} who can be booked where it is required {number:~has|have} no valid extract.",
)
PASS = Phrase(
    "item.C10.pass",
    "{people:~The|All} {people:person|people} who can be booked where it is required {people:~has|have} a valid extract.",
)
EVERY = "*"


def judge(ground: Ground) -> Answer:
    """List everybody bookable where an extract is required."""
    rules = ground.config.rules
    if not rules.register_units and not rules.register_activities:
        return Answer("not_judged", Message(NOT_SAID))
    for name in ("competences", "staff"):
        if not ground.given(name):
            return without(Message(TABLE_NAMES[name]))
    people = _bookable(ground)
    extracts = _extracts(ground)
    evidence = (
        people.join(extracts, on="person", how="left", maintain_order="left")
        .with_columns(
            problem(
                none=pl.col("has").is_null(),
                expired=pl.col("has").is_not_null()
                & ~(
                    (
                        pl.col("valid_from").is_null()
                        | (pl.col("valid_from") <= pl.max_horizontal("last", pl.lit(ground.as_of)))
                    )
                    & (
                        pl.col("valid_to").is_null()
                        | (pl.col("valid_to") >= pl.max_horizontal("last", pl.lit(ground.as_of)))
                    )
                ),
            )
        )
        .select("staff_id", "place", "last", "valid_from", "valid_to", "problem")
        .sort("staff_id", "place")
    )
    wrong = evidence.filter(pl.col("problem").is_not_null())
    counted = Count(evidence["staff_id"].n_unique())
    if problems(evidence):
        facts = {"number": Count(wrong["staff_id"].n_unique()), "people": counted}
        return Answer("fail", Message(FAIL, facts), evidence)
    return Answer("pass", Message(PASS, {"people": counted}), evidence)


def _bookable(ground: Ground) -> pl.DataFrame:
    """Return `staff_id`, `person`, `place` and `last` (Date: the last day booked there from the day of the check on)."""
    schedule, rules, day = ground.after.schedule, ground.config.rules, ground.as_of
    staff = schedule.staff.filter(
        (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
        & (pl.col("valid_from").is_null() | (pl.col("valid_from") <= day))
    ).with_columns(person=pl.coalesce("person_id", "staff_id"))
    units = _units(ground)
    homes = staff.select("staff_id", place="home_unit")
    introduced = schedule.tables["introductions"].select("staff_id", place="unit_id")
    booked = _booked(ground, units)
    asked = pl.concat([homes, introduced]).filter(_required("place", units, rules.register_units))
    if EVERY in rules.register_units:
        asked = pl.concat(
            [asked, staff.filter(pl.col("home_unit").is_null()).select("staff_id", place=pl.lit(EVERY))]
        )
    both = pl.concat([asked.with_columns(last=pl.lit(None, dtype=pl.Date)), booked])
    grouped = both.group_by("staff_id", "place").agg(pl.col("last").max())
    return grouped.join(staff.select("staff_id", "person").unique("staff_id"), on="staff_id", how="inner")


def _units(ground: Ground) -> list[str]:
    """Return the ids of the units that require an extract."""
    wanted = ground.config.rules.register_units
    named = ground.after.schedule.units.filter(pl.col("name").is_in(wanted))["unit_id"]
    return [*wanted, *named]


def _required(column: str, units: list[str], told: list[str]) -> pl.Expr:
    return pl.col(column).is_not_null() if EVERY in told else pl.col(column).is_in(units)


def _booked(ground: Ground, units: list[str]) -> pl.DataFrame:
    """Return `staff_id`, `place`, `last` of bookings from the day of the check on where an extract is required."""
    bookings, rules = ground.after.schedule.active, ground.config.rules
    names = bookings.collect_schema().names()
    days = [pl.col("end_local").dt.date()] if "end_local" in names else []
    days += [pl.col("date")] if "date" in names else []
    empty = pl.DataFrame(schema={"staff_id": pl.String, "place": pl.String, "last": pl.Date})
    if not days or not ground.given("bookings"):
        return empty
    unit = pl.col("unit_id") if "unit_id" in names else pl.lit(None, dtype=pl.String)
    everywhere = EVERY in rules.register_units or EVERY in rules.register_activities
    here = (
        pl.lit(value=True)
        if everywhere
        else unit.is_in(units) | pl.col("activity_id").is_in(rules.register_activities)
    )
    return (
        bookings.with_columns(last=pl.coalesce(days), place=pl.coalesce(unit, "activity_id"))
        .filter(here.fill_null(value=False) & (pl.col("last") >= ground.as_of))
        .group_by("staff_id", "place")
        .agg(pl.col("last").max())
        .select("staff_id", "place", "last")
        .collect()
    )


def _extracts(ground: Ground) -> pl.DataFrame:
    """Return each person's extract that is valid longest: `person`, `valid_from`, `valid_to`, `has`."""
    staff = ground.after.schedule.staff.select(
        "staff_id", person=pl.coalesce("person_id", "staff_id")
    ).unique("staff_id")
    rows = ground.after.schedule.tables["competences"].filter(pl.col("kind") == "register")
    good = ground.config.rules.register_valid_days
    until = pl.col("valid_to")
    if good is not None:
        until = until.fill_null(pl.col("valid_from") + pl.duration(days=good - 1))
    return (
        rows.with_columns(valid_to=until)
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
