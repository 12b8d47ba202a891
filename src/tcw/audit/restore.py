"""The restore plan: every change that has to be undone, as rows in the system's own columns."""

from collections.abc import Iterator
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
ACTION_SCHEMA = pl.Schema({"action": pl.String(), "until": pl.Date(), "changed": pl.List(pl.String())})
"""`until`: the row's own last day; `changed`: the cells to change back, by their columns in the frame."""


@dataclass(frozen=True, slots=True)
class RestoreBlock:
    """What has to be undone in one table.

    `rows`: ACTION_SCHEMA, then `c0`, `c1` … (String), one for each of `headers`: what the system shall hold;
    of a row to remove, what it holds. `action` is a code of ACTIONS.
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
    layout = changes.pair.latest.layout
    schema = pl.Schema({**ACTION_SCHEMA, **{f"c{place}": pl.String() for place in range(len(layout))}})
    parts = [pl.DataFrame(schema=schema), *_rows(changes, as_of), *_columns(changes)]
    rows = pl.concat(
        [part.select(name for name in schema if name in part.columns) for part in parts], how="diagonal"
    )
    return RestoreBlock(changes.name, tuple(header for header, _ in layout), rows)


def _rows(changes: TableChanges, as_of: date) -> Iterator[pl.DataFrame]:
    """Yield the rows to remove, to put back and to change back."""
    layout = [column for _, column in changes.pair.latest.layout]
    before, after = changes.pair.before, changes.pair.after
    if after is not None:
        added = _cells(changes, "added", after, {f"c{place}": name for place, name in enumerate(layout)})
        ended = pl.when(pl.col("until") < as_of).then(pl.lit("ended")).otherwise(pl.lit("remove"))
        yield added.with_columns(action=ended)
    if before is not None:
        columns = _earlier_columns(changes, layout, before)
        removed = _cells(changes, "removed", before, columns).with_columns(action=pl.lit("put_back"))
        # Nobody misses what would have ended by now anyway.
        yield removed.filter((pl.col("until") >= as_of).fill_null(value=True))
        changed = _cells(changes, "changed", before, columns).with_columns(action=pl.lit("change_back"))
        cells = _changed_cells(changes, layout)
        yield changed.join(cells, on=BEFORE, how="left", maintain_order="left")


def _columns(changes: TableChanges) -> Iterator[pl.DataFrame]:
    """Yield the columns to put back and to remove, each in a row of its own."""
    for action, columns in (
        ("put_back_column", changes.columns_removed),
        ("remove_column", changes.columns_added),
    ):
        headers = pl.Series("c0", [changes.header(column) for column in columns], dtype=pl.String)
        yield headers.to_frame().with_columns(action=pl.lit(action))


def _cells(changes: TableChanges, kind: str, table: ExportTable, columns: dict[str, str]) -> pl.DataFrame:
    """Return the rows of a kind: the row numbers, the cells by `columns`, and `until`.

    Register extracts are left out: they are facts, not settings.
    """
    mark = AFTER if kind == "added" else BEFORE
    numbers = changes.of_kind(kind)[mark]
    rows = table.frame[numbers]
    cells = rows.select(
        numbers.alias(mark),
        *(pl.col(column).alias(name) for name, column in columns.items()),
        until=end_of(table),
    )
    if table.name != "competences" or "kind" not in rows.columns:
        return cells
    return cells.filter(rows.select(pl.col("kind").ne_missing(pl.lit("register"))).to_series())


def _earlier_columns(changes: TableChanges, layout: list[str], before: ExportTable) -> dict[str, str]:
    """Return the earlier side's column for each column of the later layout."""
    earlier = {new: old for old, new in changes.pair.columns}
    in_layout = {column for _, column in before.layout}
    columns: dict[str, str] = {}
    for place, column in enumerate(layout):
        canonical = column.removeprefix(OWN)
        old = earlier.get(canonical, canonical)
        name = old if old.startswith(EXTRA) else f"{OWN}{old}"
        if name in in_layout:
            columns[f"c{place}"] = name
    return columns


def _changed_cells(changes: TableChanges, layout: list[str]) -> pl.DataFrame:
    """Return `before_` and `changed`: which cells of each row are to be changed back."""
    place_of = {column.removeprefix(OWN): f"c{place}" for place, column in enumerate(layout)}
    cell_of = {old: place_of[new] for old, new in changes.pair.columns if new in place_of}
    return (
        written_cells(changes)
        .with_columns(cell=pl.col("column").replace_strict(cell_of, default=None, return_dtype=pl.String))
        .group_by(BEFORE)
        .agg(changed=pl.col("cell").drop_nulls())
    )
