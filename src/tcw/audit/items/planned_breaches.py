"""C13: no planned overtime and no planned breach remains in the schedule. To plan one is forbidden, whatever was decided for acute cases.

The rules of `tcw check` are run on both sides; judged are planned findings of working time (WT) and planning (PL) that are errors. All
findings, new, remaining and gone, stand on the sheet Findings.
"""

import polars as pl

from tcw.audit.item import Answer, Ground, Item, without
from tcw.model.tables import TABLE_NAMES
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

FAIL = Phrase(
    "item.C13.fail",
    "Planned breaches that remain: {number}, new ones: {new}. All findings: {news} new, {remaining} remaining, {gone} gone.",
)
PASS = Phrase(
    "item.C13.pass", "No planned breach. All findings: {news} new, {remaining} remaining, {gone} gone."
)
FAMILIES = ("WT", "PL")


def judge(ground: Ground) -> Answer:
    """List the planned breaches of the later side."""
    if not ground.given("bookings"):
        return without(Message(TABLE_NAMES["bookings"]))
    planned = ground.findings.of(*FAMILIES).filter(
        (pl.col("phase") == "planned") & (pl.col("severity") == "error")
    )
    evidence = planned.select(
        "code",
        "staff_id",
        "unit_id",
        "from",
        "to",
        "measured",
        "limit",
        "unit",
        "state",
        problem=pl.lit("planned", dtype=pl.String),
    )
    counts = ground.findings.counts()
    facts: dict[str, object] = {
        "news": Count(counts["new"]),
        "remaining": Count(counts["remaining"]),
        "gone": Count(counts["gone"]),
    }
    if evidence.is_empty():
        return Answer("pass", Message(PASS, facts))
    facts |= {
        "number": Count(evidence.height),
        "new": Count(evidence.filter(pl.col("state") == "new").height),
    }
    return Answer("fail", Message(FAIL, facts), evidence)


ITEM = Item(
    "C13",
    "planned-breaches",
    "automatic",
    Phrase("item.C13", "No planned overtime and no planned breach remains in the schedule."),
    Phrase("item.C13.label", "Planned breaches"),
    judge,
)
