"""Frames of one kind piled up: in memory, or a Parquet file each in a scratch folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

AT_ONCE: Final = 300_000
"""Rows handed out at a time, about."""


class Pile:
    """Frames with one schema. With a folder they are files, and never in memory together."""

    def __init__(self, schema: pl.Schema, folder: Path | None = None, name: str = "part") -> None:
        """Begin an empty pile."""
        self.schema = schema
        self.height = 0
        self._folder, self._name = folder, name
        self._frames: list[pl.LazyFrame] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Put a frame on top. Raises OSError: the disk is full."""
        if frame.is_empty():
            return
        rows = frame.select(pl.col(name).cast(dtype) for name, dtype in self.schema.items())
        if self._folder is None:
            self._frames.append(rows.lazy())
            self.height += rows.height
            return
        path = self._folder / f"{self._name}-{len(self._frames):06}.parquet"
        write(rows, path)
        self.add_file(path, rows.height)

    def add_file(self, path: Path, height: int) -> None:
        """Put a file that is already there on top."""
        if height:
            self._frames.append(pl.scan_parquet(path, glob=False, low_memory=True))
            self.height += height

    def rows(self) -> pl.LazyFrame:
        """Return all rows, in the order they came in."""
        return pl.concat(self._frames) if self._frames else pl.LazyFrame(schema=self.schema)

    def each(self) -> Iterator[pl.DataFrame]:
        """Yield the frames in the order they came in."""
        for frame in self._frames:
            yield frame.collect()

    def most(self, rows: int, keep: pl.Expr, order: "Order") -> pl.DataFrame:
        """Return the first `rows` rows by `order` of those to `keep`; no more than twice as many are ever in memory."""
        found = pl.DataFrame(schema=self.schema)
        for frame in self._frames:
            mine = order.sorted(frame.filter(keep).collect()).head(rows)
            found = order.sorted(pl.concat([found, mine])).head(rows) if found.height else mine
        return found

    def ordered(
        self, groups: str | None, within: pl.Expr, order: "Order", *, rows: int = AT_ONCE
    ) -> Iterator[pl.DataFrame]:
        """Yield all rows by `groups`, a column, if any, and there by `order`, about so many at a time.

        `within` is what `order` goes by first inside a group, rising; rows alike in it stay together.
        """
        if groups is None:
            yield from _slices(self.rows(), self.height, within, order, rows)
            return
        sizes = self.rows().group_by(groups).len().sort(groups).collect(engine="streaming")
        for group, size in sizes.rows():
            mine = self.rows().filter(pl.col(groups).eq_missing(pl.lit(group)))
            yield from _slices(mine, size, within, order, rows)


def _slices(
    mine: pl.LazyFrame, size: int, within: pl.Expr, order: "Order", rows: int
) -> Iterator[pl.DataFrame]:
    if size <= rows:
        yield order.sorted(mine.collect())
        return
    keys = mine.select(key=within).collect(engine="streaming")["key"].sort(nulls_last=True)
    marks = keys.gather_every(rows)[1:].drop_nulls().unique(maintain_order=True)
    for low, high in zip([None, *marks], [*marks, None], strict=True):
        here = pl.lit(value=True) if low is None else (within >= low) | within.is_null()
        if high is not None:
            here &= within < high
        piece = mine.filter(here).collect()
        if piece.height:
            yield order.sorted(piece)


class Order:
    """How rows are sorted: the same for some of them as for all."""

    def __init__(self, *by: pl.Expr | str, descending: list[bool] | bool = False) -> None:
        """Take what `pl.DataFrame.sort` takes; nulls come last."""
        self._by, self._descending = by, descending

    def sorted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows in order; rows alike in all keys stay as they were."""
        return frame.sort(*self._by, descending=self._descending, nulls_last=True, maintain_order=True)


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write a file that is whole or not there: whoever writes it again after a crash writes the same."""
    unfinished = path.with_suffix(".unfinished")
    frame.write_parquet(unfinished, compression="lz4", statistics=False)
    unfinished.replace(path)
