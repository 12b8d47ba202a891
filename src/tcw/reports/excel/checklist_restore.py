"""The workbook's restore plan: a block for each table, in the system's own columns."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tcw.audit.restore import RestoreBlock
from tcw.privacy.masking import masked_frame
from tcw.reports.excel.excel_book import Book
from tcw.reports.excel.excel_rows import RowsWorksheet, height_of, lines_of
from tcw.reports.tables.checklist_words import action_words, table_name
from tcw.reports.tables.table import Kind
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

TITLE = Phrase("title.restore", "Restore plan")
HELP = Phrase(
    "restore.help",
    "Every change that has to be undone, as rows the system can take. Tables whose changes are meant to last are not here ({lasting}).",
)
NOTHING = Phrase("restore.nothing", "Nothing has to be undone.")
ACTION = Phrase("column.action", "To do")
CELLS = Phrase("column.cells", "Cells")
UNTIL = Phrase("column.until", "Ends")
CUT = Phrase("restore.cut", "The first {shown} of {count} rows; the sheet of the table has more.")
MOST_ROWS = 5_000
"""Rows of a block: nobody undoes more by hand."""
WIDTHS = (24, 22, 12)
OWN_WIDTH = 20


def write_restore(
    book: Book, name: str, blocks: Sequence[RestoreBlock], lasting: Sequence[str], *, show_numbers: bool
) -> None:
    """Write the sheet."""
    sheet = book.add(name)
    lang, styles = book.lang, book.styles
    sheet.write_string(0, 0, TITLE.template(lang), styles.title())
    sheet.set_row(0, 26)
    names = ", ".join(table_name(one, lang) for one in lasting)
    sheet.write_string(1, 0, HELP.say(lang, lasting=names or "–"), styles.subtitle())
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    widest = max((len(block.headers) for block in blocks), default=0)
    if widest:
        sheet.set_column(len(WIDTHS), len(WIDTHS) + widest - 1, OWN_WIDTH)
    row = 3
    if not blocks:
        sheet.write_string(row, 0, NOTHING.template(lang), styles.subtitle())
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
    rows = restore_rows(block, lang).head(MOST_ROWS)
    if block.rows.height > MOST_ROWS:
        told = CUT.say(lang, shown=Count(MOST_ROWS), count=Count(block.rows.height))
        sheet.write_string(row, 1, told, styles.subtitle())
    shown = rows if show_numbers else masked_frame(rows)
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
