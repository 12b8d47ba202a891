"""C05: the report per person and per workplace is taken out (*Ta ut rapport på person och arbetsplats*). tcw makes it; a person files it."""

import polars as pl

from tcw.audit.item import Answer, Ground, Item, without
from tcw.errors import InputFault
from tcw.kpis.followup import followup
from tcw.kpis.selection import Selection
from tcw.model.tables import TABLE_NAMES
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count, Hours

SAID = Phrase(
    "item.C05.said",
    "The report is here: {people:person|people}, {hours} at {units:workplace|workplaces}. Read it, and file it.",
)


def judge(ground: Ground) -> Answer:
    """Make the report of the later side."""
    if not ground.given("bookings"):
        return without(Message(TABLE_NAMES["bookings"]))
    try:
        found = followup(ground.after.schedule, Selection(), ("person", "workplace"), "all")
    except InputFault:
        return without(Message(TABLE_NAMES["bookings"]))
    frame = found.frame.select("staff_id", "unit_id", "bookings", "hours")
    facts = {
        "people": Count(frame["staff_id"].n_unique()),
        "hours": Hours(float(frame["hours"].sum())),
        "units": Count(frame["unit_id"].drop_nulls().n_unique()),
    }
    return Answer("manual", Message(SAID, facts), frame.with_columns(pl.col("bookings").cast(pl.Int64)))


ITEM = Item(
    "C05",
    "reports-taken",
    "semi",
    Phrase("item.C05", "The report per person and per workplace has been taken out."),
    Phrase("item.C05.label", "Report"),
    judge,
)
