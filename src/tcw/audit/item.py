"""What an item of the checklist is: what it is judged on, what it answers, and what can be wrong with a row of evidence."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import polars as pl

from tcw.audit.changes import Changes
from tcw.audit.findings import FindingsPair
from tcw.model.config import Config
from tcw.model.export import Export, ExportTable
from tcw.wording import Message, Phrase

Status = Literal["pass", "fail", "manual", "not_judged"]
Kind = Literal["automatic", "semi", "manual"]
STATUSES: tuple[Status, ...] = ("fail", "manual", "not_judged", "pass")
NO_TABLE = Phrase("checklist-no-table", "Not judged: the export has no table of {table}.")
NOTHING_NEW = Phrase("checklist-nothing-new", "Nothing of the kind was introduced.")
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
CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Ground:
    """What items are judged on. `config` is the later export's."""

    before: Export
    after: Export
    changes: Changes
    config: Config
    as_of: date
    findings: FindingsPair

    def given(self, table: str, *, side: Literal["before", "after"] = "after") -> bool:
        """Tell whether a side really has a table."""
        return table in (self.after if side == "after" else self.before).schedule.given

    def settings(self, side: Literal["before", "after"] = "after") -> list[ExportTable]:
        """Return a side's tables without a schema."""
        export = self.after if side == "after" else self.before
        return [table for table in export.tables.values() if not table.known]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    `evidence`: the rows a person looks at; where some are at fault and others not, `problem` (String) says what is wrong and is null
    for the others. `said`: the answer in a sentence; of an item that is not judged, why not.
    """

    status: Status
    said: Message
    evidence: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the checklist. `source` is where the question comes from."""

    code: str
    name: str
    kind: Kind
    question: Phrase
    label: Phrase
    """A few words, for the sheet that shows the evidence."""
    judge: Callable[[Ground], Answer]


def without(table: Message | str) -> Answer:
    """Return the answer of an item whose table the export lacks."""
    return Answer("not_judged", Message(NO_TABLE, {"table": table}))


def problems(evidence: pl.DataFrame) -> int:
    """Return how many rows have something wrong."""
    return evidence.height - evidence["problem"].null_count() if "problem" in evidence.columns else 0


def problem(**tests: pl.Expr) -> pl.Expr:
    """Return `problem` (String): the codes whose test is true, null without any."""
    named = [
        pl.when(test.fill_null(value=False)).then(pl.lit(code))
        for code, test in tests.items()
        if code in PROBLEMS
    ]
    text = pl.concat_str(named, separator=SEPARATOR, ignore_nulls=True)
    return pl.when(text != "").then(text).alias("problem")


def fingerprint(answer: Answer) -> str:
    """Return a text of 16 hexadecimal digits over the status and the evidence, whatever the order of its rows."""
    texts = answer.evidence.select(
        pl.col(name).list.join(",") if isinstance(dtype, pl.List) else pl.col(name).cast(pl.String)
        for name, dtype in answer.evidence.schema.items()
    )
    ordered = texts.sort(texts.columns, nulls_last=True) if texts.width else texts
    content = f"{answer.status}\n{','.join(texts.columns)}\n".encode() + ordered.write_csv().encode()
    return hashlib.sha256(content).hexdigest()[:CHARACTERS]
