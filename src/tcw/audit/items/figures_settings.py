"""C14: red days, normal week and billing types are set for the period; key figures would be wrong without (Anställdrapport 3)."""

import polars as pl

from tcw.audit.item import Answer, Ground, Item
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

FAIL = Phrase("item.C14.fail", "Settings that key figures need and that are missing: {number}.")
PASS = Phrase("item.C14.pass", "Red days, normal week and billing types are set.")
NOT_RUN = Phrase("item.C14.not_run", "Not judged: the rules {codes} were not run, by rules: in tcw.yaml.")
CODES = ("ST01", "ST02", "ST03")


def judge(ground: Ground) -> Answer:
    """List what is missing, by the rules ST01 to ST03."""
    ran = {rule.code for rule in ground.findings.rules}
    left_out = [code for code in CODES if code not in ran]
    if left_out:
        return Answer("not_judged", Message(NOT_RUN, {"codes": ", ".join(left_out)}))
    evidence = ground.findings.of(*CODES).select(
        "code", "subject", problem=pl.lit("setting", dtype=pl.String)
    )
    if evidence.is_empty():
        return Answer("pass", Message(PASS))
    return Answer("fail", Message(FAIL, {"number": Count(evidence.height)}), evidence)


ITEM = Item(
    "C14",
    "figures-settings",
    "automatic",
    Phrase("item.C14", "Red days, normal week and billing types are set for the period."),
    Phrase("item.C14.label", "Settings"),
    judge,
)
