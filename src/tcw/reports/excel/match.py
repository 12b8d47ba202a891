"""The whole plan as an Excel workbook.

Summary, staff by day, bookings, requests, unfilled orders, time bank.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from functools import partial
from pathlib import Path

from xlsxwriter.format import Format

from tcw.matching.plan import Plan
from tcw.matching.time_bank import TimeBankLedger
from tcw.model.intake_report import IntakeReport
from tcw.model.schedule import Schedule
from tcw.reports.about import About
from tcw.reports.excel.book import Book
from tcw.reports.excel.report import Paint, with_intake, write_report
from tcw.reports.excel.rows import CellColumn, RowsWorksheet
from tcw.reports.excel.sheet import (
    FIRST_ROW,
    HEADER_ROW,
    NOTHING,
    SUBTITLE_ROW,
    write_columns,
    write_heading,
    write_table,
)
from tcw.reports.tables.columns import STAFF_ID, STAFF_NAME
from tcw.reports.tables.day_grid import ASKED, NEW, DayGrid, day_grid
from tcw.reports.tables.match import (
    TITLE_MATCH,
    bookings_table,
    compare_table,
    filled_text,
    filling_table,
    requests_table,
    time_bank_tables,
    unfilled_table,
    wishes_table,
)
from tcw.reports.tables.table import Column, Table
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

SHEET_SUMMARY = Phrase("title.summary", "Summary")
STATUS = {
    "optimal": Phrase("plan.optimal", "Proven: no plan meets the wishes better in their order."),
    "feasible": Phrase(
        "plan.feasible",
        "Not proven to be the best plan; the bounds say how far from the best it can be.",
    ),
    "infeasible": Phrase("plan.infeasible", "No order can be filled."),
    "none": Phrase("plan.none", "There is no order to fill."),
}

IN_ALL = Phrase("plan.in_all", "In all")
HEADER_HEIGHT = 30


def write_match_book(
    path: Path,
    plan: Plan,
    schedule: Schedule,
    ledger: TimeBankLedger,
    intake: IntakeReport,
    about: About,
    lang: Language,
) -> None:
    """Write the plan as a workbook, whole or not at all.

    Raises what `tcw.reports.deliver.delivered` raises.
    """
    balances, entries = time_bank_tables(ledger, schedule)
    tables = [
        bookings_table(plan, schedule),
        requests_table(plan, schedule),
        unfilled_table(plan, schedule, lang),
        *((balances, entries) if ledger.entries.height else (entries,)),
    ]
    sheets: list[Paint] = [
        partial(_write_summary, plan=plan, schedule=schedule),
        partial(write_grid, grid=day_grid(plan, schedule)),
        *(partial(write_table, table=table, subtitle="") for table in tables),
    ]
    write_report(path, "match", with_intake(sheets, intake, about), about, lang)


def _write_summary(book: Book, plan: Plan, schedule: Schedule) -> None:
    """How much is filled, how far each wish was met, what other ways of filling give; by unit and by day."""
    lang, styles = book.lang, book.styles
    sheet = book.add(book.reserve(SHEET_SUMMARY.template(lang), "match"))
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 8, 14)
    write_heading(book, sheet, TITLE_MATCH.template(lang))
    sheet.write_string(SUBTITLE_ROW, 0, filled_text(plan, lang), styles.format(bold=True))
    sheet.write_string(SUBTITLE_ROW + 1, 0, STATUS[plan.status].template(lang), styles.subtitle())
    tables = (
        wishes_table(plan, lang),
        compare_table(plan),
        filling_table(plan, schedule, "unit"),
        filling_table(plan, schedule, "day"),
    )
    _stack(book, sheet, (table for table in tables if table.frame.height), SUBTITLE_ROW + 3)


def _stack(book: Book, sheet: RowsWorksheet, tables: Iterable[Table], row: int) -> None:
    """Write small tables under each other."""
    lang, styles = book.lang, book.styles
    for table in tables:
        sheet.write_string(row, 0, table.title.template(lang), styles.section())
        sheet.set_row(row + 1, HEADER_HEIGHT)
        frame = write_columns(book, sheet, row + 1, table, left_first=True)
        for place, column in enumerate(table.columns):
            total = table.totals.get(column.key)
            if column.summed and table.totals:
                total = float(frame.get_column(column.key).sum())
            if total is not None:
                sheet.write_number(row + 2 + frame.height, place, total, styles.total(column.kind))
        if table.totals:
            sheet.write_string(row + 2 + frame.height, 0, IN_ALL.template(lang), styles.total("text"))
        row += frame.height + (5 if table.totals else 4)


SHEET_GRID = Phrase("title.match_grid", "Staff by day")
LEGEND = Phrase("grid.legend", "{new} booked by the plan · {asked} asked by the plan · others: booked before")
CUT = Phrase("grid.cut", "The first {days} days; the sheets of bookings and requests have all.")
HOME = Column("home_unit", Phrase("column.home_unit", "Home unit"), "id")
DAY_FORMAT = {"en": "ddd d mmm", "sv": "[$-41D]ddd d mmm"}
"""Days in the report's language, whatever Excel's own."""
WIDTHS = {"staff_id": 13, "name": 22, "home_unit": 11}
DAY_WIDTH = 14
GREEN_FILL, GREEN_TEXT = "#DDF3E4", "#0B5D32"
AMBER_FILL, AMBER_TEXT = "#FFF1D6", "#7A4B00"
REST_FILL, REST_HEAD = "#F3F5F7", "#5B6F8C"


def write_grid(book: Book, grid: DayGrid) -> None:
    """Write the grid.

    What the plan adds is coloured by what its cell begins with, and stays so when rows are sorted.
    """
    lang, styles = book.lang, book.styles
    sheet = book.add(book.reserve(SHEET_GRID.template(lang), "match_grid"))
    legend = LEGEND.say(lang, new=NEW, asked=ASKED)
    if grid.cut:
        legend = f"{legend} · {CUT.say(lang, days=Count(len(grid.days)))}"
    write_heading(book, sheet, SHEET_GRID.template(lang), legend)
    if grid.frame.is_empty():
        sheet.write_string(FIRST_ROW, 0, NOTHING.template(lang), styles.subtitle())
        return
    people = [
        column
        for column in (STAFF_ID, STAFF_NAME, HOME)
        if column is STAFF_ID or not grid.frame[column.key].is_null().all()
    ]
    for place, column in enumerate(people):
        sheet.write_string(HEADER_ROW, place, column.label.template(lang), styles.header(right=False))
        sheet.set_column(place, place, WIDTHS[column.key])
    for place, day in enumerate(grid.days, start=len(people)):
        head = {"font_color": "#FFFFFF", "bg_color": REST_HEAD if day in grid.red else "#1F3A5F"}
        style = styles.format(
            bold=True, font_size=9, valign="top", align="left", num_format=DAY_FORMAT[lang], **head
        )
        sheet.write_datetime(HEADER_ROW, place, datetime.combine(day, time()), style)
    last_row, last = FIRST_ROW + grid.frame.height - 1, len(people) + len(grid.days) - 1
    sheet.set_column(len(people), last, DAY_WIDTH)
    sheet.set_row(HEADER_ROW, 32)
    columns = [CellColumn(column.key, "text", styles.cell("text", valign="top"), None) for column in people]
    columns += [
        CellColumn(day.isoformat(), "text", _day(book, rest=day in grid.red), None) for day in grid.days
    ]
    shown = grid.frame.select(column.key for column in columns)
    sheet.set_rows(FIRST_ROW, shown, tuple(columns), lined=tuple(day.isoformat() for day in grid.days))
    area = (FIRST_ROW, len(people), last_row, last)
    for mark, fill, ink in ((NEW, GREEN_FILL, GREEN_TEXT), (ASKED, AMBER_FILL, AMBER_TEXT)):
        style = book.workbook.add_format({"bg_color": fill, "font_color": ink, "bold": True})
        sheet.conditional_format(
            *area, {"type": "text", "criteria": "containing", "value": mark, "format": style}
        )
    sheet.autofilter(HEADER_ROW, 0, last_row, len(people) - 1)
    sheet.freeze_panes(FIRST_ROW, len(people))
    sheet.repeat_rows(HEADER_ROW)
    sheet.repeat_columns(0, len(people) - 1)


def _day(book: Book, *, rest: bool) -> Format:
    fill = {"bg_color": REST_FILL} if rest else {}
    return book.styles.cell("text", text_wrap=True, valign="top", font_size=9, **fill)
