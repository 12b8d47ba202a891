"""What can be wrong with a row of evidence: the codes items use, and their words."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from tcw.wording import Phrase

PROBLEMS: Final[Mapping[str, Phrase]] = {
    "no_end": Phrase("problem.no_end", "no end date"),
    "not_ended": Phrase("problem.not_ended", "has not ended"),
    "booked": Phrase("problem.booked", "still booked"),
    "linked": Phrase("problem.linked", "still linked to people"),
    "offered": Phrase("problem.offered", "still in orders"),
    "expired": Phrase("problem.expired", "has expired"),
    "unused": Phrase("problem.unused", "nothing requires it"),
    "no_decision": Phrase("problem.no_decision", "no decision"),
    "past_decision": Phrase("problem.past_decision", "linked past the decision"),
    "past_change": Phrase("problem.past_change", "linked past the end of the change"),
    "still_open": Phrase("problem.still_open", "still open"),
    "widened": Phrase("problem.widened", "wider than before"),
    "none": Phrase("problem.none", "no extract"),
    "changed": Phrase("problem.changed", "not as before"),
    "added": Phrase("problem.added", "was not there before"),
    "missing": Phrase("problem.missing", "is there no longer"),
    "planned": Phrase("problem.planned", "planned breach"),
    "setting": Phrase("problem.setting", "setting is missing"),
    "past_retention": Phrase("problem.past_retention", "kept longer than its retention date"),
    "no_retention": Phrase("problem.no_retention", "no retention date, and not pseudonymised"),
}
SEPARATOR = " + "
"""What stands between several codes of one row."""


def problem(**tests: pl.Expr) -> pl.Expr:
    """Return `problem` (String): the codes whose test is true, null without any."""
    named = [
        pl.when(test.fill_null(value=False)).then(pl.lit(code))
        for code, test in tests.items()
        if code in PROBLEMS
    ]
    text = pl.concat_str(named, separator=SEPARATOR, ignore_nulls=True)
    return pl.when(text != "").then(text).alias("problem")
