"""Tables as a system exports them: what its CSV files and its workbook have in their cells."""

from typing import Literal

import polars as pl

from tcw.sample.words import HEADERS, WORDS, YES_NO
from tcw.wording import Language

Look = Literal["text", "cells"]
_SHARES = {("staff", "employment_rate"), ("red_days", "percent")}


def exported(table: str, frame: pl.DataFrame, lang: Language, look: Look) -> pl.DataFrame:
    """Return a canonical table as an export has it, with headers and words of the language.

    `look` is "text" for CSV, where bookings have a date and two clock times and a share is text with a decimal
    comma ("75", "62,5"), and "cells" for Excel, where moments stay moments and a share is a number of per cent.
    Lists become one cell, "1101, 1102". Raises ColumnNotFoundError for a column without a header.
    """
    if look == "text" and table == "bookings":
        frame = frame.with_columns(
            date=pl.col("start").dt.date(), start=pl.col("start").dt.time(), end=pl.col("end").dt.time()
        )
    named = {column: header for column, header in HEADERS[table].items() if column in frame.columns}
    unnamed = set(frame.columns) - set(named)
    if unnamed:
        raise pl.exceptions.ColumnNotFoundError(", ".join(sorted(unnamed)))
    cells = [_cell(table, column, frame.schema[column], lang, look) for column in named]
    shown = frame.select(cells)
    return shown.rename(named) if lang == "sv" else shown


def _cell(table: str, column: str, kind: pl.DataType, lang: Language, look: Look) -> pl.Expr:
    cell = pl.col(column)
    if isinstance(kind, pl.List):
        return cell.list.join(", ")
    if kind == pl.Boolean:
        yes, no = YES_NO[lang]
        return pl.when(cell).then(pl.lit(yes)).when(~cell).then(pl.lit(no)).alias(column)
    if (table, column) in _SHARES:
        percent = (cell * 100).round(2)
        return _plain_number(percent).alias(column) if look == "text" else percent
    if lang == "sv" and (table, column) in WORDS:
        return cell.replace(WORDS[table, column])
    return cell


def _plain_number(number: pl.Expr) -> pl.Expr:
    """75 and 62,5: no more decimals than there are, and a decimal comma."""
    return number.cast(pl.String).str.strip_suffix(".0").str.replace(".", ",", literal=True)
