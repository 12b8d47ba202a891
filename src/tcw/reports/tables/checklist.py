"""The checklist as tables, and its words: statuses, evidence, changed tables, findings, what it is about."""

import hashlib
from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.audit.changes import number_listed, written_cells
from tcw.audit.compare import TableChanges
from tcw.audit.item import PROBLEMS, SEPARATOR, Kind, Status
from tcw.audit.restore import ACTIONS
from tcw.audit.run import AnsweredItem, Audit
from tcw.audit.same_rows import AFTER, BEFORE
from tcw.model.export import EXTRA, OWN, ExportTable
from tcw.model.tables import TABLE_NAMES, called
from tcw.privacy.masking import masked, masked_frame
from tcw.reports.about import ROWS, ROWS_READ, SHEET_ABOUT, About, about_items, items_table
from tcw.reports.tables.check import FROM, MESSAGE, PHASE, SEVERITY, SUBJECT, TO
from tcw.reports.tables.check import STATES as FINDING_STATES
from tcw.reports.tables.columns import ACTIVITY_ID, STAFF_ID, UNIT_ID, WEEK, YES_NO
from tcw.reports.tables.finding_text import with_messages
from tcw.reports.tables.table import Column, Table
from tcw.reports.tables.table import Kind as ColumnKind
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Count

STATUS_WORDS: Final[dict[Status, Phrase]] = {
    "fail": Phrase("status.fail", "to do"),
    "manual": Phrase("status.manual", "to decide"),
    "not_judged": Phrase("status.not_judged", "not judged"),
    "pass": Phrase("status.pass", "in order"),
}
KIND_WORDS: Final[dict[Kind, Phrase]] = {
    "automatic": Phrase("kind.automatic", "automatic"),
    "semi": Phrase("kind.semi", "prepared"),
    "manual": Phrase("kind.manual", "by hand"),
}
CHANGE_WORDS: Final[dict[str, Phrase]] = {
    "added": Phrase("change.added", "added"),
    "removed": Phrase("change.removed", "removed"),
    "changed": Phrase("change.changed", "changed"),
    "column_added": Phrase("change.column_added", "column added"),
    "column_removed": Phrase("change.column_removed", "column removed"),
}
SIDE_WORDS = {"before": Phrase("side.before", "before"), "after": Phrase("side.after", "after")}
WHAT_WORDS = {
    "activity": Phrase("what.activity", "activity"),
    "availability": Phrase("what.availability", "kind of availability"),
    "time_bank": Phrase("what.time_bank", "acute time, balance"),
}
STATES = FINDING_STATES | {"gone": Phrase("word.gone", "gone")}


@dataclass(frozen=True, slots=True)
class Heading(Phrase):
    """A heading that is a name of the user's: the same in both languages."""

    def template(self, lang: Language) -> str:
        """Return it, with its braces as they are."""
        del lang
        return self.english


def heading(text: str) -> Heading:
    """Return a heading that is no word of ours."""
    return Heading("", text)


def table_name(name: str, lang: Language) -> str:
    """Return what people call a table: one of ours in the language, another by its own name."""
    said = called(name)
    return said if isinstance(said, str) else said.say(lang)


COLUMNS: Final[dict[str, Column]] = {
    "staff_id": STAFF_ID,
    "unit_id": UNIT_ID,
    "activity_id": ACTIVITY_ID,
    "week": WEEK,
    "side": Column("side", Phrase("column.side", "Side"), words=SIDE_WORDS),
    "source": Column("source", Phrase("column.source", "Source")),
    "taken": Column("taken", Phrase("column.taken", "Taken")),
    "digest": Column("digest", Phrase("column.digest", "SHA-256 of the manifest"), "id"),
    "hours_before": Column(
        "hours_before", Phrase("column.hours_before", "Hours before"), "hours", summed=True
    ),
    "hours_after": Column("hours_after", Phrase("column.hours_after", "Hours after"), "hours", summed=True),
    "name": Column("name", Phrase("column.item_name", "Name")),
    "valid_from": Column("valid_from", Phrase("column.valid_from", "From"), "date"),
    "valid_to": Column("valid_to", Phrase("column.valid_to", "To"), "date"),
    "hours": Column("hours", Phrase("column.hours", "Hours"), "hours", summed=True),
    "hours_from": Column(
        "hours_from",
        Phrase("column.hours_from", "Hours from the day of the check, or after its end"),
        "hours",
    ),
    "people": Column("people", Phrase("column.people_linked", "People linked"), "count"),
    "orders": Column("orders", Phrase("column.orders", "Orders"), "count", summed=True),
    "bookings": Column("bookings", Phrase("column.bookings", "Bookings"), "count", summed=True),
    "open_orders": Column(
        "open_orders", Phrase("column.open_orders", "Orders to come"), "count", summed=True
    ),
    "competence_id": Column("competence_id", Phrase("column.competence", "Competence"), "id"),
    "agreement_id": Column("agreement_id", Phrase("column.agreement", "Agreement"), "id"),
    "decision": Column("decision", Phrase("column.decision", "Decision")),
    "decision_to": Column("decision_to", Phrase("column.decision_to", "Decision holds to"), "date"),
    "reason": Column("reason", Phrase("column.order_reason", "Order reason")),
    "table": Column("table", Phrase("column.table_name", "Table"), words=TABLE_NAMES),
    "key": Column("key", Phrase("column.key", "Row")),
    "kind": Column("kind", Phrase("column.change", "Change"), words=CHANGE_WORDS),
    "header": Column("header", Phrase("column.header", "Column")),
    "before": Column("before", Phrase("column.value_before", "Before")),
    "after": Column("after", Phrase("column.value_after", "After")),
    "held_by": Column("held_by", Phrase("column.held_by", "Held by")),
    "place": Column("place", Phrase("column.place", "Where"), "id"),
    "last": Column("last", Phrase("column.last_booked", "Last booked there"), "date"),
    "what": Column("what", Phrase("column.what", "What"), words=WHAT_WORDS),
    "about": Column("about", Phrase("column.about", "Which")),
    "balance": Column("balance", Phrase("column.balance", "Balance (h)"), "hours"),
    "code": Column("code", Phrase("column.rule", "Rule"), "id"),
    "from": Column("from", Phrase("column.from", "From"), "moment"),
    "to": Column("to", Phrase("column.to", "To"), "moment"),
    "measured": Column("measured", Phrase("column.measured", "Measured"), "hours"),
    "limit": Column("limit", Phrase("column.limit", "Limit"), "hours"),
    "unit": Column("unit", Phrase("column.unit_of_measure", "In")),
    "state": Column("state", Phrase("column.state", "State"), words=STATES),
    "subject": Column("subject", Phrase("column.subject", "About")),
    "pseudonymised": Column("pseudonymised", Phrase("column.pseudonymised", "Pseudonymised"), words=YES_NO),
    "retain_until": Column("retain_until", Phrase("column.retain_until", "May be kept until"), "date"),
    "problem": Column("problem", Phrase("column.problem", "What is wrong")),
}
"""Columns of evidence, by their key."""


