"""The whole plan as an Excel workbook: summary, staff by day, bookings, requests, unfilled orders, time bank."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from tcw.matching.plan import Plan
from tcw.matching.time_bank import Ledger
from tcw.model.intake_report import IntakeReport
from tcw.model.schedule import Schedule
from tcw.reports.about import About
from tcw.reports.deliver import delivered
from tcw.reports.excel.excel_book import Book
from tcw.reports.excel.excel_rows import RowsWorksheet
from tcw.reports.excel.excel_sheet import SUBTITLE_ROW, TITLE_ROW, write_table
from tcw.reports.excel.match_grid_sheet import write_grid
from tcw.reports.tables.match_grid import day_grid
from tcw.reports.tables.match_tables import (
    bookings_table,
    compare_table,
    filling_table,
    requests_table,
    time_bank_tables,
    unfilled_table,
    wishes_table,
)
from tcw.reports.tables.table import Table, worded
from tcw.reports.terminal.match_terminal import FILLED, TITLE
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count, Share

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
    ledger: Ledger,
    intake: IntakeReport,
    about: About,
    lang: Language,
) -> None:
    """Write the plan as a workbook, whole or not at all. Raises what `tcw.reports.deliver.delivered` raises."""
    from tcw.reports.excel.excel_report import build_sheets

    balances, entries = time_bank_tables(ledger, schedule)
    tables = [
        bookings_table(plan, schedule),
        requests_table(plan, schedule),
        unfilled_table(plan, schedule, lang),
        *((balances, entries) if ledger.entries.height else (entries,)),
    ]
    paint: list[Callable[[Book], object]] = [
        partial(_write_summary, plan=plan, schedule=schedule),
        partial(write_grid, grid=day_grid(plan, schedule)),
        *(partial(write_table, table=table, subtitle="") for table in tables),
    ]
    with delivered(path, ".xlsx") as temporary:
        build_sheets(temporary, "match", paint, intake, about, lang)


def _write_summary(book: Book, plan: Plan, schedule: Schedule) -> None:
    """How much is filled, how far each wish was met, what other ways of filling give; by unit and by day."""
    lang, styles = book.lang, book.styles
    sheet = book.add(book.reserve(SHEET_SUMMARY.template(lang), "match"))
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 8, 14)
    sheet.write_string(TITLE_ROW, 0, TITLE.template(lang), styles.title())
    sheet.set_row(TITLE_ROW, 26)
    filled = plan.assignments.height
    text = FILLED.say(
        lang,
        filled=Count(filled),
        orders=Count(plan.orders),
        share=Share(filled / plan.orders if plan.orders else 0.0),
        requests=Count(plan.assignments.filter(plan.assignments["mode"] == "request").height),
    )
    sheet.write_string(SUBTITLE_ROW, 0, text, styles.format(bold=True))
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
        frame = worded(table, lang)
        sheet.write_string(row, 0, table.title.template(lang), styles.section())
        sheet.set_row(row + 1, HEADER_HEIGHT)
        for place, column in enumerate(table.columns):
            beside = {"align": "left", "indent": 1} if place == 0 else {}
            header = styles.header(right=column.numeric and place > 0)
            sheet.write_string(row + 1, place, column.label.template(lang), header)
            values = frame.get_column(column.key).to_list()
            sheet.write_column(row + 2, place, values, styles.cell(column.kind, **beside))
            total = table.totals.get(column.key)
            if column.summed and table.totals:
                total = float(frame.get_column(column.key).sum())
            if total is not None:
                sheet.write_number(row + 2 + frame.height, place, total, styles.total(column.kind))
        if table.totals:
            sheet.write_string(row + 2 + frame.height, 0, IN_ALL.template(lang), styles.total("text"))
        row += frame.height + (5 if table.totals else 4)
