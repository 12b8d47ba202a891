"""C01: it is documented how it was before. The earlier side is a snapshot, intact (reading it checks that), and taken before the change.

When the change began is `checklist: change_from` in tcw.yaml; without it, a snapshot must at least be older than the later side. A folder
shows how it was, but not when it was taken: a person must know.
"""

from datetime import date

import polars as pl

from tcw.audit.item import Answer, Ground, Item, problem
from tcw.wording import Message, Phrase

PASS = Phrase("item.C01.pass", "A snapshot of {taken}, intact, from before the change.")
LATE = Phrase("item.C01.late", "The snapshot was taken on {taken}, when the change had begun ({began}).")
FOLDER = Phrase(
    "item.C01.folder",
    "{name} is no snapshot: nothing shows when it was taken. Confirm it, and take one next time: tcw checklist snapshot.",
)


def judge(ground: Ground) -> Answer:
    """Judge when the earlier side was taken."""
    sides = pl.DataFrame(
        {
            "side": ["before", "after"],
            "source": [ground.before.name, ground.after.name],
            "taken": [_taken(ground.before.snapshot), _taken(ground.after.snapshot)],
            "digest": [
                side.snapshot.digest if side.snapshot else None for side in (ground.before, ground.after)
            ],
        },
        schema={"side": pl.String, "source": pl.String, "taken": pl.String, "digest": pl.String},
    )
    facts = ground.before.snapshot
    if facts is None:
        return Answer("manual", Message(FOLDER, {"name": ground.before.name}), sides)
    taken, began = facts.taken, _began(ground)
    late = taken.date() >= began if began is not None else False
    after = ground.after.snapshot
    late = late or (after is not None and taken >= after.taken)
    if late:
        when = began or (after.taken.date() if after else ground.as_of)
        told = sides.with_columns(problem(not_ended=pl.lit(value=False), changed=pl.col("side") == "before"))
        return Answer(
            "fail", Message(LATE, {"taken": f"{taken:%Y-%m-%d %H:%M}", "began": when.isoformat()}), told
        )
    return Answer("pass", Message(PASS, {"taken": f"{taken:%Y-%m-%d %H:%M}"}), sides)


def _began(ground: Ground) -> date | None:
    return ground.config.checklist.change_from


def _taken(facts: object) -> str | None:
    taken = getattr(facts, "taken", None)
    return f"{taken:%Y-%m-%d %H:%M}" if taken else None


ITEM = Item(
    "C01",
    "documented-before",
    "automatic",
    Phrase("item.C01", "It is documented how it was before: a snapshot, intact, older than the change."),
    Phrase("item.C01.label", "Before"),
    judge,
)
