"""C03: activities that are no longer to be used are gone.

Source: *Ta bort aktiviteter på personal som sedan inte ska användas*.

An activity introduced during the change is one that only the later side has. It fails while it has no end
date or has not ended; while it is booked from the day of the check on, or after its end; and while people
(their services), orders or availability still name it. A new activity that a time bank or a rule still needs
ends on a date in the export, and is then only listed.
"""

import polars as pl

from tcw.audit.item import NOTHING_NEW, AuditContext, Item, ItemAnswer, by_problems, problem, without_table
from tcw.wording import Message, Phrase

FAIL = Phrase(
    "item.C03.fail",
    "{number} of {new:activity|activities} introduced "
    "{number:~is still in use or has not|are still in use or have not} ended.",
)
PASS = Phrase(
    "item.C03.pass",
    "{new:activity was introduced; it has ended, and nobody is on it"
    "|activities were introduced; all have ended, and nobody is on them}.",
)
BOOKED_SCHEMA = pl.Schema({"activity_id": pl.String(), "hours": pl.Float64(), "hours_from": pl.Float64()})
"""`hours` booked, and `hours_from`: those from the day of the check on, or after the activity's end."""


def judge(context: AuditContext) -> ItemAnswer:
    """List the activities introduced, with who and what still uses them."""
    if not context.given_on_both_sides("activities"):
        return without_table("activities")
    new = introduced(context)
    if new.is_empty():
        return ItemAnswer("pass", Message(NOTHING_NEW))
    ended = pl.col("valid_to") < context.as_of
    evidence = (
        new.join(_booked(context, new), on="activity_id", how="left")
        .with_columns(
            pl.col("hours", "hours_from").fill_null(0.0),
            people=_people(context, new),
            orders=_orders(context, new),
        )
        .select(
            *("activity_id", "name", "valid_from", "valid_to", "hours", "hours_from", "people", "orders"),
            problem(
                no_end=pl.col("valid_to").is_null(),
                not_ended=pl.col("valid_to") >= context.as_of,
                booked=pl.col("hours_from") > 0,
                linked=pl.col("people") > 0,
                offered=(pl.col("orders") > 0) & ended.fill_null(value=True),
            ),
        )
    )
    return by_problems(evidence, FAIL, PASS, "new")


def introduced(context: AuditContext) -> pl.DataFrame:
    """Return the activities that only the later side has: the table's columns."""
    before = context.before.schedule.activities["activity_id"]
    new = context.after.schedule.activities.filter(~pl.col("activity_id").is_in(before.implode()))
    return new.unique("activity_id", keep="last", maintain_order=True)


def _booked(context: AuditContext, new: pl.DataFrame) -> pl.DataFrame:
    """Return BOOKED_SCHEMA of the new activities that are booked at all."""
    names = context.after.schedule.bookings.collect_schema().names()
    lengths, days = [], []
    if "start_local" in names:
        lengths.append((pl.col("end_local") - pl.col("start_local")).dt.total_minutes() / 60)
        days.append(pl.col("start_local").dt.date())
    if "hours" in names:
        lengths.append(pl.col("hours"))
        days.append(pl.col("date"))
    if not days:
        return pl.DataFrame(schema=BOOKED_SCHEMA)
    length, day = pl.coalesce(lengths), pl.coalesce(days)
    late = (day >= context.as_of) | (day > pl.col("ends"))
    return (
        context.after.schedule.active.join(
            new.lazy().select("activity_id", ends="valid_to"), on="activity_id"
        )
        .group_by("activity_id")
        .agg(hours=length.sum(), hours_from=length.filter(late).sum())
        .collect()
    )


def _people(context: AuditContext, new: pl.DataFrame) -> pl.Series:
    """Return how many people have the activity, by id or name, among their services."""
    employed = pl.col("valid_to").is_null() | (pl.col("valid_to") >= context.as_of)
    staff = context.after.schedule.staff.filter(employed)
    services = staff.select("staff_id", service=pl.col("services")).explode("service").drop_nulls("service")
    return _counted(services, new, "staff_id")


def _orders(context: AuditContext, new: pl.DataFrame) -> pl.Series:
    """Return how many open orders from the day of the check on name the activity."""
    orders = context.after.schedule.tables["orders"]
    is_open = pl.col("status").is_null() | pl.col("status").is_in(["open", "returned"])
    later = orders.filter(is_open & (pl.col("start").dt.date() >= context.as_of))
    return _counted(later.select("order_id", service="activity_id"), new, "order_id")


def _counted(services: pl.DataFrame, new: pl.DataFrame, what: str) -> pl.Series:
    """Return how many different `what` have each new activity as their `service`, by its id or its name."""
    names = pl.concat(
        [new.select("activity_id", service="activity_id"), new.select("activity_id", service="name")]
    )
    counts = (
        services.join(names.drop_nulls().unique(), on="service")
        .group_by("activity_id")
        .agg(number=pl.col(what).n_unique())
    )
    counted = new.select("activity_id").join(counts, on="activity_id", how="left", maintain_order="left")
    return counted["number"].fill_null(0)


ITEM = Item(
    "C03",
    "activities-left",
    "automatic",
    Phrase(
        "item.C03",
        "Activities introduced during the change have ended, "
        "and nobody is linked to, booked or available on them.",
    ),
    Phrase("item.C03.label", "Activities"),
    judge,
)
