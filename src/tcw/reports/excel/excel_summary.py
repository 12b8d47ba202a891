"""The first sheet: averages, the line chart over the weeks, what was read, what to know."""

from __future__ import annotations

from collections.abc import Mapping

from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.excel.excel_book import Book, level_name, line_height
from tcw.reports.excel.excel_chart import StraightLines
from tcw.reports.excel.excel_rows import RowsWorksheet
from tcw.reports.excel.excel_sheet import Placed, red_rule
from tcw.reports.excel.excel_styles import LINE, LINES, MUTED
from tcw.reports.tables.intake_tables import finding_text, places_read
from tcw.reports.tables.kpi_tables import averages, figure_columns, warning_counts
from tcw.reports.tables.selection_text import period_text, selection_text
from tcw.reports.tables.table import UNDEFINED, Column, Table, worded
from tcw.wording import Phrase

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


def write_summary(
    book: Book,
    name: str,
    kpi: KpiResult,
    intake: IntakeReport,
    placed: Mapping[str, Placed],
) -> None:
    """Write the summary. `placed` has the tables it refers to by name; they may come later in the workbook."""
    sheet = book.workbook.get_worksheet_by_name(name)
    styles, lang = book.styles, book.lang
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, WIDTH - 1, 14)
    sheet.fit_to_pages(1, 1 if len(intake.files) + len(intake.findings) < FITS_ONE_PAGE else 0)
    sheet.write_string(0, 0, TITLE.template(lang), styles.title())
    sheet.set_row(0, 28)
    sheet.write_string(1, 0, f"{period_text(kpi, lang)} · {selection_text(kpi, lang)}", styles.subtitle())
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


def _write_averages(book: Book, sheet: RowsWorksheet, kpi: KpiResult, placed: Mapping[str, Placed]) -> int:
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
        _write_level(book, sheet, column, at)
        _write_count(book, sheet, placed.get("employee_week"), column, (at, counts[column.key]))
    return row + 1 + len(kpi.shown)


def _write_level(book: Book, sheet: RowsWorksheet, column: Column, row: int) -> None:
    """Show the levels by reference, so that there is one place to change them."""
    for place, side in ((2, "below"), (3, "above")):
        name = level_name(column.key, "below" if side == "below" else "above")
        level = getattr(column.level, side, None)
        formula = f'=IF(ISNUMBER({name}),{name},"")'
        sheet.write_formula(row, place, formula, book.styles.cell("share"), "" if level is None else level)


def _write_count(
    book: Book, sheet: RowsWorksheet, weeks: Placed | None, column: Column, count: tuple[int, int]
) -> None:
    """Write how many employee-weeks are red: counted by the workbook itself where one sheet holds them all."""
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


def _insert_chart(book: Book, sheet: RowsWorksheet, weeks: Placed, row: int) -> None:
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
    frame = worded(files, lang)
    sheet.write_string(row, 0, ROWS.template(lang), styles.section())
    for place, column in enumerate(files.columns):
        sheet.write_string(row + 1, place, column.label.template(lang), styles.header(right=column.numeric))
        sheet.write_column(row + 2, place, frame.get_column(column.key).to_list(), styles.cell(column.kind))
        if column.summed:
            total = frame.get_column(column.key).sum()
            sheet.write_number(row + 2 + frame.height, place, total, styles.total("count"))
    return row + 3 + frame.height
