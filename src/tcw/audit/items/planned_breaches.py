"""C13: no planned overtime and no planned breach remains in the schedule.

To plan one is forbidden, whatever was decided for acute cases. The rules of `tcw check` run on both sides.
Judged are planned findings of working time (WT) and planning (PL) that are errors. All findings, new,
remaining and gone, are on the sheet Findings.
"""

import polars as pl

from tcw.audit.item import AuditContext, Item, ItemAnswer, without_table
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

FAIL = Phrase(
    "item.C13.fail",
    "Planned breaches that remain: {number}, new ones: {new}. "
    "All findings: {news} new, {remaining} remaining, {gone} gone.",
)
PASS = Phrase(
    "item.C13.pass", "No planned breach. All findings: {news} new, {remaining} remaining, {gone} gone."
)
FAMILIES = ("WT", "PL")


def judge(context: AuditContext) -> ItemAnswer:
    """List the planned breaches of the later side."""
    if not context.given("bookings"):
        return without_table("bookings")
    evidence = (
        context.findings.of(*FAMILIES)
        .filter((pl.col("phase") == "planned") & (pl.col("severity") == "error"))
        .select(
            *("code", "staff_id", "unit_id", "from", "to", "measured", "limit", "unit", "state"),
            problem=pl.lit("planned", dtype=pl.String),
        )
    )
    counts = context.findings.counts()
    facts: dict[str, object] = {
        "news": Count(counts["new"]),
        "remaining": Count(counts["remaining"]),
        "gone": Count(counts["gone"]),
    }
    if evidence.is_empty():
        return ItemAnswer("pass", Message(PASS, facts))
    facts |= {
        "number": Count(evidence.height),
        "new": Count(evidence.filter(pl.col("state") == "new").height),
    }
    return ItemAnswer("fail", Message(FAIL, facts), evidence)


ITEM = Item(
    "C13",
    "planned-breaches",
    "automatic",
    Phrase("item.C13", "No planned overtime and no planned breach remains in the schedule."),
    Phrase("item.C13.label", "Planned breaches"),
    judge,
)
