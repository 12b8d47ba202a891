"""The findings on a terminal: counts by rule and unit, the worst with the person's days around them, what to know."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from tcw.model.intake_report import IntakeReport
from tcw.reports.tables.check import (
    TITLE_NOT_JUDGED,
    TITLE_UNITS,
    CheckReport,
    not_judged_table,
    number,
    period_of,
    rules_table,
    stale_table,
    totals,
    units_table,
)
from tcw.reports.tables.day_lines import LEGEND, DayLine, cells, day_lines, period_text
from tcw.reports.tables.intake import finding_text
from tcw.reports.tables.table import Table, with_frame
from tcw.reports.terminal.kpi import ROWS, ROWS_READ
from tcw.reports.terminal.printer import can_show, fitting, grid_of, narrowed
from tcw.rules.engine.surroundings import surroundings
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

TITLE = Phrase("title.check", "Rule check")
SUMMARY = Phrase("check.summary", "{errors:error|errors}, {warnings:warning|warnings}, {infos:note|notes}")
EXCUSED = Phrase(
    "check.excused", "{count:more does|more do} not count: waived by a decision, accepted, or known before"
)
GONE = Phrase("check.gone", "{count} of the baseline {count:~is|are} found no more")
CLEAN = Phrase("check.clean", "Nothing is broken.")
FAILED = Phrase(
    "check.failed",
    "{code} failed inside tcw ({kind}) and judged nothing; the other rules are not affected. Run with --debug, and report it.",
)
WORST = Phrase("check.worst", "Worst findings ({shown} of {count})")
MORE_RULES = Phrase("check.more_rules", "{count:more rule|more rules} found nothing.")
ABOUT = Phrase("terminal.findings", "About the data")
PLANNED = Phrase("word.planned", "planned")
HOURS_OF_DAY = "0     3     6     9     12    15    18    21    "
WORST_SHOWN = 8
UNITS_SHOWN = 8
CELLS = 48
DRAWN = {
    "work": ("█", "#"),
    "on_call": ("▓", "%"),
    "standby": ("▒", "+"),
    "absence": ("░", "-"),
    "": ("·", "."),
}
STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}
ROOM_FOR_DAYS = 62


def print_check(console: Console, report: CheckReport, intake: IntakeReport, lang: Language) -> None:
    """Print the summary; it fits 80 columns."""
    _Printer(console, report, lang).all(intake)


class _Printer:
    """Prints text and nothing else: no markup, no highlighting, only what the encoding can show."""

    def __init__(self, console: Console, report: CheckReport, lang: Language) -> None:
        self.console, self.report, self.lang = console, report, lang
        self.blocks = can_show("█▓▒░", console)

    def line(self, text: str, style: str = "") -> None:
        self.console.print(Text(fitting(text, self.console), style=style), highlight=False)

    def all(self, intake: IntakeReport) -> None:
        """Print everything."""
        report, lang = self.report, self.lang
        self.line(TITLE.template(lang), "bold")
        self.line(period_of(report).say(lang), "dim")
        read, accepted, rejected = (Count(n) for n in (intake.rows_read, intake.accepted, intake.rejected))
        rows = ROWS.say(lang, read=read, accepted=accepted, rejected=rejected)
        self.line(f"{ROWS_READ.template(lang)}: {rows}", "yellow" if intake.rejected else "")
        self._totals()
        self._rules()
        self._units()
        self._worst()
        self._table(not_judged_table(report), TITLE_NOT_JUDGED)
        stale = stale_table(report)
        self._table(stale, stale.title)
        self._notes(intake)

    def _totals(self) -> None:
        found, lang = totals(self.report), self.lang
        counts = {
            "errors": Count(found["error"]),
            "warnings": Count(found["warning"]),
            "infos": Count(found["info"]),
        }
        style = "bold red" if found["error"] else "yellow" if found["warning"] else "green"
        self.line("")
        self.line(SUMMARY.say(lang, **counts), style)
        if found["excused"]:
            self.line(EXCUSED.say(lang, count=Count(found["excused"])), "dim")
        if self.report.standing.gone:
            self.line(GONE.say(lang, count=Count(self.report.standing.gone)), "dim")
        for failure in self.report.result.failures:
            self.line(FAILED.say(lang, code=failure.code, kind=failure.kind), "bold red")

    def _rules(self) -> None:
        table = rules_table(self.report, all_rules=False)
        self.line("")
        if table.frame.is_empty():
            self.line(CLEAN.template(self.lang), "green")
            return
        self._grid(table)
        quiet = self.report.result.judged.height - table.frame.height
        if quiet:
            self.line(MORE_RULES.say(self.lang, count=Count(quiet)), "dim")

    def _units(self) -> None:
        table = units_table(self.report)
        if table.frame.height < 2:  # noqa: PLR2004 - one unit is the whole
            return
        self.line("")
        self.line(TITLE_UNITS.template(self.lang), "bold")
        self._grid(with_frame(table, table.frame.head(UNITS_SHOWN)))

    def _grid(self, table: Table) -> None:
        shown, _ = narrowed(table, self.lang, self.console.width)
        self.console.print(grid_of(shown, self.lang, self.console))

    def _table(self, table: Table, title: Phrase) -> None:
        if table.frame.is_empty():
            return
        self.line("")
        self.line(title.template(self.lang), "bold")
        self._grid(table)

    def _worst(self) -> None:
        worst = self.report.worst(WORST_SHOWN, counting=True)
        if worst.is_empty():
            return
        self.line("")
        facts = {"shown": Count(worst.height), "count": Count(number(self.report, counting=True))}
        self.line(WORST.say(self.lang, **facts), "bold")
        around = surroundings(self.report.result, worst)
        known = dict(around.partition_by("finding", as_dict=True).items()) if around.height else {}
        drawn = False
        for place, found in enumerate(worst.to_dicts()):
            self._one(found)
            mine = known.get((place,))
            if mine is not None and found["phase"] is not None and self.console.width >= ROOM_FOR_DAYS:
                lines = day_lines(found["from"], found["to"], mine)
                self._days(lines)
                drawn = True
        if drawn:
            self._legend()

    def _one(self, found: dict[str, object]) -> None:
        """Print who and where, then when and what."""
        who = " ".join(str(found[key]) for key in ("staff_id", "name") if found[key])
        where = str(found["unit_name"] or found["unit_id"] or "")
        phase = PLANNED.template(self.lang) if found["phase"] == "planned" else ""
        head = " · ".join(part for part in (who, where, phase) if part)
        text = Text(fitting(f"{found['code']}  ", self.console), style=STYLES.get(str(found["severity"]), ""))
        text.append(fitting(head, self.console), style="default")
        self.console.print(text, highlight=False)
        when = period_text(found["from"], found["to"])
        self._hanging(f"{when}: {found['message']}" if when else str(found["message"]), 6)

    def _hanging(self, text: str, indent: int) -> None:
        """Print text whose further lines begin where its first does."""
        shown = Padding(Text(fitting(text, self.console)), (0, 0, 0, indent))
        self.console.print(shown, highlight=False)

    def _legend(self) -> None:
        text = Text("      ")
        for kind, phrase in LEGEND.items():
            if kind == "about":
                text.append("  ")
                text.append(fitting(phrase.template(self.lang), self.console), style="red underline")
            else:
                mark = DRAWN[kind][0 if self.blocks else 1]
                text.append(fitting(f"{mark} {phrase.template(self.lang)}  ", self.console), style="dim")
        self.console.print(text, highlight=False)

    def _days(self, lines: list[DayLine]) -> None:
        labels = [line.label(self.lang) for line in lines]
        width = max(map(len, labels))
        self.line(f"      {'':{width}}  {HOURS_OF_DAY}", "dim")
        for label, line in zip(labels, lines, strict=True):
            text = Text(fitting(f"      {label:{width}}  ", self.console))
            for (kind, inside), run in groupby(cells(line, CELLS)):
                mark = DRAWN[kind][0 if self.blocks else 1] * len(list(run))
                text.append(
                    fitting(mark, self.console),
                    style="red underline" if inside else "dim" if not kind else "",
                )
            self.console.print(text, highlight=False)

    def _notes(self, intake: IntakeReport) -> None:
        notes = [note.say(self.lang) for note in self.report.result.notes]
        found = [f"{one.code}  {finding_text(one, self.lang)}" for one in intake.findings]
        if not notes and not found:
            return
        self.line("")
        self.line(ABOUT.template(self.lang), "bold")
        for text in (*found, *notes):
            self._hanging(text, 2)
