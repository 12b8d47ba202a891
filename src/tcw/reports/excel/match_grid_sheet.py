"""The sheet with a row for each person and a column for each day."""

from __future__ import annotations

from datetime import datetime, time

from xlsxwriter.format import Format

from tcw.reports.excel.excel_book import Book
from tcw.reports.excel.excel_rows import CellColumn
from tcw.reports.excel.excel_sheet import FIRST_ROW, HEADER_ROW, NOTHING, SUBTITLE_ROW, TITLE_ROW
from tcw.reports.tables.columns import STAFF_ID, STAFF_NAME
from tcw.reports.tables.match_grid import ASKED, NEW, DayGrid
from tcw.reports.tables.table import Column
from tcw.wording import Phrase
from tcw.wording.quantities import Count

SHEET = Phrase("title.match_grid", "Staff by day")
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
    """Write the grid. What the plan adds is coloured by what its cell begins with, and stays so when rows are sorted."""
    lang, styles = book.lang, book.styles
    sheet = book.add(book.reserve(SHEET.template(lang), "match_grid"))
    sheet.write_string(TITLE_ROW, 0, SHEET.template(lang), styles.title())
    sheet.set_row(TITLE_ROW, 26)
    legend = LEGEND.say(lang, new=NEW, asked=ASKED)
    if grid.cut:
        legend = f"{legend} · {CUT.say(lang, days=Count(len(grid.days)))}"
    sheet.write_string(SUBTITLE_ROW, 0, legend, styles.subtitle())
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
