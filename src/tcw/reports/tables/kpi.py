"""The key figures as tables and lines.

One table per grain, the warnings, the levels, the settings, what is covered.
"""

from collections.abc import Mapping

import polars as pl

from tcw.kpis.catalogue import BOOKING_VS_EMPLOYMENT_RELATIVE, FIGURES
from tcw.kpis.result import HOURS, Grain, KpiResult, Level
from tcw.reports.about import items_table
from tcw.reports.tables.columns import (
    CATEGORY,
    EMPLOYEES,
    EMPLOYMENT_TYPE,
    HOUR_COLUMNS,
    PLANNING_AREA,
    STAFF_ID,
    STAFF_NAME,
    UNIT_ID,
    UNIT_NAME,
    WEEK,
)
from tcw.reports.tables.table import Column, Kind, Table, present, without_empty
from tcw.reports.tables.texts import NO_BREAK_SPACE, POINTS, change_text, one_text, points_text, share_text
from tcw.wording import Language, Phrase

FIGURE_LABELS: Mapping[str, Phrase] = {figure.code: figure.label for figure in FIGURES}
FIGURE_SHORT: Mapping[str, Phrase] = {figure.code: figure.short for figure in FIGURES}
"""Labels for where there is no room for the full ones."""
DIFFERENCE = BOOKING_VS_EMPLOYMENT_RELATIVE.code
DIFFERENCE_IN_POINTS = Phrase(
    "figure.booking_vs_employment_points", "Booking rate against employment rate (percentage points)"
)
DIFFERENCE_RELATIVE = BOOKING_VS_EMPLOYMENT_RELATIVE.label
SIDES = {"below": Phrase("word.below", "below"), "above": Phrase("word.above", "above")}

TITLES: Mapping[Grain, Phrase] = {
    "employee-week": Phrase("title.employee_week", "By employee and week"),
    "employee": Phrase("title.employee", "By employee"),
    "week": Phrase("title.week", "By week"),
    "unit": Phrase("title.unit", "By unit"),
    "area": Phrase("title.area", "By planning area"),
    "all": Phrase("title.all", "Averages of the selection"),
}
TITLE_WARNINGS = Phrase("title.warnings", "Warnings")
TITLE_SETTINGS = Phrase("title.settings", "Settings")

KEY_COLUMNS: Mapping[Grain, tuple[Column, ...]] = {
    "employee-week": (STAFF_ID, STAFF_NAME, WEEK, UNIT_ID, PLANNING_AREA, EMPLOYMENT_TYPE, CATEGORY),
    "employee": (STAFF_ID, STAFF_NAME, UNIT_ID, PLANNING_AREA, EMPLOYMENT_TYPE, CATEGORY),
    "week": (WEEK,),
    "unit": (UNIT_ID, UNIT_NAME, PLANNING_AREA),
    "area": (PLANNING_AREA,),
    "all": (),
}
OPTIONAL = ("name", "planning_area", "employment_type", "category", "unit_id")
"""Columns that are left out of a table when nothing is known of them."""


def figure_column(code: str, level: Level | None, *, relative: bool = False) -> Column:
    """Return the column of a figure; the difference is in percentage points unless it is `relative`."""
    kind: Kind = "share"
    label = FIGURE_LABELS[code]
    if code == DIFFERENCE:
        kind, label = ("change", DIFFERENCE_RELATIVE) if relative else ("points", DIFFERENCE_IN_POINTS)
    return Column(code, label, kind, level, short=FIGURE_SHORT[code])


def is_relative(kpi: KpiResult) -> bool:
    """Return True when the difference figure was computed relative to the employee's own time."""
    return any(name.endswith("difference") and value == "relative" for name, value in kpi.settings.items())


def figure_columns(kpi: KpiResult) -> tuple[Column, ...]:
    """Return the columns of the shown figures, in report order, with their warning levels."""
    relative = is_relative(kpi)
    return tuple(figure_column(code, kpi.levels.get(code), relative=relative) for code in kpi.shown)


def averages(kpi: KpiResult) -> dict[str, float | None]:
    """Return the hours and shown figures of the whole selection by column key.

    None where not defined or not asked for.
    """
    frame = kpi.figures.get("all")
    keys = [*HOURS, *kpi.shown]
    if frame is None or frame.is_empty():
        return dict.fromkeys(keys)
    row: dict[str, float | None] = frame.select(pl.col(keys)).row(0, named=True)
    return row


def employee_count(kpi: KpiResult) -> int | None:
    """Return how many employees the selection has; None when not computed."""
    frame = kpi.figures.get("all")
    if frame is None or "employees" not in frame.columns:
        return None
    return int(frame.get_column("employees").sum())


