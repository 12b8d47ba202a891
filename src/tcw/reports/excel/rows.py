"""A worksheet whose data rows are rendered by Polars: 200 000 rows in a few seconds and a constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from tcw.reports.tables.table import UNDEFINED, Kind

ROWS_AT_A_TIME = 20_000
EXCEL_EPOCH_DAYS = 25_569  # days from 1899-12-30, where Excel counts from, to 1970-01-01
NANOSECONDS_PER_DAY = 86_400_000_000_000
MICROSECONDS_PER_DAY = 86_400_000_000
HOURS_PER_DAY = 24
MOST_CHARACTERS = 32_767
NOT_XML = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"
"""Characters no XML file may hold."""
LOOKS_ESCAPED = r"_(x[0-9A-Fa-f]{4}_)"
"""Excel reads "_x0041_" as the letter A, so that a text that holds it must be escaped itself."""


@dataclass(frozen=True, slots=True)
class CellColumn:
    """How one column's cells are written: its key in the frame, its kind, and its formats."""

    key: str
    kind: Kind
    format: Format
    undefined: Format | None
    """Where given, null cells hold "–" in this format; otherwise they are empty."""


class RowsWorksheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet with ordinary cells above and a frame's rows below them.

    XlsxWriter keeps every cell as a Python object, which takes a second and 40 MB per 200 000 cells. Here the
    rows are turned to text column by column when the file is assembled. Text is always written as text:
    nothing that begins with =, + or - becomes a formula.
    """

    rows: pl.DataFrame | None = None
    cell_columns: tuple[CellColumn, ...] = ()
    first_row: int = 0
    lined: tuple[str, ...] = ()

    def set_rows(
        self,
        first_row: int,
        frame: pl.DataFrame,
        columns: tuple[CellColumn, ...],
        *,
        lined: tuple[str, ...] = (),
    ) -> None:
        """Put a frame below the ordinary cells, from `first_row` (counted from 0), column A on.

        `lined` are keys of columns whose text has several lines: rows are as high as the most of them.
        """
        self.rows, self.cell_columns, self.first_row, self.lined = frame, columns, first_row, lined

    def _write_dimension(self) -> None:
        if self.rows is None or self.rows.is_empty():
            super()._write_dimension()
            return
        width = max(len(self.cell_columns) - 1, self.dim_colmax or 0)
        ref = f"A1:{xl_col_to_name(width)}{self.first_row + self.rows.height}"
        self._xml_empty_tag("dimension", [("ref", ref)])

    def _write_rows(self) -> None:
        super()._write_rows()
        if self.rows is not None:
            for text in row_texts(self.rows, self.cell_columns, self.first_row, self.lined):
                self.fh.write(text)


def row_texts(
    frame: pl.DataFrame, columns: tuple[CellColumn, ...], first_row: int, lined: tuple[str, ...] = ()
) -> Iterator[str]:
    """Yield the frame as `<row>` elements, ROWS_AT_A_TIME rows in one text."""
    opening = pl.concat_str(pl.lit('"'), _height(lined), pl.lit(">")) if lined else pl.lit('">')
    cells = [_cell(column, xl_col_to_name(place)) for place, column in enumerate(columns)]
    for start in range(0, frame.height, ROWS_AT_A_TIME):
        part = frame.slice(start, ROWS_AT_A_TIME)
        number = pl.int_range(first_row + start + 1, first_row + start + part.height + 1).cast(pl.String)
        numbered = part.with_columns(number.alias(ROW))
        row = pl.concat_str([pl.lit('<row r="'), pl.col(ROW), opening, *cells, pl.lit("</row>")])
        yield numbered.select(row.str.join("")).item()


ROW = "\x00row"
POINTS_PER_LINE, MOST_POINTS = 13.5, 405
"""Excel shows rows of at most 409 points."""
CHARACTERS_PER_LINE = 70
"""What the widest column holds; a narrower one is as wide as its longest line."""


def lines_of(text: pl.Expr, characters: int) -> pl.Expr:
    """Return how many lines a text takes that is wrapped at so many characters; at least one."""
    rows = text.str.split("\n").list.eval(
        ((pl.element().str.len_chars() + characters - 1) // characters).clip(1)
    )
    return rows.list.sum().fill_null(1)


def height_of(lines: pl.Expr) -> pl.Expr:
    """Return the height of a row with so many lines, in points."""
    return (lines * POINTS_PER_LINE + 1.5).clip(upper_bound=MOST_POINTS)


def _height(lined: tuple[str, ...]) -> pl.Expr:
    """Return a row's height as attributes.

    Programs do not work it out by themselves for text that is written in its cell.
    """
    lines = pl.max_horizontal(lines_of(pl.col(name), CHARACTERS_PER_LINE) for name in lined)
    return pl.concat_str(pl.lit(' ht="'), height_of(lines).cast(pl.String), pl.lit('" customHeight="1"'))


def _cell(column: CellColumn, letter: str) -> pl.Expr:
    style = column.format._get_xf_index()  # noqa: SLF001  # what XlsxWriter's own cells call
    opening = pl.concat_str([pl.lit(f'<c r="{letter}'), pl.col(ROW), pl.lit(f'" s="{style}"')])
    value = pl.col(column.key)
    if column.kind in {"text", "id", "week"}:
        filled = pl.concat_str(
            [
                opening,
                pl.lit(' t="inlineStr"><is><t xml:space="preserve">'),
                xml_text(value),
                pl.lit("</t></is></c>"),
            ]
        )
    else:
        number = serial(value, column.kind).cast(pl.String)
        filled = pl.concat_str([opening, pl.lit("><v>"), number, pl.lit("</v></c>")])
    if column.undefined is None:
        empty = opening + pl.lit("/>")
    else:
        dash = column.undefined._get_xf_index()  # noqa: SLF001
        empty = pl.concat_str(
            [
                pl.lit(f'<c r="{letter}'),
                pl.col(ROW),
                pl.lit(f'" s="{dash}" t="inlineStr"><is><t>{UNDEFINED}</t></is></c>'),
            ]
        )
    return pl.when(value.is_null()).then(empty).otherwise(filled)


def serial(value: pl.Expr, kind: Kind) -> pl.Expr:
    """Return the number Excel keeps for a value.

    Days for dates, fractions of a day for clock times and durations.
    """
    match kind:
        case "date":
            return value.cast(pl.Date).to_physical() + EXCEL_EPOCH_DAYS
        case "moment":
            return value.cast(pl.Datetime("us")).to_physical() / MICROSECONDS_PER_DAY + EXCEL_EPOCH_DAYS
        case "clock":
            return value.to_physical() / NANOSECONDS_PER_DAY
        case "duration":
            return value / HOURS_PER_DAY
        case _:
            return value


def xml_text(value: pl.Expr) -> pl.Expr:
    """Return text as it may stand in a cell.

    Escaped, without control characters, at most 32 767 characters.
    """
    return (
        value.cast(pl.String)
        .str.replace_all(NOT_XML, "")
        .str.slice(0, MOST_CHARACTERS)
        .str.replace_all(LOOKS_ESCAPED, "_x005F_${1}")
        .str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
        .str.replace_all("\r", "_x000D_", literal=True)
    )
