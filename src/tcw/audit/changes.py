"""Every table of two exports compared."""

from dataclasses import dataclass, field

import polars as pl

from tcw.audit.compare import TableChanges, compare
from tcw.audit.keys import key_alone, key_of
from tcw.audit.lost_zeros import lost_zeros
from tcw.audit.moved import CELL, as_told
from tcw.audit.pairing import paired
from tcw.audit.same_rows import AFTER, BEFORE
from tcw.intake.load import aliases_of
from tcw.model.config import Config
from tcw.model.export import EXTRA, Export, ExportTable
from tcw.wording import Message

CHANGES_SCHEMA = pl.Schema(
    {
        "table": pl.String(),
        "key": pl.String(),
        "column": pl.String(),
        "kind": pl.String(),
        "before": pl.String(),
        "after": pl.String(),
        "header": pl.String(),
    }
)
"""`kind`: added, removed (rows), changed (a cell), column_added, column_removed. `header` is what the system calls the column."""

_LISTED = pl.Schema({**CHANGES_SCHEMA, CELL: pl.String(), BEFORE: pl.UInt32(), AFTER: pl.UInt32()})


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of every table, those with a schema first; `notes` say what was decided on the way."""

    tables: tuple[TableChanges, ...]
    notes: tuple[Message, ...] = field(default=())

    @property
    def changed(self) -> tuple[TableChanges, ...]:
        """The tables with any change."""
        return tuple(table for table in self.tables if table.number)

    def of(self, name: str) -> TableChanges | None:
        """Return the changes of a table."""
        return next((table for table in self.tables if table.name == name), None)


def changes_of(before: Export, after: Export, config: Config) -> Changes:
    """Compare two exports; `config` is the later one's."""
    found: list[TableChanges] = []
    for pair in paired(before, after, aliases_of(config), config.checklist.renamed):
        one_sided = pair.before is None or pair.after is None
        key = key_alone(pair) if one_sided else key_of(pair, config.checklist.keys)
        found.append(compare(pair, key))
    zeros = lost_zeros(found, before.name, after.name)
    return Changes(tuple(found), (*zeros, *(note for table in found for note in table.notes)))


def listed(changes: TableChanges) -> pl.DataFrame:
    """Return a table's changes one by one (CHANGES_SCHEMA): rows, then cells, then columns; a row moved to another day is one change."""
    return as_told(every_cell(changes), changes).select(*CHANGES_SCHEMA)


def every_cell(changes: TableChanges) -> pl.DataFrame:
    """Return a table's changes cell by cell: CHANGES_SCHEMA, the rows' places (`before_`, `after_`), and the column's own name (`cell_`)."""
    rows = changes.rows.filter(pl.col("kind") != "changed")
    sides = [pl.DataFrame(schema=_LISTED)]
    for kind, mark, table, side in (
        ("removed", BEFORE, changes.pair.before, "before"),
        ("added", AFTER, changes.pair.after, "after"),
    ):
        some = rows.filter(pl.col("kind") == kind)
        if table is not None and some.height:
            sides.append(_full(some.with_columns(told(table, some[mark]).alias(side)), changes))
    cells = changes.cells.with_columns(
        kind=pl.lit("changed"),
        header=pl.col("column").replace(
            {name: changes.header(name) for name in changes.cells["column"].unique()}
        ),
    ).with_columns(pl.col("column").alias(CELL))
    sides.append(_full(cells, changes))
    for kind, names in (("column_removed", changes.columns_removed), ("column_added", changes.columns_added)):
        frame = pl.DataFrame({"column": names}, schema={"column": pl.String}).with_columns(
            header=pl.Series([changes.header(name) for name in names], dtype=pl.String), kind=pl.lit(kind)
        )
        sides.append(_full(frame, changes))
    return pl.concat(sides).with_columns(pl.col("column").str.strip_prefix(EXTRA))


def _full(frame: pl.DataFrame, changes: TableChanges) -> pl.DataFrame:
    return frame.select(
        pl.lit(changes.name).alias(name)
        if name == "table"
        else pl.col(name).cast(dtype)
        if name in frame.columns
        else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in _LISTED.items()
    )


def told(table: ExportTable, places: pl.Series) -> pl.Series:
    """Return whole rows as one text each: header: cell, header: cell."""
    part = table.frame[places]
    cells = [
        pl.when(pl.col(column).is_not_null()).then(pl.lit(f"{header}: ") + pl.col(column))
        for header, column in table.layout
    ]
    if not cells:
        return pl.Series([None] * places.len(), dtype=pl.String)
    return part.select(pl.concat_str(cells, separator=", ", ignore_nulls=True)).to_series()


def all_listed(changes: Changes) -> pl.DataFrame:
    """Return all changes one by one (CHANGES_SCHEMA)."""
    return pl.concat([pl.DataFrame(schema=CHANGES_SCHEMA), *(listed(table) for table in changes.changed)])
