"""Bookings cut by rows into pieces that can be read each by itself, on any machine that sees the files."""

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
"""About so many rows in a piece: few enough to be moved about in a few hundred megabytes."""
MOST: Final = 4_000
"""So many pieces of a scan are not exceeded: they are then larger. Every piece has something for nearly every part."""
FILES: Final = 16
"""At most so many files in a piece: opening one costs as much as reading some thousands of rows."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some rows of one file of a scan: see `tcw.intake.discover.raw.Scan.rows`."""

    file: int
    first: int
    number: int
    before: int


Piece = tuple[Span, ...]


def cut(scan: Scan, rows: int | None = None) -> list[Piece]:
    """Cut Parquet files into pieces of about so many rows (None: ROWS, or what leaves MOST pieces), small files together.

    A group of rows is decoded whole, so that a piece ends where one does, unless a group is larger than two pieces.
    """
    pieces: list[Piece] = []
    open_: list[Span] = []
    height = 0
    heights = _heights(scan)
    rows = rows or max(ROWS, sum(map(sum, heights)) // MOST)
    for span in _groups(heights, rows):
        files = span.file - open_[0].file + 1 if open_ else 0
        if open_ and (height + span.number > rows or files > FILES):
            pieces.append(tuple(open_))
            open_, height = [], 0
        last = open_[-1] if open_ else None
        if last is not None and last.file == span.file:
            open_[-1] = Span(last.file, last.first, last.number + span.number, last.before)
        else:
            open_.append(span)
        height += span.number
    return [*pieces, tuple(open_)] if open_ else pieces


def _heights(scan: Scan) -> list[list[int]]:
    """Return the rows of each group of each file."""
    from pyarrow import parquet

    found = [parquet.read_metadata(path) for path in scan.files]
    return [[one.row_group(group).num_rows for group in range(one.num_row_groups)] for one in found]


def _groups(heights: list[list[int]], rows: int) -> Iterator[Span]:
    before = 0
    for file, groups in enumerate(heights):
        first = 0
        for height in groups:
            step = height if height <= 2 * rows else rows
            for begin in range(0, height, max(step, 1)):
                yield Span(file, first + begin, min(step, height - begin), before)
            first += height
        before += first


def cells_of(scan: Scan, piece: Piece) -> pl.LazyFrame:
    """Return the cells of a piece, as `tcw.intake.discover.raw.RawSheet.cells` has them."""
    return pl.concat([scan.rows(span.file, span.first, span.number, span.before) for span in piece])


@dataclass(frozen=True, slots=True)
class BookingPieces:
    """The bookings of some sheets by piece, with the columns of all sheets."""

    items: tuple[Accepted | Path, ...]
    """Sheets of Parquet; files with the bookings of the others."""
    spans: tuple[tuple[int, Piece], ...]
    schema: pl.Schema
    hints: Hints

    def __call__(self, place: int) -> pl.LazyFrame:
        """Return a piece."""
        number, piece = self.spans[place]
        item = self.items[number]
        if isinstance(item, Path):
            frame = pl.scan_parquet(item, glob=False)
        else:
            assert item.typed.sheet.scan is not None
            frame = item.of(cells_of(item.typed.sheet.scan, piece), self.hints)
        there = frame.collect_schema()
        return frame.select(
            pl.col(name) if name in there else pl.lit(None, dtype=dtype).alias(name)
            for name, dtype in self.schema.items()
        )


def pieces_of(accepted: Sequence[Accepted], bookings: pl.LazyFrame, hints: Hints, folder: Path) -> Pieces:
    """Cut bookings into pieces.

    Args:
        accepted: all sheets, as `tcw.intake.load.Loaded` has them.
        bookings: the schedule's.
        hints: of which the zone matters.
        folder: where the bookings of sheets that are no Parquet are written.

    Raises OSError: the disk is full.
    """
    items: list[Accepted | Path] = []
    spans: list[tuple[int, Piece]] = []
    for item in accepted:
        if item.typed.table != "bookings":
            continue
        scan = item.typed.sheet.scan
        if scan is not None:
            spans += [(len(items), piece) for piece in cut(scan)]
            items.append(_light(item))
            continue
        path = folder / f"bookings-{len(items):04}.parquet"
        item.frame.drop("row").collect().write_parquet(path)
        spans.append((len(items), ()))
        items.append(path)
    return Pieces(len(spans), BookingPieces(tuple(items), tuple(spans), bookings.collect_schema(), hints))


def _light(item: Accepted) -> Accepted:
    """Return a sheet without its rejected rows, which may be many, for sending it about."""
    return replace(item, rejects=item.rejects.clear())
