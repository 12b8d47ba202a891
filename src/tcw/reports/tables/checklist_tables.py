"""The checklist as tables: evidence, changed tables, findings, changes by table, what it is about."""

import hashlib

import polars as pl

from tcw.audit.changes import number_listed, written_cells
from tcw.audit.compare import TableChanges
from tcw.audit.run import AnsweredItem, Audit
from tcw.audit.same_rows import AFTER, BEFORE
from tcw.model.export import EXTRA, OWN, ExportTable
from tcw.privacy.masking import masked_frame
from tcw.reports.about import SHEET_ABOUT, About, about_items, items_table
from tcw.reports.tables.check_tables import FROM, MESSAGE, PHASE, SEVERITY, SUBJECT, TO
from tcw.reports.tables.checklist_words import COLUMNS, evidence_columns, heading, table_name, worded_problems
from tcw.reports.tables.columns import STAFF_ID, UNIT_ID
from tcw.reports.tables.finding_text import with_messages
from tcw.reports.tables.table import Column, Table
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Count

MOST_ROWS = 100_000
"""Rows of a changed table on its sheet; all of them are in the JSON."""
ARROW = " → "
TITLE_FINDINGS = Phrase("title.findings_before_after", "Findings before and after")
TITLE_CHANGES = Phrase("title.changes", "Changes by table")
CUT = Phrase(
    "checklist.cut",
    "The first {shown} of {count} changed rows; --format json, and --out changes.parquet, give all.",
)
ADDED = Column("added", Phrase("column.rows_added", "Added"), "count", summed=True)
REMOVED = Column("removed", Phrase("column.rows_removed", "Removed"), "count", summed=True)
CHANGED = Column("changed", Phrase("column.rows_changed", "Changed"), "count", summed=True)
CELLS = Column("cells", Phrase("column.cells_changed", "Cells"), "count", summed=True)
KEY_COLUMNS = Column("key_columns", Phrase("column.key_columns", "Rows told apart by"))
BEFORE_IS = Phrase("about.before", "Before")
AFTER_IS = Phrase("about.after", "After")
AS_OF = Phrase("about.as_of", "Day of the check")
SNAPSHOT = Phrase(
    "about.snapshot", "snapshot of {taken}, made by tcw {tcw}; SHA-256 of its manifest {digest}"
)
FILE = Phrase("about.file", "{rows:row|rows}{hash}")
ROWS = Phrase("about.rows", "{read} = {accepted} accepted + {rejected} rejected")
ROWS_READ = Phrase("about.rows_read", "Rows read")


def marker_of(name: str) -> str:
    """Return a marker for a sheet about something with any name."""
    return f"table_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def evidence_table(one: AnsweredItem, lang: Language, *, show_numbers: bool) -> Table:
    """Return an item's evidence; what is wrong first."""
    frame = worded_problems(one.answer.evidence, lang)
    if "problem" in frame.columns:
        frame = frame.sort(pl.col("problem").is_null(), maintain_order=True)
    columns = evidence_columns(frame)
    shown = frame if show_numbers else masked_frame(frame)
    title = heading(evidence_title(one, lang))
    return Table(f"evidence_{marker_of(one.item.code)}", title, columns, shown, note=one.answer.sentence)


def evidence_title(one: AnsweredItem, lang: Language) -> str:
    """Return the title of an item's evidence."""
    label = one.item.label.say(lang)
    return label if label == one.item.code else f"{one.item.code} {label}"


def changed_table(changes: TableChanges, lang: Language, *, show_numbers: bool) -> Table:
    """Return a table's changed rows in the system's own columns, changed cells as "before → after"."""
    now = changes.pair.after or changes.pair.before
    assert now is not None
    frame = _rows_as_written(changes, now).head(MOST_ROWS)
    columns = (
        COLUMNS["kind"],
        *(Column(f"c{place}", heading(header)) for place, (header, _) in enumerate(now.layout)),
    )
    note = None
    if changes.rows.height > MOST_ROWS:
        note = Message(CUT, {"shown": Count(MOST_ROWS), "count": Count(changes.rows.height)})
    shown = frame if show_numbers else masked_frame(frame)
    return Table(marker_of(changes.name), heading(changed_title(changes, lang)), columns, shown, note=note)


def changed_title(changes: TableChanges, lang: Language) -> str:
    """Return the title of a table's changes."""
    return table_name(changes.name, lang).capitalize() if changes.pair.has_schema else changes.name


def _rows_as_written(changes: TableChanges, now: ExportTable) -> pl.DataFrame:
    names = [f"c{place}" for place in range(len(now.layout))]
    parts = [pl.DataFrame(schema={"kind": pl.String, **dict.fromkeys(names, pl.String)})]
    back = _layout_of_before(changes, now)
    for kind, mark, table, columns in (
        (
            "changed",
            AFTER,
            changes.pair.after,
            {name: column for name, (_, column) in zip(names, now.layout, strict=True)},
        ),
        (
            "added",
            AFTER,
            changes.pair.after,
            {name: column for name, (_, column) in zip(names, now.layout, strict=True)},
        ),
        ("removed", BEFORE, changes.pair.before, back),
    ):
        rows = changes.of_kind(kind).head(MOST_ROWS)
        if table is None or rows.is_empty():
            continue
        cells = table.frame[rows[mark]].select(pl.col(column).alias(name) for name, column in columns.items())
        if kind == "changed":
            cells = _with_old_values(cells, rows, changes, now)
        parts.append(cells.with_columns(kind=pl.lit(kind)))
    gone = [("column_removed", name) for name in changes.columns_removed]
    gone += [("column_added", name) for name in changes.columns_added]
    if gone and names:
        told = [(kind, changes.header(name)) for kind, name in gone]
        parts.append(pl.DataFrame(told, schema={"kind": pl.String, names[0]: pl.String}, orient="row"))
    return pl.concat(parts, how="diagonal")


