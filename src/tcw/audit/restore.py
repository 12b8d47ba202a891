"""The restore plan: every change that has to be undone, as rows in the system's own columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tcw.audit.changes import Changes, written_cells
from tcw.audit.compare import TableChanges
from tcw.audit.same_rows import AFTER, BEFORE
from tcw.audit.settings_tables import end_of, named_like
from tcw.model.config import Checklist
from tcw.model.export import EXTRA, OWN, ExportTable
from tcw.model.tables import REJECTED_END
from tcw.wording import Phrase

ACTIONS = {
    "remove": Phrase("restore.remove", "remove, or end"),
    "ended": Phrase("restore.ended", "has ended: remove when convenient"),
    "put_back": Phrase("restore.put_back", "put back"),
    "change_back": Phrase("restore.change_back", "change back"),
    "remove_column": Phrase("restore.remove_column", "column added: empty or remove it"),
    "put_back_column": Phrase("restore.put_back_column", "column gone: put it back"),
}


@dataclass(frozen=True, slots=True)
class RestoreBlock:
    """What has to be undone in one table.

    `rows`: `action` (a code of ACTIONS), `until` (Date: the row's own last day), `changed` (List(String): columns of this frame to change
    back), then `c0`, `c1` … (String), one per header of `headers`, holding what the system shall hold; of a row to remove, what it holds.
    """

    table: str
    headers: tuple[str, ...]
    rows: pl.DataFrame


def restore_plan(changes: Changes, settings: Checklist, as_of: date) -> list[RestoreBlock]:
    """Return a block for every table with changes that are not meant to last (`checklist: lasting`)."""
    blocks = [
        _block(table, as_of)
        for table in changes.changed
        if not any(named_like(table.name, name) for name in settings.lasting)
        and not table.name.endswith(REJECTED_END)
    ]
    return [block for block in blocks if block.rows.height]


def _block(changes: TableChanges, as_of: date) -> RestoreBlock:
    now = changes.pair.after or changes.pair.before
    assert now is not None
    layout = now.layout
    names = [f"c{place}" for place in range(len(layout))]
    empty = pl.DataFrame(
        schema={
            "action": pl.String,
            "until": pl.Date,
            "changed": pl.List(pl.String),
            **dict.fromkeys(names, pl.String),
        }
    )
    found = [empty]
    before, after = changes.pair.before, changes.pair.after
    if after is not None:
        added = _sound(changes.of_kind("added"), after, AFTER)
        rows = _cells(after, added[AFTER], dict(zip(names, (column for _, column in layout), strict=True)))
        until = _ends(after, added[AFTER])
        ended = pl.when(pl.col("until") < as_of).then(pl.lit("ended")).otherwise(pl.lit("remove"))
        found.append(rows.with_columns(until=until).with_columns(action=ended))
    if before is not None:
        places = _places(changes, layout, before)
        removed = _sound(changes.of_kind("removed"), before, BEFORE)
        until = _ends(before, removed[BEFORE])
        back = _cells(before, removed[BEFORE], places).with_columns(until=until, action=pl.lit("put_back"))
        # What would have ended by now anyway is not missed.
        found.append(back.filter((pl.col("until") >= as_of).fill_null(value=True)))
        changed = _sound(changes.of_kind("changed"), before, BEFORE)
        marks = _marks(changes, changed, layout, names)
        until = _ends(before, changed[BEFORE])
        rows = _cells(before, changed[BEFORE], places)
        found.append(rows.with_columns(marks, until=until, action=pl.lit("change_back")))
    for action, columns in (
        ("put_back_column", changes.columns_removed),
        ("remove_column", changes.columns_added),
    ):
        headers = [changes.header(column) for column in columns]
        found.append(
            pl.DataFrame(
                {"action": [action] * len(headers), "c0": headers},
                schema={"action": pl.String, "c0": pl.String},
            )
        )
    both = pl.concat(
        [one.select(name for name in empty.columns if name in one.columns) for one in found], how="diagonal"
    )
    return RestoreBlock(changes.name, tuple(header for header, _ in layout), both)


def _sound(rows: pl.DataFrame, table: ExportTable, mark: str) -> pl.DataFrame:
    """Leave register extracts out: they are facts, not settings."""
    if table.name != "competences" or "kind" not in table.frame.columns or rows.is_empty():
        return rows
    kinds = table.frame["kind"][rows[mark]]
    return rows.filter(kinds.ne_missing(pl.Series(["register"])))


def _places(changes: TableChanges, layout: Sequence[tuple[str, str]], before: ExportTable) -> dict[str, str]:
    """Return the earlier side's column for each of the later layout's."""
    pairs = {other: one for one, other in changes.pair.columns}
    have = {column for _, column in before.layout}
    found: dict[str, str] = {}
    for number, (_, column) in enumerate(layout):
        bare = column.removeprefix(OWN)
        mine = pairs.get(bare, bare)
        name = mine if mine.startswith(EXTRA) else f"{OWN}{mine}"
        if name in have:
            found[f"c{number}"] = name
    return found


def _cells(table: ExportTable, places: pl.Series, columns: dict[str, str]) -> pl.DataFrame:
    return table.frame[places].select(pl.col(column).alias(name) for name, column in columns.items())


def _ends(table: ExportTable, places: pl.Series) -> pl.Series:
    """Return the last day each row holds."""
    return table.frame[places].with_columns(until=end_of(table))["until"]


def _marks(
    changes: TableChanges, rows: pl.DataFrame, layout: Sequence[tuple[str, str]], names: Sequence[str]
) -> pl.Series:
    """Return which cells of each row are to be changed back."""
    to_after = dict(changes.pair.columns)
    cell_of = {column.removeprefix(OWN): name for (_, column), name in zip(layout, names, strict=True)}
    known = {one: cell_of[other] for one, other in to_after.items() if other in cell_of}
    marks = (
        written_cells(changes)
        .with_columns(cell=pl.col("column").replace_strict(known, default=None, return_dtype=pl.String))
        .group_by(BEFORE)
        .agg(changed=pl.col("cell").drop_nulls())
    )
    joined = rows.join(marks, on=BEFORE, how="left", maintain_order="left")
    return joined["changed"]
