"""Scenarios as a workbook: all tables, and a native chart of the orders filled."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tcw.matching.scenarios.whatif import WhatIf
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.excel.book import Book
from tcw.reports.excel.report import Paint, with_intake, write_report
from tcw.reports.excel.sheet import write_table
from tcw.reports.excel.styles import LINE, LINES, MUTED
from tcw.reports.tables.table import Table, worded
from tcw.reports.tables.whatif import CHART, tables
from tcw.wording import Language

ROW_HEIGHT, LEAST_HEIGHT, WIDTH = 34, 180, 820


def write_whatif_book(path: Path, result: WhatIf, intake: IntakeReport, about: About, lang: Language) -> None:
    """Write the workbook, whole or not at all. Raises what `deliver.delivered` raises."""
    first, *others = tables(result, lang)
    sheets: list[Paint] = [
        partial(_outcomes, table=first),
        *(partial(write_table, table=table, subtitle="") for table in others),
    ]
    write_report(path, first.name, with_intake(sheets, intake, about), about, lang)


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