def _layout_of_before(changes: TableChanges, now: ExportTable) -> dict[str, str]:
    """Return the earlier side's columns, by the place the later side has them at."""
    if changes.pair.before is None:
        return {}
    pairs = {other: one for one, other in changes.pair.columns}
    have = set(changes.pair.before.frame.columns)
    found = {}
    for place, (_, column) in enumerate(now.layout):
        bare = column.removeprefix(OWN)
        mine = pairs.get(bare, bare)
        name = mine if mine.startswith(EXTRA) else f"{OWN}{mine}"
        if name in have:
            found[f"c{place}"] = name
    return found


def _with_old_values(
    cells: pl.DataFrame, rows: pl.DataFrame, changes: TableChanges, now: ExportTable
) -> pl.DataFrame:
    """Write "before → after" into the cells that changed."""
    place_of = {column.removeprefix(OWN): f"c{place}" for place, (_, column) in enumerate(now.layout)}
    to_after = dict(changes.pair.columns)
    marked = cells.with_columns(rows[AFTER])
    changed = written_cells(changes)
    for column in changed["column"].unique().sort():
        cell = place_of.get(to_after.get(column, column))
        if cell is None:
            continue
        told = changed.filter(pl.col("column") == column).select(
            AFTER,
            told=pl.concat_str(
                pl.col("before").fill_null("–"), pl.lit(ARROW), pl.col("after").fill_null("–")
            ),
        )
        marked = (
            marked.join(told.unique(AFTER), on=AFTER, how="left", maintain_order="left")
            .with_columns(pl.coalesce("told", cell).alias(cell))
            .drop("told")
        )
    return marked.drop(AFTER)


def findings_table(audit: Audit, lang: Language) -> Table:
    """Return the findings of both sides: new first, then remaining, then gone."""
    rank = pl.col("state").replace_strict({"new": 0, "remaining": 1, "gone": 2}, return_dtype=pl.Int8)
    frame = with_messages(audit.findings.findings, audit.findings.rules, lang).sort(rank, maintain_order=True)
    columns = (
        COLUMNS["state"],
        COLUMNS["code"],
        SEVERITY,
        PHASE,
        STAFF_ID,
        UNIT_ID,
        FROM,
        TO,
        MESSAGE,
        SUBJECT,
    )
    counts = audit.findings.counts()
    facts = {name: Count(number) for name, number in counts.items()}
    note = Message(
        FINDING_COUNTS, {"new": facts["new"], "remaining": facts["remaining"], "gone": facts["gone"]}
    )
    return Table("findings_before_after", TITLE_FINDINGS, columns, frame, note=note)


FINDING_COUNTS = Phrase("checklist.finding_counts", "Findings: {new} new, {remaining} remaining, {gone} gone")


def changes_table(audit: Audit, lang: Language) -> Table:
    """Return a row per compared table: how much of it changed, and how its rows are told apart."""
    rows = [
        (
            table_name(one.name, lang),
            one.of_kind("added").height,
            one.of_kind("removed").height,
            one.of_kind("changed").height,
            number_listed(one),
            ", ".join(one.header(left) for left, _ in one.key.columns) or "–",
        )
        for one in audit.changes.tables
    ]
    frame = pl.DataFrame(
        rows,
        schema={
            "table": pl.String,
            "added": pl.Int64,
            "removed": pl.Int64,
            "changed": pl.Int64,
            "cells": pl.Int64,
            "key_columns": pl.String,
        },
        orient="row",
    )
    columns = (Column("table", COLUMNS["table"].label), ADDED, REMOVED, CHANGED, CELLS, KEY_COLUMNS)
    return Table("changes_by_table", TITLE_CHANGES, columns, frame)


def about_table(audit: Audit, about: About, lang: Language) -> Table:
    """Return what made the workbook, from which sides, files and rows."""
    items = [*about_items(about, lang), (AS_OF.template(lang), audit.as_of.isoformat())]
    for phrase, side in ((BEFORE_IS, audit.before), (AFTER_IS, audit.after)):
        label = phrase.template(lang)
        items.append((label, side.name))
        facts = side.snapshot
        if facts is not None:
            taken = f"{facts.taken:%Y-%m-%d %H:%M}"
            items.append((label, SNAPSHOT.say(lang, taken=taken, tcw=facts.tcw, digest=facts.digest)))
        intake = side.intake
        rows = ROWS.say(
            lang,
            read=Count(intake.rows_read),
            accepted=Count(intake.accepted),
            rejected=Count(intake.rejected),
        )
        items.append((f"{label}: {ROWS_READ.template(lang)}", rows))
        hashes = {one.file: one.sha256 for one in (facts.files if facts else ())}
        hashes |= {
            one.file.split("/", 1)[1]: one.sha256
            for one in about.sources
            if one.file.startswith(f"{side.name}/")
        }
        for file in intake.files:
            name = f"{file.file} {file.sheet}" if file.sheet else file.file
            code = hashes.get(file.file)
            told = FILE.say(lang, rows=Count(file.rows_read), hash=f", SHA-256 {code}" if code else "")
            items.append((f"{label}: {name}", told))
    return items_table("about", SHEET_ABOUT, items)
