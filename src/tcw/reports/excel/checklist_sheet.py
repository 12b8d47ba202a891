"""The workbook's checklist to sign: an item a row, with its status, a link to its evidence, and cells to write in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xlsxwriter.format import Format

from tcw.audit.item import STATUSES, Status
from tcw.audit.run import AnsweredItem
from tcw.privacy.masking import masked
from tcw.reports.excel.checklist_signoff import (
    BY,
    CELLS_MARK,
    COMMENT,
    DATE,
    DONE,
    EVIDENCE_MARK,
    ID,
    SIGNED_MARK,
    STALE,
    Cell,
    SignOff,
)
from tcw.reports.excel.excel_book import Book, line_height, quoted
from tcw.reports.excel.excel_rows import RowsWorksheet
from tcw.reports.tables.checklist_words import KIND_WORDS, STATUS_WORDS
from tcw.reports.tables.columns import YES_NO
from tcw.wording import Phrase
from tcw.wording.quantities import Count

TITLE = Phrase("title.checklist", "Checklist")
HELP = Phrase(
    "checklist.help",
    "Write in the yellow cells; the next run with --out on this file keeps them and updates the rest.",
)
QUESTION = Phrase("column.question", "What is to be true")
KIND = Phrase("column.judged_how", "Judged")
STATUS = Phrase("column.status", "Status")
ANSWER = Phrase("column.found", "What was found")
EVIDENCE = Phrase("column.evidence", "Evidence")
ROWS_TO_SEE = Phrase("checklist.rows_to_see", "{count:row|rows}")
CHANGED = Phrase("checklist.changed_since", "changed since it was signed")
NO_LONGER = Phrase("checklist.no_longer", "no longer asked")
HEAD_ROW, FIRST_ROW = 3, 4
HEAD_HEIGHT = 30
"""The longest heading takes two lines."""
WIDTHS = (7, 46, 11, 12, 52, 12, 9, 16, 12, 34, 16)
HIDDEN = (EVIDENCE_MARK, SIGNED_MARK, CELLS_MARK)
FILLS: Mapping[Status, tuple[str, str]] = {
    "fail": ("#FDE3E4", "#B00020"),
    "manual": ("#FFF2CC", "#7F6000"),
    "not_judged": ("#E7E9EC", "#66727F"),
    "pass": ("#DFF2E1", "#1B6B2C"),
}
QUESTION_CHARACTERS, ANSWER_CHARACTERS = 46, 52
STATUS_COLUMN, DONE_COLUMN, DATE_COLUMN = 3, 6, 8


@dataclass(frozen=True, slots=True)
class Line:
    """A row to write: an item, its evidence's sheet and fingerprint, and what people wrote."""

    one: AnsweredItem
    sheet: str | None
    evidence: str
    signed: SignOff
    stale: bool


def write_checklist(
    book: Book, name: str, lines: Sequence[Line], dropped: Mapping[str, SignOff], *, show_numbers: bool
) -> None:
    """Write the sheet. `dropped` are items of an earlier run that are asked no more: what was written about them stays."""
    sheet = book.add(name)
    lang, styles = book.lang, book.styles
    sheet.write_string(0, 0, TITLE.template(lang), styles.title())
    sheet.set_row(0, 26)
    sheet.write_string(1, 0, HELP.template(lang), styles.subtitle())
    heads = (ID, QUESTION, KIND, STATUS, ANSWER, EVIDENCE, DONE, BY, DATE, COMMENT, STALE)
    for place, (head, width) in enumerate(zip(heads, WIDTHS, strict=True)):
        sheet.write_string(HEAD_ROW, place, head.template(lang), styles.header(right=False))
        sheet.set_column(place, place, width)
    sheet.set_row(HEAD_ROW, HEAD_HEIGHT)
    more = list(dict.fromkeys(header for line in lines for header in line.signed.more))
    for place, mark in enumerate(HIDDEN, len(heads)):
        sheet.write_string(HEAD_ROW, place, mark, styles.subtitle())
        sheet.set_column(place, place, 10, None, {"hidden": True})
    for place, header in enumerate(more, len(heads) + len(HIDDEN)):
        sheet.write_string(HEAD_ROW, place, header, styles.header(right=False))
        sheet.set_column(place, place, 18)
    for row, line in enumerate(lines, FIRST_ROW):
        _write_line(book, sheet, row, line, more, show_numbers=show_numbers)
    for row, (code, signed) in enumerate(dropped.items(), FIRST_ROW + len(lines)):
        plain = styles.cell("text", text_wrap=True, valign="top")
        sheet.write_string(row, 0, code, plain)
        sheet.write_string(row, 1, signed.question, plain)
        sheet.write_string(row, STATUS_COLUMN, NO_LONGER.template(lang), styles.subtitle())
        _write_signed(book, sheet, row, signed, more)
        sheet.write_string(row, len(heads) + 1, signed.signed_evidence(), styles.subtitle())
    last = FIRST_ROW + len(lines) + len(dropped) - 1
    sheet.autofilter(HEAD_ROW, 0, max(last, FIRST_ROW), len(heads) - 1)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.repeat_rows(HEAD_ROW)
    yes_no = [YES_NO["true"].template(lang), YES_NO["false"].template(lang)]
    choice = {"validate": "list", "source": yes_no, "error_type": "information", "ignore_blank": True}
    sheet.data_validation(FIRST_ROW, DONE_COLUMN, max(last, FIRST_ROW), DONE_COLUMN, choice)


