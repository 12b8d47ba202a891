"""The key figures as one self-contained page: no network, works by keyboard, on a phone and printed.

The averages, the weeks and the first employees are plain HTML, readable without scripts. Everything from the data is
escaped, or set as text by the scripts; a content security policy lets nothing run or load but the page's own.
"""

from __future__ import annotations

import html
from pathlib import Path
from string import Template

from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.deliver import delivered
from tcw.reports.page.html_data import page_facts, people_note, people_shown, table_columns
from tcw.reports.page.html_tables import averages_html, files_html, notes_html, people_html, weeks_html
from tcw.reports.page.page_parts import digest, json_in_html, part
from tcw.reports.tables.kpi import period_text, selection_text
from tcw.wording import Language, Phrase

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
SEARCH = Phrase("page.search", "Search")
UNIT = Phrase("column.unit_id", "Unit")
ONLY_RED = Phrase("page.only_red", "only with red figures")
CLOSE = Phrase("page.close", "Close")
DATA = Phrase("page.data", "The data behind the figures")
MADE = Phrase("page.made", "Made by tcw {version} on {created}.")
MADE_BY = Phrase("page.made_by", "Made by tcw {version}.")
SCRIPTS = ("data.js", "chart.js", "drill.js", "people.js", "start.js")


def write_page(path: Path, kpi: KpiResult, intake: IntakeReport, about: About, lang: Language) -> None:
    """Write the page whole or not at all. Raises what `deliver.delivered` raises."""
    with delivered(path, ".html", ".htm") as temporary:
        temporary.write_text(page(kpi, intake, about, lang), encoding="utf-8", newline="\n")


def page(kpi: KpiResult, intake: IntakeReport, about: About, lang: Language) -> str:
    """Return the page."""
    style = part("page.css")
    script = '"use strict";(()=>{\n' + "".join(part(name) for name in SCRIPTS) + "})();"
    staff = people_shown(kpi)
    note = people_note(kpi)
    made = MADE_BY.say(lang, version=about.version)
    if about.created is not None:
        made = MADE.say(lang, version=about.version, created=about.created)
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
        "footer": made,
    }
    parts = {
        "policy": f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'; "
        "base-uri 'none'; form-action 'none'",
        "style": style,
        "script": script,
        "data": json_in_html(page_facts(kpi, lang)),
        "weeks_open": "",
        "weeks_table": weeks_html(kpi, lang),
        "averages_table": averages_html(kpi, lang),
        "people_table": people_html(staff, table_columns(staff) if staff else (), lang),
        "files_table": files_html(intake, lang),
        "notes": notes_html(kpi, intake, lang),
    }
    escaped = {name: html.escape(text) for name, text in texts.items()}
    return Template(part("template.html")).substitute(escaped | parts)
