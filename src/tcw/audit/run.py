"""The audit: two exports compared, the rules run on both, every item answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tcw.audit.catalogue import ITEMS
from tcw.audit.changes import Changes, changes_of
from tcw.audit.findings import FindingsPair, findings_of
from tcw.audit.item import AuditContext, Item, ItemAnswer
from tcw.audit.restore import RestoreBlock, restore_plan
from tcw.model.export import Export
from tcw.wording import Message


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """An item and its answer."""

    item: Item
    answer: ItemAnswer


@dataclass(frozen=True, slots=True)
class Audit:
    """The items with their answers, every change, the findings of both sides, and what has to be undone."""

    before: Export
    after: Export
    as_of: date
    items: tuple[AnsweredItem, ...]
    changes: Changes
    findings: FindingsPair
    restore: tuple[RestoreBlock, ...]
    notes: tuple[Message, ...]

    @property
    def failing(self) -> tuple[AnsweredItem, ...]:
        """The items that fail."""
        return tuple(one for one in self.items if one.answer.status == "fail")


def audit(before: Export, after: Export, as_of: date, own: Sequence[Item] = ()) -> Audit:
    """Compare two exports and answer the checklist.

    Args:
        before: the earlier one.
        after: the later one; its settings hold.
        as_of: the day of the check.
        own: items beside the shipped ones, last.

    Raises:
        UsageFault: settings that contradict themselves, or an own item about a table or column that is not
            there.
    """
    config = after.schedule.config
    changes = changes_of(before, after, config)
    findings = findings_of(before, after, as_of)
    context = AuditContext(before, after, changes, config, as_of, findings)
    answers = tuple(AnsweredItem(item, item.judge(context)) for item in (*ITEMS, *own))
    restore = tuple(restore_plan(changes, config.checklist, as_of))
    return Audit(before, after, as_of, answers, changes, findings, restore, (*changes.notes, *findings.notes))
