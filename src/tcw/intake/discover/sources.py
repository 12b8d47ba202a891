"""Which files of a source tcw reads, and why it ignores the others."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.wording import Message, Phrase

CONFIG_NAME = "tcw.yaml"
TEXT = frozenset({".csv", ".tsv", ".txt", ".tab", ".asc", ".skv", ".dat", ".prn"})
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
MARKUP = frozenset({".xml", ".pax", ".paxml", ".htm", ".html"})
DATA = TEXT | WORKBOOKS | MARKUP | {".parquet", ".pq"}

EMPTY_FOLDER = Phrase("source-empty-folder", "{folder}: is an empty folder; put the exported files in it.")
NO_DATA = Phrase(
    "source-no-data",
    "{folder}: holds no file that could be data (csv, txt, xlsx, xls, ods, parquet, xml); other files passed "
    "over: {count}.",
)
HIDDEN = Phrase("ignored-hidden", "a hidden file")
LOCK_FILE = Phrase("ignored-lock-file", "Excel's mark of an open workbook")
SETTINGS = Phrase("ignored-settings", "the settings, not data")
NO_DATA_NAME = Phrase(
    "ignored-extension", "not named as data; name the file in tcw.yaml under files if it is"
)
SUBFOLDER = Phrase("ignored-subfolder", "a subfolder; only folders of Parquet files are read")
NO_REGULAR_FILE = Phrase("ignored-special", "neither a file nor a folder")


class SourceFile(NamedTuple):
    """A file to read, or a folder of Parquet files that is one data set."""

    path: Path
    name: str
    """As the user names it: relative to the source."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file or folder in the source that is not read."""

    name: str
    reason: Message


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a source holds."""

    files: tuple[SourceFile, ...]
    """In the order of their names; at least one."""
    ignored: tuple[Ignored, ...] = ()
    single: bool = False
    """The source is one file."""
    config: Path | None = None
    """The source's own tcw.yaml."""


def discover(source: Path, configured: frozenset[str] = frozenset()) -> Discovery:
    """List the files of a source: the files directly in a folder, or the one file that the source is.

    `configured` are names to read whatever their extension. Raises InputFault: the source is missing, may not
    be read, is empty or holds nothing that could be data.
    """
    try:
        with faults.os_faults(str(source)):
            if source.is_dir():
                return _folder(source, configured)
            source.stat()
    except ValueError as error:
        # The path has a NUL character.
        raise InputFault(faults.MISSING, file=printable(str(source))) from error
    if not source.is_file():
        raise InputFault(faults.NO_FILE, file=str(source))
    return Discovery((SourceFile(source, printable(source.name)),), single=True)


def printable(name: str) -> str:
    """Return a file name in composed form (macOS stores å as a and a ring), without unprintable bytes."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))


def _folder(source: Path, configured: frozenset[str]) -> Discovery:
    entries = sorted(source.iterdir(), key=lambda entry: printable(entry.name))
    if not entries:
        raise InputFault(EMPTY_FOLDER, folder=str(source))
    reasons = [(SourceFile(entry, printable(entry.name)), _reason(entry, configured)) for entry in entries]
    files = tuple(file for file, reason in reasons if reason is None)
    ignored = tuple(Ignored(file.name, Message(reason)) for file, reason in reasons if reason is not None)
    if not files:
        raise InputFault(NO_DATA, folder=str(source), count=len(ignored))
    config = source / CONFIG_NAME
    return Discovery(files, ignored, config=config if config.is_file() else None)


def _reason(entry: Path, configured: frozenset[str]) -> Phrase | None:
    """Return why an entry of a folder is not read; None where it is read."""
    name = printable(entry.name)
    if name == CONFIG_NAME:
        reason: Phrase | None = SETTINGS
    elif name.startswith(("~$", ".~lock.")):
        reason = LOCK_FILE
    elif name.startswith("."):
        reason = HIDDEN
    elif entry.is_dir():
        reason = None if _is_data_set(entry) else SUBFOLDER
    elif not entry.is_file() and not entry.is_symlink():
        reason = NO_REGULAR_FILE
    else:
        # A broken link with the name of a data file becomes a fault when it is opened.
        reason = None if name in configured or entry.suffix.lower() in DATA else NO_DATA_NAME
    return reason


def _is_data_set(folder: Path) -> bool:
    """Say whether a folder holds Parquet files, and else only marks of the program that wrote them."""
    try:
        parts = [entry for entry in folder.iterdir() if not entry.name.startswith((".", "_"))]
    except OSError:
        return False
    return bool(parts) and all(part.suffix.lower() == ".parquet" and part.is_file() for part in parts)
