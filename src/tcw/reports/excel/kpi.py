"""The key figures as an Excel workbook.

Summary with a line chart, a sheet per grain, warnings, settings, about.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from xlsxwriter.utility import xl_rowcol_to_cell

from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import SHEET_ABOUT, About
from tcw.reports.excel.book import Book, Side, creation_time, level_name, line_height, quoted
from tcw.reports.excel.report import Paint, write_about, write_intake, write_report, write_report_into
from tcw.reports.excel.rows import RowsWorksheet
from tcw.reports.excel.sheet import PlacedTable, red_rule, write_columns, write_heading, write_table
from tcw.reports.excel.styles import LINE, LINES, MUTED, StraightLines
from tcw.reports.tables.intake import finding_text, places_read
from tcw.reports.tables.kpi import (
    DIFFERENCE,
    TITLE_SETTINGS,
    averages,
    figure_columns,
    filters_text,
    grain_tables,
    period_text,
    selection_text,
    warning_counts,
    warnings_table,
)
from tcw.reports.tables.table import UNDEFINED, Column, Table, worded
from tcw.wording import Language, Phrase

TITLE = Phrase("title.kpi", "Key figures")
SHEET = Phrase("title.summary", "Summary")
FIGURE = Phrase("column.figure", "Key figure")
AVERAGE = Phrase("excel.average", "Average")
RED_BELOW = Phrase("excel.red_below", "Red below")
RED_ABOVE = Phrase("excel.red_above", "Red above")
WARNINGS = Phrase("title.warnings", "Warnings")
OVER_WEEKS = Phrase("excel.over_weeks", "Key figures over the weeks")
ROWS = Phrase("excel.rows", "Rows read")
NOTES = Phrase("excel.notes", "Good to know")
MOST_WITH_MARKERS = 30
CHART_ROWS = 19
FITS_ONE_PAGE = 15
CHARACTERS_OF_SENTENCE = 95
WIDTH = 5
LEVELS = Phrase("excel.levels", "Warning levels")
LEVELS_HELP = Phrase(
    "excel.levels_help",
    "Change a level here, and the red on every sheet follows. The list of warnings stays as it was when "
    "the report "
    "was made.",
)
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


def write_workbook(path: Path, kpi: KpiResult, intake: IntakeReport, about: About, lang: Language) -> None:
    """Write the workbook whole or not at all. Raises what `deliver.delivered` raises.

    The same input gives the same bytes when `about.created` is None.
    """
    write_report(path, "kpi", _report(kpi, intake, about), about, lang)


def write_into(path: Path, kpi: KpiResult, intake: IntakeReport, about: About, lang: Language) -> None:
    """Add the key figures' sheets to an existing workbook; raises as `report.write_report_into` does."""
    write_report_into(path, "kpi", _report(kpi, intake, about), about, lang)


def _report(kpi: KpiResult, intake: IntakeReport, about: About) -> Paint:
    """Return what writes all sheets of the report, in the order they are read."""

    def paint(book: Book) -> None:
        lang, period = book.lang, period_text(kpi, book.lang)
        book.watched = frozenset(kpi.shown)
        title = f"{TITLE.template(lang)} {period}"
        created = creation_time(about.created)
        book.workbook.set_properties({"title": title, "author": "tcw", "created": created})
        subtitle = f"{period} · {selection_text(kpi, lang)}"
        summary = book.reserve(SHEET.template(lang), "summary")
        settings = book.reserve(TITLE_SETTINGS.template(lang), "settings")
        last = book.reserve(SHEET_ABOUT.template(lang), "about")
        book.add(summary)
        placed = {
            table.name: write_table(book, table, subtitle, dashes=table.name != "week")
            for table in grain_tables(kpi)
        }
        write_table(book, warnings_table(kpi), subtitle)
        write_intake(book, intake)
        write_settings(book, settings, figure_columns(kpi), list(kpi.settings.items()), subtitle)
        write_about(book, last, intake, about, (period, filters_text(kpi, lang)))
        write_summary(book, summary, kpi, intake, placed)

    return paint


def write_summary(
    book: Book,
    name: str,
    kpi: KpiResult,
    intake: IntakeReport,
    placed: Mapping[str, PlacedTable],
) -> None:
    """Write the summary.

    `placed` has the tables it refers to by name; they may come later in the workbook.
    """
    sheet = book.workbook.get_worksheet_by_name(name)
    styles, lang = book.styles, book.lang
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, WIDTH - 1, 14)
    sheet.fit_to_pages(1, 1 if len(intake.files) + len(intake.findings) < FITS_ONE_PAGE else 0)
    subtitle = f"{period_text(kpi, lang)} · {selection_text(kpi, lang)}"
    write_heading(book, sheet, TITLE.template(lang), subtitle, height=28)
    row = _write_averages(book, sheet, kpi, placed)
    if "week" in placed and placed["week"].table.frame.height:
        _insert_chart(book, sheet, placed["week"], row + 1)
        row += CHART_ROWS + 2
    row = _write_files(book, sheet, places_read(intake), row + 1)
    sentences = [finding_text(finding, lang) for finding in intake.findings] + [
        note.say(lang) for note in kpi.notes
    ]
    if sentences:
        sheet.write_string(row + 1, 0, NOTES.template(lang), styles.section())
        for place, sentence in enumerate(sentences, start=row + 2):
            sheet.merge_range(place, 0, place, WIDTH - 1, "", styles.prose())
            sheet.write_string(place, 0, sentence, styles.prose())
            sheet.set_row(place, line_height(sentence, CHARACTERS_OF_SENTENCE))


