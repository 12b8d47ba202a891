"""C01: it is documented how it was before.

The earlier side is a snapshot, intact, and taken before the change. Reading a snapshot checks that it is
intact. When the change began is `checklist: change_from` in tcw.yaml; without it, the snapshot must at least
be older than the later side. A folder shows how it was, but not when it was taken: a person must know.
"""

import polars as pl

from tcw.audit.item import AuditContext, Item, ItemAnswer, problem
from tcw.model.export import SnapshotFacts
from tcw.wording import Message, Phrase

PASS = Phrase("item.C01.pass", "A snapshot of {taken}, intact, from before the change.")
LATE = Phrase("item.C01.late", "The snapshot was taken on {taken}, when the change had begun ({began}).")
FOLDER = Phrase(
    "item.C01.folder",
    "{name} is no snapshot: nothing shows when it was taken. Confirm it, "
    "and take one next time: tcw checklist snapshot.",
)


def judge(context: AuditContext) -> ItemAnswer:
    """Judge when the earlier side was taken."""
    sides = pl.DataFrame(
        [
            (name, side.name, _text(side.snapshot), side.snapshot.digest if side.snapshot else None)
            for name, side in (("before", context.before), ("after", context.after))
        ],
        schema=["side", "source", "taken", "digest"],
        orient="row",
    ).cast(pl.String)
    before, after = context.before.snapshot, context.after.snapshot
    if before is None:
        return ItemAnswer("manual", Message(FOLDER, {"name": context.before.name}), sides)
    began = context.config.checklist.change_from
    late = began is not None and before.made_at.date() >= began
    if late or (after is not None and before.made_at >= after.made_at):
        day = began or (after.made_at.date() if after else context.as_of)
        evidence = sides.with_columns(problem(changed=pl.col("side") == "before"))
        return ItemAnswer("fail", Message(LATE, {"taken": _text(before), "began": day.isoformat()}), evidence)
    return ItemAnswer("pass", Message(PASS, {"taken": _text(before)}), sides)


def _text(snapshot: SnapshotFacts | None) -> str | None:
    """Return when a snapshot was taken."""
    return f"{snapshot.made_at:%Y-%m-%d %H:%M}" if snapshot else None


ITEM = Item(
    "C01",
    "documented-before",
    "automatic",
    Phrase("item.C01", "It is documented how it was before: a snapshot, intact, older than the change."),
    Phrase("item.C01.label", "Before"),
    judge,
)
