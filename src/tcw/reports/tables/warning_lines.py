"""The worst warnings in words: "−56,3 %-enh.", "under −5,0"."""

import polars as pl

from tcw.kpis.result import KpiResult
from tcw.reports.tables.columns import STAFF_ID, STAFF_NAME, WEEK
from tcw.reports.tables.kpi_tables import DIFFERENCE, FIGURE_LABELS, FIGURE_SHORT, is_relative, shown_warnings
from tcw.reports.tables.table import Column, Table, present, without_empty
from tcw.reports.tables.texts import NO_BREAK_SPACE, POINTS, change_text, one_text, points_text, share_text
from tcw.wording import Language, Phrase

WORST = Phrase("title.warnings", "Warnings")
BELOW = Phrase("text.below", "below {level}")
ABOVE = Phrase("text.above", "above {level}")


def warning_lines(kpi: KpiResult, most: int, lang: Language, *, short: bool = False) -> Table:
    """Return the `most` worst warnings, value and level worded with their units (String columns)."""
    frame = shown_warnings(kpi).head(most)
    below, above = (
        phrase.template(lang).replace(" ", NO_BREAK_SPACE).split("{level}") for phrase in (BELOW, ABOVE)
    )
    unit = NO_BREAK_SPACE + POINTS.template(lang)
    level = _quantity("level", kpi, lang, unit)
    worded = frame.with_columns(
        _quantity("value", kpi, lang, unit),
        pl.when(pl.col("side") == "below")
        .then(pl.concat_str([pl.lit(below[0]), level, pl.lit(below[1])]))
        .otherwise(pl.concat_str([pl.lit(above[0]), level, pl.lit(above[1])]))
        .alias("level"),
    )
    columns = (
        STAFF_ID,
        STAFF_NAME,
        WEEK,
        Column(
            "figure", Phrase("column.figure", "Key figure"), words=FIGURE_SHORT if short else FIGURE_LABELS
        ),
        Column("value", Phrase("column.value", "Value"), worded_number=True),
        Column("level", Phrase("column.level", "Warning level")),
    )
    return Table("warnings", WORST, without_empty(present(columns, worded), worded, ("name",)), worded)


def _quantity(key: str, kpi: KpiResult, lang: Language, unit: str) -> pl.Expr:
    value = pl.col(key)
    difference = change_text(value, lang) if is_relative(kpi) else points_text(value, lang) + pl.lit(unit)
    return (
        pl.when(pl.col("figure") == DIFFERENCE).then(difference).otherwise(share_text(value, lang)).alias(key)
    )


def level_texts(column: Column, lang: Language) -> str:
    """Return a figure's levels in short: "< 50,0 %", "< −5,0, > +5,0 %-enh."; empty when there are none."""
    if column.level is None:
        return ""
    sides = (("<", column.level.below), (">", column.level.above))
    levels = ", ".join(
        f"{sign}{NO_BREAK_SPACE}{one_text(column, level, lang)}" for sign, level in sides if level is not None
    )
    return (
        f"{levels}{NO_BREAK_SPACE}{POINTS.template(lang)}" if levels and column.kind == "points" else levels
    )
