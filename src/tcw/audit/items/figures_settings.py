"""C14: red days, normal week and billing types are set for the period.

Key figures would be wrong without them (Anställdrapport 3).
"""

import polars as pl

from tcw.audit.item import AuditContext, Item, ItemAnswer, by_rows
from tcw.wording import Message, Phrase

FAIL = Phrase("item.C14.fail", "Settings that key figures need and that are missing: {number}.")
PASS = Phrase("item.C14.pass", "Red days, normal week and billing types are set.")
NOT_RUN = Phrase("item.C14.not_run", "Not judged: the rules {codes} were not run, by rules: in tcw.yaml.")
CODES = ("ST01", "ST02", "ST03")


def judge(context: AuditContext) -> ItemAnswer:
    """List what is missing, by the rules ST01 to ST03."""
    ran = {rule.code for rule in context.findings.rules}
    left_out = [code for code in CODES if code not in ran]
    if left_out:
        return ItemAnswer("not_judged", Message(NOT_RUN, {"codes": ", ".join(left_out)}))
    missing = context.findings.of(*CODES)
    return by_rows(missing.select("code", "subject", problem=pl.lit("setting", dtype=pl.String)), FAIL, PASS)


ITEM = Item(
    "C14",
    "figures-settings",
    "automatic",
    Phrase("item.C14", "Red days, normal week and billing types are set for the period."),
    Phrase("item.C14.label", "Settings"),
    judge,
)
