"""C04: competences that no longer hold are gone (*Ta bort kompetenser som inte längre är aktuella*).

Introduced during the change is a competence that a person has on the later side only. It fails without an end date. Listed for a person to
decide: introduced ones that have expired, and ones that no order and no activity of tcw.yaml requires. Register extracts are C10's.
"""

import polars as pl

from tcw.audit.item import NOTHING_NEW, Answer, Ground, Item, problem, without
from tcw.model.tables import TABLE_NAMES
from tcw.rules.measures.requirements import folded, folded_text
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

FAIL = Phrase(
    "item.C04.fail", "{number} of {new:competence|competences} introduced {number:~has|have} no end date."
)
MANUAL = Phrase(
    "item.C04.manual",
    "{number} of {new:competence|competences} introduced {number:~has expired or is|have expired or are} not required: remove {number:~it|them}?",
)
PASS = Phrase(
    "item.C04.pass",
    "{new:competence was introduced; it has an end date and is required|competences were introduced; all have an end date and are required}.",
)


def judge(ground: Ground) -> Answer:
    """List the competences introduced."""
    if not (ground.given("competences") and ground.given("competences", side="before")):
        return without(Message(TABLE_NAMES["competences"]))
    new = _introduced(ground)
    if new.is_empty():
        return Answer("pass", Message(NOTHING_NEW))
    required = pl.Series(sorted(_required(ground)), dtype=pl.String)
    evidence = new.with_columns(
        problem(
            no_end=pl.col("valid_to").is_null(),
            expired=pl.col("valid_to") < ground.as_of,
            unused=~pl.any_horizontal(
                folded(pl.col(name)).is_in(required.implode()).fill_null(value=False)
                for name in ("competence_id", "name")
            ),
        )
    ).select("staff_id", "competence_id", "name", "valid_from", "valid_to", "problem")
    evidence = evidence.sort("competence_id", "staff_id")
    endless = evidence["valid_to"].null_count()
    wrong = evidence["problem"].drop_nulls().len()
    new_ones = Count(evidence.height)
    if endless:
        return Answer("fail", Message(FAIL, {"number": Count(endless), "new": new_ones}), evidence)
    if wrong:
        return Answer("manual", Message(MANUAL, {"number": Count(wrong), "new": new_ones}), evidence)
    return Answer("pass", Message(PASS, {"new": new_ones}), evidence)


def _introduced(ground: Ground) -> pl.DataFrame:
    before, after = (side.schedule.tables["competences"] for side in (ground.before, ground.after))
    plain = after.filter(pl.col("kind").ne_missing(pl.lit("register")))
    return plain.join(before, on=["staff_id", "competence_id"], how="anti").unique(maintain_order=True)


def _required(ground: Ground) -> set[str]:
    """Return what orders and the activities of tcw.yaml require, folded."""
    asked = ground.after.schedule.tables["orders"]["competences"].explode().drop_nulls()
    listed = (one for several in ground.config.rules.competences.values() for one in several)
    return {folded_text(one) for one in (*asked, *listed)}


ITEM = Item(
    "C04",
    "competences-left",
    "automatic",
    Phrase(
        "item.C04",
        "Competences introduced during the change have an end date, and those that no longer hold are gone.",
    ),
    Phrase("item.C04.label", "Competences"),
    judge,
)
