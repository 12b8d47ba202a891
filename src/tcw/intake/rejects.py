"""Which rows were rejected, cell by cell, and why.

The codes of reasons are stable: they stand in rejects.csv and are never used again for anything else.
"""

import polars as pl

from tcw.intake.spans import LONGEST_DAYS, LONGEST_HOURS, SpanColumns
from tcw.intake.typed import TypedSheet
from tcw.intake.values.blanks import ERROR_CELLS
from tcw.intake.values.dates import FIRST, LAST
from tcw.model.intake_report import REJECTS_SCHEMA
from tcw.privacy.masking import masked_text
from tcw.wording import Phrase

TOO_MANY_CELLS = Phrase("IN01", "the row has more cells than the header")
MISSING = Phrase("IN02", "a required cell is empty")
UNREADABLE = Phrase("IN03", "the value cannot be read as what the column holds")
ERROR_CELL = Phrase("IN04", "the cell holds an Excel error")
NO_SPAN = Phrase("IN05", "the row has neither start and end nor a date and hours")
ENDS_BEFORE_START = Phrase("IN06", "the end is before the start")
TOO_LONG = Phrase("IN07", "the span is longer than three years")
NEGATIVE_HOURS = Phrase("IN08", "the hours are negative")
TOTALS_ROW = Phrase("IN09", "a totals row, not data")
REPEATED_HEADER = Phrase("IN10", "the header again, not data")
REPEATED_ID = Phrase("IN11", "the booking id has been seen before")
UNMAPPED_CODE = Phrase("IN12", "the roster code is not mapped under grid: codes: in tcw.yaml")
SEVERAL_WEEKS = Phrase("IN13", "the hours are those of several weeks, and how they fall on them is not known")

REASONS = (
    TOO_MANY_CELLS,
    MISSING,
    UNREADABLE,
    ERROR_CELL,
    NO_SPAN,
    ENDS_BEFORE_START,
    TOO_LONG,
    NEGATIVE_HOURS,
    TOTALS_ROW,
    REPEATED_HEADER,
    REPEATED_ID,
    UNMAPPED_CODE,
    SEVERAL_WEEKS,
)

NOT_DATA = frozenset({TOTALS_ROW.code, REPEATED_HEADER.code})
"""Rows that were never data: rejected and listed, but no sign of a bad file."""


TOTALS = r"(?i)^(summa|summering|delsumma|totalt?|totalsumma|sum|total|totals|grand total|subtotal)\b"
LINE_SCHEMA = pl.Schema({"row": pl.UInt32, "column": pl.String, "value": pl.String, "reason": pl.String})


def span_faults(span: SpanColumns) -> list[tuple[Phrase, str, pl.Expr]]:
    """Return what can be wrong with a span: reason, canonical column to point at, and the test."""
    nothing = span.start.is_null() | span.end.is_null()
    if span.by_hours:
        nothing = nothing & (span.date.is_null() | span.hours.is_null())
    # The fault points at what is missing: the end, or the hours, where there is a start.
    rest = "end" if span.clocked else "hours"
    started = span.start.is_not_null() if span.clocked else span.date.is_not_null()
    faults = [(NO_SPAN, "start", nothing & ~started), (NO_SPAN, rest, nothing & started)]
    if span.clocked:
        faults += [
            (ENDS_BEFORE_START, "end", span.end < span.start),
            (TOO_LONG, "end", (span.end - span.start) > pl.duration(days=LONGEST_DAYS)),
            (UNREADABLE, "start", _no_day(span.start.dt.date())),
        ]
    if span.by_hours:
        faults += [
            (NEGATIVE_HOURS, "hours", span.hours < 0),
            (TOO_LONG, "hours", span.hours > LONGEST_HOURS),
            (UNREADABLE, "date", _no_day(span.date)),
        ]
    if span.last is not None:
        # Within a week the hours may stand on its first day; how they fall on several weeks is not guessed.
        several = span.last.dt.truncate("1w") != span.date.dt.truncate("1w")
        faults.append((SEVERAL_WEEKS, "end_date", several & span.hours.is_not_null() & (span.hours != 0)))
    return [(reason, column, test.fill_null(value=False)) for reason, column, test in faults]


