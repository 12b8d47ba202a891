"""An export as the checklist compares it: every table, also those without a schema, as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from tcw.model.intake_report import IntakeReport
from tcw.model.schedule import Schedule

OWN, EXTRA = "own:", "x:"
"""What the columns of a table's frame begin with that hold cells as written: of a canonical column, and of
one no schema has."""


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One table of an export.

    `frame` has, of a table with a schema, the canonical columns typed (a span as `start` and `end`, local
    Datetime("us"), or `date` and `hours`), `own:COLUMN` (String) with the cell as written for each that a
    header stands for, and `x:HEADER` (String) for every other column; of any other table only `x:HEADER`.
    `layout` lists the system's own columns in their order: header, column of the frame. `compared` are the
    columns whose values matter.
    """

    name: str
    has_schema: bool
    frame: pl.DataFrame
    compared: tuple[str, ...]
    layout: tuple[tuple[str, str], ...]
    file: str
    sheet: str | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """Compared column -> its header in the system."""
        shown = {column.removeprefix(OWN): header for header, column in self.layout}
        return {column: shown.get(column, column.removeprefix(EXTRA)) for column in self.compared}


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of the source, or a sheet of one, as the manifest of a snapshot lists it."""

    file: str
    sheet: str | None
    table: str | None
    rows_read: int
    accepted: int
    rejected: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What a snapshot says of itself."""

    made_at: datetime
    tcw: str
    digest: str
    """SHA-256 of the manifest, in hex."""
    files: tuple[InputFile, ...]
    pseudonymised: bool = False
    key_check: str | None = None
    """Tells whether two pseudonymised exports were made with one key, and nothing about it."""
    retain_until: date | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """One side of a comparison. `hidden` are columns without values, for privacy: they are not compared."""

    name: str
    tables: Mapping[str, ExportTable]
    schedule: Schedule
    snapshot: SnapshotFacts | None = None
    hidden: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    settings: str = ""
    """The text of its tcw.yaml."""

    @property
    def intake(self) -> IntakeReport:
        """What became of its rows."""
        return self.schedule.intake
