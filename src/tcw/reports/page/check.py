"""The findings as one self-contained page: counts, the worst on a time line, all of them to search."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import polars as pl

from tcw.model.intake_report import IntakeReport
from tcw.model.severity import SEVERITIES
from tcw.reports.about import About
from tcw.reports.page.parts import (
    DATA,
    SEARCH,
    files_html,
    filled_page,
    made_by_text,
    notes_html,
    part,
    table_html,
    write_html,
)
from tcw.reports.tables.check import (
    CLEAN,
    FAILED,
    NOT_COUNTED,
    TITLE_CHECK,
    TITLE_FINDINGS,
    TITLE_NOT_JUDGED,
    TITLE_RULES,
    TITLE_UNITS,
    WORST_FINDINGS,
    CheckReport,
    findings_table,
    findings_with_days,
    not_judged_table,
    number,
    period_of,
    phase_text,
    rules_table,
    summary_text,
    totals,
    units_table,
    who_and_where,
)
from tcw.reports.tables.day_lines import LEGEND, MINUTES, DayLine, period_text
from tcw.reports.tables.table import Table
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

ONLY_FIRST = Phrase(
    "check.only_first",
    "The {shown} worst of {count}; the workbook (--out) and --format csv have all of them.",
)
DRAWN, LISTED = 40, 2000
LABEL_WIDTH, DAY_WIDTH, ROW, HEAD = 66, 672, 20, 16
"""The drawing's measures, in its own units: 28 to the hour."""


def write_check_page(
    path: Path, report: CheckReport, intake: IntakeReport, about: About, lang: Language
) -> None:
    """Write the page whole or not at all. Raises what `deliver.delivered` raises."""
    write_html(path, page(report, intake, about, lang))


def page(report: CheckReport, intake: IntakeReport, about: About, lang: Language) -> str:
    """Return the page."""
    counted = totals(report)
    result = report.result
    worst = report.worst(DRAWN, counting=True)
    listed = findings_table(replace(report, most=LISTED))
    note = ""
    if number(report) > LISTED:
        note = ONLY_FIRST.say(lang, shown=Count(LISTED), count=Count(number(report)))
    shown = {"shown": Count(worst.height), "count": Count(number(report, counting=True))}
    texts = {
        "lang": lang,
        "title": f"{TITLE_CHECK.template(lang)} {result.first:%Y-%m-%d} – {result.after:%Y-%m-%d}",
        "heading": TITLE_CHECK.template(lang),
        "summary": summary_text(counted, lang),
        "period": period_of(report).say(lang),
        "excused": NOT_COUNTED.say(lang, count=Count(counted["excused"])) if counted["excused"] else "",
        "rules_title": TITLE_RULES.template(lang),
        "units_title": TITLE_UNITS.template(lang),
        "worst_title": WORST_FINDINGS.say(lang, **shown) if worst.height else CLEAN.template(lang),
        "all_title": TITLE_FINDINGS.template(lang),
        "all_note": note,
        "search": SEARCH.template(lang),
        "not_judged_title": TITLE_NOT_JUDGED.template(lang),
        "data_title": DATA.template(lang),
        "footer": made_by_text(about, lang),
    }
    parts = {
        "failures": _failures(report, lang),
        "rules_table": _table(rules_table(report), lang),
        "units_table": _table(units_table(report), lang),
        "legend": _legend(lang) if worst.height else "",
        "worst": _worst(report, worst, lang),
        "all_table": _table(listed, lang, "all"),
        "not_judged_table": _table(not_judged_table(report), lang),
        "files_table": files_html(intake, lang),
        "notes": notes_html(intake, report.result.notes, lang),
    }
    style = part("page.css") + part("check.css")
    return filled_page("check.html", texts, parts, style, part("check.js"))


def _table(table: Table, lang: Language, name: str = "") -> str:
    return table_html(table, table.columns, lang, name) if table.frame.height else "<p>–</p>"


def _failures(report: CheckReport, lang: Language) -> str:
    lines = [FAILED.say(lang, code=one.code, kind=one.kind) for one in report.result.failures]
    return "".join(f'<p class="card red">{html.escape(line)}</p>' for line in lines)


def _legend(lang: Language) -> str:
    return "".join(
        f'<span><i class="{name}"></i>{html.escape(phrase.template(lang))}</span>'
        for name, phrase in LEGEND.items()
    )


def _worst(report: CheckReport, worst: pl.DataFrame, lang: Language) -> str:
    parts = []
    for finding, days in findings_with_days(report, worst):
        who, where = who_and_where(finding)
        heads = (who, where, period_text(finding["from"], finding["to"]), phase_text(finding, lang))
        head = " · ".join(html.escape(text) for text in heads if text)
        severity = str(finding["severity"])
        tag = severity if severity in SEVERITIES else ""
        label = html.escape(f"{finding['code']} {report.labels[finding['code']].template(lang)}")
        parts.append(
            f'<article class="finding"><h3><span class="tag {tag}">{label}</span>{head}</h3>'
            f"<p>{html.escape(str(finding['message']))}</p>{drawn(days, lang) if days else ''}</article>"
        )
    return "".join(parts)


def drawn(lines: list[DayLine], lang: Language) -> str:
    """Return a person's days as SVG, a row per day."""
    scale = DAY_WIDTH / MINUTES
    height = HEAD + ROW * len(lines)
    ticks = "".join(
        f'<text x="{x:.0f}" y="11" text-anchor="middle">{hour}</text>'
        f'<line class="tick" x1="{x:.0f}" x2="{x:.0f}" y1="{HEAD}" y2="{height}"/>'
        for hour in range(0, 25, 6)
        for x in (LABEL_WIDTH + hour * 60 * scale,)
    )
    rows = []
    for place, line in enumerate(lines):
        top = HEAD + place * ROW
        rows.append(f'<text x="0" y="{top + 14}">{html.escape(line.label(lang))}</text>')
        rows.append(
            f'<rect class="base" x="{LABEL_WIDTH}" y="{top + 3}" width="{DAY_WIDTH}" height="14" rx="2"/>'
        )
        rows += [
            f'<rect class="{kind}" x="{LABEL_WIDTH + low * scale:.1f}" y="{top + 3}" '
            f'width="{(high - low) * scale:.1f}" height="14" rx="2"/>'
            for kind, (low, high) in line.spans
        ]
        if line.about is not None:
            low, high = line.about
            rows.append(
                f'<rect class="about" x="{LABEL_WIDTH + low * scale:.1f}" y="{top + 2}" '
                f'width="{(high - low) * scale:.1f}" height="16" rx="2"/>'
            )
    words = "; ".join(
        f"{line.label(lang)}: " + (", ".join(_clock(span) for _, span in line.spans) or "–") for line in lines
    )
    return (
        f'<svg class="days" viewBox="0 0 {LABEL_WIDTH + DAY_WIDTH + 8} {height}" role="img" '
        f'aria-label="{html.escape(words)}">'
        f"{ticks}{''.join(rows)}</svg>"
    )


def _clock(span: tuple[float, float]) -> str:
    low, high = (f"{int(minute) // 60:02d}:{int(minute) % 60:02d}" for minute in span)
    return f"{low}–{high}"
