"""A sample in a folder: whole, or not at all."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tcw.errors import UsageFault
from tcw.model.tables import REQUIRED, TABLES
from tcw.sample.files import WORKBOOK, FileFormat, every_file_name, open_files
from tcw.sample.generate import generate
from tcw.sample.plan import Plan
from tcw.sample.words import FILE_NAMES
from tcw.wording import Language, Phrase

NOT_EMPTY = Phrase(
    "sample-not-empty",
    "{folder} is not empty. Name a new folder, or give --force to replace an earlier sample in it (other files stay).",
)
NOT_A_FOLDER = Phrase("sample-not-a-folder", "{folder} is a file. Name a folder.")


@dataclass(frozen=True, slots=True)
class Written:
    """What a sample came to: rows by table, in the order of `tcw.model.tables.TABLES`."""

    folder: Path
    rows: dict[str, int]


def write_sample(
    plan: Plan,
    folder: Path,
    file_format: FileFormat = "csv",
    lang: Language = "sv",
    *,
    force: bool = False,
    on_week: Callable[[], object] = lambda: None,
) -> Written:
    """Write a sample into a folder, which is made when it is missing.

    Everything is written into a hidden folder beside it and moved into place when it is complete. With `force` the
    files of an earlier sample are replaced; files of other names are left alone. Tables without rows are not
    written, except those that are required. `on_week` is called as the work goes on, once a week and once before.

    Raises:
        UsageFault: the folder has files in it, or is a file, or a table does not fit an Excel sheet.
        OSError: the folder cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageFault(NOT_A_FOLDER, folder=folder)
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise UsageFault(NOT_EMPTY, folder=folder)
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        rows = _write(plan, building, file_format, lang, on_week)
        _move(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Written(folder, {table: rows[table] for table in TABLES if table in rows})


def _write(
    plan: Plan, folder: Path, file_format: FileFormat, lang: Language, on_week: Callable[[], object]
) -> dict[str, int]:
    files = open_files(folder, file_format, lang)
    rows: dict[str, int] = {}
    with contextlib.closing(files):
        for tables in generate(plan):
            for table, frame in tables.items():
                if frame.height or table in REQUIRED:
                    files.add(table, frame)
                    rows[table] = rows.get(table, 0) + frame.height
            on_week()
        files.finish()
    return rows


def _move(building: Path, folder: Path) -> None:
    """Move finished files into place, after those of an earlier sample are gone."""
    building.chmod(0o755)  # a made-up sample holds nobody's data
    if not folder.exists():
        building.rename(folder)
        return
    for name in (WORKBOOK, *(name for table in FILE_NAMES for name in every_file_name(table))):
        (folder / name).unlink(missing_ok=True)
    for file in sorted(building.iterdir()):
        file.replace(folder / file.name)
