"""One table on one sheet (or several, when it has more rows than a sheet can hold)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from tcw.reports.excel.book import POINTS_PER_LINE, Book, level_name, quoted
from tcw.reports.excel.rows import CHARACTERS_PER_LINE, CellColumn, RowsWorksheet
from tcw.reports.tables.columns import STAFF_ID
from tcw.reports.tables.table import Column, Table, with_frame, worded
from tcw.reports.tables.texts import text_frame
from tcw.wording import Phrase
from tcw.wording.quantities import Count

MOST_ROWS = 1_048_576
TITLE_ROW, SUBTITLE_ROW, TOTAL_ROW, HEADER_ROW = 0, 1, 3, 4
FIRST_ROW = HEADER_ROW + 1
MOST_DATA_ROWS = MOST_ROWS - FIRST_ROW
ROWS_MEASURED = 500
NARROWEST, WIDEST = 8.5, CHARACTERS_PER_LINE
CHARACTERS_PER_HEADER_LINE = 14

TOTAL_LABEL = Phrase("excel.total", "Whole selection")
PART_OF = Phrase("excel.part_of", "Part {part} of {parts}: a sheet holds at most {most} rows.")
NOTHING = Phrase("excel.nothing", "Nothing to show.")


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """Where a table ended up, for formulas and charts: its sheet and rows, counted from 0."""

    table: Table
    sheet: str
    first_row: int
    last_row: int
    parts: int

    def range_of(self, key: str) -> str:
        """Return the absolute range of a column, as formulas write it."""
        place = [column.key for column in self.table.columns].index(key)
        return f"{quoted(self.sheet)}!{xl_range_abs(self.first_row, place, self.last_row, place)}"


def write_heading(
    book: Book, sheet: RowsWorksheet, title: str, subtitle: str | None = None, *, height: int = 26
) -> None:
    """Write a sheet's title, and below it the line that says what it covers or how to use it."""
    sheet.write_string(TITLE_ROW, 0, title, book.styles.title())
    sheet.set_row(TITLE_ROW, height)
    if subtitle is not None:
        sheet.write_string(SUBTITLE_ROW, 0, subtitle, book.styles.subtitle())


def write_columns(
    book: Book, sheet: RowsWorksheet, row: int, table: Table, *, left_first: bool = False
) -> pl.DataFrame:
    """Write a small table's headings in `row` and its rows below, beside other things.

    Return what was written.

    `left_first`: the first column stands left whatever it holds.
    """
    frame = worded(table, book.lang)
    for place, column in enumerate(table.columns):
        left = left_first and place == 0
        header = book.styles.header(right=column.numeric and not left)
        cell = book.styles.cell(column.kind, **({"align": "left", "indent": 1} if left else {}))
        sheet.write_string(row, place, column.label.template(book.lang), header)
        sheet.write_column(row + 1, place, frame.get_column(column.key).to_list(), cell)
    return frame


