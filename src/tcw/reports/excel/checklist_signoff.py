"""What people wrote into the workbook's checklist, read back so that the next run keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tcw.errors import InputFault
from tcw.intake.discover.zip_limits import check_contents
from tcw.reports.excel.workbook_package import NOT_A_WORKBOOK, opened
from tcw.wording import Language, Phrase

FAMILY = "checklist"
SHEET = "checklist"
ID = Phrase("column.item_id", "Item")
DONE = Phrase("column.done", "Done")
BY = Phrase("column.done_by", "By")
DATE = Phrase("column.done_date", "Date")
COMMENT = Phrase("column.comment", "Comment")
STALE = Phrase("column.signed_before", "Changed since signed")
EVIDENCE_MARK, SIGNED_MARK, CELLS_MARK = "tcw evidence", "tcw signed", "tcw cells"
"""Headings of the hidden columns: the evidence's fingerprint, the one that was signed, and what was written by then."""
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
    """Return what people wrote, by the item's id; nothing where the file does not exist or has no checklist of tcw's.

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
        (row for row in rows[:HEADER_ROWS] if EVIDENCE_MARK in row and _place(row, ID) is not None), None
    )
    if head is None:
        return {}
    places = {phrase.code: _place(head, phrase) for phrase in (ID, *SIGNED)}
    marks = {
        mark: head.index(mark) if mark in head else None for mark in (EVIDENCE_MARK, SIGNED_MARK, CELLS_MARK)
    }
    ours = max(place for place in marks.values() if place is not None)
    added = {str(text): place for place, text in enumerate(head) if place > ours and text}
    below = rows[rows.index(head) + 1 :]
    found: dict[str, SignOff] = {}
    for row in below:
        code = _at(row, places[ID.code])
        if code in (None, ""):
            continue
        found[str(code)] = SignOff(
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
    return found


def _place(row: tuple[Any, ...], phrase: Phrase) -> int | None:
    """Return the column with a heading, in either language."""
    words = {phrase.template(lang) for lang in LANGUAGES}
    return next((place for place, text in enumerate(row) if text in words), None)


def _at(row: tuple[Any, ...], place: int | None) -> Any:  # noqa: ANN401 - whatever stands in the cell
    return row[place] if place is not None and place < len(row) else None


def stale(signoffs: Mapping[str, SignOff], evidence: Mapping[str, str]) -> list[str]:
    """Return the ids of items that somebody signed and whose evidence is another now."""
    return [
        code
        for code, now in evidence.items()
        if code in signoffs and signoffs[code].is_signed and signoffs[code].signed_evidence() not in ("", now)
    ]
