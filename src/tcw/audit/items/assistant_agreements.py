"""C07: agreements linked for the booking assistant have an end date (*Nya avtal för Boknings Assistenten*).

They are those with `for_assistant: true` in tcw.yaml, those of `checklist: assistant_agreements`, and, where nothing says so, those whose
name holds "assistent".
"""

import polars as pl

from tcw.audit.agreements import assistants, described, link_rows
from tcw.audit.item import Answer, Ground, Item, problem, problems, without
from tcw.model.tables import TABLE_NAMES
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NONE = Phrase(
    "item.C07.none",
    "Not judged: no agreement is known to be the booking assistant's; for_assistant: true under agreements: in tcw.yaml says which.",
)
UNUSED = Phrase("item.C07.unused", "Nobody is linked to an agreement of the booking assistant.")
FAIL = Phrase(
    "item.C07.fail",
    "{number} of {links:link|links} to agreements of the booking assistant {number:~has|have} no end date.",
)
PASS = Phrase(
    "item.C07.pass",
    "{links:link|links} to agreements of the booking assistant, {links:~|all }with an end date.",
)


def judge(ground: Ground) -> Answer:
    """List every link to an agreement of the booking assistant."""
    if not ground.given("agreement_links"):
        return without(Message(TABLE_NAMES["agreement_links"]))
    names = assistants(ground, described(ground))
    if not names:
        return Answer("not_judged", Message(NONE))
    evidence = (
        link_rows(ground)
        .filter(pl.col("agreement_id").is_in(sorted(names)))
        .with_columns(problem(no_end=pl.col("valid_to").is_null()))
        .select("staff_id", "agreement_id", "valid_from", "valid_to", "problem")
        .sort("agreement_id", "staff_id", "valid_from")
    )
    if evidence.is_empty():
        return Answer("pass", Message(UNUSED))
    wrong = problems(evidence)
    facts = {"number": Count(wrong), "links": Count(evidence.height)}
    return Answer("fail" if wrong else "pass", Message(FAIL if wrong else PASS, facts), evidence)


ITEM = Item(
    "C07",
    "assistant-agreements",
    "automatic",
    Phrase("item.C07", "Agreements linked for the booking assistant have an end date."),
    Phrase("item.C07.label", "Assistant"),
    judge,
)
