"""The key figures on a terminal: averages, weeks in a line, the worst warnings, what to know."""

from __future__ import annotations

import polars as pl
from rich.console import Console
from rich.padding import Padding
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
from tcw.reports.tables.table import Column, Table, with_frame
from tcw.reports.tables.texts import POINTS, one_text, text_frame
from tcw.reports.terminal.printer import (
    blocks_show,
    fitting,
    full_width,
    grid_of,
    narrowed,
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
ROWS_READ = Phrase("terminal.rows", "Rows read")
ROWS = Phrase("terminal.rows_split", "{read} = {accepted} accepted + {rejected} rejected")
MORE = Phrase("terminal.more", "… and {count} more")
WORST = Phrase("terminal.worst", "Worst warnings ({shown} of {count})")
NO_WARNINGS = Phrase("terminal.no_warnings", "No key figure is beyond its warning level.")
NO_LEVELS = Phrase("terminal.no_levels", "No warning levels are set (kpis: warnings: in tcw.yaml).")
FINDINGS = Phrase("terminal.findings", "About the data")
TOO_NARROW = Phrase("terminal.too_narrow", "No room at this width for: {names}")
NOTHING = Phrase("terminal.nothing", "No rows.")
PEOPLE = Phrase("terminal.people", "{count:employee|employees}")
FILES_SHOWN = 8
WORST_SHOWN = 10
ROWS_SHOWN = 50
NARROW, WIDE = 6, 52
ROOM_FOR_LINE = 68
"""Characters the table of averages needs beside the line of weeks."""
ROOM_FOR_LEVELS = 56


def print_kpi(console: Console, kpi: KpiResult, intake: IntakeReport, lang: Language) -> None:
    """Print the summary. It fits 80 columns, and uses what a wider terminal has for the line of weeks."""
    say = _Printer(console, lang)
    people = employee_count(kpi)
    counted = "" if people is None else " · " + PEOPLE.say(lang, count=Count(people))
    say.line(f"{TITLE.template(lang)}  {period_text(kpi, lang)}", "bold")
    say.line(selection_text(kpi, lang) + counted, "dim")
    _print_rows(say, intake)
    say.line("")
    _print_averages(say, kpi)
    _print_warnings(say, kpi)
    _print_findings(say, kpi, intake)


def print_frame(console: Console, table: Table, lang: Language, limit: int = ROWS_SHOWN) -> None:
    """Print a table's first `limit` rows, figures beyond their level in red, and how many more there are."""
    say = _Printer(console, lang)
    say.line(table.title.template(lang), "bold")
    if table.frame.is_empty():
        say.line(NOTHING.template(lang))
        return
    shown, left_out = narrowed(with_frame(table, table.frame.head(limit)), lang, console.width)
    console.print(grid_of(shown, lang, console))
    if left_out:
        names = ", ".join((column.short or column.label).template(lang) for column in left_out)
        say.line(TOO_NARROW.say(lang, names=names), "dim")
    if table.frame.height > limit:
        say.line(MORE.say(lang, count=Count(table.frame.height - limit)), "dim")


class _Printer:
    """Prints lines that are text and nothing else: no markup, no highlighting, only what the encoding can show."""

    def __init__(self, console: Console, lang: Language) -> None:
        self.console = console
        self.lang = lang

    def line(self, text: str, style: str = "") -> None:
        self.console.print(Text(fitting(text, self.console), style=style), highlight=False)


def _print_rows(say: _Printer, intake: IntakeReport) -> None:
    """Say what became of every row: in all, then file by file where a file has rows."""
    lang = say.lang

    def split(read: int, accepted: int, rejected: int) -> str:
        return ROWS.say(lang, read=Count(read), accepted=Count(accepted), rejected=Count(rejected))

    total = split(intake.rows_read, intake.accepted, intake.rejected)
    say.line(f"{ROWS_READ.template(lang)}: {total}", "yellow" if intake.rejected else "")
    files = telling_files(intake, FILES_SHOWN)
    grid = Grid.grid(padding=(0, 2))
    shown = text_frame(files, lang)
    numbers = pl.col("rows_read", "accepted", "rejected")
    widths = shown.select(numbers.str.len_chars().max()).row(0)
    for file, table, *counts in shown.rows():
        read, accepted, rejected = (
            count.rjust(width or 0) for count, width in zip(counts, widths, strict=True)
        )
        split_of = f"{read} = {accepted} + {rejected}"
        grid.add_row(
            "", fitting(file, say.console), fitting(table, say.console), fitting(split_of, say.console)
        )
    say.console.print(grid, highlight=False, markup=False, style="dim")
    if len(intake.files) > FILES_SHOWN:
        say.line("  " + MORE.say(lang, count=Count(len(intake.files) - FILES_SHOWN)), "dim")


def _print_averages(say: _Printer, kpi: KpiResult) -> None:
    """Print a line per figure; a narrow terminal goes without the levels and the weeks."""
    lang, console = say.lang, say.console
    values, counts = averages(kpi), warning_counts(kpi)
    weeks = kpi.figures.get("week")
    with_line = weeks is not None and weeks.height > 1 and console.width >= ROOM_FOR_LINE
    with_levels = console.width >= ROOM_FOR_LEVELS
    labels = FIGURE_LABELS if with_levels else FIGURE_SHORT
    line_width = min(max(console.width - ROOM_FOR_LINE, NARROW), WIDE)
    grid = plain_grid(console)
    grid.add_column(fitting(FIGURE.template(lang), console), min_width=NARROW, overflow="fold")
    grid.add_column(fitting(AVERAGE.template(lang), console), justify="right", no_wrap=True)
    if with_levels:
        grid.add_column(fitting(LEVEL.template(lang), console), justify="right", no_wrap=True)
    grid.add_column(fitting(WARNINGS.template(lang), console), justify="right", no_wrap=with_levels)
    if with_line:
        grid.add_column(fitting(WEEK_LINE.template(lang), console), no_wrap=True)
    for column in figure_columns(kpi):
        value, count = values[column.key], counts[column.key]
        beyond = value is not None and _beyond(column, value)
        cells = [
            Text(fitting(labels[column.key].template(lang), console)),
            Text(fitting(_with_unit(column, value, lang), console), style="bold red" if beyond else "bold"),
        ]
        if with_levels:
            cells.append(Text(fitting(level_texts(column, lang), console), style="dim"))
        cells.append(Text(fitting(Count(count).say(lang), console), style="red" if count else "dim"))
        if with_line and weeks is not None:
            line = sparkline(weeks.get_column(column.key), line_width, blocks=blocks_show(console))
            cells.append(Text(line, style="cyan"))
        grid.add_row(*cells)
    console.print(grid)


def _beyond(column: Column, value: float) -> bool:
    return bool(pl.DataFrame({column.key: [value]}).select(column.beyond()).item())


def _with_unit(column: Column, value: float | None, lang: Language) -> str:
    text = one_text(column, value, lang)
    return f"{text} {POINTS.template(lang)}" if column.kind == "points" and value is not None else text


def _print_warnings(say: _Printer, kpi: KpiResult) -> None:
    lang, warnings = say.lang, shown_warnings(kpi)
    say.line("")
    if warnings.is_empty():
        watched = any(column.watched for column in figure_columns(kpi))
        say.line((NO_WARNINGS if watched else NO_LEVELS).template(lang), "green" if watched else "dim")
        return
    shown = Count(min(WORST_SHOWN, warnings.height))
    say.line(WORST.say(lang, shown=shown, count=Count(warnings.height)), "bold")
    lines = warning_lines(kpi, WORST_SHOWN, lang)
    if full_width(lines, lang) > say.console.width:
        lines = warning_lines(kpi, WORST_SHOWN, lang, short=True)
    lines, _ = narrowed(lines, lang, say.console.width)
    say.console.print(grid_of(lines, lang, say.console))


def _print_findings(say: _Printer, kpi: KpiResult, intake: IntakeReport) -> None:
    """Print the notes about the period, then what is known about the data and what it costs."""
    lang = say.lang
    if not intake.findings and not kpi.notes:
        return
    say.line("")
    say.line(FINDINGS.template(lang), "bold")
    for note in kpi.notes:
        say.console.print(Padding(Text(fitting(note.say(lang), say.console)), (0, 0, 0, 2)))
    grid = Grid.grid(padding=(0, 2, 0, 0))
    for finding in intake.findings:
        style = {"error": "red", "warning": "yellow", "info": ""}[finding.severity]
        sentence = fitting(finding_text(finding, lang), say.console)
        grid.add_row(Text(f"  {finding.code}", style=style), Text(sentence, style=style))
    say.console.print(grid)
