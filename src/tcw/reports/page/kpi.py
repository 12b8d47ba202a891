"""The key figures as one self-contained page: no network, works by keyboard, on a phone and printed.

The averages, the weeks and the first employees are plain HTML, readable without scripts. The scripts know the
figures by week, by employee, by employee and week, in compact arrays: a figure is coded as one whole number,
tenths of a percent, doubled, plus one when it is beyond its warning level. 72.5 % is 1450, and 1451 where it
is red.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import polars as pl

from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.page.parts import (
    DATA,
    SEARCH,
    files_html,
    filled_page,
    json_in_html,
    made_by_text,
    notes_html,
    part,
    table_html,
    write_html,
)
from tcw.reports.tables.kpi import (
    FIGURE_LABELS,
    averages,
    figure_columns,
    grain_table,
    level_texts,
    period_text,
    selection_text,
    warning_counts,
)
from tcw.reports.tables.table import Column, Table, with_frame, worded
from tcw.reports.tables.texts import POINTS, one_text
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Count

TITLE = Phrase("title.kpi", "Key figures")
WEEKS = Phrase("excel.over_weeks", "Key figures over the weeks")
WEEKS_TABLE = Phrase("page.weeks_table", "The weeks as a table")
CHART = Phrase(
    "page.chart", "Line chart of the key figures over the weeks. Arrow keys move from week to week."
)
CHART_HELP = Phrase(
    "page.chart_help",
    "Point at a week, or select the chart and use the arrow keys, to see all its key figures.",
)
AVERAGES = Phrase("title.all", "Averages of the selection")
AVERAGES_HELP = Phrase("page.averages_help", "Click a key figure to see it by employee and week.")
PEOPLE = Phrase("title.employee", "By employee")
UNIT = Phrase("column.unit_id", "Unit")
ONLY_RED = Phrase("page.only_red", "only with red figures")
CLOSE = Phrase("page.close", "Close")
SCRIPTS = ("data.js", "chart.js", "drill.js", "people.js", "start.js")
FIGURE = Phrase("column.figure", "Key figure")
AVERAGE = Phrase("excel.average", "Average")
LEVEL = Phrase("terminal.level", "Red")
WARNINGS = Phrase("title.warnings", "Warnings")
SHOW_LINE = Phrase("page.show_line", "Show {figure} in the chart")
EMPLOYEE = Phrase("column.staff_name", "Employee")
PEOPLE_WITHOUT_SCRIPTS = 200
NOT_DEFINED, NOT_EMPLOYED, LARGEST = -32768, -32767, 32766
PEOPLE_SHOWN = 20_000
VALUES_SHOWN = 3_000_000
"""Weekly values on the page, two bytes each.

