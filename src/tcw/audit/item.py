"""An item of the checklist: a question that people read, and a function that answers it from two exports."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import polars as pl

from tcw.audit.changes import Changes
from tcw.audit.findings import FindingsPair
from tcw.model.config import Config
from tcw.model.export import Export
from tcw.model.tables import TABLE_NAMES
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

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
"""What can be wrong with a row of evidence: the codes that items use, and their words."""
SEPARATOR = " + "
"""Separates the codes of a row that has several."""
FINGERPRINT_DIGITS = 16


@dataclass(frozen=True, slots=True)
class AuditContext:
    """What items judge. `config` is the later export's."""

    before: Export
    after: Export
    changes: Changes
    config: Config
    as_of: date
    findings: FindingsPair

    def given(self, table: str) -> bool:
        """Return whether the later side really has a table."""
        return table in self.after.schedule.given

    def given_on_both_sides(self, table: str) -> bool:
        """Return whether both sides really have a table."""
        return self.given(table) and table in self.before.schedule.given


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """The answer to an item.

    `evidence`: the rows that a person looks at. Where some are at fault and others are not, `problem`
    (String) holds codes of PROBLEMS, null for a row without fault. `sentence`: the answer; of an item that is
    not judged, the reason.
    """

    status: Status
    sentence: Message
    evidence: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the checklist."""

    code: str
    name: str
    kind: Kind
    question: Phrase
    label: Phrase
    """A few words, for the sheet that shows the evidence."""
    judge: Callable[[AuditContext], ItemAnswer]


def without_table(name: str) -> ItemAnswer:
    """Return the answer of an item whose table the export lacks."""
    return ItemAnswer("not_judged", Message(NO_TABLE, {"table": Message(TABLE_NAMES[name])}))


def by_problems(evidence: pl.DataFrame, fail: Phrase, passing: Phrase, counted: str) -> ItemAnswer:
    """Return the answer of an item that fails if a row has a problem.

    Its sentences have the places `number` (rows with a problem) and `counted` (all rows).
    """
    wrong = count_problems(evidence)
    facts = {"number": Count(wrong), counted: Count(evidence.height)}
    return ItemAnswer("fail" if wrong else "pass", Message(fail if wrong else passing, facts), evidence)


def by_rows(evidence: pl.DataFrame, fail: Phrase, passing: Phrase) -> ItemAnswer:
    """Return the answer of an item that fails if there is a row at all: `number` of them."""
    if evidence.is_empty():
        return ItemAnswer("pass", Message(passing))
    return ItemAnswer("fail", Message(fail, {"number": Count(evidence.height)}), evidence)


def problem(**tests: pl.Expr) -> pl.Expr:
    """Return `problem` (String): the codes whose test is true, null without any."""
    codes = [
        pl.when(test.fill_null(value=False)).then(pl.lit(code))
        for code, test in tests.items()
        if code in PROBLEMS
    ]
    text = pl.concat_str(codes, separator=SEPARATOR, ignore_nulls=True)
    return pl.when(text != "").then(text).alias("problem")


def count_problems(evidence: pl.DataFrame) -> int:
    """Return how many rows have a problem."""
    return evidence.height - evidence["problem"].null_count()


def fingerprint(answer: ItemAnswer) -> str:
    """Return 16 hexadecimal digits over the status and the evidence, whatever the order of its rows.

    They stay the same as long as the answer rests on the same evidence: a signature given for one answer does
    not count for another.
    """
    texts = answer.evidence.select(
        pl.col(name).list.join(",") if isinstance(dtype, pl.List) else pl.col(name).cast(pl.String)
        for name, dtype in answer.evidence.schema.items()
    )
    ordered = texts.sort(texts.columns, nulls_last=True) if texts.width else texts
    content = f"{answer.status}\n{','.join(texts.columns)}\n".encode() + ordered.write_csv().encode()
    return hashlib.sha256(content).hexdigest()[:FINGERPRINT_DIGITS]
