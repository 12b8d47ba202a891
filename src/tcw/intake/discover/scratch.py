"""Texts while they are prepared: in memory while small, else in a file that is removed at the end."""

import tempfile
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults

HEAD = 2**20
"""Bytes that decide what a file is and what separates its cells."""
IN_MEMORY = 64 * 2**20
"""Bytes; a LazyFrame over more would hold too much memory for as long as it lives."""
Text = bytes | Path
"""The bytes of a text, or where they are."""


@cache
def _temporary() -> "tempfile.TemporaryDirectory[str]":
    # Windows refuses to remove a file that is still mapped; its own cleaning then removes the folder.
    return tempfile.TemporaryDirectory(prefix="tcw-", ignore_cleanup_errors=True)


def scratch_folder() -> Path:
    """Return a folder that is removed with all its files when the process ends. Raises OSError."""
    return Path(_temporary().name)


def scratch_path() -> Path:
    """Return the path of a new empty file that is removed when the process ends. Raises OSError."""
    with tempfile.NamedTemporaryFile(dir=scratch_folder(), suffix=".txt", delete=False) as file:
        return Path(file.name)


def keep(pieces: Iterable[bytes]) -> Text:
    """Return the pieces put together, in memory or in a file. Raises OSError."""
    memory = BytesIO()
    for piece in (source := iter(pieces)):
        memory.write(piece)
        if memory.tell() > IN_MEMORY:
            break
    else:
        return memory.getvalue()
    path = scratch_path()
    with path.open("wb") as file:
        file.write(memory.getbuffer())
        file.writelines(source)
    return path


def first_bytes(text: Text, file: str) -> bytes:
    """Return the first HEAD bytes of a text or file. Raises InputFault for an OSError."""
    if isinstance(text, bytes):
        return text[:HEAD]
    try:
        with text.open("rb") as stream:
            return stream.read(HEAD)
    except OSError as error:
        raise faults.os_fault(error, file) from error
    except ValueError as error:
        raise InputFault(faults.MISSING, file=file) from error
