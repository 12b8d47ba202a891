"""The checklist on a terminal: how it stands, what is to be done, what changed, what to know."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from tcw.audit.item import STATUSES, Status
from tcw.audit.run import AnsweredItem, Audit
from tcw.privacy.masking import masked
from tcw.reports.excel.checklist import NOTES, SIDES, STALE_ITEMS, TITLE_AUDIT
from tcw.reports.tables.checklist import FINDING_COUNTS, STATUS_WORDS, TITLE_CHANGES, changes_table
from tcw.reports.tables.table import with_frame
from tcw.reports.terminal.printer import fitting, grid_of, narrowed
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
    _Printer(console, lang, show_numbers=show_numbers).all(audit, stale)


class _Printer:
    """Prints text and nothing else: no markup, no highlighting, only what the encoding can show."""

    def __init__(self, console: Console, lang: Language, *, show_numbers: bool) -> None:
        self.console, self.lang, self.show_numbers = console, lang, show_numbers

    def text(self, text: str, style: str = "") -> Text:
        return Text(fitting(text if self.show_numbers else masked(text), self.console), style=style)

    def line(self, text: str, style: str = "") -> None:
        self.console.print(self.text(text, style), highlight=False)

    def all(self, audit: Audit, stale: Sequence[str]) -> None:
        lang = self.lang
        self.line(TITLE_AUDIT.template(lang), "bold")
        facts = {"before": audit.before.name, "after": audit.after.name, "as_of": audit.as_of.isoformat()}
        self.line(SIDES.say(lang, **facts), "dim")
        counts = [
            f"{sum(one.answer.status == status for one in audit.items)} {STATUS_WORDS[status].template(lang)}"
            for status in STATUSES
        ]
        self.line(" · ".join(counts))
        self.line("")
        self.items(audit.items)
        if stale:
            self.line("")
            self.line(f"{STALE_ITEMS.template(lang)}: {', '.join(stale)}", "bold yellow")
        self.changes(audit)
        self.notes(audit)

    def items(self, items: Sequence[AnsweredItem]) -> None:
        """Print a block per item: its code and status, the question, the answer."""
        grid = Grid.grid(padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(no_wrap=True)
        grid.add_column(ratio=1)
        for one in items:
            style = STYLES[one.answer.status]
            status = STATUS_WORDS[one.answer.status].template(self.lang)
            question = self.text(one.item.question.say(self.lang))
            grid.add_row(self.text(one.item.code, "bold"), self.text(status, style), question)
            answer = self.text(
                one.answer.sentence.say(self.lang), style if one.answer.status == "fail" else "dim"
            )
            grid.add_row(Text(""), Text(""), answer)
        self.console.print(grid, highlight=False)

    def changes(self, audit: Audit) -> None:
        lang = self.lang
        table = changes_table(audit, lang)
        changed = [bool(one.number) for one in audit.changes.tables]
        same = len(changed) - sum(changed)
        self.line("")
        if not any(changed):
            self.line(NO_CHANGES.say(lang, count=Count(len(changed))), "green")
        else:
            self.line(TITLE_CHANGES.template(lang), "bold")
            shown = with_frame(table, table.frame.filter(changed))
            narrow, _ = narrowed(shown, lang, self.console.width)
            self.console.print(grid_of(narrow, lang, self.console))
            if same:
                self.line(MORE_TABLES.say(lang, count=Count(same)), "dim")
        counts = audit.findings.counts()
        self.line(FINDING_COUNTS.say(lang, **{name: Count(number) for name, number in counts.items()}))
        undo = sum(block.rows.height for block in audit.restore)
        if undo:
            self.line(RESTORE.say(lang, count=Count(undo)))

    def notes(self, audit: Audit) -> None:
        lang = self.lang
        rejected = [
            ROWS_REJECTED.say(lang, source=side.name, count=Count(side.intake.rejected))
            for side in (audit.before, audit.after)
            if side.intake.rejected
        ]
        notes = [*rejected, *(note.say(lang) for note in audit.notes)]
        if not notes:
            return
        self.line("")
        self.line(NOTES.template(lang), "bold")
        for note in notes[:NOTES_SHOWN]:
            self.console.print(Padding(self.text(note), (0, 0, 0, 2)), highlight=False)
        if len(notes) > NOTES_SHOWN:
            self.line(MORE_NOTES.say(lang, count=Count(len(notes) - NOTES_SHOWN)), "dim")
