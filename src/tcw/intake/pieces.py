"""Bookings cut by rows into pieces. Each can be read by itself, on any machine that sees the files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from tcw.intake.accept import Accepted
from tcw.intake.discover.raw import Scan
from tcw.intake.values import Hints
from tcw.model.pieces import Pieces

ROWS: Final = 1_000_000
"""Rows in a piece, about: few enough to be sent between machines in a few hundred megabytes."""
MOST: Final = 4_000
"""Pieces of a scan at most: larger scans have larger pieces. Nearly every part needs rows of every piece."""
FILES: Final = 16
"""Files in a piece at most: opening a file costs as much as reading some thousands of rows."""


@dataclass(frozen=True, slots=True)
class RowRange:
    """Some rows of one file of a scan, as `tcw.intake.discover.raw.Scan.rows` takes them."""

    file: int
    first: int
    number: int
    before: int


Piece = tuple[RowRange, ...]


def cut(scan: Scan, rows: int | None = None) -> list[Piece]:
    """Cut Parquet files into pieces of about so many rows. Small files share a piece.

    `rows`: None for ROWS, or for so many that MOST pieces are enough. A row group is decoded as a whole, so a
    piece ends where one ends, unless the group is larger than two pieces.
    """
    pieces: list[Piece] = []
    current: list[RowRange] = []
    height = 0
    heights = _heights(scan)
    rows = rows or max(ROWS, sum(map(sum, heights)) // MOST)
    for part in _groups(heights, rows):
        files = part.file - current[0].file + 1 if current else 0
        if current and (height + part.number > rows or files > FILES):
            pieces.append(tuple(current))
            current, height = [], 0
        last = current[-1] if current else None
        if last is not None and last.file == part.file:
            current[-1] = RowRange(last.file, last.first, last.number + part.number, last.before)
        else:
            current.append(part)
        height += part.number
    return [*pieces, tuple(current)] if current else pieces


def _heights(scan: Scan) -> list[list[int]]:
    """Return the number of rows of each row group of each file."""
    from pyarrow import parquet

    files = [parquet.read_metadata(path) for path in scan.files]
    return [[file.row_group(group).num_rows for group in range(file.num_row_groups)] for file in files]


def _groups(heights: list[list[int]], rows: int) -> Iterator[RowRange]:
    before = 0
    for file, groups in enumerate(heights):
        first = 0
        for height in groups:
            step = height if height <= 2 * rows else rows
            for begin in range(0, height, max(step, 1)):
                yield RowRange(file, first + begin, min(step, height - begin), before)
            first += height
        before += first


def cells_of(scan: Scan, piece: Piece) -> pl.LazyFrame:
    """Return the cells of a piece, as `tcw.intake.discover.raw.RawSheet.cells` has them."""
    return pl.concat([scan.rows(part.file, part.first, part.number, part.before) for part in piece])


@dataclass(frozen=True, slots=True)
class BookingPieces:
    """The bookings of all sheets by piece. Every piece has the columns of all sheets."""

    items: tuple[Accepted | Path, ...]
    """Parquet sheets, and for each other sheet the file with its bookings."""
    ranges: tuple[tuple[int, Piece], ...]
    """For each piece the index of its item, and the rows of that item."""
    schema: pl.Schema
    hints: Hints

    def __call__(self, index: int) -> pl.LazyFrame:
        """Return a piece."""
        number, piece = self.ranges[index]
        item = self.items[number]
        if isinstance(item, Path):
            frame = pl.scan_parquet(item, glob=False)
        else:
            assert item.typed.sheet.scan is not None
            frame = item.of(cells_of(item.typed.sheet.scan, piece), self.hints)
        present = frame.collect_schema()
        return frame.select(
            pl.col(name) if name in present else pl.lit(None, dtype=dtype).alias(name)
            for name, dtype in self.schema.items()
        )


def pieces_of(accepted: Sequence[Accepted], bookings: pl.LazyFrame, hints: Hints, folder: Path) -> Pieces:
    """Cut bookings into pieces.

    Args:
        accepted: all sheets, as in `tcw.intake.load.Loaded`.
        bookings: those of the schedule.
        hints: only the zone matters.
        folder: for the bookings of sheets that are no Parquet.

    Raises OSError: the disk is full.
    """
    items: list[Accepted | Path] = []
    ranges: list[tuple[int, Piece]] = []
    for item in accepted:
        if item.typed.table != "bookings":
            continue
        scan = item.typed.sheet.scan
        if scan is not None:
            ranges += [(len(items), piece) for piece in cut(scan)]
            items.append(_light(item))
            continue
        path = folder / f"bookings-{len(items):04}.parquet"
        item.frame.drop("row").collect().write_parquet(path)
        ranges.append((len(items), ()))
        items.append(path)
    return Pieces(len(ranges), BookingPieces(tuple(items), tuple(ranges), bookings.collect_schema(), hints))


def _light(item: Accepted) -> Accepted:
    """Return a sheet without its rejected rows, which may be many, so that it is small to send."""
    return replace(item, rejects=item.rejects.clear())