def _no_day(day: pl.Expr) -> pl.Expr:
    """Tell whether a date stands for no date: Parquet may have 0001-01-01 or 9999-12-31 for it."""
    return day.is_between(FIRST, LAST).not_()


def explain(typed: TypedSheet, rows: pl.Series, span: SpanColumns | None) -> pl.DataFrame:
    """Return why rows of a sheet were rejected (REJECTS_SCHEMA), a line for every fault of every row.

    `rows` are row numbers (UInt32). A row that was never data (totals, the header again) has that one reason.
    """
    cells = typed.sheet.cells.filter(pl.col("row").is_in(rows.implode())).collect()
    in_parquet = typed.sheet.medium == "parquet"
    texts = pl.col([f"c{index}" for index in range(typed.sheet.width)])
    is_total = is_header = pl.lit(value=False)
    if not in_parquet:
        # A row that cannot be data and says "Summa" anywhere is the sum of the rows above it.
        is_total = pl.any_horizontal(texts.str.contains(TOTALS).fill_null(value=False))
    lines = [pl.DataFrame(schema=LINE_SCHEMA)]
    first = typed.first_required
    if first is not None:
        is_header = (first.cell == first.header).fill_null(value=False)
        word = first.cell if in_parquet else pl.coalesce(pl.when(texts.str.contains(TOTALS)).then(texts))
        lines += [
            _lines(cells.filter(is_header), REPEATED_HEADER, first.header, first.cell),
            _lines(cells.filter(is_header.not_() & is_total), TOTALS_ROW, None, word),
        ]
    data = cells.filter((is_header | is_total).not_())
    if not in_parquet:
        lines.append(_lines(data.filter(pl.col("beyond")), TOO_MANY_CELLS, None, pl.lit(None)))
    for column in typed.columns:
        if column.unreadable is not None:
            unreadable = data.filter(column.unreadable)
            broken = column.cell.cast(pl.String).is_in(ERROR_CELLS)
            lines += [
                _lines(unreadable.filter(broken), ERROR_CELL, column.header, column.cell),
                _lines(unreadable.filter(broken.not_()), UNREADABLE, column.header, column.cell),
            ]
        if column.missing is not None:
            lines.append(_lines(data.filter(column.missing), MISSING, column.header, pl.lit(None)))
    faults = pl.concat(lines)
    if span is not None:
        # A cell that cannot be read is the fault, and not the span that it would be part of.
        readable = data.join(faults, on="row", how="anti")
        faults = pl.concat([faults, *_span_lines(typed, readable, span)])
    origin = typed.sheet.origin
    return (
        faults.with_columns(
            file=pl.lit(origin.file), sheet=pl.lit(origin.sheet, dtype=pl.String), table=pl.lit(typed.table)
        )
        .select(REJECTS_SCHEMA.names())
        .sort("row", maintain_order=True)
    )


def _lines(rows: pl.DataFrame, reason: Phrase, header: str | None, value: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "row",
        column=pl.lit(header, dtype=pl.String),
        value=masked_text(value.cast(pl.String, strict=False)),
        reason=pl.lit(reason.code),
    )


def _span_lines(typed: TypedSheet, rows: pl.DataFrame, span: SpanColumns) -> list[pl.DataFrame]:
    """Return what is wrong with the spans of rows whose cells are all readable."""
    valued = rows.with_columns(column.value.alias(column.name) for column in typed.columns)
    by_name = {column.name: column for column in typed.columns}
    faults = span_faults(span)
    lines = []
    headers = typed.sheet.head[0] if typed.sheet.head else ()
    if "cell" in headers:
        # An unfolded roster keeps the text of each cell; one without a span is a code nobody has explained.
        cell, no_span = pl.col(f"c{headers.index('cell')}"), faults[0][2]
        lines.append(_lines(valued.filter(cell.is_not_null(), no_span), UNMAPPED_CODE, None, cell))
        valued = valued.filter(no_span.not_())
    for reason, name, test in faults:
        column = by_name.get(name) or by_name.get("date") or by_name.get("start")
        header, cell = (None, pl.lit(None)) if column is None else (column.header, column.cell)
        lines.append(_lines(valued.filter(test), reason, header, cell))
    return lines
