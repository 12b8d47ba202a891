"""Rows that may not fit in memory, spilled to Parquet files in a scratch folder.

The folder is removed when the process ends.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

import polars as pl

ROWS_AT_ONCE: Final = 300_000
"""Rows handed out at a time, about."""
PREFIX = "tcw-parts-"
LOCK = "lock"
YOUNG = 3600
"""Seconds during which a folder without a lock may be one that another process is just making."""


class Order:
    """How rows are sorted: the same for some of them as for all."""

    def __init__(self, *by: pl.Expr | str, descending: list[bool] | bool = False) -> None:
        """Take what `pl.DataFrame.sort` takes; nulls come last."""
        self._by, self._descending = by, descending

    def sorted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows in order; rows alike in all keys stay as they were."""
        return frame.sort(*self._by, descending=self._descending, nulls_last=True, maintain_order=True)


class Spill:
    """Frames with one schema, in the order in which they were added.

    Without a folder they stay in memory. With one each is a Parquet file there, and they are never in memory
    together. A spill can be pickled: its files are then read wherever the folder is seen.
    """

    def __init__(self, schema: pl.Schema, folder: Path | None = None, name: str = "part") -> None:
        """Begin without rows; files are called after `name`."""
        self.schema = schema
        self.height = 0
        self.folder = folder
        self._name = name
        self.frames: list[pl.DataFrame | Path] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Add the rows of a frame. Raises OSError: the disk is full."""
        if frame.is_empty():
            return
        rows = frame.select(pl.col(name).cast(dtype) for name, dtype in self.schema.items())
        self.height += rows.height
        if self.folder is None:
            self.frames.append(rows)
            return
        # A name of its own: two tries of one task may write at once.
        path = self.folder / f"{self._name}-{uuid4().hex}.parquet"
        write(rows, path)
        self.frames.append(path)

    def extend(self, spill: "Spill") -> None:
        """Add the frames of another spill with the same schema; its files are not copied."""
        self.frames += spill.frames
        self.height += spill.height

    def rows(self) -> pl.LazyFrame:
        """Return all rows."""
        return pl.concat(map(_scanned, self.frames)) if self.frames else pl.LazyFrame(schema=self.schema)

    def each(self) -> Iterator[pl.DataFrame]:
        """Yield the frames one after another."""
        for frame in self.frames:
            yield _scanned(frame).collect()

    def most(self, rows: int, keep: pl.Expr, order: Order) -> pl.DataFrame:
        """Return the first `rows` rows by `order` of those to `keep`.

        Of files, no more than twice as many rows are ever in memory.
        """
        if all(isinstance(frame, pl.DataFrame) for frame in self.frames):
            return order.sorted(self.rows().filter(keep).collect()).head(rows)
        first = pl.DataFrame(schema=self.schema)
        for frame in self.frames:
            begin = order.sorted(_scanned(frame).filter(keep).collect()).head(rows)
            first = order.sorted(pl.concat([first, begin])).head(rows) if first.height else begin
        return first

    def ordered(
        self, groups: str | None, leading: pl.Expr, order: Order, *, rows: int = ROWS_AT_ONCE
    ) -> Iterator[pl.DataFrame]:
        """Yield all rows, about `rows` at a time, sorted by the column `groups`, if any, and then by `order`.

        `leading` is what `order` goes by first inside a group, rising; rows alike in it stay together.
        """
        if groups is None:
            yield from _slices(self.rows(), self.height, leading, order, rows)
            return
        sizes = self.rows().group_by(groups).len().sort(groups).collect(engine="streaming")
        for group, size in sizes.rows():
            members = self.rows().filter(pl.col(groups).eq_missing(pl.lit(group)))
            yield from _slices(members, size, leading, order, rows)


def _scanned(frame: pl.DataFrame | Path) -> pl.LazyFrame:
    if isinstance(frame, pl.DataFrame):
        return frame.lazy()
    return pl.scan_parquet(frame, glob=False, low_memory=True)


def _slices(
    members: pl.LazyFrame, size: int, leading: pl.Expr, order: Order, rows: int
) -> Iterator[pl.DataFrame]:
    if size <= rows:
        yield order.sorted(members.collect())
        return
    keys = members.select(key=leading).collect(engine="streaming")["key"].sort(nulls_last=True)
    bounds = keys.gather_every(rows)[1:].drop_nulls().unique(maintain_order=True)
    for low, high in zip([None, *bounds], [*bounds, None], strict=True):
        between = pl.lit(value=True) if low is None else (leading >= low) | leading.is_null()
        if high is not None:
            between &= leading < high
        piece = members.filter(between).collect()
        if piece.height:
            yield order.sorted(piece)


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write a file that is whole or not there: whoever writes it again after a crash writes the same."""
    unfinished = path.with_suffix(".unfinished")
    frame.write_parquet(unfinished, compression="lz4", statistics=False)
    unfinished.replace(path)


@contextlib.contextmanager
def scratch(parent: Path | None = None) -> Iterator[Path]:
    """Yield a new folder in `parent` (default: the system's temporary folder), and remove it afterwards.

    Only its owner can read it. Folders of processes that were killed are removed first. Raises OSError.
    """
    root = Path(parent or tempfile.gettempdir())
    for path in root.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if _abandoned(path):
                shutil.rmtree(path)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
    try:
        with (folder / LOCK).open("w") as lock:
            _locked(lock)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _abandoned(folder: Path) -> bool:
    """Tell whether no process uses a folder any more: the system lets go of a lock when its process ends."""
    lock = folder / LOCK
    if not lock.exists():
        return time.time() - folder.stat().st_mtime > YOUNG
    if os.name == "nt":
        # An open file cannot be removed there.
        lock.unlink()
        return True
    with lock.open("r+") as opened:
        return _locked(opened)


def _locked(lock: IO[str]) -> bool:
    """Take the lock of a file; return False when another process has it."""
    if os.name == "nt":
        return True
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