def grain_table(kpi: KpiResult, grain: Grain) -> Table:
    """Return the figures of one grain, hours first, with the totals of the selection.

    Raises KeyError if not computed.
    """
    frame = kpi.figures[grain]
    keys = without_empty(present(KEY_COLUMNS[grain], frame), frame, OPTIONAL)
    # Hours that are hidden in all rows (small groups) need no columns.
    hours = without_empty(HOUR_COLUMNS, frame, HOURS) if frame.height else HOUR_COLUMNS
    columns = (*keys, *present((EMPLOYEES,), frame), *hours, *figure_columns(kpi))
    totals = {key: value for key, value in averages(kpi).items() if value is not None}
    people = employee_count(kpi)
    if people is not None:
        totals["employees"] = people
    return Table(grain.replace("-", "_"), TITLES[grain], present(columns, frame), frame, totals)


def grain_tables(kpi: KpiResult) -> list[Table]:
    """Return the tables of all computed grains but `all`; areas only when there are any."""
    return [
        grain_table(kpi, grain)
        for grain in TITLES
        if grain in kpi.figures and grain != "all" and not (grain == "area" and _no_areas(kpi))
    ]


def _no_areas(kpi: KpiResult) -> bool:
    areas = kpi.figures["area"].get_column("planning_area")
    return areas.null_count() == areas.len()


def shown_warnings(kpi: KpiResult) -> pl.DataFrame:
    """Return the warnings of the shown figures: a hidden figure does not warn."""
    return kpi.warnings.filter(pl.col("figure").is_in(list(kpi.shown)))


def warnings_table(kpi: KpiResult) -> Table:
    """Return the warnings, worst first."""
    relative = is_relative(kpi)
    labels = {code: figure_column(code, None, relative=relative).label for code in FIGURE_LABELS}
    columns = (
        STAFF_ID,
        STAFF_NAME,
        WEEK,
        Column("figure", Phrase("column.figure", "Key figure"), words=labels),
        Column("value", Phrase("column.value", "Value"), "share"),
        Column("side", Phrase("column.side", "Side"), words=SIDES),
        Column("level", Phrase("column.level", "Warning level"), "share"),
    )
    frame = shown_warnings(kpi)
    kept = without_empty(present(columns, frame), frame, ("name",)) if frame.height else columns
    return Table("warnings", TITLE_WARNINGS, kept, frame)


def warning_counts(kpi: KpiResult) -> dict[str, int]:
    """Return the number of warnings by figure code, zero for shown figures without any."""
    found = dict(kpi.warned.group_by("figure").agg(pl.col("number").sum()).rows())
    return {code: found.get(code, 0) for code in kpi.shown}


def settings_table(kpi: KpiResult) -> Table:
    """Return the settings in force, as `tcw.yaml` names them."""
    return items_table("settings", TITLE_SETTINGS, list(kpi.settings.items()))


PERIOD = Phrase("text.period", "{first} to {last}")
SELECTION = Phrase("text.selection", "Selection: {filters}")
EVERYBODY = Phrase("text.everybody", "Selection: everybody")
OPTIONS: Mapping[str, Phrase] = {
    "service": Phrase("option.service", "service"),
    "area": Phrase("option.area", "area"),
    "planning-area": Phrase("option.planning_area", "planning area"),
    "unit": Phrase("option.unit", "unit"),
    "employment-type": Phrase("option.employment_type", "employment type"),
    "category": Phrase("option.category", "category"),
    "rate-min": Phrase("option.rate_min", "employment rate at least"),
    "rate-max": Phrase("option.rate_max", "employment rate at most"),
    "staff": Phrase("option.staff", "employee"),
}
"""Filters as people call them, by the option that asks for them."""


def period_text(kpi: KpiResult, lang: Language) -> str:
    """Return the weeks the report covers: "2026-W10 to 2026-W17"."""
    if kpi.first_week == kpi.last_week:
        return kpi.first_week
    return PERIOD.say(lang, first=kpi.first_week, last=kpi.last_week)


def filters_text(kpi: KpiResult, lang: Language) -> str:
    """Return the filters and what was asked for; empty when there are none."""
    return " · ".join(
        f"{_option_name(option, lang)} {value}".strip() for option, value in kpi.filters.items()
    )


def _option_name(option: str, lang: Language) -> str:
    name = option.lstrip("-").replace("_", "-")
    return OPTIONS[name].template(lang) if name in OPTIONS else name


def selection_text(kpi: KpiResult, lang: Language) -> str:
    """Return the filters in a sentence."""
    filters = filters_text(kpi, lang)
    return SELECTION.say(lang, filters=filters) if filters else EVERYBODY.say(lang)


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
    level = _warning_quantity("level", kpi, lang, unit)
    worded = frame.with_columns(
        _warning_quantity("value", kpi, lang, unit),
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


def _warning_quantity(key: str, kpi: KpiResult, lang: Language, unit: str) -> pl.Expr:
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
