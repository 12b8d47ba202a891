"""The workbook's first sheet: how the checklist stands, what changed, what to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tcw.audit.item import STATUSES
from tcw.audit.run import Audit
from tcw.privacy.masking import masked
from tcw.reports.excel.checklist_sheet import status_format
from tcw.reports.excel.excel_book import Book, line_height, quoted
from tcw.reports.tables.checklist_tables import changes_table
from tcw.reports.tables.checklist_words import STATUS_WORDS
from tcw.wording import Phrase

TITLE = Phrase("title.audit", "Before and after a change")
SIDES = Phrase("checklist.sides", "{before} compared with {after}, as of {as_of}")
ITEMS = Phrase("checklist.items", "Items")
TO_DO = Phrase("checklist.to_do", "To do")
NONE_TO_DO = Phrase("checklist.none_to_do", "No item fails.")
STALE = Phrase("checklist.stale", "Signed, and the evidence has changed since")
NOTES = Phrase("checklist.notes", "To know")
TABLES = Phrase("checklist.tables", "Tables")
WIDTHS = (34, 12, 12, 12, 12, 60)
CHARACTERS = 120


def write_summary(
    book: Book, name: str, audit: Audit, links: Mapping[str, str], stale: Sequence[str], *, show_numbers: bool
) -> None:
    """Write the sheet. `links` is table or item -> the sheet that shows it."""
    sheet = book.add(name, landscape=False)
    lang, styles = book.lang, book.styles
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, TITLE.template(lang), styles.title())
    sheet.set_row(0, 26)
    told = SIDES.say(lang, before=audit.before.name, after=audit.after.name, as_of=audit.as_of.isoformat())
    sheet.write_string(1, 0, told, styles.subtitle())
    row = 3
    sheet.write_string(row, 0, ITEMS.template(lang), styles.section())
    for status in STATUSES:
        row += 1
        number = sum(one.answer.status == status for one in audit.items)
        sheet.write_string(row, 0, STATUS_WORDS[status].template(lang), status_format(book, status))
        sheet.write_number(row, 1, number, styles.cell("count"))
    row += 2
    sheet.write_string(row, 0, TO_DO.template(lang), styles.section())
    link = styles.format(font_color="#0563C1", underline=1, valign="top")
    if not audit.failing:
        sheet.write_string(row + 1, 0, NONE_TO_DO.template(lang), styles.subtitle())
        row += 1
    for one in audit.failing:
        row += 1
        said = one.answer.sentence.say(lang)
        if one.item.code in links:
            sheet.write_url(row, 0, f"internal:{quoted(links[one.item.code])}!A1", link, links[one.item.code])
        else:
            sheet.write_string(row, 0, one.item.code, styles.prose())
        sheet.merge_range(row, 1, row, 5, "", styles.prose())
        sheet.write_string(row, 1, said if show_numbers else masked(said), styles.prose())
        sheet.set_row(row, line_height(said, CHARACTERS))
    if stale:
        row += 2
        sheet.write_string(row, 0, STALE.template(lang), styles.section())
        sheet.write_string(row + 1, 0, ", ".join(stale), styles.prose())
        row += 1
    row += 2
    row = _tables(book, sheet, row, audit, links)
    if audit.notes:
        row += 2
        sheet.write_string(row, 0, NOTES.template(lang), styles.section())
        for note in audit.notes:
            row += 1
            text = note.say(lang)
            sheet.merge_range(row, 0, row, 5, "", styles.prose())
            sheet.write_string(row, 0, text if show_numbers else masked(text), styles.prose())
            sheet.set_row(row, line_height(text, CHARACTERS + 20))


def _tables(book: Book, sheet, row: int, audit: Audit, links: Mapping[str, str]) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001
    lang, styles = book.lang, book.styles
    table = changes_table(audit, lang)
    sheet.write_string(row, 0, TABLES.template(lang), styles.section())
    for place, column in enumerate(table.columns):
        sheet.write_string(row + 1, place, column.label.template(lang), styles.header(right=column.numeric))
        sheet.write_column(row + 2, place, table.frame[column.key].to_list(), styles.cell(column.kind))
    link = styles.format(font_color="#0563C1", underline=1, bottom=1, bottom_color="#DDE3E9", indent=1)
    for place, (name, one) in enumerate(zip(table.frame["table"], audit.changes.tables, strict=True)):
        if one.name in links:
            sheet.write_url(row + 2 + place, 0, f"internal:{quoted(links[one.name])}!A1", link, name)
    return row + 1 + table.frame.height
