"""The checklist for programs: as JSON, and its changes as rows for CSV and Parquet."""

from collections.abc import Collection
from functools import partial
from typing import BinaryIO

import polars as pl

from tcw.audit.changes import all_listed, listed
from tcw.audit.run import Audit
from tcw.privacy.masking import masked_frame
from tcw.reports.data.json_object import json_object
from tcw.reports.tables.checklist import text_shown
from tcw.wording import Language


def write_checklist_json(
    out: BinaryIO, audit: Audit, lang: Language, *, stale: Collection[str] = (), show_numbers: bool = False
) -> None:
    """Write items, changes, findings, sources, `as_of` and notes as one object, as UTF-8.

    An item has `id`, `status` (pass, fail, manual, not_judged), `evidence_rows`, `text` (the question),
    `answer`, `name`, `kind` and `signed_before_change` (its evidence changed after somebody signed it).
    A change has `table`, `key`, `column`, `kind` (added, removed, changed, column_added, column_removed),
    `before`, `after` and `header`, the column's own.
    """
    shown = partial(text_shown, show_numbers=show_numbers)
    items = [
        {
            "id": one.item.code,
            "status": one.answer.status,
            "evidence_rows": one.answer.evidence.height,
            "text": one.item.question.say(lang),
            "answer": shown(one.answer.sentence.say(lang)),
            "name": one.item.name,
            "kind": one.item.kind,
            "signed_before_change": one.item.code in stale,
        }
        for one in audit.items
    ]
    sources = {
        name: {
            "name": side.name,
            "snapshot": side.snapshot.digest if side.snapshot else None,
            "rows_read": side.intake.rows_read,
            "rejected": side.intake.rejected,
        }
        for name, side in (("before", audit.before), ("after", audit.after))
    }
    with json_object(out) as written:
        written.member("items", items, indent=0)
        written.rows("changes", [changes_rows(audit, show_numbers=show_numbers)])
        written.member("findings", audit.findings.counts())
        written.member("sources", sources)
        written.member("as_of", audit.as_of.isoformat())
        written.member("notes", [shown(note.say(lang)) for note in audit.notes])


def changes_rows(audit: Audit, *, show_numbers: bool = False) -> pl.DataFrame:
    """Return all changes (`tcw.audit.changes.CHANGES_SCHEMA`) as they may be shown."""
    if show_numbers:
        return all_listed(audit.changes)
    parts = [all_listed(audit.changes).clear()]
    for table in audit.changes.changed:
        rows = listed(table)
        hidden = masked_frame(rows)
        # A key of a canonical table is an id. Ids of people are codes by now, and those of things are no
        # personal numbers.
        parts.append(hidden.with_columns(rows["key"]) if table.pair.has_schema else hidden)
    return pl.concat(parts)
