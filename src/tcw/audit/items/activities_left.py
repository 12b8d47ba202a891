"""C03: activities that are no longer to be used are gone (*Ta bort aktiviteter på personal som sedan inte ska användas*).

An activity introduced during the change is one that only the later side has. It fails while it has no end date or has not ended, while it is
booked from the day of the check on or after its end, and while people (their services), orders or availability still name it. A new activity
that a tidbank or a rule still needs is ended with a date in the export, and then only listed.
"""

from datetime import date

import polars as pl

from tcw.audit.item import NOTHING_NEW, Answer, Ground, Item, problem, problems, without
from tcw.model.tables import TABLE_NAMES
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

FAIL = Phrase(
    "item.C03.fail",
    "{number} of {new:activity|activities} introduced {number:~is still in use or has not|are still in use or have not} ended.",
)
PASS = Phrase(
    "item.C03.pass",
    "{new:activity was introduced; it has ended, and nobody is on it|activities were introduced; all have ended, and nobody is on them}.",
)


def judge(ground: Ground) -> Answer:
    """List the activities introduced, with who and what still uses them."""
    if not (ground.given("activities") and ground.given("activities", side="before")):
        return without(Message(TABLE_NAMES["activities"]))
    new = introduced(ground)
    if new.is_empty():
        return Answer("pass", Message(NOTHING_NEW))
    evidence = new.join(_booked(ground, new), on="activity_id", how="left").with_columns(
        pl.col("hours", "hours_from").fill_null(0.0),
        people=_people(ground, new),
        orders=_orders(ground, new),
    )
    ended = pl.col("valid_to") < ground.as_of
    evidence = evidence.with_columns(
        problem(
            no_end=pl.col("valid_to").is_null(),
            not_ended=pl.col("valid_to") >= ground.as_of,
            booked=pl.col("hours_from") > 0,
            linked=pl.col("people") > 0,
            offered=(pl.col("orders") > 0) & ended.fill_null(value=True),
        )
    ).select(
        "activity_id", "name", "valid_from", "valid_to", "hours", "hours_from", "people", "orders", "problem"
    )
    wrong = problems(evidence)
    facts = {"number": Count(wrong), "new": Count(evidence.height)}
    return Answer("fail" if wrong else "pass", Message(FAIL if wrong else PASS, facts), evidence)


def introduced(ground: Ground) -> pl.DataFrame:
    """Return the activities that only the later side has: the table's columns."""
    known = ground.before.schedule.activities["activity_id"]
    return ground.after.schedule.activities.filter(~pl.col("activity_id").is_in(known.implode())).unique(
        "activity_id", keep="last", maintain_order=True
    )


def _booked(ground: Ground, new: pl.DataFrame) -> pl.DataFrame:
    """Return `activity_id`, `hours` booked, and `hours_from`: those from the day of the check on, or after the activity's end."""
    names = ground.after.schedule.bookings.collect_schema().names()
    parts = []
    if "start_local" in names:
        length = (pl.col("end_local") - pl.col("start_local")).dt.total_minutes() / 60
        parts.append((length, pl.col("start_local").dt.date()))
    if "hours" in names:
        parts.append((pl.col("hours"), pl.col("date")))
    if not parts:
        return pl.DataFrame(schema={"activity_id": pl.String, "hours": pl.Float64, "hours_from": pl.Float64})
    long = pl.coalesce(*(length for length, _ in parts))
    day = pl.coalesce(*(day for _, day in parts))
    ends = new.lazy().select("activity_id", ends="valid_to")
    late = (day >= ground.as_of) | (day > pl.col("ends"))
    return (
        ground.after.schedule.active.join(ends, on="activity_id")
        .group_by("activity_id")
        .agg(hours=long.sum(), hours_from=long.filter(late).sum())
        .collect()
    )


def _people(ground: Ground, new: pl.DataFrame) -> pl.Series:
    """Return how many people have the activity, by id or name, among their services."""
    staff = ground.after.schedule.staff.filter(_employed(ground.as_of))
    linked = staff.select("staff_id", service=pl.col("services")).explode("service").drop_nulls("service")
    return _counted(linked, new, "staff_id")


def _orders(ground: Ground, new: pl.DataFrame) -> pl.Series:
    """Return how many open orders from the day of the check on name the activity."""
    orders = ground.after.schedule.tables["orders"]
    still = pl.col("status").is_null() | pl.col("status").is_in(["open", "returned"])
    later = orders.filter(still & (pl.col("start").dt.date() >= ground.as_of))
    return _counted(later.select("order_id", service="activity_id"), new, "order_id")


def _counted(linked: pl.DataFrame, new: pl.DataFrame, what: str) -> pl.Series:
    names = (
        pl.concat(
            [new.select("activity_id", service="activity_id"), new.select("activity_id", service="name")]
        )
        .drop_nulls()
        .unique()
    )
    counts = linked.join(names, on="service").group_by("activity_id").agg(number=pl.col(what).n_unique())
    return (
        new.select("activity_id")
        .join(counts, on="activity_id", how="left", maintain_order="left")["number"]
        .fill_null(0)
    )


def _employed(day: date) -> pl.Expr:
    return pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)


ITEM = Item(
    "C03",
    "activities-left",
    "automatic",
    Phrase(
        "item.C03",
        "Activities introduced during the change have ended, and nobody is linked to, booked or available on them.",
    ),
    Phrase("item.C03.label", "Activities"),
    judge,
)
