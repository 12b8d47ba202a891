"""C12: message texts changed during the change are restored (*Ändra meddelandetext för förfrågningar*): those of activities, and those of tables of messages."""

import polars as pl

from tcw.audit.changes import CHANGES_SCHEMA, listed
from tcw.audit.item import Answer, Ground, Item
from tcw.audit.settings_tables import of_family
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

SAME = Phrase("item.C12.same", "The message texts are as before.")
FAIL = Phrase("item.C12.fail", "Message texts that are not as before, to be restored: {number}.")
NONE = Phrase(
    "item.C12.none",
    "Not judged: neither activities have messages nor was a table of message texts recognised; checklist: messages: in tcw.yaml names one.",
)
KINDS = {
    "added": "added",
    "column_added": "added",
    "removed": "missing",
    "column_removed": "missing",
    "changed": "changed",
}


def judge(ground: Ground) -> Answer:
    """List the message texts that differ."""
    tables = of_family(ground.changes, "messages", ground.config.checklist)
    activities = ground.changes.of("activities")
    has_messages = activities is not None and any(
        "message" in side.compared for side in (activities.pair.before, activities.pair.after) if side
    )
    if not tables and not has_messages:
        return Answer("not_judged", Message(NONE))
    found = [pl.DataFrame(schema=CHANGES_SCHEMA), *(listed(table) for table in tables)]
    if activities is not None:
        found.append(
            listed(activities).filter((pl.col("column") == "message") & (pl.col("kind") == "changed"))
        )
    evidence = pl.concat(found).select(
        "table",
        "key",
        "header",
        "before",
        "after",
        problem=pl.col("kind").replace_strict(KINDS, return_dtype=pl.String),
    )
    if evidence.is_empty():
        return Answer("pass", Message(SAME))
    return Answer("fail", Message(FAIL, {"number": Count(evidence.height)}), evidence)


ITEM = Item(
    "C12",
    "messages-restored",
    "automatic",
    Phrase("item.C12", "Message texts changed during the change are restored."),
    Phrase("item.C12.label", "Messages"),
    judge,
)
