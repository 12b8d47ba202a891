"""C07: agreements linked for the booking assistant have an end date (*Nya avtal för Boknings Assistenten*).

They are those with `for_assistant: true` in tcw.yaml, those of `checklist: assistant_agreements`, and those
whose name has "assistent" in it.
"""

import polars as pl

from tcw.audit.agreements import assistants, described, link_rows
from tcw.audit.item import AuditContext, Item, ItemAnswer, by_problems, problem, without_table
from tcw.wording import Message, Phrase

NONE = Phrase(
    "item.C07.none",
    "Not judged: no agreement is known to be the booking assistant's; "
    "for_assistant: true under agreements: in tcw.yaml says which.",
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


def judge(context: AuditContext) -> ItemAnswer:
    """List every link to an agreement of the booking assistant."""
    if not context.given("agreement_links"):
        return without_table("agreement_links")
    names = assistants(context, described(context))
    if not names:
        return ItemAnswer("not_judged", Message(NONE))
    links = link_rows(context, names)
    if links.is_empty():
        return ItemAnswer("pass", Message(UNUSED))
    evidence = links.select(
        *("staff_id", "agreement_id", "valid_from", "valid_to"), problem(no_end=pl.col("valid_to").is_null())
    ).sort("agreement_id", "staff_id", "valid_from")
    return by_problems(evidence, FAIL, PASS, "links")


ITEM = Item(
    "C07",
    "assistant-agreements",
    "automatic",
    Phrase("item.C07", "Agreements linked for the booking assistant have an end date."),
    Phrase("item.C07.label", "Assistant"),
    judge,
)
