"""The sheet with the warning levels, which the red of every other sheet follows, and the settings in force."""

from __future__ import annotations

from typing import Final

from xlsxwriter.utility import xl_rowcol_to_cell

from tcw.reports.excel.excel_book import Book, Side, level_name, line_height, quoted
from tcw.reports.excel.excel_rows import RowsWorksheet
from tcw.reports.tables.kpi_tables import DIFFERENCE, TITLE_SETTINGS
from tcw.reports.tables.table import Column
from tcw.wording import Phrase

LEVELS = Phrase("excel.levels", "Warning levels")
LEVELS_HELP = Phrase(
    "excel.levels_help",
    "Change a level here, and the red on every sheet follows. The list of warnings stays as it was when the report "
    "was made.",
)
FIGURE = Phrase("column.figure", "Key figure")
RED_BELOW = Phrase("excel.red_below", "Red below")
RED_ABOVE = Phrase("excel.red_above", "Red above")
SETTING = Phrase("column.setting", "Setting")
VALUE = Phrase("column.value", "Value")
LEAST_TITLE = Phrase("excel.least_title", "Warning level")
LEAST = Phrase("excel.least", "A warning level is a percentage of at least 0.1%.")
LEAST_LEVEL = 0.001
UNDEFINED_HELP = Phrase(
    "excel.undefined_help", "A dash (–) means that the figure is not defined: there is nothing to divide by."
)
SIDES: Final[tuple[tuple[Side, int], ...]] = (("below", 1), ("above", 2))
FIRST_SECTION = 3
CHARACTERS_OF_VALUE = 30
"""How much of a value fits on a line, with room for fonts wider than ours."""


def write_settings(
    book: Book, name: str, figures: tuple[Column, ...], settings: list[tuple[str, str]], subtitle: str
) -> None:
    """Write the settings sheet and name its level cells, one below and one above for every shown figure."""
    sheet = book.add(name, landscape=False)
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, 2, 18)
    sheet.write_string(0, 0, TITLE_SETTINGS.template(book.lang), book.styles.title())
    sheet.set_row(0, 26)
    sheet.write_string(1, 0, subtitle, book.styles.subtitle())
    row = _write_levels(book, sheet, figures) if figures else FIRST_SECTION
    if settings:
        _write_values(book, sheet, settings, row)


def _write_levels(book: Book, sheet: RowsWorksheet, figures: tuple[Column, ...]) -> int:
    styles, lang, row = book.styles, book.lang, FIRST_SECTION
    sheet.write_string(row, 0, LEVELS.template(lang), styles.section())
    sheet.merge_range(row + 1, 0, row + 1, 2, LEVELS_HELP.template(lang), styles.prose())
    sheet.set_row(row + 1, 30)
    sheet.write_string(row + 2, 0, FIGURE.template(lang), styles.header(right=False))
    sheet.write_string(row + 2, 1, RED_BELOW.template(lang), styles.header(right=True))
    sheet.write_string(row + 2, 2, RED_ABOVE.template(lang), styles.header(right=True))
    first = row + 3
    for place, column in enumerate(figures):
        sheet.write_string(first + place, 0, column.label.template(lang), styles.cell("text"))
        for side, at in SIDES:
            _write_level(book, sheet, column, side, (first + place, at))
    after = first + len(figures)
    sheet.write_string(after, 0, UNDEFINED_HELP.template(lang), styles.subtitle())
    return after + 2


def _write_level(book: Book, sheet: RowsWorksheet, column: Column, side: Side, at: tuple[int, int]) -> None:
    level, (row, place) = getattr(column.level, side, None), at
    style = book.styles.entry("share")
    if level is None:
        sheet.write_blank(row, place, None, style)
    else:
        sheet.write_number(row, place, level, style)
    cell = xl_rowcol_to_cell(row, place, row_abs=True, col_abs=True)
    book.workbook.define_name(level_name(column.key, side), f"={quoted(sheet.get_name())}!{cell}")
    if column.key != DIFFERENCE:  # the only figure whose level may be negative
        rule = {
            "validate": "decimal",
            "criteria": ">=",
            "value": LEAST_LEVEL,
            "error_title": LEAST_TITLE.template(book.lang),
            "error_message": LEAST.template(book.lang),
        }
        sheet.data_validation(row, place, row, place, rule)


def _write_values(book: Book, sheet: RowsWorksheet, settings: list[tuple[str, str]], row: int) -> None:
    styles = book.styles
    sheet.write_string(row, 0, SETTING.template(book.lang), styles.header(right=False))
    sheet.merge_range(row, 1, row, 2, VALUE.template(book.lang), styles.header(right=False))
    for at, (setting, value) in enumerate(settings, start=row + 1):
        sheet.write_string(at, 0, setting, styles.cell("text"))
        sheet.merge_range(at, 1, at, 2, "", styles.cell("text", text_wrap=True))
        sheet.write_string(at, 1, value, styles.cell("text", text_wrap=True))
        sheet.set_row(at, line_height(value, CHARACTERS_OF_VALUE))