def _write_line(
    book: Book, sheet: RowsWorksheet, row: int, line: Line, more: Sequence[str], *, show_numbers: bool
) -> None:
    lang, styles = book.lang, book.styles
    item, answer = line.one.item, line.one.answer
    plain = styles.cell("text", text_wrap=True, valign="top")
    question, said = item.question.say(lang), answer.sentence.say(lang)
    said = said if show_numbers else masked(said)
    sheet.write_string(row, 0, item.code, styles.cell("text", bold=True, valign="top"))
    sheet.write_string(row, 1, question, plain)
    sheet.write_string(row, 2, KIND_WORDS[item.kind].template(lang), plain)
    sheet.write_string(
        row, STATUS_COLUMN, STATUS_WORDS[answer.status].template(lang), status_format(book, answer.status)
    )
    sheet.write_string(row, 4, said, plain)
    count = ROWS_TO_SEE.say(lang, count=Count(answer.evidence.height))
    if line.sheet is not None:
        link = styles.format(
            font_color="#0563C1", underline=1, valign="top", bottom=1, bottom_color="#DDE3E9", indent=1
        )
        sheet.write_url(row, 5, f"internal:{quoted(line.sheet)}!A1", link, count)
    else:
        sheet.write_string(row, 5, "–", plain)
    _write_signed(book, sheet, row, line.signed, more)
    if line.stale:
        looks = {"text_wrap": True, "valign": "top", "font_color": "#B00020", "bold": True}
        sheet.write_string(row, 10, CHANGED.template(lang), styles.cell("text", **looks))
    else:
        sheet.write_blank(row, 10, None, plain)
    marks = (
        line.evidence,
        line.signed.signed_evidence() or "",
        line.signed.written if line.signed.is_signed else "",
    )
    for place, text in enumerate(marks, len(WIDTHS)):
        sheet.write_string(row, place, text, styles.subtitle())
    sheet.set_row(
        row, max(line_height(question, QUESTION_CHARACTERS), line_height(said, ANSWER_CHARACTERS)) + 3
    )


def status_format(book: Book, status: Status) -> Format:
    """Return the format of a status: a colour for each."""
    fill, ink = FILLS[status]
    assert status in STATUSES
    return book.styles.cell("text", bg_color=fill, font_color=ink, bold=True, valign="top")


def _write_signed(book: Book, sheet: RowsWorksheet, row: int, signed: SignOff, more: Sequence[str]) -> None:
    cells = (signed.done, signed.by, signed.date, signed.comment)
    for place, cell in enumerate(cells, DONE_COLUMN):
        _write_cell(book, sheet, row, place, cell, date_cell=place == DATE_COLUMN)
    for place, header in enumerate(more, len(WIDTHS) + len(HIDDEN)):
        _write_cell(book, sheet, row, place, signed.more.get(header), date_cell=False)


def _write_cell(
    book: Book, sheet: RowsWorksheet, row: int, place: int, cell: Cell, *, date_cell: bool
) -> None:
    """Write back what a person wrote: a date as a date, a number as a number, any text as text."""
    looks = {"align": "left", "text_wrap": True, "valign": "top"}
    entry = book.styles.format(
        num_format="yyyy-mm-dd" if date_cell or isinstance(cell, date) else "General",
        bg_color="#FFF8DB",
        border=1,
        border_color="#D9C97A",
        **looks,
    )
    if isinstance(cell, datetime):
        sheet.write_datetime(row, place, cell, entry)
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, datetime(cell.year, cell.month, cell.day), entry)  # noqa: DTZ001 - a day
    elif isinstance(cell, bool):
        sheet.write_boolean(row, place, cell, entry)
    elif isinstance(cell, int | float):
        sheet.write_number(row, place, cell, entry)
    elif cell is None:
        sheet.write_blank(row, place, None, entry)
    else:
        sheet.write_string(row, place, str(cell), entry)
