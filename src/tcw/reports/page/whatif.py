"""Scenarios as one self-contained page without scripts: a drawn bar for each, and the tables."""

from __future__ import annotations

import html
from pathlib import Path

import polars as pl

from tcw.matching.scenarios.whatif import WhatIf
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.page.parts import DATA, files_html, filled_page, made_by_text, part, table_html, write_html
from tcw.reports.tables.whatif import CHART, TITLE, best_line, tables, with_labels
from tcw.wording import Language
from tcw.wording.quantities import Count

LABEL_WIDTH, BAR_WIDTH, ROW = 220, 480, 28
STYLE = (
    ".bars{width:100%;max-width:60rem;height:auto}.bars text{fill:currentColor;font-size:13px}"
    ".bars .had{fill:#56B4E9}.bars .more{fill:#009E73}"
)


def write_whatif_page(path: Path, result: WhatIf, intake: IntakeReport, about: About, lang: Language) -> None:
    """Write the page whole or not at all. Raises what `tcw.reports.deliver.delivered` raises."""
    write_html(path, page(result, intake, about, lang))


def page(result: WhatIf, intake: IntakeReport, about: About, lang: Language) -> str:
    """Return the page."""
    texts = {
        "lang": lang,
        "title": TITLE.template(lang),
        "summary": best_line(result, lang),
        "chart_title": CHART.template(lang),
        "data_title": DATA.template(lang),
        "footer": made_by_text(about, lang),
    }
    parts = {
        "chart": _bars(result, lang),
        "tables": "".join(
            f'<section class="card"><h2>{html.escape(table.title.template(lang))}</h2>'
            + (f'<p class="quiet">{html.escape(table.note.say(lang))}</p>' if table.note else "")
            + f'<div class="scroll">{table_html(table, table.columns, lang)}</div></section>'
            for table in tables(result, lang)
        ),
        "files_table": files_html(intake, lang),
    }
    return filled_page("whatif.html", texts, parts, part("page.css") + STYLE)


def _bars(result: WhatIf, lang: Language) -> str:
    """Return a bar for each row as SVG: what today fills as well, and what is filled beyond it."""
    total = result.outcomes["orders"].max()
    assert isinstance(total, int)
    today = int(result.outcomes["filled"][0])
    scale = BAR_WIDTH / max(total, 1)
    rows = with_labels(result.outcomes, lang).select("label", pl.col("filled").cast(pl.Int64)).rows()
    drawn = []
    for place, (label, filled) in enumerate(rows):
        top, had = place * ROW, min(filled, today)
        drawn.append(
            f'<text x="0" y="{top + 18}">{html.escape(label)}</text>'
            f'<rect class="had" x="{LABEL_WIDTH}" y="{top + 5}" width="{had * scale:.1f}" height="18"/>'
            f'<rect class="more" x="{LABEL_WIDTH + had * scale:.1f}" y="{top + 5}" '
            f'width="{(filled - had) * scale:.1f}" height="18"/>'
            f'<text x="{LABEL_WIDTH + filled * scale + 6:.1f}" y="{top + 18}">'
            f"{Count(filled).say(lang)}</text>"
        )
    words = "; ".join(f"{label}: {filled}" for label, filled in rows)
    size = f"0 0 {LABEL_WIDTH + BAR_WIDTH + 60} {ROW * len(rows)}"
    label = html.escape(words)
    return f'<svg class="bars" viewBox="{size}" role="img" aria-label="{label}">{"".join(drawn)}</svg>'
