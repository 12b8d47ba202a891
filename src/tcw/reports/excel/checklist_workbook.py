"""The audit workbook: summary, checklist to sign, evidence, a sheet for each changed table, findings, restore plan, about."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from xlsxwriter.utility import xl_range

from tcw.audit.item import fingerprint
from tcw.audit.run import Audit
from tcw.privacy.masking import masked_frame
from tcw.reports.about import About
from tcw.reports.deliver import delivered
from tcw.reports.excel.checklist_names import SUMMARY, names_kept
from tcw.reports.excel.checklist_restore import TITLE as RESTORE
from tcw.reports.excel.checklist_restore import write_restore
from tcw.reports.excel.checklist_sheet import TITLE as CHECKLIST
from tcw.reports.excel.checklist_sheet import Line, write_checklist
from tcw.reports.excel.checklist_signoff import FAMILY, SHEET, SignOff, stale
from tcw.reports.excel.checklist_summary import TITLE as AUDIT
from tcw.reports.excel.checklist_summary import write_summary
from tcw.reports.excel.excel_book import Book, marker_start
from tcw.reports.excel.excel_report import Place, book_of
from tcw.reports.excel.excel_sheet import Placed, write_table
from tcw.reports.tables.checklist_tables import (
    ARROW,
    about_table,
    changed_table,
    evidence_table,
    findings_table,
)
from tcw.reports.tables.checklist_words import CHANGE_WORDS
from tcw.reports.tables.table import with_frame
from tcw.wording import Language


def write_audit(
    path: Path,
    audit: Audit,
    about: About,
    lang: Language,
    signed: Mapping[str, SignOff],
    *,
    show_numbers: bool = False,
) -> None:
    """Write the workbook, or its sheets anew into the one that is there: everything else in it stays byte for byte.

    Raises:
        UsageFault: the file cannot be written, as while it is open in Excel.
        InputFault: the file that is there is no workbook.
    """
    with delivered(path, ".xlsx") as temporary:
        if not path.exists():
            build(temporary, audit, about, lang, signed, Place(), show_numbers=show_numbers)
            return
        from tcw.reports.excel.workbook_package import opened, written
        from tcw.reports.excel.workbook_transplant import transplanted

        package = opened(path)
        start = marker_start(FAMILY)
        ours = set(package.markers(start).values())
        known = names_kept(package, audit, lang)
        strangers = [sheet.name for sheet in package.sheets() if sheet.name not in ours]
        taken = frozenset(name.lower() for name in (*strangers, *known.values()))
        with tempfile.TemporaryDirectory(prefix="tcw-") as folder:
            new = Path(folder) / "new.xlsx"
            build(new, audit, about, lang, signed, Place("", known, taken), show_numbers=show_numbers)
            transplanted(package, opened(new), start)
            written(package, temporary)


def build(
    path: Path,
    audit: Audit,
    about: About,
    lang: Language,
    signed: Mapping[str, SignOff],
    place: Place,
    *,
    show_numbers: bool,
) -> None:
    """Write all sheets to a new workbook."""
    evidence = {one.item.code: fingerprint(one.answer) for one in audit.items}
    changed_since = stale(signed, evidence)
    with book_of(path, FAMILY, about, lang, place) as book:
        book.workbook.set_properties({"title": AUDIT.template(lang), "author": "tcw"})
        summary = book.reserve(SUMMARY.template(lang), "summary")
        checklist = book.reserve(CHECKLIST.template(lang), SHEET)
        shown = [one for one in audit.items if one.answer.evidence.height]
        tables = [evidence_table(one, lang, show_numbers=show_numbers) for one in shown]
        names = {
            one.item.code: book.reserve(table.title.template(lang), table.name)
            for one, table in zip(shown, tables, strict=True)
        }
        changed = [changed_table(one, lang, show_numbers=show_numbers) for one in audit.changes.changed]
        links = names | {
            one.name: book.reserve(table.title.template(lang), table.name)
            for one, table in zip(audit.changes.changed, changed, strict=True)
        }
        lines = [
            Line(
                one,
                names.get(one.item.code),
                evidence[one.item.code],
                signed.get(one.item.code, SignOff()),
                one.item.code in changed_since,
            )
            for one in audit.items
        ]
        dropped = {code: one for code, one in signed.items() if code not in evidence and one.is_signed}
        write_summary(book, summary, audit, links, changed_since, show_numbers=show_numbers)
        write_checklist(book, checklist, lines, dropped, show_numbers=show_numbers)
        for table, name in zip(tables, names.values(), strict=True):
            write_table(book, table, "", name=name)
        for one, table in zip(audit.changes.changed, changed, strict=True):
            placed = write_table(book, table, "", name=links[one.name])
            _mark(book, placed)
        findings = findings_table(audit, lang)
        write_table(
            book, findings if show_numbers else with_frame(findings, masked_frame(findings.frame)), ""
        )
        lasting = audit.after.schedule.config.checklist.lasting
        restore = book.reserve(RESTORE.template(lang), "restore")
        write_restore(book, restore, audit.restore, lasting, show_numbers=show_numbers)
        write_table(book, about_table(audit, about, lang), "")


def _mark(book: Book, placed: Placed) -> None:
    """Colour added and removed rows, and the cells that changed."""
    sheet = book.workbook.get_worksheet_by_name(placed.sheet)
    lang, width = book.lang, len(placed.table.columns)
    first, last = placed.first_row, placed.last_row
    area = xl_range(first, 0, last, max(width - 1, 0))
    row = first + 1
    looks = {
        "added": {"bg_color": "#E3F4E5"},
        "removed": {"bg_color": "#FBE4E4", "font_strikeout": True},
    }
    for kind, look in looks.items():
        word = CHANGE_WORDS[kind].template(lang)
        rule = {"type": "formula", "criteria": f'=$A{row}="{word}"', "format": book.workbook.add_format(look)}
        sheet.conditional_format(area, rule)
    changed = CHANGE_WORDS["changed"].template(lang)
    if width > 1:
        cells = xl_range(first, 1, last, width - 1)
        look = book.workbook.add_format({"bg_color": "#FFF2CC", "bold": True})
        criteria = f'=AND($A{row}="{changed}",ISNUMBER(SEARCH("{ARROW}",B{row})))'
        sheet.conditional_format(cells, {"type": "formula", "criteria": criteria, "format": look})