def write_table(
    book: Book, table: Table, subtitle: str, *, dashes: bool = True, name: str | None = None
) -> PlacedTable:
    """Write a table on a sheet of its own, split over several when it is longer than a sheet can be.

    Undefined figures are the text "–": Excel takes an empty cell for 0 in a formula, and "not defined" is not
    0 %; sums, averages and sorting pass over text. `dashes=False` leaves them empty, for sheets a chart draws
    from, since charts draw text as zero. `name` is the sheet's, where it has been reserved before so that
    others can refer to it.
    """
    parts = max(1, -(-table.frame.height // MOST_DATA_ROWS))
    placed: list[PlacedTable] = []
    for part in range(parts):
        rows = table.frame.slice(part * MOST_DATA_ROWS, MOST_DATA_ROWS)
        text = subtitle
        if parts > 1:
            told = PART_OF.say(book.lang, part=part + 1, parts=parts, most=Count(MOST_DATA_ROWS))
            text = f"{subtitle} · {told}" if subtitle else told
        marker = table.name if part == 0 else f"{table.name}_{part + 1}"
        own = (
            name if name is not None and part == 0 else book.reserve(table.title.template(book.lang), marker)
        )
        placed.append(_write_part(book, own, with_frame(table, rows), text, parts=parts, dashes=dashes))
    return placed[0]


def _write_part(
    book: Book, name: str, table: Table, subtitle: str, *, parts: int, dashes: bool
) -> PlacedTable:
    sheet = book.add(name)
    styles = book.styles
    write_heading(book, sheet, table.title.template(book.lang), subtitle)
    if table.note is not None:
        sheet.write_string(SUBTITLE_ROW + 1, 0, table.note.say(book.lang), styles.subtitle())
    _write_header(book, sheet, table)
    last_row = FIRST_ROW + max(table.frame.height, 1) - 1
    placed = PlacedTable(table, name, FIRST_ROW, last_row, parts)
    _write_totals(book, sheet, placed)
    if table.frame.is_empty():
        sheet.write_string(FIRST_ROW, 0, NOTHING.template(book.lang), styles.subtitle())
    else:
        shown = worded(table, book.lang)
        lined = _lined(table, shown)
        beside = {"valign": "top"} if lined else {}
        columns = tuple(
            CellColumn(
                column.key,
                column.kind,
                styles.cell(column.kind, text_wrap=True, valign="top")
                if column.key in lined
                else styles.cell(column.kind, **beside),
                styles.undefined() if dashes and column.figure else None,
            )
            for column in table.columns
        )
        sheet.set_rows(FIRST_ROW, shown, columns, lined=lined)
        sheet.autofilter(HEADER_ROW, 0, last_row, len(table.columns) - 1)
    redden(book, sheet, placed)
    sheet.freeze_panes(FIRST_ROW, _key_columns(table))
    sheet.repeat_rows(HEADER_ROW)
    _set_widths(book, sheet, table)
    return placed


def _lined(table: Table, shown: pl.DataFrame) -> tuple[str, ...]:
    """Return the columns with text of several lines.

    Those that are meant to have it, and a system's own in which people broke lines.
    """
    texts = [column for column in table.columns if shown.schema[column.key] == pl.String]
    broken = shown.select(pl.col(column.key).str.contains("\n", literal=True).any() for column in texts)
    return tuple(column.key for column in texts if column.lines or broken[column.key].item())


def _key_columns(table: Table) -> int:
    """Return how many columns stay in sight when one scrolls to the right: who and when, but no more."""
    keys = [column.key for column in table.columns]
    if keys[:1] == [STAFF_ID.key]:
        return 1 + sum(key in {"name", "week"} for key in keys[1:3])
    return 1


def _write_header(book: Book, sheet: RowsWorksheet, table: Table) -> None:
    labels = [column.label.template(book.lang) for column in table.columns]
    for place, (column, label) in enumerate(zip(table.columns, labels, strict=True)):
        sheet.write_string(HEADER_ROW, place, label, book.styles.header(right=column.numeric))
    lines = max(-(-len(label) // CHARACTERS_PER_HEADER_LINE) for label in labels)
    sheet.set_row(HEADER_ROW, POINTS_PER_LINE * min(max(lines, 2), 5) + 4)


def _write_totals(book: Book, sheet: RowsWorksheet, placed: PlacedTable) -> None:
    """Write the whole selection's sums and figures above the heading, where they stay in sight.

    Hours are sums one can check; figures are the ratio of the sums over everybody, which no sum of a column
    gives.
    """
    table = placed.table
    if not table.totals or table.frame.is_empty():
        return
    sheet.write_string(TOTAL_ROW, 0, TOTAL_LABEL.template(book.lang), book.styles.total("text"))
    for place, column in enumerate(table.columns[1:], start=1):
        value = table.totals.get(column.key)
        style = book.styles.total(column.kind)
        if column.summed and placed.parts == 1:
            cells = xl_range(placed.first_row, place, placed.last_row, place)
            known = value if value is not None else table.frame.get_column(column.key).sum()
            sheet.write_formula(TOTAL_ROW, place, f"=SUM({cells})", style, known)
        elif value is not None and column.numeric:
            sheet.write_number(TOTAL_ROW, place, value, style)
        else:
            sheet.write_blank(TOTAL_ROW, place, None, style)


def redden(book: Book, sheet: RowsWorksheet, placed: PlacedTable) -> None:
    """Show figures beyond their level in red, by formats that follow an edit of the figure or the level.

    The formulas refer to the level cells by name: some versions of Excel allow no reference to another sheet
    in a conditional format. Rounding keeps the noise of a quotient from deciding.
    """
    for place, column in enumerate(placed.table.columns):
        if column.key in book.watched:
            first = xl_rowcol_to_cell(placed.first_row, place)
            area = (placed.first_row, place, placed.last_row, place)
            rule = {"type": "formula", "criteria": red_rule(first, column), "format": book.styles.red()}
            sheet.conditional_format(*area, rule)


def red_rule(cell: str, column: Column) -> str:
    """Return the formula that is true when a cell's figure is beyond its level."""
    below, above = level_name(column.key, "below"), level_name(column.key, "above")
    return (
        f"=AND(ISNUMBER({cell}),OR(AND(ISNUMBER({below}),ROUND({cell},9)<ROUND(N({below}),9)),"
        f"AND(ISNUMBER({above}),ROUND({cell},9)>ROUND(N({above}),9))))"
    )


def _set_widths(book: Book, sheet: RowsWorksheet, table: Table) -> None:
    shown = text_frame(with_frame(table, table.frame.head(ROWS_MEASURED)), book.lang)
    length = pl.all().str.split("\n").list.eval(pl.element().str.len_chars()).list.max()
    longest = shown.select(length.max()).row(0) if shown.height else [0] * shown.width
    for place, (column, text) in enumerate(zip(table.columns, longest, strict=True)):
        label = column.label.template(book.lang)
        word = max((len(word) for word in label.split()), default=0) + 2  # room for the filter's arrow
        total = column.summed * 3
        width = min(max((text or 0) + 3 + total, min(word + 1, 18), NARROWEST), WIDEST)
        sheet.set_column(place, place, width)
