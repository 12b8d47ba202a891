"""C06: every exception agreement (*avtal där alla får ignorera regelbrott*) has an end date and a decision, and nobody is linked past them.

An exception is an agreement whose `ignores:` in tcw.yaml names rules, one that a table of agreements marks so, one of `checklist: exceptions`,
or, where nothing describes it, one that only the later side links and whose name says so (kris, undantag, dispens, ignorera, exception). The
decision stands in tcw.yaml or in the table of agreements. A link fails without an end date, without a decision, past the decision's last
day, and past `change_to`.
"""

import polars as pl

from tcw.audit.agreements import described, exceptions, link_rows
from tcw.audit.item import Answer, Ground, Item, problem, problems, without
from tcw.model.tables import TABLE_NAMES
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NONE = Phrase("item.C06.none", "Nobody is linked to an agreement that lets rules be ignored.")
FAIL = Phrase(
    "item.C06.fail",
    "{number} of {links:link|links} to exception agreements {number:~is without an end or a decision, or goes on|are without an end or a decision, or go on} too long.",
)
PASS = Phrase(
    "item.C06.pass",
    "{links:link|links} to exception agreements, {links:~|all }with an end date and under a decision.",
)


def judge(ground: Ground) -> Answer:
    """List every link to an exception agreement."""
    if not ground.given("agreement_links"):
        return without(Message(TABLE_NAMES["agreement_links"]))
    known = described(ground)
    names = exceptions(ground, known)
    links = link_rows(ground).filter(pl.col("agreement_id").is_in(sorted(names)))
    if links.is_empty():
        return Answer("pass", Message(NONE))
    decisions = pl.DataFrame(
        [
            (name, known[name].decision, known[name].decision_to) if name in known else (name, None, None)
            for name in sorted(names)
        ],
        schema={"agreement_id": pl.String, "decision": pl.String, "decision_to": pl.Date},
        orient="row",
    )
    last = ground.config.checklist.change_to
    over = pl.col("valid_to").is_null() | (pl.col("valid_to") > last) if last else pl.lit(value=False)
    evidence = (
        links.join(decisions, on="agreement_id", how="left", maintain_order="left")
        .with_columns(
            problem(
                no_end=pl.col("valid_to").is_null(),
                no_decision=pl.col("decision").is_null(),
                past_decision=pl.col("valid_to") > pl.col("decision_to"),
                past_change=over,
            )
        )
        .select("staff_id", "agreement_id", "valid_from", "valid_to", "decision", "decision_to", "problem")
        .sort("agreement_id", "staff_id", "valid_from")
    )
    wrong = problems(evidence)
    facts = {"number": Count(wrong), "links": Count(evidence.height)}
    return Answer("fail" if wrong else "pass", Message(FAIL if wrong else PASS, facts), evidence)


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
