"""The sheet of the audit workbook that people sign.

An item a row, and reading back what they wrote so that the next run keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter.format import Format

from tcw.audit.item import STATUSES, Status
from tcw.audit.run import AnsweredItem
from tcw.errors import InputFault
from tcw.intake.discover.zip_limits import check_contents
from tcw.reports.excel.book import Book, line_height, quoted
from tcw.reports.excel.package import NOT_A_WORKBOOK, opened
from tcw.reports.excel.rows import RowsWorksheet
from tcw.reports.excel.sheet import write_heading
from tcw.reports.tables.checklist import KIND_WORDS, STATUS_WORDS, text_shown
from tcw.reports.tables.columns import YES_NO
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

FAMILY = "checklist"
SHEET = "checklist"
ID = Phrase("column.item_id", "Item")
DONE = Phrase("column.done", "Done")
BY = Phrase("column.done_by", "By")
DATE = Phrase("column.done_date", "Date")
COMMENT = Phrase("column.comment", "Comment")
STALE = Phrase("column.signed_before", "Changed since signed")
EVIDENCE_MARK, SIGNED_MARK, CELLS_MARK = "tcw evidence", "tcw signed", "tcw cells"
"""Headings of the hidden columns: the evidence's fingerprint, the one that was signed, and what was written
by then."""
SIGNED: tuple[Phrase, ...] = (DONE, BY, DATE, COMMENT)
LARGEST = 512_000_000
HEADER_ROWS = 12
"""The header stands among the first so many rows, also where somebody has put rows above it."""
LANGUAGES: tuple[Language, ...] = ("sv", "en")
Cell = str | float | int | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class SignOff:
    """What was written about one item."""

    done: Cell = None
    by: Cell = None
    date: Cell = None
    comment: Cell = None
    question: str = ""
    more: Mapping[str, Cell] = field(default_factory=dict)
    """Columns that people added."""
    signed: str = ""
    """Fingerprint of the evidence that was there when it was signed."""
    evidence: str = ""
    """Fingerprint of the evidence of the run before."""
    cells: str = ""
    """What the cells held at the run before."""

    @property
    def is_signed(self) -> bool:
        """True when somebody has said that it is done."""
        return any(cell not in (None, "") for cell in (self.done, self.by, self.date))

    @property
    def written(self) -> str:
        """The four cells as one text, to see whether somebody signed anew."""
        return "|".join(_text(cell) for cell in (self.done, self.by, self.date))

    def signed_evidence(self) -> str:
        """Return the fingerprint of the evidence that the signature is about."""
        if not self.is_signed:
            return ""
        # Signed since the last run: what was signed is what that run showed.
        return self.evidence if self.written != self.cells or not self.signed else self.signed


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell or "").strip()


def read_signoffs(path: Path) -> dict[str, SignOff]:
    """Return what people wrote, by the item's id.

    Nothing where the file does not exist or has no checklist of tcw's.

    Raises:
        InputFault: the file is no workbook, or protected by a password.
    """
    if not path.exists():
        return {}
    check_contents_of(path)
    package = opened(path)
    name = package.markers(f"_tcw_{FAMILY}_").get(SHEET)
    if name is None:
        return {}
    return _read(path, name)


def check_contents_of(path: Path) -> None:
    """Refuse a workbook that would swell beyond measure when it is read. Raises InputFault."""
    with path.open("rb") as stream:
        if stream.read(2) == b"PK":
            check_contents(path, path.name, LARGEST)


def _read(path: Path, sheet: str) -> dict[str, SignOff]:
    from openpyxl import load_workbook

    def read(*, results: bool) -> list[tuple[Any, ...]]:
        book = load_workbook(path, read_only=True, data_only=results)
        found = list(book[sheet].iter_rows(values_only=True)) if sheet in book.sheetnames else []
        book.close()
        return found

    try:
        rows = read(results=False)
        if any(isinstance(cell, str) and cell.startswith("=") for cells in rows for cell in cells):
            # What a formula gave is what people saw; where no program has computed it, its text is kept.
            rows = [
                tuple(text if result is None else result for text, result in zip(*both, strict=True))
                for both in zip(rows, read(results=True), strict=True)
            ]
    except (KeyError, ValueError, OSError, TypeError, AttributeError) as error:
        raise InputFault(NOT_A_WORKBOOK, path=path) from error
    head = next(
        (row for row in rows[:HEADER_ROWS] if EVIDENCE_MARK in row and _column_of(row, ID) is not None), None
    )
    if head is None:
        return {}
    places = {phrase.code: _column_of(head, phrase) for phrase in (ID, *SIGNED)}
    marks = {
        mark: head.index(mark) if mark in head else None for mark in (EVIDENCE_MARK, SIGNED_MARK, CELLS_MARK)
    }
    ours = max(place for place in marks.values() if place is not None)
    added = {str(text): place for place, text in enumerate(head) if place > ours and text}
    below = rows[rows.index(head) + 1 :]
    signoffs: dict[str, SignOff] = {}
    for row in below:
        code = _at(row, places[ID.code])
        if code in (None, ""):
            continue
        signoffs[str(code)] = SignOff(
            done=_at(row, places[DONE.code]),
            by=_at(row, places[BY.code]),
            date=_at(row, places[DATE.code]),
            comment=_at(row, places[COMMENT.code]),
            question=str(_at(row, (places[ID.code] or 0) + 1) or ""),
            more={header: _at(row, place) for header, place in added.items()},
            evidence=str(_at(row, marks[EVIDENCE_MARK]) or ""),
            signed=str(_at(row, marks[SIGNED_MARK]) or ""),
            cells=str(_at(row, marks[CELLS_MARK]) or ""),
        )
    return signoffs


def _column_of(row: tuple[Any, ...], phrase: Phrase) -> int | None:
    """Return the column with a heading, in either language."""
    words = {phrase.template(lang) for lang in LANGUAGES}
    return next((place for place, text in enumerate(row) if text in words), None)


def _at(row: tuple[Any, ...], column: int | None) -> Any:  # noqa: ANN401 - whatever stands in the cell
    return row[column] if column is not None and column < len(row) else None


def stale(signoffs: Mapping[str, SignOff], evidence: Mapping[str, str]) -> list[str]:
    """Return the ids of items that somebody signed and whose evidence is another now."""
    return [
        code
        for code, now in evidence.items()
        if code in signoffs and signoffs[code].is_signed and signoffs[code].signed_evidence() not in ("", now)
    ]


TITLE_CHECKLIST = Phrase("title.checklist", "Checklist")
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

    answered: AnsweredItem
    sheet: str | None
    evidence: str
    signed: SignOff
    stale: bool


def write_checklist(
    book: Book, name: str, lines: Sequence[Line], dropped: Mapping[str, SignOff], *, show_numbers: bool
) -> None:
    """Write the sheet.

    `dropped` are items of an earlier run that are asked no more: what was written about them stays.
    """
    sheet = book.add(name)
    lang, styles = book.lang, book.styles
    write_heading(book, sheet, TITLE_CHECKLIST.template(lang), HELP.template(lang))
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
    item, answer = line.answered.item, line.answered.answer
    plain = styles.cell("text", text_wrap=True, valign="top")
    question, said = item.question.say(lang), answer.sentence.say(lang)
    said = text_shown(said, show_numbers=show_numbers)
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
    book: Book, sheet: RowsWorksheet, row: int, column: int, cell: Cell, *, date_cell: bool
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
        sheet.write_datetime(row, column, cell, entry)
    elif isinstance(cell, date):
        day = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a day
        sheet.write_datetime(row, column, day, entry)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, entry)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, entry)
    elif cell is None:
        sheet.write_blank(row, column, None, entry)
    else:
        sheet.write_string(row, column, str(cell), entry)
