"""C04: competences that no longer hold are gone (*Ta bort kompetenser som inte längre är aktuella*).

Introduced during the change is a competence that a person has on the later side only. It fails without an end
date. A person decides about those that have expired, and those that no order and no activity of tcw.yaml
requires. Register extracts are C10's.
"""

import polars as pl

from tcw.audit.item import NOTHING_NEW, AuditContext, Item, ItemAnswer, count_problems, problem, without_table
from tcw.rules.measures.requirements import folded, folded_text
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

FAIL = Phrase(
    "item.C04.fail", "{number} of {new:competence|competences} introduced {number:~has|have} no end date."
)
MANUAL = Phrase(
    "item.C04.manual",
    "{number} of {new:competence|competences} introduced "
    "{number:~has expired or is|have expired or are} not required: remove {number:~it|them}?",
)
PASS = Phrase(
    "item.C04.pass",
    "{new:competence was introduced; it has an end date and is required"
    "|competences were introduced; all have an end date and are required}.",
)


def judge(context: AuditContext) -> ItemAnswer:
    """List the competences introduced."""
    if not context.given_on_both_sides("competences"):
        return without_table("competences")
    new = _introduced(context)
    if new.is_empty():
        return ItemAnswer("pass", Message(NOTHING_NEW))
    required = pl.Series(sorted(_required(context)), dtype=pl.String).implode()
    is_required = pl.any_horizontal(
        folded(pl.col(name)).is_in(required).fill_null(value=False) for name in ("competence_id", "name")
    )
    evidence = new.select(
        *("staff_id", "competence_id", "name", "valid_from", "valid_to"),
        problem(
            no_end=pl.col("valid_to").is_null(),
            expired=pl.col("valid_to") < context.as_of,
            unused=~is_required,
        ),
    ).sort("competence_id", "staff_id")
    endless, wrong, number = (
        evidence["valid_to"].null_count(),
        count_problems(evidence),
        Count(evidence.height),
    )
    if endless:
        return ItemAnswer("fail", Message(FAIL, {"number": Count(endless), "new": number}), evidence)
    if wrong:
        return ItemAnswer("manual", Message(MANUAL, {"number": Count(wrong), "new": number}), evidence)
    return ItemAnswer("pass", Message(PASS, {"new": number}), evidence)


def _introduced(context: AuditContext) -> pl.DataFrame:
    before, after = (side.schedule.tables["competences"] for side in (context.before, context.after))
    plain = after.filter(pl.col("kind").ne_missing(pl.lit("register")))
    return plain.join(before, on=["staff_id", "competence_id"], how="anti").unique(maintain_order=True)


def _required(context: AuditContext) -> set[str]:
    """Return what orders and the activities of tcw.yaml require, folded."""
    of_orders = context.after.schedule.tables["orders"]["competences"].explode().drop_nulls()
    of_activities = (name for names in context.config.rules.competences.values() for name in names)
    return {folded_text(name) for name in (*of_orders, *of_activities)}


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
