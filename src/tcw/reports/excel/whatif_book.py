"""Scenarios as a workbook: all tables, and a native chart of the orders filled."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tcw.matching.scenarios.whatif import WhatIf
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.deliver import delivered
from tcw.reports.excel.excel_sheet import write_table
from tcw.reports.excel.excel_styles import LINE, LINES, MUTED
from tcw.reports.tables.table import Table, worded
from tcw.reports.tables.whatif_tables import tables
from tcw.wording import Language, Phrase

if TYPE_CHECKING:
    from tcw.reports.excel.excel_book import Book

CHART = Phrase("whatif.book_chart", "Orders filled")
ROW_HEIGHT, LEAST_HEIGHT, WIDTH = 34, 180, 820


def write_whatif_book(path: Path, found: WhatIf, intake: IntakeReport, about: About, lang: Language) -> None:
    """Write the workbook, whole or not at all. Raises what `tcw.reports.deliver.delivered` raises."""
    from tcw.reports.excel.excel_report import build_sheets

    first, *others = tables(found, lang)
    paint = [partial(_outcomes, table=first), *(partial(_plain, table=table) for table in others)]
    with delivered(path, ".xlsx") as temporary:
        build_sheets(temporary, first.name, paint, intake, about, lang)


def _plain(book: Book, table: Table) -> None:
    write_table(book, table, "")


def _outcomes(book: Book, table: Table) -> None:
    """Write the outcomes, and below them a bar for each: what is filled."""
    placed = write_table(book, table, "")
    frame = worded(table, book.lang)
    chart = book.workbook.add_chart({"type": "bar"})
    title = CHART.template(book.lang)
    chart.add_series(
        {
            "name": title,
            "categories": f"={placed.range_of('label')}",
            "values": f"={placed.range_of('filled')}",
            "categories_data": frame["label"].to_list(),
            "values_data": frame["filled"].to_list(),
            "fill": {"color": LINES[0]},
            "gap": 60,
            "data_labels": {"value": True, "font": {"name": "Calibri", "size": 9}},
        }
    )
    small = {"name": "Calibri", "size": 9, "color": MUTED}
    chart.set_title({"name": title, "name_font": {"name": "Calibri", "size": 12}})
    # The first row on top, as in the table.
    chart.set_y_axis({"reverse": True, "num_font": small, "line": {"color": MUTED}})
    chart.set_x_axis(
        {
            "min": 0,
            "num_font": small,
            "num_format": "#,##0",
            "label_position": "high",
            "major_gridlines": {"visible": True, "line": {"color": LINE}},
            "line": {"none": True},
        }
    )
    chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": WIDTH, "height": max(LEAST_HEIGHT, ROW_HEIGHT * (frame.height + 2))})
    sheet = book.workbook.get_worksheet_by_name(placed.sheet)
    sheet.insert_chart(placed.last_row + 3, 0, chart, {"description": title, "object_position": 2})
