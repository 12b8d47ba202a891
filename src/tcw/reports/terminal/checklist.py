"""The checklist on a terminal: how it stands, what is to be done, what changed, what to know."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from tcw.audit.item import STATUSES, Status
from tcw.audit.run import AnsweredItem, Audit
from tcw.reports.tables.checklist import (
    FINDING_COUNTS,
    NOTES,
    SIDES,
    STALE_ITEMS,
    STATUS_WORDS,
    TITLE_AUDIT,
    TITLE_CHANGES,
    changes_table,
    text_shown,
)
from tcw.reports.tables.table import with_frame
from tcw.reports.terminal.printer import Printer
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

STYLES: dict[Status, str] = {"fail": "bold red", "manual": "yellow", "not_judged": "dim", "pass": "green"}
MORE_TABLES = Phrase("checklist.more_tables", "As before: {count:more table|more tables}.")
NO_CHANGES = Phrase("checklist.no_changes", "{count:~The|All} {count:table is|tables are} as before.")
ROWS_REJECTED = Phrase(
    "checklist.rows_rejected",
    "{source}: {count:row could not be read; it is|rows could not be read; they are} compared as text.",
)
RESTORE = Phrase("checklist.restore", "To undo, by the restore plan: {count:row|rows} (--out audit.xlsx).")
NOTES_SHOWN = 12
MORE_NOTES = Phrase(
    "checklist.more_notes", "{count:more note stands|more notes stand} in the workbook and in the JSON."
)


def print_checklist(
    console: Console, audit: Audit, lang: Language, stale: Sequence[str], *, show_numbers: bool
) -> None:
    """Print the summary; it fits 80 columns."""
    printer = Printer(console, lang, partial(text_shown, show_numbers=show_numbers))
    printer.line(TITLE_AUDIT.template(lang), "bold")
    sides = {"before": audit.before.name, "after": audit.after.name, "as_of": audit.as_of.isoformat()}
    printer.line(SIDES.say(lang, **sides), "dim")
    statuses = [answered.answer.status for answered in audit.items]
    counts = [f"{statuses.count(status)} {STATUS_WORDS[status].template(lang)}" for status in STATUSES]
    printer.line(" · ".join(counts))
    printer.line()
    _print_items(printer, audit.items)
    if stale:
        printer.line()
        printer.line(f"{STALE_ITEMS.template(lang)}: {', '.join(stale)}", "bold yellow")
    _print_changes(printer, audit)
    _print_notes(printer, audit)


def _print_items(printer: Printer, items: Sequence[AnsweredItem]) -> None:
    """Print a block per item: its code and status, the question, the answer."""
    lang = printer.lang
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    for answered in items:
        item, answer = answered.item, answered.answer
        style = STYLES[answer.status]
        status = printer.text(STATUS_WORDS[answer.status].template(lang), style)
        grid.add_row(printer.text(item.code, "bold"), status, printer.text(item.question.say(lang)))
        answer_style = style if answer.status == "fail" else "dim"
        grid.add_row(Text(""), Text(""), printer.text(answer.sentence.say(lang), answer_style))
    printer.console.print(grid, highlight=False)


def _print_changes(printer: Printer, audit: Audit) -> None:
    """Print how much of each table changed, how many findings are new, and how much is to be undone."""
    lang = printer.lang
    changed = [bool(changes.number) for changes in audit.changes.tables]
    same = len(changed) - sum(changed)
    if not any(changed):
        printer.line()
        printer.line(NO_CHANGES.say(lang, count=Count(len(changed))), "green")
    else:
        printer.heading(TITLE_CHANGES.template(lang))
        table = changes_table(audit, lang)
        printer.grid(with_frame(table, table.frame.filter(changed)))
        if same:
            printer.line(MORE_TABLES.say(lang, count=Count(same)), "dim")
    counts = audit.findings.counts()
    printer.line(FINDING_COUNTS.say(lang, **{name: Count(number) for name, number in counts.items()}))
    undo = sum(block.rows.height for block in audit.restore)
    if undo:
        printer.line(RESTORE.say(lang, count=Count(undo)))


def _print_notes(printer: Printer, audit: Audit) -> None:
    """Print what to know: rows that could not be read, and the notes of the checklist."""
    lang = printer.lang
    rejected = [
        ROWS_REJECTED.say(lang, source=side.name, count=Count(side.intake.rejected))
        for side in (audit.before, audit.after)
        if side.intake.rejected
    ]
    notes = [*rejected, *(note.say(lang) for note in audit.notes)]
    if not notes:
        return
    printer.heading(NOTES.template(lang))
    for note in notes[:NOTES_SHOWN]:
        printer.hanging(note, 2)
    if len(notes) > NOTES_SHOWN:
        printer.line(MORE_NOTES.say(lang, count=Count(len(notes) - NOTES_SHOWN)), "dim")