def _write_averages(
    book: Book, sheet: RowsWorksheet, kpi: KpiResult, placed: Mapping[str, PlacedTable]
) -> int:
    styles, lang, row = book.styles, book.lang, 3
    for place, phrase in enumerate((FIGURE, AVERAGE, RED_BELOW, RED_ABOVE, WARNINGS)):
        sheet.write_string(row, place, phrase.template(lang), styles.header(right=place > 0))
    values, counts = averages(kpi), warning_counts(kpi)
    for at, column in enumerate(figure_columns(kpi), start=row + 1):
        sheet.write_string(at, 0, column.label.template(lang), styles.cell("text"))
        value = values[column.key]
        if value is None:
            sheet.write_string(at, 1, UNDEFINED, styles.undefined())
        else:
            sheet.write_number(at, 1, value, styles.cell(column.kind, bold=True))
        rule = {"type": "formula", "criteria": red_rule(f"B{at + 1}", column), "format": styles.red()}
        sheet.conditional_format(at, 1, at, 1, rule)
        _show_levels(book, sheet, column, at)
        _write_count(book, sheet, placed.get("employee_week"), column, (at, counts[column.key]))
    return row + 1 + len(kpi.shown)


def _show_levels(book: Book, sheet: RowsWorksheet, column: Column, row: int) -> None:
    """Show the levels by reference, so that there is one place to change them."""
    for place, side in ((2, "below"), (3, "above")):
        name = level_name(column.key, "below" if side == "below" else "above")
        level = getattr(column.level, side, None)
        formula = f'=IF(ISNUMBER({name}),{name},"")'
        sheet.write_formula(row, place, formula, book.styles.cell("share"), "" if level is None else level)


def _write_count(
    book: Book, sheet: RowsWorksheet, weeks: PlacedTable | None, column: Column, count: tuple[int, int]
) -> None:
    """Write how many employee-weeks are red.

    Counted by the workbook itself where one sheet holds them all.
    """
    row, known = count
    style = book.styles.cell("count")
    if weeks is None or weeks.parts > 1:
        sheet.write_number(row, 4, known, style)
        return
    cells = weeks.range_of(column.key)
    below, above = level_name(column.key, "below"), level_name(column.key, "above")
    formula = (
        f'=IF(ISNUMBER({below}),COUNTIF({cells},"<"&({below}-0.000000001)),0)'
        f'+IF(ISNUMBER({above}),COUNTIF({cells},">"&({above}+0.000000001)),0)'
    )
    sheet.write_formula(row, 4, formula, style, known)


def _insert_chart(book: Book, sheet: RowsWorksheet, weeks: PlacedTable, row: int) -> None:
    """Draw a native line chart of the shown figures from the sheet of weeks."""
    chart = book.workbook.add_chart({"type": "line"})
    chart.__class__ = StraightLines  # the workbook makes charts of the library's own classes only
    frame = worded(weeks.table, book.lang)
    marker = {"type": "circle", "size": 4} if frame.height <= MOST_WITH_MARKERS else {"type": "none"}
    figures = [column for column in weeks.table.columns if column.figure]
    for place, column in enumerate(figures):
        colour = LINES[place % len(LINES)]
        filled = (
            {"fill": {"color": colour}, "border": {"color": colour}} if marker["type"] == "circle" else {}
        )
        chart.add_series(
            {
                "name": column.label.template(book.lang),
                "categories": f"={weeks.range_of('week')}",
                "values": f"={weeks.range_of(column.key)}",
                "categories_data": frame.get_column("week").to_list(),
                "values_data": frame.get_column(column.key).to_list(),
                "line": {"color": colour, "width": 2},
                "marker": marker | filled,
            }
        )
    small = {"name": "Calibri", "size": 9, "color": MUTED}
    chart.set_title({"name": OVER_WEEKS.template(book.lang), "name_font": {"name": "Calibri", "size": 12}})
    chart.set_y_axis(
        {
            "num_format": "0%",
            "num_font": small,
            "major_gridlines": {"visible": True, "line": {"color": LINE}},
            "line": {"none": True},
        }
    )
    chart.set_x_axis({"num_font": small, "label_position": "low", "line": {"color": MUTED}})
    chart.set_legend({"position": "bottom", "font": small})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": 780, "height": 20 * CHART_ROWS})
    sheet.insert_chart(row, 0, chart, {"description": OVER_WEEKS.template(book.lang), "object_position": 2})


def _write_files(book: Book, sheet: RowsWorksheet, files: Table, row: int) -> int:
    """Write what was read, accepted and rejected, file by file and in all."""
    styles, lang = book.styles, book.lang
    sheet.write_string(row, 0, ROWS.template(lang), styles.section())
    frame = write_columns(book, sheet, row + 1, files)
    for place, column in enumerate(files.columns):
        if column.summed:
            total = frame.get_column(column.key).sum()
            sheet.write_number(row + 2 + frame.height, place, total, styles.total("count"))
    return row + 3 + frame.height


def write_settings(
    book: Book, name: str, figures: tuple[Column, ...], settings: list[tuple[str, str]], subtitle: str
) -> None:
    """Write the settings sheet and name its level cells, one below and one above for every shown figure."""
    sheet = book.add(name, landscape=False)
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, 2, 18)
    write_heading(book, sheet, TITLE_SETTINGS.template(book.lang), subtitle)
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