5 000 employees × 52 weeks × 8 figures make 2.1 million values, 5.5 MB.
"""
TEXTS: Final = {
    "employee": Phrase("column.staff_name", "Employee"),
    "average": Phrase("excel.average", "Average"),
    "everybody": Phrase("excel.total", "Whole selection"),
    "points": Phrase("text.points", "pp"),
    "allUnits": Phrase("page.all_units", "All units"),
    "count": Phrase("page.count", "{shown} of {all} employees"),
    "more": Phrase("page.more", "Show more ({count} left)"),
    "weekShort": Phrase("page.week_short", "W"),
    "weekLong": Phrase("page.week_long", "Week {week}, {year}"),
}
DRILL_NOTE = Phrase(
    "page.drill_note",
    "Each employee's value in each week; red is beyond the warning level, a dash not defined, empty not "
    "employed.",
)
DRILL_PART = Phrase(
    "page.drill_part",
    "Weekly values are on the page for {shown} of {all} employees, those with most warnings first. "
    "The Excel workbook has all of them.",
)
PEOPLE_PART = Phrase(
    "page.people_part",
    "The page shows {shown} of {all} employees, those with most warnings. The Excel workbook has all of "
    "them.",
)


def write_page(path: Path, kpi: KpiResult, intake: IntakeReport, about: About, lang: Language) -> None:
    """Write the page whole or not at all. Raises what `deliver.delivered` raises."""
    write_html(path, page(kpi, intake, about, lang))


def page(kpi: KpiResult, intake: IntakeReport, about: About, lang: Language) -> str:
    """Return the page."""
    script = '"use strict";(()=>{\n' + "".join(part(name) for name in SCRIPTS) + "})();"
    staff = people_shown(kpi)
    note = people_note(kpi)
    period = period_text(kpi, lang)
    texts = {
        "lang": lang,
        "title": f"{TITLE.template(lang)} {period}",
        "heading": TITLE.template(lang),
        "period": period,
        "selection": selection_text(kpi, lang),
        "weeks_title": WEEKS.template(lang),
        "chart_label": CHART.template(lang),
        "chart_help": CHART_HELP.template(lang),
        "weeks_summary": WEEKS_TABLE.template(lang),
        "averages_title": AVERAGES.template(lang),
        "averages_help": AVERAGES_HELP.template(lang),
        "people_title": PEOPLE.template(lang),
        "search": SEARCH.template(lang),
        "unit": UNIT.template(lang),
        "only_red": ONLY_RED.template(lang),
        "close": CLOSE.template(lang),
        "people_note": note.say(lang) if note else "",
        "data_title": DATA.template(lang),
        "footer": made_by_text(about, lang),
    }
    parts = {
        "data": json_in_html(page_facts(kpi, lang)),
        "weeks_open": "",
        "weeks_table": weeks_html(kpi, lang),
        "averages_table": averages_html(kpi, lang),
        "people_table": people_html(staff, table_columns(staff) if staff else (), lang),
        "files_table": files_html(intake, lang),
        "notes": notes_html(intake, kpi.notes, lang),
    }
    return filled_page("kpi.html", texts, parts, part("page.css"), script)


def averages_html(kpi: KpiResult, lang: Language) -> str:
    """Return the averages with their levels and warnings; the scripts bring its buttons and boxes to life."""
    values, counts = averages(kpi), warning_counts(kpi)
    numbers = "".join(f'<th class="n">{_escaped_phrase(phrase, lang)}</th>' for phrase in (AVERAGE, WARNINGS))
    heads = f'<th class="swatch"></th><th>{_escaped_phrase(FIGURE, lang)}</th>{numbers}'
    rows = []
    for place, column in enumerate(figure_columns(kpi)):
        label = FIGURE_LABELS[column.key].template(lang)
        value, levels = values[column.key], level_texts(column, lang)
        text = one_text(column, value, lang)
        if column.kind == "points" and value is not None:
            text += f"\N{NO-BREAK SPACE}{POINTS.template(lang)}"
        show = html.escape(SHOW_LINE.say(lang, figure=label))
        told = f"<small>{_escaped_phrase(LEVEL, lang)} {html.escape(levels)}</small>" if levels else ""
        rows.append(
            f'<tr><td class="swatch">'
            f'<input type="checkbox" class="line-shown" value="{place}" checked hidden '
            f'aria-label="{show}"> <span class="dot c{place % 8}"></span></td>'
            f'<th scope="row"><button type="button" class="figure" value="{place}" disabled>'
            f"{html.escape(label)}</button>"
            f'{told}</th><td class="n big{_red(column, value)}">{html.escape(text)}</td>'
            f'<td class="n">{html.escape(Count(counts[column.key]).say(lang))}</td></tr>'
        )
    return f'<table class="averages"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _red(column: Column, value: float | None) -> str:
    beyond = value is not None and pl.DataFrame({column.key: [value]}).select(column.beyond()).item()
    return " red" if beyond else ""


def weeks_html(kpi: KpiResult, lang: Language) -> str:
    """Return the figures by week."""
    if "week" not in kpi.figures:
        return ""
    table = grain_table(kpi, "week")
    columns = tuple(column for column in table.columns if column.key == "week" or column.figure)
    return table_html(table, columns, lang)


def people_html(table: Table | None, columns: tuple[Column, ...], lang: Language) -> str:
    """Return the table by employee with its first rows; the scripts fill in the rest."""
    if table is None:
        return ""
    person = Column("person", EMPLOYEE)
    named = pl.coalesce("name", "staff_id") if "name" in table.frame.columns else pl.col("staff_id")
    frame = table.frame.head(PEOPLE_WITHOUT_SCRIPTS).with_columns(named.alias("person"))
    return table_html(with_frame(table, frame), (person, *columns), lang, name="people")


def _escaped_phrase(phrase: Phrase, lang: Language) -> str:
    return html.escape(phrase.template(lang))


def page_facts(kpi: KpiResult, lang: Language) -> dict[str, Any]:
    """Return everything the scripts need, ready for JSON; personal data only as far as the result has it."""
    columns = figure_columns(kpi)
    values = averages(kpi)
    single = pl.DataFrame([values], schema=dict.fromkeys(values, pl.Float64))
    staff = people_shown(kpi)
    weeks = kpi.figures["week"] if "week" in kpi.figures else single.clear().with_columns(week=pl.lit(""))
    return {
        "lang": lang,
        "texts": {name: phrase.template(lang) for name, phrase in TEXTS.items()}
        | {
            "decimal": "," if lang == "sv" else ".",
            "thousands": "\N{NO-BREAK SPACE}" if lang == "sv" else ",",
            "percent": "\N{NO-BREAK SPACE}%" if lang == "sv" else "%",
        },
        "figures": [
            {
                "label": FIGURE_LABELS[column.key].template(lang),
                "kind": column.kind,
                "average": _figure_codes(single, column)[0],
            }
            for column in columns
        ],
        "weeks": weeks.get_column("week").to_list(),
        "byWeek": [_figure_codes(weeks, column) for column in columns],
        "people": None if staff is None else _people_facts(staff, lang),
        "drill": None if staff is None else _drill(kpi, staff, lang),
        "period": period_text(kpi, lang),
    }


def people_shown(kpi: KpiResult) -> Table | None:
    """Return the table by employee, at most PEOPLE_SHOWN of them, sorted by id; None when not computed."""
    if "employee" not in kpi.figures:
        return None
    table = _with_unit_names(kpi, grain_table(kpi, "employee"))
    if table.frame.height <= PEOPLE_SHOWN:
        return table
    return with_frame(table, most_warned(kpi, table.frame).head(PEOPLE_SHOWN).sort("staff_id"))


def _with_unit_names(kpi: KpiResult, table: Table) -> Table:
    """Return the table with units by name, which is what people look for.

    The id stands where names are not unique.
    """
    units = kpi.figures.get("unit")
    if units is None or not {"unit_id", "name"} <= set(units.columns) or "unit_id" not in table.frame.columns:
        return table
    named = units.select("unit_id", "name").drop_nulls().filter(pl.col("name").is_unique())
    unit = pl.col("unit_id").replace(named["unit_id"], named["name"])
    return with_frame(table, table.frame.with_columns(unit))


def most_warned(kpi: KpiResult, staff: pl.DataFrame) -> pl.DataFrame:
    """Return the employees with those with most warnings first."""
    counts = kpi.warned.group_by("staff_id").agg(warned=pl.col("number").sum())
    return staff.join(counts, on="staff_id", how="left", maintain_order="left").sort(
        pl.col("warned").fill_null(0), descending=True, maintain_order=True
    )


def people_note(kpi: KpiResult) -> Message | None:
    """Return what to tell when not all employees are on the page."""
    height = kpi.figures["employee"].height if "employee" in kpi.figures else 0
    if height <= PEOPLE_SHOWN:
        return None
    return Message(PEOPLE_PART, {"shown": Count(PEOPLE_SHOWN), "all": Count(height)})


def _people_facts(table: Table, lang: Language) -> dict[str, Any]:
    """Return the employees as arrays, and where the columns after the person are to be found in them."""
    frame = worded(table, lang)
    shown = table_columns(table)
    groups = {
        kind: [column for column in shown if _group(column) == kind] for kind in ("text", "hours", "figure")
    }
    keys = [column.key for column in groups["text"]]
    columns = [
        {
            "kind": column.kind if column.figure else _group(column),
            "at": groups[_group(column)].index(column),
        }
        for column in shown
    ]
    return {
        "columns": [{"kind": "person"}, *columns],
        "ids": frame.get_column("staff_id").to_list(),
        "names": frame.get_column("name").to_list() if "name" in frame.columns else None,
        "texts": [frame.get_column(key).to_list() for key in keys],
        "unitAt": keys.index("unit_id") if "unit_id" in keys else -1,
        "hours": [_doubled(frame, column.key) for column in groups["hours"]],
        "figures": [_figure_codes(frame, column) for column in groups["figure"]],
    }


def _group(column: Column) -> str:
    return "figure" if column.figure else "hours" if column.kind == "hours" else "text"


def table_columns(table: Table) -> tuple[Column, ...]:
    """Return the page's columns after the person.

    The unit, the figures, the hours, then what else is known.
    """
    rest = [column for column in table.columns if column.key not in {"staff_id", "name"}]
    unit = [column for column in rest if column.key == "unit_id"]
    figures = [column for column in rest if column.figure]
    hours = [column for column in rest if column.kind == "hours"]
    texts = [column for column in rest if not column.numeric and column.key != "unit_id"]
    return (*unit, *figures, *hours, *texts)


def _doubled(frame: pl.DataFrame, key: str) -> list[int | None]:
    tenths = (pl.col(key) * 10).round(6).round(0, mode="half_away_from_zero")
    return frame.select((tenths * 2).cast(pl.Int64)).to_series().to_list()


def _figure_codes(frame: pl.DataFrame, column: Column) -> list[int | None]:
    return frame.select(_figure_code(column)).to_series().to_list()


def _figure_code(column: Column) -> pl.Expr:
    tenths = (pl.col(column.key) * 1000).round(6).round(0, mode="half_away_from_zero")
    code = (tenths * 2 + column.beyond().cast(pl.Int8)).clip(-LARGEST, LARGEST)
    return pl.when(pl.col(column.key).is_finite()).then(code).cast(pl.Int32).alias(column.key)


def _drill(kpi: KpiResult, table: Table, lang: Language) -> dict[str, Any] | None:
    """Return the weekly values: by figure a base64 text of little-endian Int16, employee by employee."""
    weeks, columns, by_week = kpi.figures.get("week"), figure_columns(kpi), kpi.weeks
    if by_week is None or weeks is None or weeks.is_empty() or table.frame.is_empty():
        return None
    staff = table.frame.select("staff_id").with_row_index("person")
    most = max(1, VALUES_SHOWN // (weeks.height * max(1, len(columns))))
    if staff.height > most:
        staff = most_warned(kpi, staff).head(most)
    staff = staff.select("person", "staff_id").with_row_index("place")
    spread = (
        staff.lazy()
        .join(weeks.lazy().select("week"), how="cross", maintain_order="left_right")
        .join(
            by_week.filter(pl.col("staff_id").is_in(staff["staff_id"].implode()))
            .with_columns(_figure_code(column) for column in columns)
            .with_columns(met=True),
            on=["staff_id", "week"],
            how="left",
            maintain_order="left",
        )
        .select(
            pl.when(pl.col("met").is_null())
            .then(NOT_EMPLOYED)
            .otherwise(pl.col(column.key).fill_null(NOT_DEFINED))
            .cast(pl.Int16)
            .alias(column.key)
            for column in columns
        )
        .collect()
    )
    note = [DRILL_NOTE.template(lang)]
    if staff.height < table.frame.height:
        note.append(DRILL_PART.say(lang, shown=Count(staff.height), all=Count(table.frame.height)))
    return {
        "people": staff.get_column("person").to_list(),
        "values": list(_packed(spread.get_columns())),
        "note": " ".join(note),
    }


def _packed(columns: Iterable[pl.Series]) -> Iterable[str]:
    """Yield each Int16 column as base64 of its bytes; all machines that Polars runs on are little-endian."""
    for column in columns:
        values = column.rechunk().to_arrow()
        data = values.buffers()[1].to_pybytes()
        start = values.offset * 2
        yield base64.b64encode(data[start : start + len(values) * 2]).decode("ascii")
