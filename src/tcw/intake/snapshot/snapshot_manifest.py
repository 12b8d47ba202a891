"""What a snapshot says of itself: its members with their SHA-256, its files, when it was taken, by which tcw."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

FORMAT: Literal["tcw-snapshot"] = "tcw-snapshot"
VERSION = 1
MANIFEST, MANIFEST_HASH, SETTINGS = "manifest.json", "manifest.sha256", "tcw.yaml"
SUFFIX = ".tcwsnap"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Member(_Part):
    """A file inside the snapshot."""

    name: str
    size: int
    sha256: str


class TableEntry(_Part):
    """A table: its member, and what `tcw.model.export.ExportTable` knows beside the frame."""

    member: Member
    name: str
    known: bool
    rows: int
    compared: list[str]
    layout: list[list[str]]
    file: str
    sheet: str | None = None


class FileEntry(_Part):
    """A file of the source, or a sheet of one."""

    file: str
    sheet: str | None
    table: str | None
    rows_read: int
    accepted: int
    rejected: int
    sha256: str | None


class Manifest(BaseModel):
    """The manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["tcw-snapshot"]
    version: int
    tcw: str
    taken: datetime
    source: str
    pseudonymised: bool = False
    key_check: str | None = None
    retain_until: date | None = None
    hidden: list[list[str]] = []
    files: list[FileEntry]
    tables: list[TableEntry]
    settings: Member | None = None

    def members(self) -> list[Member]:
        """Return every member but the manifest."""
        return [*([self.settings] if self.settings else []), *(table.member for table in self.tables)]
