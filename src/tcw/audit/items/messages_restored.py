"""C12: message texts changed during the change are restored (*Ändra meddelandetext för förfrågningar*).

Those are the messages of activities, and the tables of messages.
"""

import polars as pl

from tcw.audit.changes import CHANGES_SCHEMA, listed
from tcw.audit.item import AuditContext, Item, ItemAnswer, by_rows
from tcw.audit.settings_tables import of_family
from tcw.wording import Message, Phrase

SAME = Phrase("item.C12.same", "The message texts are as before.")
FAIL = Phrase("item.C12.fail", "Message texts that are not as before, to be restored: {number}.")
NONE = Phrase(
    "item.C12.none",
    "Not judged: neither activities have messages nor was a table of message texts recognised; "
    "checklist: messages: in tcw.yaml names one.",
)
PROBLEM_OF_KIND = {
    "added": "added",
    "column_added": "added",
    "removed": "missing",
    "column_removed": "missing",
    "changed": "changed",
}


def judge(context: AuditContext) -> ItemAnswer:
    """List the message texts that differ."""
    tables = of_family(context.changes, "messages", context.config.checklist)
    activities = context.changes.of("activities")
    has_messages = activities is not None and any(
        "message" in side.compared for side in (activities.pair.before, activities.pair.after) if side
    )
    if not tables and not has_messages:
        return ItemAnswer("not_judged", Message(NONE))
    changes = [pl.DataFrame(schema=CHANGES_SCHEMA), *(listed(table) for table in tables)]
    if activities is not None:
        of_messages = (pl.col("column") == "message") & (pl.col("kind") == "changed")
        changes.append(listed(activities).filter(of_messages))
    evidence = pl.concat(changes).select(
        *("table", "key", "header", "before", "after"),
        problem=pl.col("kind").replace_strict(PROBLEM_OF_KIND, return_dtype=pl.String),
    )
    return by_rows(evidence, FAIL, SAME)


ITEM = Item(
    "C12",
    "messages-restored",
    "automatic",
    Phrase("item.C12", "Message texts changed during the change are restored."),
    Phrase("item.C12.label", "Messages"),
    judge,
)
