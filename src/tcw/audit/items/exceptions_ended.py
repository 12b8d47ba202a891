"""C06: every exception agreement (*avtal där alla får ignorera regelbrott*) has an end date and a decision.

An exception is an agreement whose `ignores:` in tcw.yaml names rules, one that a table of agreements marks
so, one of `checklist: exceptions`, or, where nothing describes it, one that only the later side links and
whose name says so (kris, undantag, dispens, ignorera, exception). The decision is in tcw.yaml or in the table
of agreements. A link fails without an end date, without a decision, past the decision's last day, and past
`change_to`.
"""

import polars as pl

from tcw.audit.agreements import Described, described, exceptions, link_rows
from tcw.audit.item import AuditContext, Item, ItemAnswer, by_problems, problem, without_table
from tcw.wording import Message, Phrase

NONE = Phrase("item.C06.none", "Nobody is linked to an agreement that lets rules be ignored.")
FAIL = Phrase(
    "item.C06.fail",
    "{number} of {links:link|links} to exception agreements "
    "{number:~is without an end or a decision, or goes on"
    "|are without an end or a decision, or go on} too long.",
)
PASS = Phrase(
    "item.C06.pass",
    "{links:link|links} to exception agreements, {links:~|all }with an end date and under a decision.",
)
DECISION_SCHEMA = pl.Schema({"agreement_id": pl.String(), "decision": pl.String(), "decision_to": pl.Date()})


def judge(context: AuditContext) -> ItemAnswer:
    """List every link to an exception agreement."""
    if not context.given("agreement_links"):
        return without_table("agreement_links")
    known = described(context)
    names = exceptions(context, known)
    links = link_rows(context, names)
    if links.is_empty():
        return ItemAnswer("pass", Message(NONE))
    of_names = [(name, known.get(name, Described())) for name in sorted(names)]
    decisions = pl.DataFrame(
        [(name, agreement.decision, agreement.decision_to) for name, agreement in of_names],
        schema=DECISION_SCHEMA,
        orient="row",
    )
    last = context.config.checklist.change_to
    past_change = pl.col("valid_to").is_null() | (pl.col("valid_to") > last) if last else pl.lit(value=False)
    evidence = (
        links.join(decisions, on="agreement_id", how="left", maintain_order="left")
        .select(
            *("staff_id", "agreement_id", "valid_from", "valid_to", "decision", "decision_to"),
            problem(
                no_end=pl.col("valid_to").is_null(),
                no_decision=pl.col("decision").is_null(),
                past_decision=pl.col("valid_to") > pl.col("decision_to"),
                past_change=past_change,
            ),
        )
        .sort("agreement_id", "staff_id", "valid_from")
    )
    return by_problems(evidence, FAIL, PASS, "links")


ITEM = Item(
    "C06",
    "exceptions-ended",
    "automatic",
    Phrase(
        "item.C06", "Every exception agreement has an end date and a decision; nobody is linked past them."
    ),
    Phrase("item.C06.label", "Exceptions"),
    judge,
)
