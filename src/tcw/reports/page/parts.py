"""What every self-contained page is put together from.

Templates, its policy, plain HTML tables, what became of the rows.

Tables are plain HTML, for readers without scripts, for search and for print. Everything from the data is
escaped; a content security policy lets nothing run or load but the page's own.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from string import Template

import polars as pl

from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.deliver import delivered
from tcw.reports.tables.intake import finding_text, places_read
from tcw.reports.tables.table import Column, Table
from tcw.reports.tables.texts import text_frame
from tcw.wording import Language, Message, Phrase

SEARCH = Phrase("page.search", "Search")
DATA = Phrase("page.data", "The data behind the figures")
MADE = Phrase("page.made", "Made by tcw {version} on {created}.")
MADE_BY = Phrase("page.made_by", "Made by tcw {version}.")


def write_html(path: Path, text: str) -> None:
    """Write a page whole or not at all. Raises what `deliver.delivered` raises."""
    with delivered(path, ".html", ".htm") as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def filled_page(
    template: str, texts: Mapping[str, str], parts: Mapping[str, str], style: str, script: str = ""
) -> str:
    """Return a template of this folder with its places filled.

    Args:
        template: the file's name.
        texts: plain text, to be escaped.
        parts: HTML.
        style: of the page; the policy lets no other in.
        script: of the page; without one, none may run.
    """
    scripts = f" script-src '{digest(script)}';" if script else ""
    policy = f"default-src 'none'; style-src '{digest(style)}';{scripts} base-uri 'none'; form-action 'none'"
    places = {name: html.escape(text) for name, text in texts.items()}
    places |= {"policy": policy, "style": style, "script": script, **parts}
    return Template(part(template)).substitute(places)


def made_by_text(about: About, lang: Language) -> str:
    """Return what made the page, and when where that is to be noted."""
    if about.created is None:
        return MADE_BY.say(lang, version=about.version)
    return MADE.say(lang, version=about.version, created=about.created)


def json_in_html(facts: object) -> str:
    """Return JSON that may stand in a script element: nothing in it can end the element or begin another."""
    text = json.dumps(facts, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def part(name: str) -> str:
    """Return a file of the folder page/: a template, a style, a script."""
    return resources.files("tcw.reports.page").joinpath(name).read_text("utf-8")


def digest(text: str) -> str:
    """Return what a content security policy calls a script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def files_html(intake: IntakeReport, lang: Language) -> str:
    """Return what became of the rows of every file."""
    files = places_read(intake)
    return f'<div class="scroll files">{table_html(files, files.columns, lang)}</div>'


def notes_html(intake: IntakeReport, notes: Iterable[Message], lang: Language) -> str:
    """Return the findings about the data with their costs, then the notes."""
    sentences = [f"{finding.code}: {finding_text(finding, lang)}" for finding in intake.findings]
    sentences += [note.say(lang) for note in notes]
    items = "".join(f"<li>{html.escape(text)}</li>" for text in sentences)
    return f"<ul>{items}</ul>" if items else ""


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
