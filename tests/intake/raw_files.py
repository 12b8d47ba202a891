"""Shortcuts to write a file and read it back raw."""

from pathlib import Path
from typing import Any

import polars as pl

from tcw.intake.discover.open_file import open_file
from tcw.intake.discover.raw import FileOptions, RawSheet

Row = tuple[Any, ...]


def opened(path: Path, **options: object) -> list[RawSheet]:
    return open_file(path, path.name, FileOptions(**options))  # type: ignore[arg-type]


def one_sheet(path: Path, content: bytes | str, **options: object) -> RawSheet:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (sheet,) = opened(path, **options)
    return sheet


def rows_of(sheet: RawSheet) -> list[Row]:
    """Row numbers and cells; a contract every reader keeps is checked on the way."""
    frame = sheet.cells.collect(engine="streaming")
    assert frame.columns == ["row", *[f"c{index}" for index in range(sheet.width)], "beyond"]
    assert frame["row"].dtype == pl.UInt32
    assert frame["beyond"].dtype == pl.Boolean
    assert all(len(row) == sheet.width for row in sheet.head)
    return frame.drop("beyond").rows()


def codes_of(sheet: RawSheet) -> list[str]:
    return [note.phrase.code for note in sheet.notes]
