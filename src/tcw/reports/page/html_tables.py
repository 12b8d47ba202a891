"""The page's tables as plain HTML, for readers without scripts, for search and for print."""

from __future__ import annotations

import html

import polars as pl

from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.tables.intake import finding_text, places_read
from tcw.reports.tables.kpi import (
    FIGURE_LABELS,
    averages,
    figure_columns,
    grain_table,
    level_texts,
    warning_counts,
)
from tcw.reports.tables.table import Column, Table, with_frame
from tcw.reports.tables.texts import POINTS, one_text, text_frame
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

FIGURE = Phrase("column.figure", "Key figure")
AVERAGE = Phrase("excel.average", "Average")
LEVEL = Phrase("terminal.level", "Red")
WARNINGS = Phrase("title.warnings", "Warnings")
SHOW_LINE = Phrase("page.show_line", "Show {figure} in the chart")
EMPLOYEE = Phrase("column.staff_name", "Employee")
PEOPLE_WITHOUT_SCRIPTS = 200


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
            f'<tr><td class="swatch"><input type="checkbox" class="line-shown" value="{place}" checked hidden '
            f'aria-label="{show}"> <span class="dot c{place % 8}"></span></td>'
            f'<th scope="row"><button type="button" class="figure" value="{place}" disabled>{html.escape(label)}</button>'
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


def files_html(intake: IntakeReport, lang: Language) -> str:
    """Return what became of the rows of every file."""
    files = places_read(intake)
    return f'<div class="scroll files">{table_html(files, files.columns, lang)}</div>'


def notes_html(kpi: KpiResult, intake: IntakeReport, lang: Language) -> str:
    """Return the findings about the data with their costs, and the notes about the period."""
    sentences = [f"{finding.code}: {finding_text(finding, lang)}" for finding in intake.findings]
    sentences += [note.say(lang) for note in kpi.notes]
    return (
        "<ul>" + "".join(f"<li>{html.escape(text)}</li>" for text in sentences) + "</ul>" if sentences else ""
    )


def table_html(table: Table, columns: tuple[Column, ...], lang: Language, name: str = "") -> str:
    """Return a table element; the first column heads its row. Cells are put together by Polars."""
    heads = "".join(
        f'<th scope="col"{_numeric(column)}>{html.escape((column.short or column.label).template(lang))}</th>'
        for column in columns
    )
    shown = Table(table.name, table.title, columns, table.frame)
    texts = text_frame(shown, lang)
    reds = table.frame.select(
        column.beyond().alias(f"red {column.key}") for column in columns if column.watched
    )
    cells = [_cell(column, first=place == 0) for place, column in enumerate(columns)]
    rows = pl.concat([texts, reds], how="horizontal").select(
        pl.concat_str([pl.lit("<tr>"), *cells, pl.lit("</tr>")]).str.join("")
    )
    body = rows.item() if texts.height else ""
    identity = f' id="{name}"' if name else ""
    return f"<table{identity}><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _numeric(column: Column) -> str:
    return ' class="n"' if column.numeric else ' class="t"' if column.kind == "moment" else ""


def _cell(column: Column, *, first: bool) -> pl.Expr:
    text = escaped(pl.col(column.key))
    if first:
        return pl.concat_str([pl.lit('<th scope="row">'), text, pl.lit("</th>")])
    kind = pl.lit(f"<td{_numeric(column)}>")
    if column.watched:
        kind = pl.when(pl.col(f"red {column.key}")).then(pl.lit('<td class="n red">')).otherwise(kind)
    return pl.concat_str([kind, text, pl.lit("</td>")])


def escaped(text: pl.Expr) -> pl.Expr:
    """Return text with the five characters HTML gives a meaning replaced, as `html.escape` does."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;")):
        text = text.str.replace_all(char, entity, literal=True)
    return text


def _escaped_phrase(phrase: Phrase, lang: Language) -> str:
    return html.escape(phrase.template(lang))
