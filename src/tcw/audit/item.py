"""What an item of the checklist is: a question people read, and a function that looks for the answer in two exports."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from tcw.audit.changes import Changes
from tcw.audit.findings import FindingsPair
from tcw.model.config import Config
from tcw.model.export import Export, ExportTable
from tcw.wording import Message, Phrase

Status = Literal["pass", "fail", "manual", "not_judged"]
Kind = Literal["automatic", "semi", "manual"]
STATUSES: tuple[Status, ...] = ("fail", "manual", "not_judged", "pass")


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


NO_TABLE = Phrase("checklist-no-table", "Not judged: the export has no table of {table}.")
NOTHING_NEW = Phrase("checklist-nothing-new", "Nothing of the kind was introduced.")


def without(table: Message | str) -> Answer:
    """Return the answer of an item whose table the export lacks."""
    return Answer("not_judged", Message(NO_TABLE, {"table": table}))


def problems(evidence: pl.DataFrame) -> int:
    """Return how many rows have something wrong."""
    return evidence.height - evidence["problem"].null_count() if "problem" in evidence.columns else 0
