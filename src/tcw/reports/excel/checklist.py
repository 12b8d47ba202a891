"""The audit workbook: summary, checklist, evidence, changed tables, findings, restore plan, about."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import polars as pl
from xlsxwriter.utility import xl_range

from tcw.audit.item import STATUSES, fingerprint
from tcw.audit.restore import RestoreBlock
from tcw.audit.run import Audit
from tcw.reports.about import SHEET_ABOUT, About
from tcw.reports.deliver import delivered
from tcw.reports.excel.book import Book, line_height, marker_start, quoted, sheet_name
from tcw.reports.excel.package import Package, elements, inner, opened, text_of
from tcw.reports.excel.report import Destination, replace_sheets, write_report
from tcw.reports.excel.rows import RowsWorksheet, height_of, lines_of
from tcw.reports.excel.sheet import PlacedTable, write_columns, write_heading, write_table
from tcw.reports.excel.signoff import (
    FAMILY,
    LANGUAGES,
    SHEET,
    TITLE_CHECKLIST,
    Line,
    SignOff,
    stale,
    status_format,
    write_checklist,
)
from tcw.reports.tables.checklist import (
    ARROW,
    CHANGE_WORDS,
    NOTES,
    SIDES,
    STALE_ITEMS,
    STATUS_WORDS,
    TITLE_AUDIT,
    TITLE_FINDINGS,
    about_table,
    action_words,
    changed_table,
    changed_title,
    changes_table,
    evidence_table,
    evidence_title,
    findings_table,
    frame_shown,
    marker_of,
    table_name,
    text_shown,
)
from tcw.reports.tables.table import Kind, with_frame
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count


def write_audit(
    path: Path,
    audit: Audit,
    about: About,
    lang: Language,
    signed: Mapping[str, SignOff],
    *,
    show_numbers: bool = False,
) -> None:
    """Write the workbook, or its sheets anew into the one that is there.

    Everything else in it stays byte for byte.

    Raises:
        UsageFault: the file cannot be written, as while it is open in Excel.
        InputFault: the file that is there is no workbook.
    """
    paint = partial(_write_sheets, audit=audit, about=about, signed=signed, show_numbers=show_numbers)
    if not path.exists():
        write_report(path, FAMILY, paint, about, lang)
        return
    with delivered(path, ".xlsx") as temporary:
        package = opened(path)
        ours = set(package.markers(marker_start(FAMILY)).values())
        names = names_kept(package, audit, lang)
        foreign = [sheet.name for sheet in package.sheets() if sheet.name not in ours]
        used = frozenset(name.lower() for name in (*foreign, *names.values()))
        destination = Destination("", names, used)
        replace_sheets(package, temporary, FAMILY, paint, about, lang, destination)


def _write_sheets(
    book: Book, audit: Audit, about: About, signed: Mapping[str, SignOff], *, show_numbers: bool
) -> None:
    """Write all sheets."""
    lang = book.lang
    evidence = {answered.item.code: fingerprint(answered.answer) for answered in audit.items}
    changed_since = stale(signed, evidence)
    book.workbook.set_properties({"title": TITLE_AUDIT.template(lang), "author": "tcw"})
    summary = book.reserve(SUMMARY.template(lang), "summary")
    checklist = book.reserve(TITLE_CHECKLIST.template(lang), SHEET)
    evidence_tables = {
        answered.item.code: evidence_table(answered, lang, show_numbers=show_numbers)
        for answered in audit.items
        if answered.answer.evidence.height
    }
    change_tables = {
        changes.name: changed_table(changes, lang, show_numbers=show_numbers)
        for changes in audit.changes.changed
    }
    evidence_sheets, change_sheets = (
        {key: book.reserve(table.title.template(lang), table.name) for key, table in tables.items()}
        for tables in (evidence_tables, change_tables)
    )
    lines = [
        Line(
            answered,
            evidence_sheets.get(answered.item.code),
            evidence[answered.item.code],
            signed.get(answered.item.code, SignOff()),
            answered.item.code in changed_since,
        )
        for answered in audit.items
    ]
    dropped = {
        code: signoff for code, signoff in signed.items() if code not in evidence and signoff.is_signed
    }
    links = evidence_sheets | change_sheets
    write_summary(book, summary, audit, links, changed_since, show_numbers=show_numbers)
    write_checklist(book, checklist, lines, dropped, show_numbers=show_numbers)
    for code, table in evidence_tables.items():
        write_table(book, table, "", name=evidence_sheets[code])
    for name, table in change_tables.items():
        _mark(book, write_table(book, table, "", name=change_sheets[name]))
    findings = findings_table(audit, lang)
    shown = frame_shown(findings.frame, show_numbers=show_numbers)
    write_table(book, with_frame(findings, shown), "")
    lasting = audit.after.schedule.config.checklist.lasting
    restore = book.reserve(TITLE_RESTORE.template(lang), "restore")
    write_restore(book, restore, audit.restore, lasting, show_numbers=show_numbers)
    write_table(book, about_table(audit, about, lang), "")


def _mark(book: Book, placed: PlacedTable) -> None:
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


ITEMS = Phrase("checklist.items", "Items")
TO_DO = Phrase("checklist.to_do", "To do")
NONE_TO_DO = Phrase("checklist.none_to_do", "No item fails.")
TABLES = Phrase("checklist.tables", "Tables")
SUMMARY_WIDTHS = (34, 12, 12, 12, 12, 60)
CHARACTERS = 120


def write_summary(
    book: Book, name: str, audit: Audit, links: Mapping[str, str], stale: Sequence[str], *, show_numbers: bool
) -> None:
    """Write the sheet. `links` is table or item -> the sheet that shows it."""
    sheet = book.add(name, landscape=False)
    lang, styles = book.lang, book.styles
    for place, width in enumerate(SUMMARY_WIDTHS):
        sheet.set_column(place, place, width)
    sides = SIDES.say(lang, before=audit.before.name, after=audit.after.name, as_of=audit.as_of.isoformat())
    write_heading(book, sheet, TITLE_AUDIT.template(lang), sides)
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
        sheet.write_string(row, 1, text_shown(said, show_numbers=show_numbers), styles.prose())
        sheet.set_row(row, line_height(said, CHARACTERS))
    if stale:
        row += 2
        sheet.write_string(row, 0, STALE_ITEMS.template(lang), styles.section())
        sheet.write_string(row + 1, 0, ", ".join(stale), styles.prose())
        row += 1
    row += 2
    row = _write_changes(book, sheet, row, audit, links)
    if audit.notes:
        row += 2
        sheet.write_string(row, 0, NOTES.template(lang), styles.section())
        for note in audit.notes:
            row += 1
            text = note.say(lang)
            sheet.merge_range(row, 0, row, 5, "", styles.prose())
            sheet.write_string(row, 0, text_shown(text, show_numbers=show_numbers), styles.prose())
            sheet.set_row(row, line_height(text, CHARACTERS + 20))


def _write_changes(book: Book, sheet: RowsWorksheet, row: int, audit: Audit, links: Mapping[str, str]) -> int:
    """Write how much of each table changed, with links to the sheets of changed tables.

    Return the last row used.
    """
    styles = book.styles
    table = changes_table(audit, book.lang)
    sheet.write_string(row, 0, TABLES.template(book.lang), styles.section())
    write_columns(book, sheet, row + 1, table)
    link = styles.format(font_color="#0563C1", underline=1, bottom=1, bottom_color="#DDE3E9", indent=1)
    for place, (name, one) in enumerate(zip(table.frame["table"], audit.changes.tables, strict=True)):
        if one.name in links:
            sheet.write_url(row + 2 + place, 0, f"internal:{quoted(links[one.name])}!A1", link, name)
    return row + 1 + table.frame.height


TITLE_RESTORE = Phrase("title.restore", "Restore plan")
RESTORE_HELP = Phrase(
    "restore.help",
    "Every change that has to be undone, as rows the system can take. Tables whose changes are meant to "
    "last are not here ({lasting}).",
)
NOTHING_TO_UNDO = Phrase("restore.nothing", "Nothing has to be undone.")
ACTION = Phrase("column.action", "To do")
CELLS = Phrase("column.cells", "Cells")
UNTIL = Phrase("column.until", "Ends")
RESTORE_CUT = Phrase("restore.cut", "The first {shown} of {count} rows; the sheet of the table has more.")
MOST_RESTORE_ROWS = 5_000
"""Rows of a block: nobody undoes more by hand."""
RESTORE_WIDTHS = (24, 22, 12)
OWN_WIDTH = 20


def write_restore(
    book: Book, name: str, blocks: Sequence[RestoreBlock], lasting: Sequence[str], *, show_numbers: bool
) -> None:
    """Write the sheet."""
    sheet = book.add(name)
    lang, styles = book.lang, book.styles
    names = ", ".join(table_name(table, lang) for table in lasting)
    write_heading(book, sheet, TITLE_RESTORE.template(lang), RESTORE_HELP.say(lang, lasting=names or "–"))
    for place, width in enumerate(RESTORE_WIDTHS):
        sheet.set_column(place, place, width)
    widest = max((len(block.headers) for block in blocks), default=0)
    if widest:
        sheet.set_column(len(RESTORE_WIDTHS), len(RESTORE_WIDTHS) + widest - 1, OWN_WIDTH)
    row = 3
    if not blocks:
        sheet.write_string(row, 0, NOTHING_TO_UNDO.template(lang), styles.subtitle())
    for block in blocks:
        row = _write_block(book, sheet, row, block, show_numbers=show_numbers) + 2
    sheet.freeze_panes(3, 1)


def _write_block(
    book: Book, sheet: RowsWorksheet, row: int, block: RestoreBlock, *, show_numbers: bool
) -> int:
    """Write a block from a row on; return the last row used."""
    lang, styles = book.lang, book.styles
    title = table_name(block.table, lang)
    sheet.write_string(row, 0, title[:1].upper() + title[1:], styles.section())
    rows = restore_rows(block, lang).head(MOST_RESTORE_ROWS)
    if block.rows.height > MOST_RESTORE_ROWS:
        told = RESTORE_CUT.say(lang, shown=Count(MOST_RESTORE_ROWS), count=Count(block.rows.height))
        sheet.write_string(row, 1, told, styles.subtitle())
    shown = frame_shown(rows, show_numbers=show_numbers)
    heads = [ACTION.template(lang), CELLS.template(lang), UNTIL.template(lang), *block.headers]
    for place, head in enumerate(heads):
        sheet.write_string(row + 1, place, head, styles.header(right=False))
    broken = shown.filter(
        pl.any_horizontal(pl.col(pl.String).str.contains("\n", literal=True).fill_null(value=False))
    )
    wrapped = {} if broken.is_empty() else {"text_wrap": True, "valign": "top"}
    for place, column in enumerate(shown.columns):
        kind: Kind = "date" if column == "until" else "text"
        cell = styles.cell(kind, bold=place == 0, **({"align": "left"} if kind == "date" else {}), **wrapped)
        # Options keep text that looks like a formula, a link or a number text.
        sheet.write_column(row + 2, place, shown[column].to_list(), cell)
    if wrapped:
        heights = shown.select(
            height_of(pl.max_horizontal(lines_of(pl.col(pl.String), OWN_WIDTH)))
        ).to_series()
        for place, points in enumerate(heights):
            sheet.set_row(row + 2 + place, points)
    return row + 1 + shown.height


def restore_rows(block: RestoreBlock, lang: Language) -> pl.DataFrame:
    """Return a block as people read it: what to do, in which cells, when it ends, and the row."""
    headers = {f"c{place}": header for place, header in enumerate(block.headers)}
    cells = pl.col("changed").list.eval(pl.element().replace(headers)).list.join(", ")
    return block.rows.with_columns(
        pl.col("action").replace(action_words(lang)),
        changed=cells,
    ).select("action", "changed", "until", *headers)


SUMMARY = Phrase("title.summary", "Summary")


def sheet_titles(audit: Audit, lang: Language) -> dict[str, str]:
    """Return the titles that sheets are named after, by marker."""
    fixed = {
        "summary": SUMMARY,
        SHEET: TITLE_CHECKLIST,
        "findings_before_after": TITLE_FINDINGS,
        "restore": TITLE_RESTORE,
        "about": SHEET_ABOUT,
    }
    return (
        {marker: phrase.template(lang) for marker, phrase in fixed.items()}
        | {f"evidence_{marker_of(one.item.code)}": evidence_title(one, lang) for one in audit.items}
        | {marker_of(one.name): changed_title(one, lang) for one in audit.changes.tables}
    )


def names_kept(package: Package, audit: Audit, lang: Language) -> dict[str, str]:
    """Return the names that the sheets of an earlier run keep, by marker.

    All but those it gave them in another language.

    A name that somebody's own sheets, charts or defined names refer to stays, too: a link into nothing would
    be worse.
    """
    markers = package.markers(marker_start(FAMILY))
    now = sheet_titles(audit, lang)
    others = [sheet_titles(audit, other) for other in LANGUAGES if other != lang]
    texts = _own_texts(package, set(markers.values()))

    def stays(marker: str, name: str) -> bool:
        if _has_title(name, now, marker) or not any(_has_title(name, titles, marker) for titles in others):
            return True
        return any(reference in text for text in texts for reference in (f"{name}!", f"{quoted(name)}!"))

    return {marker: name for marker, name in markers.items() if stays(marker, name)}


def _has_title(name: str, titles: Mapping[str, str], marker: str) -> bool:
    """Tell whether a sheet has the name that its title gives it, perhaps with a number."""
    title = titles.get(marker)
    return title is not None and re.sub(r" \(\d+\)$", "", name) == sheet_name(title)


def _own_texts(package: Package, ours: set[str]) -> list[str]:
    """Return what of the workbook may refer to our sheets and is not ours."""
    sheets = [sheet.part for sheet in package.sheets() if sheet.name not in ours]
    parts = {part for sheet in sheets for part in (sheet, *package.linked(sheet)) if part.endswith(".xml")}
    named = [
        text_of(element)
        for element, facts in elements(inner(package.text(package.workbook), "definedNames"), "definedName")
        if not facts["name"].startswith("_") and "localSheetId" not in facts
    ]
    return [html.unescape(text) for text in (*(package.text(part) for part in sorted(parts)), *named)]
