"""The key figures on a terminal: averages, weeks in a line, the worst warnings, what to know."""

from __future__ import annotations

import polars as pl
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.tables.intake import finding_text, telling_files
from tcw.reports.tables.kpi import (
    FIGURE_LABELS,
    FIGURE_SHORT,
    averages,
    employee_count,
    figure_columns,
    level_texts,
    period_text,
    selection_text,
    shown_warnings,
    warning_counts,
    warning_lines,
)
from tcw.reports.tables.table import Column
from tcw.reports.tables.texts import POINTS, one_text, text_frame
from tcw.reports.terminal.printer import (
    BLOCKS,
    MORE,
    Printer,
    can_show,
    fitting,
    full_width,
    plain_grid,
    sparkline,
)
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

TITLE = Phrase("title.kpi", "Key figures")
FIGURE = Phrase("column.figure", "Key figure")
AVERAGE = Phrase("excel.average", "Average")
LEVEL = Phrase("terminal.level", "Red")
WARNINGS = Phrase("title.warnings", "Warnings")
WEEK_LINE = Phrase("terminal.week_line", "Weeks")
WORST = Phrase("terminal.worst", "Worst warnings ({shown} of {count})")
NO_WARNINGS = Phrase("terminal.no_warnings", "No key figure is beyond its warning level.")
NO_LEVELS = Phrase("terminal.no_levels", "No warning levels are set (kpis: warnings: in tcw.yaml).")
FINDINGS = Phrase("terminal.findings", "About the data")
PEOPLE = Phrase("terminal.people", "{count:employee|employees}")
FILES_SHOWN = 8
WORST_SHOWN = 10
NARROW, WIDE = 6, 52
ROOM_FOR_LINE = 68
"""Characters the table of averages needs beside the line of weeks."""
ROOM_FOR_LEVELS = 56


def print_kpi(console: Console, kpi: KpiResult, intake: IntakeReport, lang: Language) -> None:
    """Print the summary. It fits 80 columns, and uses what a wider terminal has for the line of weeks."""
    printer = Printer(console, lang)
    people = employee_count(kpi)
    counted = "" if people is None else " · " + PEOPLE.say(lang, count=Count(people))
    printer.line(f"{TITLE.template(lang)}  {period_text(kpi, lang)}", "bold")
    printer.line(selection_text(kpi, lang) + counted, "dim")
    printer.rows_read(intake)
    _print_files(printer, intake)
    printer.line()
    _print_averages(printer, kpi)
    _print_warnings(printer, kpi)
    _print_findings(printer, kpi, intake)


def _print_files(printer: Printer, intake: IntakeReport) -> None:
    """Say what became of every row, file by file where a file has rows."""
    lang = printer.lang
    grid = Grid.grid(padding=(0, 2))
    shown = text_frame(telling_files(intake, FILES_SHOWN), lang)
    numbers = pl.col("rows_read", "accepted", "rejected")
    widths = shown.select(numbers.str.len_chars().max()).row(0)
    for file, table, *counts in shown.rows():
        read, accepted, rejected = (
            count.rjust(width or 0) for count, width in zip(counts, widths, strict=True)
        )
        cells = (file, table, f"{read} = {accepted} + {rejected}")
        grid.add_row("", *(fitting(cell, printer.console) for cell in cells))
    printer.console.print(grid, highlight=False, markup=False, style="dim")
    if len(intake.files) > FILES_SHOWN:
        printer.line("  " + MORE.say(lang, count=Count(len(intake.files) - FILES_SHOWN)), "dim")


def _print_averages(printer: Printer, kpi: KpiResult) -> None:
    """Print a line per figure; a narrow terminal goes without the levels and the weeks."""
    lang, console = printer.lang, printer.console
    values, counts = averages(kpi), warning_counts(kpi)
    weeks = kpi.figures.get("week")
    with_line = weeks is not None and weeks.height > 1 and console.width >= ROOM_FOR_LINE
    with_levels = console.width >= ROOM_FOR_LEVELS
    labels = FIGURE_LABELS if with_levels else FIGURE_SHORT
    line_width = min(max(console.width - ROOM_FOR_LINE, NARROW), WIDE)
    grid = plain_grid(console)
    figure, average, level, warnings, week_line = (
        fitting(phrase.template(lang), console) for phrase in (FIGURE, AVERAGE, LEVEL, WARNINGS, WEEK_LINE)
    )
    grid.add_column(figure, min_width=NARROW, overflow="fold")
    grid.add_column(average, justify="right", no_wrap=True)
    if with_levels:
        grid.add_column(level, justify="right", no_wrap=True)
    grid.add_column(warnings, justify="right", no_wrap=with_levels)
    if with_line:
        grid.add_column(week_line, no_wrap=True)
    for column in figure_columns(kpi):
        value, count = values[column.key], counts[column.key]
        beyond = value is not None and _beyond(column, value)
        cells = [
            printer.text(labels[column.key].template(lang)),
            printer.text(_with_unit(column, value, lang), "bold red" if beyond else "bold"),
        ]
        if with_levels:
            cells.append(printer.text(level_texts(column, lang), "dim"))
        cells.append(printer.text(Count(count).say(lang), "red" if count else "dim"))
        if with_line and weeks is not None:
            line = sparkline(weeks.get_column(column.key), line_width, blocks=can_show(BLOCKS, console))
            cells.append(Text(line, style="cyan"))
        grid.add_row(*cells)
    console.print(grid)


def _beyond(column: Column, value: float) -> bool:
    return bool(pl.DataFrame({column.key: [value]}).select(column.beyond()).item())


def _with_unit(column: Column, value: float | None, lang: Language) -> str:
    text = one_text(column, value, lang)
    return f"{text} {POINTS.template(lang)}" if column.kind == "points" and value is not None else text


def _print_warnings(printer: Printer, kpi: KpiResult) -> None:
    lang, warnings = printer.lang, shown_warnings(kpi)
    if warnings.is_empty():
        watched = any(column.watched for column in figure_columns(kpi))
        printer.line()
        printer.line((NO_WARNINGS if watched else NO_LEVELS).template(lang), "green" if watched else "dim")
        return
    shown = Count(min(WORST_SHOWN, warnings.height))
    printer.heading(WORST.say(lang, shown=shown, count=Count(warnings.height)))
    lines = warning_lines(kpi, WORST_SHOWN, lang)
    if full_width(lines, lang) > printer.console.width:
        lines = warning_lines(kpi, WORST_SHOWN, lang, short=True)
    printer.grid(lines)


def _print_findings(printer: Printer, kpi: KpiResult, intake: IntakeReport) -> None:
    """Print the notes about the period, then what is known about the data and what it costs."""
    lang = printer.lang
    if not intake.findings and not kpi.notes:
        return
    printer.heading(FINDINGS.template(lang))
    for note in kpi.notes:
        printer.hanging(note.say(lang), 2)
    grid = Grid.grid(padding=(0, 2, 0, 0))
    for finding in intake.findings:
        style = {"error": "red", "warning": "yellow", "info": ""}[finding.severity]
        sentence = printer.text(finding_text(finding, lang), style)
        grid.add_row(Text(f"  {finding.code}", style=style), sentence)
    printer.console.print(grid)
