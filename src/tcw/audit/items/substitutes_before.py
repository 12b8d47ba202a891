"""C02: how the substitutes worked before (*Ha koll på hur vikarierna arbetade innan*).

Listed are hours by substitute, workplace, activity and week. Substitutes are the hourly paid. A person
compares the weeks before with those after.
"""

import polars as pl

from tcw.audit.item import AuditContext, Item, ItemAnswer
from tcw.errors import InputFault
from tcw.kpis.followup import followup
from tcw.kpis.selection import Selection
from tcw.model.export import Export
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count, Hours

COMPARE = Phrase(
    "item.C02.said",
    "{people:substitute|substitutes} worked {before} before and {after} after; compare them, week by week.",
)
NOBODY = Phrase(
    "item.C02.nobody",
    "Not judged: nobody is hourly paid in the earlier export, or nobody hourly paid is booked.",
)
KEYS = ("staff_id", "unit_id", "activity_id", "week")
HOURS_SCHEMA = pl.Schema({**dict.fromkeys(KEYS, pl.String()), "hours": pl.Float64()})


def judge(context: AuditContext) -> ItemAnswer:
    """Put the substitutes' hours of both sides beside each other."""
    before, after = hours(context.before), hours(context.after)
    if before.is_empty():
        return ItemAnswer("not_judged", Message(NOBODY))
    both = before.rename({"hours": "hours_before"}).join(
        after.rename({"hours": "hours_after"}), on=KEYS, how="full", coalesce=True, nulls_equal=True
    )
    facts = {
        "people": Count(before["staff_id"].n_unique()),
        "before": Hours(float(before["hours"].sum())),
        "after": Hours(float(after["hours"].sum())),
    }
    return ItemAnswer("manual", Message(COMPARE, facts), both.sort(KEYS, nulls_last=True))


def hours(side: Export) -> pl.DataFrame:
    """Return HOURS_SCHEMA of the hourly paid."""
    if "bookings" not in side.schedule.given or "staff" not in side.schedule.given:
        return pl.DataFrame(schema=HOURS_SCHEMA)
    hourly = Selection(employment_types=("hourly",))
    try:
        report = followup(side.schedule, hourly, ("person", "workplace", "activity"), "week")
    except InputFault:
        return pl.DataFrame(schema=HOURS_SCHEMA)
    return report.frame.select(*HOURS_SCHEMA)


ITEM = Item(
    "C02",
    "substitutes-before",
    "semi",
    Phrase(
        "item.C02",
        "It is known how the substitutes worked before: hours by person, workplace, activity and week.",
    ),
    Phrase("item.C02.label", "Substitutes"),
    judge,
)
