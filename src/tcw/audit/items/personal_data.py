"""C15: exports and snapshots are pseudonymised, or their retention date (*gallringsdatum*) has not passed.

A snapshot says so itself (`tcw checklist snapshot --pseudonymise`, `--retain-until`); for any source,
`checklist: retain_until` in tcw.yaml does. Where nothing says so, a person must know: the date may be in the
organisation's own plan.
"""

from datetime import date

import polars as pl

from tcw.audit.item import AuditContext, Item, ItemAnswer, problem
from tcw.model.export import Export
from tcw.wording import Message, Phrase

FAIL = Phrase("item.C15.fail", "A retention date has passed: delete what it is about.")
PASS = Phrase("item.C15.pass", "Both sides are pseudonymised, or have a retention date that has not passed.")
MANUAL = Phrase(
    "item.C15.manual",
    "Not every side is pseudonymised or has a retention date: set retain_until under checklist: in tcw.yaml, "
    "or say where it stands.",
)


def judge(context: AuditContext) -> ItemAnswer:
    """List how each side is protected."""
    rows = [
        (name, side.name, bool(side.snapshot and side.snapshot.pseudonymised), _until(side, context))
        for name, side in (("before", context.before), ("after", context.after))
    ]
    frame = pl.DataFrame(
        rows,
        schema={"side": pl.String, "source": pl.String, "pseudonymised": pl.Boolean, "retain_until": pl.Date},
        orient="row",
    )
    evidence = frame.with_columns(
        problem(
            past_retention=pl.col("retain_until") < context.as_of,
            no_retention=pl.col("retain_until").is_null() & ~pl.col("pseudonymised"),
        )
    )
    problems = set(evidence["problem"].drop_nulls())
    if "past_retention" in problems:
        return ItemAnswer("fail", Message(FAIL), evidence)
    if problems:
        return ItemAnswer("manual", Message(MANUAL), evidence)
    return ItemAnswer("pass", Message(PASS), evidence)


def _until(side: Export, context: AuditContext) -> date | None:
    own = side.snapshot.retain_until if side.snapshot else None
    return own or side.schedule.config.checklist.retain_until or context.config.checklist.retain_until


ITEM = Item(
    "C15",
    "personal-data",
    "semi",
    Phrase("item.C15", "Exports and snapshots are pseudonymised, or their retention date is set."),
    Phrase("item.C15.label", "Personal data"),
    judge,
)
