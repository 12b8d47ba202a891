"""C05: the report per person and per workplace is taken out (*Ta ut rapport på person och arbetsplats*).

tcw makes the report; a person files it.
"""

import polars as pl

from tcw.audit.item import AuditContext, Item, ItemAnswer, without_table
from tcw.errors import InputFault
from tcw.kpis.followup import followup
from tcw.kpis.selection import Selection
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count, Hours

READY = Phrase(
    "item.C05.said",
    "The report is here: {people:person|people}, {hours} at {units:workplace|workplaces}. "
    "Read it, and file it.",
)


def judge(context: AuditContext) -> ItemAnswer:
    """Make the report of the later side."""
    if not context.given("bookings"):
        return without_table("bookings")
    try:
        report = followup(context.after.schedule, Selection(), ("person", "workplace"), "all")
    except InputFault:
        return without_table("bookings")
    frame = report.frame.select("staff_id", "unit_id", pl.col("bookings").cast(pl.Int64), "hours")
    facts = {
        "people": Count(frame["staff_id"].n_unique()),
        "hours": Hours(float(frame["hours"].sum())),
        "units": Count(frame["unit_id"].drop_nulls().n_unique()),
    }
    return ItemAnswer("manual", Message(READY, facts), frame)


ITEM = Item(
    "C05",
    "reports-taken",
    "semi",
    Phrase("item.C05", "The report per person and per workplace has been taken out."),
    Phrase("item.C05.label", "Report"),
    judge,
)
