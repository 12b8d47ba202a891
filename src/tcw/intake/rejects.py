"""Which rows were rejected, cell by cell, and why.

The codes of reasons are stable: they stand in rejects.csv and are never used again for anything else.
"""

import polars as pl

from tcw.intake.spans import LONGEST_DAYS, LONGEST_HOURS, Span
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


def span_faults(span: Span) -> list[tuple[Phrase, str, pl.Expr]]:
    """Return what can be wrong with a span: reason, canonical column to point at, and the test."""
    nothing = span.start.is_null() | span.end.is_null()
    if span.by_hours:
        nothing = nothing & (span.date.is_null() | span.hours.is_null())
    # What is missing is pointed at: the end, or the hours, where there is a start.
    rest = "end" if span.clocked else "hours"
    started = span.start.is_not_null() if span.clocked else span.date.is_not_null()
    faults = [(NO_SPAN, "start", nothing & ~started), (NO_SPAN, rest, nothing & started)]
    if span.clocked:
        faults.append((ENDS_BEFORE_START, "end", (span.end < span.start).fill_null(value=False)))
        too_long = (span.end - span.start) > pl.duration(days=LONGEST_DAYS)
        faults.append((TOO_LONG, "end", too_long.fill_null(value=False)))
        faults.append((UNREADABLE, "start", _no_day(span.start.dt.date())))
    if span.by_hours:
        faults.append((NEGATIVE_HOURS, "hours", (span.hours < 0).fill_null(value=False)))
        faults.append((TOO_LONG, "hours", (span.hours > LONGEST_HOURS).fill_null(value=False)))
        faults.append((UNREADABLE, "date", _no_day(span.date)))
    if span.last is not None:
        # Within a week they may stand on its first day; how they fall on several weeks is not guessed.
        several = span.last.dt.truncate("1w") != span.date.dt.truncate("1w")
        scattered = several & span.hours.is_not_null() & (span.hours != 0)
        faults.append((SEVERAL_WEEKS, "end_date", scattered.fill_null(value=False)))
    return faults


def _no_day(day: pl.Expr) -> pl.Expr:
    """Say whether a day is none that text would be read as: Parquet may have 0001-01-01 or 9999-12-31 for no date."""
    return day.is_between(FIRST, LAST).not_().fill_null(value=False)


def explain(typed: TypedSheet, rows: pl.Series, span: Span | None) -> pl.DataFrame:
    """Return why rows of a sheet were rejected (REJECTS_SCHEMA), a line for every fault of every row.

    `rows` are row numbers (UInt32). A row that was never data (totals, the header again) has that one reason.
    """
    cells = typed.sheet.cells.filter(pl.col("row").is_in(rows.implode())).collect()
    faults: list[pl.DataFrame] = []
    texts = pl.col([f"c{index}" for index in range(typed.sheet.width)])
    totals = pl.lit(value=False)
    if typed.sheet.medium != "parquet":
        # A row that cannot be data and says "Summa" anywhere is the sum of the rows above it.
        totals = pl.any_horizontal(texts.str.contains(TOTALS).fill_null(value=False))
    first = next((column for column in typed.columns if column.required and column.text), None)
    again = (first.cell == first.header).fill_null(value=False) if first is not None else pl.lit(value=False)
    if first is not None:
        word = (
            pl.coalesce(pl.when(texts.str.contains(TOTALS)).then(texts))
            if typed.sheet.medium != "parquet"
            else first.cell
        )
        faults += [
            _lines(cells.filter(again), REPEATED_HEADER, first.header, first.cell),
            _lines(cells.filter(again.not_() & totals), TOTALS_ROW, None, word),
        ]
    data = cells.filter((again | totals).not_())
    if typed.sheet.medium != "parquet":
        faults.append(_lines(data.filter(pl.col("beyond")), TOO_MANY_CELLS, None, pl.lit(None)))
    for column in typed.columns:
        if column.unreadable is not None:
            unreadable = data.filter(column.unreadable)
            broken = column.cell.cast(pl.String).is_in(ERROR_CELLS)
            faults += [
                _lines(unreadable.filter(broken), ERROR_CELL, column.header, column.cell),
                _lines(unreadable.filter(broken.not_()), UNREADABLE, column.header, column.cell),
            ]
        if column.missing is not None:
            faults.append(_lines(data.filter(column.missing), MISSING, column.header, pl.lit(None)))
    told = pl.concat(faults) if faults else pl.DataFrame(schema=LINE_SCHEMA)
    if span is not None:
        told = pl.concat([told, _span_lines(typed, data.join(told, on="row", how="anti"), span)])
    origin = typed.sheet.origin
    return (
        told.with_columns(
            file=pl.lit(origin.file), sheet=pl.lit(origin.sheet, dtype=pl.String), table=pl.lit(typed.table)
        )
        .select(REJECTS_SCHEMA.names())
        .sort("row", maintain_order=True)
    )


TOTALS = r"(?i)^(summa|summering|delsumma|totalt?|totalsumma|sum|total|totals|grand total|subtotal)\b"
LINE_SCHEMA = pl.Schema({"row": pl.UInt32, "column": pl.String, "value": pl.String, "reason": pl.String})


def _lines(rows: pl.DataFrame, reason: Phrase, header: str | None, value: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "row",
        column=pl.lit(header, dtype=pl.String),
        value=masked_text(value.cast(pl.String, strict=False)),
        reason=pl.lit(reason.code),
    )


def _span_lines(typed: TypedSheet, rows: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Spans are looked at only in rows whose cells are all readable: else the cell is the fault."""
    valued = rows.with_columns(column.value.alias(column.name) for column in typed.columns)
    by_name = {column.name: column for column in typed.columns}
    lines = []
    written = typed.sheet.head[0] if typed.sheet.head else ()
    if "cell" in written:
        # An unfolded roster keeps the text of each cell; one without a span is a code nobody has explained.
        cell = pl.col(f"c{written.index('cell')}")
        unmapped = valued.filter(cell.is_not_null(), span_faults(span)[0][2])
        lines.append(_lines(unmapped, UNMAPPED_CODE, None, cell))
        valued = valued.filter(span_faults(span)[0][2].not_())
    for reason, name, test in span_faults(span):
        column = by_name.get(name) or by_name.get("date") or by_name.get("start")
        cell = pl.lit(None) if column is None else column.cell
        lines.append(_lines(valued.filter(test), reason, None if column is None else column.header, cell))
    return pl.concat(lines)
