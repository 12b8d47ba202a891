"""What became of every row of every file."""

from dataclasses import dataclass, field

import polars as pl

from tcw.model.severity import Severity
from tcw.wording import Message

REJECTS_SCHEMA = pl.Schema(
    {
        "file": pl.String,
        "sheet": pl.String,
        "row": pl.UInt32,
        "table": pl.String,
        "column": pl.String,  # the header as the file has it
        "value": pl.String,
        "reason": pl.String,  # code IN…
    }
)


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file or sheet: what it was taken for, and its rows. `rows_read == accepted + rejected`, always."""

    file: str
    sheet: str | None
    table: str | None  # canonical table, None when not recognised
    rows_read: int
    accepted: int
    rejected: int
    size: int
    columns: dict[str, str] = field(default_factory=dict)  # canonical column -> header in the file
    unused: tuple[str, ...] = ()  # headers nothing was made of
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something doubtful in the data, told with what it costs the result."""

    code: str  # IN…
    severity: Severity
    message: Message
    rows: int  # rows it concerns
    hours: float | None = None  # hours it costs the result; None when not known
    setting: str | None = None  # the setting of tcw.yaml that answers it, if any does
    files: tuple[str, ...] = ()  # the files it is about, as FileReport names them


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """All files, all rejected rows (see REJECTS_SCHEMA), all findings of one load."""

    files: tuple[FileReport, ...]
    rejects: pl.DataFrame
    findings: tuple[Doubt, ...] = ()

    @property
    def rows_read(self) -> int:
        """Rows read over all files."""
        return sum(file.rows_read for file in self.files)

    @property
    def accepted(self) -> int:
        """Rows accepted over all files."""
        return sum(file.accepted for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows rejected over all files."""
        return sum(file.rejected for file in self.files)
