"""Values as people read them in a table: 72,5 %; 1 234,5; −12,5.

Polars expressions, for any number of rows.
"""

import polars as pl

from tcw.reports.tables.table import UNDEFINED, Column, Table, worded
from tcw.wording import Language, Phrase

POINTS = Phrase("text.points", "pp")
"""The unit of a difference of percentages, where the heading does not say it."""
MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
THOUSAND = 1000
MINUTES_PER_HOUR = 60
TIME_FORMATS = {"clock": "%H:%M", "date": "%Y-%m-%d", "moment": "%Y-%m-%d %H:%M"}


def decimal_text(value: pl.Expr, lang: Language, decimals: int, *, signed: bool = False) -> pl.Expr:
    """Return a number as text with the language's separators, rounded half away from zero as Excel does.

    A Float64 or integer expression in, String out; null stays null. `signed` puts a plus before what is above
    zero.
    """
    scale = 10**decimals
    # Twelve decimals first: 2.675 is stored as 2.67499…, and Excel shows people 2.68.
    scaled = (value.cast(pl.Float64) * scale).round(9).round(0, mode="half_away_from_zero").cast(pl.Int64)
    size = scaled.abs()
    whole, rest = size // scale, size % scale
    parts = [whole_text(whole, lang)]
    if decimals:
        parts += [pl.lit("," if lang == "sv" else "."), rest.cast(pl.String).str.zfill(decimals)]
    plus = pl.lit("+" if signed else "")
    sign = pl.when(scaled < 0).then(pl.lit(MINUS)).when(scaled > 0).then(plus).otherwise(pl.lit(""))
    return pl.concat_str([sign, *parts])


def whole_text(size: pl.Expr, lang: Language) -> pl.Expr:
    """Return a non-negative whole number below 10¹² as text with thousands separators."""
    separator = pl.lit(NO_BREAK_SPACE if lang == "sv" else ",")

    def group(power: int) -> pl.Expr:
        return (size // int(10 ** (3 * power)) % THOUSAND).cast(pl.String)

    def padded(power: int) -> pl.Expr:
        return group(power).str.zfill(3)

    return (
        pl.when(size < THOUSAND)
        .then(size.cast(pl.String))
        .when(size < THOUSAND**2)
        .then(pl.concat_str([group(1), separator, padded(0)]))
        .when(size < THOUSAND**3)
        .then(pl.concat_str([group(2), separator, padded(1), separator, padded(0)]))
        .otherwise(
            pl.concat_str([group(3), separator, padded(2), separator, padded(1), separator, padded(0)])
        )
    )


def share_text(value: pl.Expr, lang: Language) -> pl.Expr:
    """Return a fraction as a percentage: "72.5%" or "72,5 %"."""
    return decimal_text(value * 100, lang, 1) + percent_sign(lang)


def change_text(value: pl.Expr, lang: Language) -> pl.Expr:
    """Return a relative difference as a percentage with its sign."""
    return decimal_text(value * 100, lang, 1, signed=True) + percent_sign(lang)


def points_text(value: pl.Expr, lang: Language) -> pl.Expr:
    """Return a difference of fractions in percentage points with its sign; the unit stands in the heading."""
    return decimal_text(value * 100, lang, 1, signed=True)


def percent_sign(lang: Language) -> pl.Expr:
    """Return "%" with the space Swedish sets before it."""
    return pl.lit("%" if lang == "en" else f"{NO_BREAK_SPACE}%")


def duration_text(value: pl.Expr) -> pl.Expr:
    """Return hours as "9 h 30 min", worded as `tcw.wording.quantities.Hours` does it."""
    minutes = (value * MINUTES_PER_HOUR).round(0).cast(pl.Int64)
    whole, rest = minutes.abs() // MINUTES_PER_HOUR, minutes.abs() % MINUTES_PER_HOUR
    sign = pl.when(minutes < 0).then(pl.lit(MINUS)).otherwise(pl.lit(""))
    hours = pl.concat_str([sign, whole.cast(pl.String), pl.lit(" h")])
    minutes_only = pl.concat_str([sign, rest.cast(pl.String), pl.lit(" min")])
    both = pl.concat_str([hours, pl.lit(" "), rest.cast(pl.String), pl.lit(" min")])
    return pl.when(rest == 0).then(hours).when(whole == 0).then(minutes_only).otherwise(both)


def value_text(column: Column, lang: Language) -> pl.Expr:
    """Return the column's (worded) values as text.

    Figures that are null become "–", other nulls the empty text.
    """
    value = pl.col(column.key)
    match column.kind:
        case "share":
            text = share_text(value, lang)
        case "change":
            text = change_text(value, lang)
        case "points":
            text = points_text(value, lang)
        case "hours":
            text = decimal_text(value, lang, 1)
        case "duration":
            text = duration_text(value)
        case "count":
            text = decimal_text(value, lang, 0)
        case "row":
            text = value.cast(pl.String)
        case "clock" | "date" | "moment":
            text = value.dt.to_string(TIME_FORMATS[column.kind])
        case _:
            text = value.cast(pl.String)
    return text.fill_null(UNDEFINED if column.figure else "").alias(column.key)


def text_frame(table: Table, lang: Language) -> pl.DataFrame:
    """Return the table as text only: the same keys, every column a String without nulls."""
    return worded(table, lang).select(value_text(column, lang) for column in table.columns)


def one_text(kind_of: Column, value: float | None, lang: Language) -> str:
    """Return one value of a column as text."""
    frame = pl.DataFrame({kind_of.key: [value]}, schema={kind_of.key: pl.Float64})
    text: str = frame.select(value_text(kind_of, lang)).item()
    return text
