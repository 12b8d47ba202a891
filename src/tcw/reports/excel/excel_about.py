"""The last sheet: what made the workbook, from which files, and what was left out."""

from __future__ import annotations

from tcw.model.intake_report import IntakeReport
from tcw.reports.about import (
    EVERYTHING,
    FILTERS,
    PERIOD,
    SHEET_ABOUT,
    SHEET_SOURCES,
    About,
    about_items,
    sources_table,
)
from tcw.reports.excel.excel_book import Book, line_height
from tcw.reports.tables.table import worded
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

ROWS_READ = Phrase("about.rows_read", "Rows read")
CHARACTERS_OF_CONTENT = 70
ROWS = Phrase("about.rows", "{read} = {accepted} accepted + {rejected} rejected")


def write_about(
    book: Book, name: str, intake: IntakeReport, about: About, covered: tuple[str, str] | None
) -> None:
    """Write tcw's version, the command, the time, what is covered (period, filters), the rows and the input files."""
    sheet = book.add(name, landscape=False)
    styles, lang = book.styles, book.lang
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 68)
    sheet.write_string(0, 0, SHEET_ABOUT.template(lang), styles.title())
    sheet.set_row(0, 26)
    rows = ROWS.say(
        lang, read=Count(intake.rows_read), accepted=Count(intake.accepted), rejected=Count(intake.rejected)
    )
    items = [
        *about_items(about, lang),
        *_covered(covered, lang),
        (ROWS_READ.template(lang), rows),
    ]
    for row, (item, content) in enumerate(items, start=2):
        sheet.write_string(row, 0, item, styles.cell("text", bold=True))
        sheet.merge_range(row, 1, row, 2, "", styles.cell("text", text_wrap=True))
        sheet.write_string(row, 1, content, styles.cell("text", text_wrap=True))
        sheet.set_row(row, line_height(content, CHARACTERS_OF_CONTENT))
    if about.sources:
        sources = sources_table(about)
        row = len(items) + 3
        sheet.write_string(row, 0, SHEET_SOURCES.template(lang), styles.section())
        frame = worded(sources, lang)
        for place, column in enumerate(sources.columns):
            sheet.write_string(
                row + 1, place, column.label.template(lang), styles.header(right=column.numeric)
            )
            sheet.write_column(
                row + 2, place, frame.get_column(column.key).to_list(), styles.cell(column.kind)
            )


def _covered(covered: tuple[str, str] | None, lang: Language) -> list[tuple[str, str]]:
    if covered is None:
        return []
    period, filters = covered
    return [(PERIOD.template(lang), period), (FILTERS.template(lang), filters or EVERYTHING.template(lang))]