def text_shown(text: str, *, show_numbers: bool) -> str:
    """Return a text as it may be shown: personal numbers masked unless they were asked for."""
    return text if show_numbers else masked(text)


def frame_shown(frame: pl.DataFrame, *, show_numbers: bool) -> pl.DataFrame:
    """Return rows as they may be shown, as `text_shown` does."""
    return frame if show_numbers else masked_frame(frame)


def evidence_columns(frame: pl.DataFrame) -> tuple[Column, ...]:
    """Return a column for each of an evidence frame.

    What is wrong stands first, a system's own columns by their headers.
    """
    names = sorted(frame.columns, key=lambda name: name != "problem")
    return tuple(
        COLUMNS.get(name) or Column(name, heading(name.removeprefix(EXTRA)), _kind(frame.schema[name]))
        for name in names
    )


def _kind(dtype: pl.DataType) -> ColumnKind:
    return (
        "date"
        if dtype == pl.Date
        else "hours"
        if dtype.is_float()
        else "count"
        if dtype.is_integer()
        else "text"
    )


def worded_problems(frame: pl.DataFrame, lang: Language) -> pl.DataFrame:
    """Put the codes of what is wrong in words."""
    if "problem" not in frame.columns:
        return frame
    words = {code: phrase.template(lang) for code, phrase in PROBLEMS.items()}
    several = pl.col("problem").str.split(SEPARATOR)
    return frame.with_columns(problem=several.list.eval(pl.element().replace(words)).list.join(", "))


def action_words(lang: Language) -> dict[str, str]:
    """Return what is to be done with a row of the restore plan."""
    return {code: phrase.template(lang) for code, phrase in ACTIONS.items()}


MOST_ROWS = 100_000
"""Rows of a changed table on its sheet; all of them are in the JSON."""
ARROW = " → "
TITLE_FINDINGS = Phrase("title.findings_before_after", "Findings before and after")
TITLE_AUDIT = Phrase("title.audit", "Before and after a change")
SIDES = Phrase("checklist.sides", "{before} compared with {after}, as of {as_of}")
STALE_ITEMS = Phrase("checklist.stale", "Signed, and the evidence has changed since")
NOTES = Phrase("checklist.notes", "To know")
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


def marker_of(name: str) -> str:
    """Return a marker for a sheet about something with any name."""
    return f"table_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def evidence_table(answered: AnsweredItem, lang: Language, *, show_numbers: bool) -> Table:
    """Return an item's evidence; what is wrong first."""
    frame = worded_problems(answered.answer.evidence, lang)
    if "problem" in frame.columns:
        frame = frame.sort(pl.col("problem").is_null(), maintain_order=True)
    columns = evidence_columns(frame)
    shown = frame_shown(frame, show_numbers=show_numbers)
    title = heading(evidence_title(answered, lang))
    return Table(
        f"evidence_{marker_of(answered.item.code)}", title, columns, shown, note=answered.answer.sentence
    )


def evidence_title(answered: AnsweredItem, lang: Language) -> str:
    """Return the title of an item's evidence."""
    label = answered.item.label.say(lang)
    return label if label == answered.item.code else f"{answered.item.code} {label}"


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
    shown = frame_shown(frame, show_numbers=show_numbers)
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
        values = changed.filter(pl.col("column") == column).select(
            AFTER,
            old_and_new=pl.concat_str(
                pl.col("before").fill_null("–"), pl.lit(ARROW), pl.col("after").fill_null("–")
            ),
        )
        marked = (
            marked.join(values.unique(AFTER), on=AFTER, how="left", maintain_order="left")
            .with_columns(pl.coalesce("old_and_new", cell).alias(cell))
            .drop("old_and_new")
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
            taken = f"{facts.made_at:%Y-%m-%d %H:%M}"
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
