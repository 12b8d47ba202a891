"""A scratch folder that is gone when the process is, however it ends: what a killed one leaves, the next one removes."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PREFIX = "tcw-parts-"
LOCK = "lock"
YOUNG = 3600
"""Seconds during which a folder without a lock may be one that is just being made."""


@contextlib.contextmanager
def scratch(place: Path | None = None) -> Iterator[Path]:
    """Yield a new folder inside `place` (default: the system's own for temporary files), and remove it afterwards.

    It can be read by its owner only. Folders there whose process is gone are removed first. Raises OSError.
    """
    root = Path(place or tempfile.gettempdir())
    _sweep(root)
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
    try:
        with (made / LOCK).open("w") as held:
            _lock(held)
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _sweep(root: Path) -> None:
    for found in root.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if _abandoned(found):
                shutil.rmtree(found, ignore_errors=True)


def _abandoned(folder: Path) -> bool:
    """Tell whether nobody holds a folder any more: the system lets go of a lock when its process ends."""
    lock = folder / LOCK
    if not lock.exists():
        return time.time() - folder.stat().st_mtime > YOUNG
    if os.name == "nt":
        # An open file cannot be removed there.
        lock.unlink()
        return True
    with lock.open("r+") as held:
        return _lock(held)


def _lock(held: IO[str]) -> bool:
    """Take the lock of a file; return False when another process has it."""
    if os.name == "nt":
        return True
    import fcntl

    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
