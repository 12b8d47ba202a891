"""The findings on a terminal.

Counts by rule and unit, the worst with the person's days around them, what to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.text import Text

from tcw.model.intake_report import IntakeReport
from tcw.reports.tables.check import (
    CLEAN,
    FAILED,
    NOT_COUNTED,
    TITLE_CHECK,
    TITLE_UNITS,
    WORST_FINDINGS,
    CheckReport,
    findings_with_days,
    not_judged_table,
    number,
    period_of,
    phase_text,
    rules_table,
    stale_table,
    summary_text,
    totals,
    units_table,
    who_and_where,
)
from tcw.reports.tables.day_lines import LEGEND, DayLine, cells, period_text
from tcw.reports.tables.intake import finding_text
from tcw.reports.tables.table import with_frame
from tcw.reports.terminal.printer import Printer, can_show, fitting
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

GONE = Phrase("check.gone", "{count} of the baseline {count:~is|are} found no more")
MORE_RULES = Phrase("check.more_rules", "{count:more rule|more rules} found nothing.")
ABOUT = Phrase("terminal.findings", "About the data")
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
    printer = Printer(console, lang)
    printer.line(TITLE_CHECK.template(lang), "bold")
    printer.line(period_of(report).say(lang), "dim")
    printer.rows_read(intake)
    _print_totals(printer, report)
    _print_rules(printer, report)
    _print_units(printer, report)
    _print_worst(printer, report)
    for table in (not_judged_table(report), stale_table(report)):
        if table.frame.height:
            printer.heading(table.title.template(lang))
            printer.grid(table)
    _print_notes(printer, report, intake)


def _print_totals(printer: Printer, report: CheckReport) -> None:
    """Print how many findings count, how many do not, and which rules failed."""
    lang, counted = printer.lang, totals(report)
    style = "bold red" if counted["error"] else "yellow" if counted["warning"] else "green"
    printer.line()
    printer.line(summary_text(counted, lang), style)
    if counted["excused"]:
        printer.line(NOT_COUNTED.say(lang, count=Count(counted["excused"])), "dim")
    if report.result.findings.gone:
        printer.line(GONE.say(lang, count=Count(report.result.findings.gone)), "dim")
    for failure in report.result.failures:
        printer.line(FAILED.say(lang, code=failure.code, kind=failure.kind), "bold red")


def _print_rules(printer: Printer, report: CheckReport) -> None:
    """Print the rules that found something, and how many did not."""
    table = rules_table(report, all_rules=False)
    printer.line()
    if table.frame.is_empty():
        printer.line(CLEAN.template(printer.lang), "green")
        return
    printer.grid(table)
    quiet = report.result.judged.height - table.frame.height
    if quiet:
        printer.line(MORE_RULES.say(printer.lang, count=Count(quiet)), "dim")


def _print_units(printer: Printer, report: CheckReport) -> None:
    """Print the units with most findings, where there are several."""
    table = units_table(report)
    if table.frame.height > 1:
        printer.heading(TITLE_UNITS.template(printer.lang))
        printer.grid(with_frame(table, table.frame.head(UNITS_SHOWN)))


def _print_worst(printer: Printer, report: CheckReport) -> None:
    """Print the worst findings, each with the person's days around it where there is room."""
    worst = report.worst(WORST_SHOWN, counting=True)
    if worst.is_empty():
        return
    lang = printer.lang
    count = Count(number(report, counting=True))
    printer.heading(WORST_FINDINGS.say(lang, shown=Count(worst.height), count=count))
    drawn = False
    for finding, days in findings_with_days(report, worst):
        _print_finding(printer, finding)
        if days and printer.console.width >= ROOM_FOR_DAYS:
            _print_days(printer, days)
            drawn = True
    if drawn:
        _print_legend(printer)


def _print_finding(printer: Printer, finding: dict[str, Any]) -> None:
    """Print who and where, then when and what."""
    text = printer.text(f"{finding['code']}  ", STYLES.get(str(finding["severity"]), ""))
    heads = (*who_and_where(finding), phase_text(finding, printer.lang))
    head = " · ".join(part for part in heads if part)
    text.append(fitting(head, printer.console), style="default")
    printer.console.print(text, highlight=False)
    when = period_text(finding["from"], finding["to"])
    printer.hanging(f"{when}: {finding['message']}" if when else str(finding["message"]), 6)


def _marks(printer: Printer) -> Mapping[str, str]:
    """Return what is drawn for a kind of time: blocks, or plain characters where the terminal has none."""
    place = 0 if can_show("█▓▒░", printer.console) else 1
    return {kind: marks[place] for kind, marks in DRAWN.items()}


def _print_legend(printer: Printer) -> None:
    """Print what the marks of the days mean."""
    marks, text = _marks(printer), Text("      ")
    for kind, phrase in LEGEND.items():
        word = phrase.template(printer.lang)
        if kind == "about":
            text.append("  ")
            text.append(fitting(word, printer.console), style="red underline")
        else:
            text.append(fitting(f"{marks[kind]} {word}  ", printer.console), style="dim")
    printer.console.print(text, highlight=False)


def _print_days(printer: Printer, days: list[DayLine]) -> None:
    """Print a line per day; what the finding is about is red and underlined."""
    marks, labels = _marks(printer), [day.label(printer.lang) for day in days]
    width = max(map(len, labels))
    printer.line(f"      {'':{width}}  {HOURS_OF_DAY}", "dim")
    for label, day in zip(labels, days, strict=True):
        text = printer.text(f"      {label:{width}}  ")
        for (kind, is_about), run in groupby(cells(day, CELLS)):
            style = "red underline" if is_about else "dim" if not kind else ""
            text.append(fitting(marks[kind] * len(list(run)), printer.console), style=style)
        printer.console.print(text, highlight=False)


def _print_notes(printer: Printer, report: CheckReport, intake: IntakeReport) -> None:
    """Print what is known about the data, then the notes of the rules."""
    lang = printer.lang
    notes = [f"{finding.code}  {finding_text(finding, lang)}" for finding in intake.findings]
    notes += [note.say(lang) for note in report.result.notes]
    if notes:
        printer.heading(ABOUT.template(lang))
    for text in notes:
        printer.hanging(text, 2)
