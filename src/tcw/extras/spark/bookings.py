"""Bookings read by the machines of a cluster: sorted into accepted and rejected, counted, asked, and moved to the parts of their people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeVar

import polars as pl

from tcw.extras.spark.cluster import Cluster, Told
from tcw.intake.accept import Accepted, Sorted, accept, accept_some, accepted_together, with_cells
from tcw.intake.discover.parquet import damage_as_fault
from tcw.intake.pieces import Piece, cells_of, cut
from tcw.intake.typed import TypedSheet
from tcw.intake.values import Hints
from tcw.model.pieces import Pieces, Query
from tcw.model.schedule import Schedule
from tcw.parts.blocks import Blocks, Placed, Placing, write_blocks
from tcw.worktime.clock import Clock
from tcw.worktime.whole import Booked, booked, together

Result = TypeVar("Result")
AT_ONCE = 2_000_000
"""Rows of counts held before they are added up."""


@dataclass(frozen=True, slots=True)
class Accepting:
    """Sorts the rows of sheets: bookings in Parquet on the cluster, all else here. See `tcw.intake.load.Accepting`."""

    cluster: Cluster
    numbers: Iterator[int] = field(default_factory=count)

    def __call__(self, typed: TypedSheet, hints: Hints) -> Accepted:
        """Return what became of the rows of a sheet."""
        scan = typed.sheet.scan
        if typed.table != "bookings" or scan is None:
            return accept(typed, hints)
        name = f"accepted-{next(self.numbers)}"
        pieces = list(self.cluster.each(name, _Accept(typed, hints), cut(scan)))
        return accepted_together(typed, hints, pieces)


@dataclass(frozen=True, slots=True)
class _Accept:
    typed: TypedSheet
    hints: Hints

    def __call__(self, piece: Piece) -> Sorted:
        scan = self.typed.sheet.scan
        assert scan is not None
        with damage_as_fault(self.typed.sheet):
            return accept_some(with_cells(self.typed, cells_of(scan, piece)), self.hints)


@dataclass(frozen=True, slots=True)
class Bookings:
    """The bookings of a schedule that are not cancelled, asked on a cluster."""

    cluster: Cluster
    schedule: Schedule
    numbers: Iterator[int] = field(default_factory=count)

    def ask(self, query: Query) -> pl.DataFrame:
        """Return the answers of all pieces under each other: see `tcw.model.pieces.Everywhere`."""
        nothing = query(self.schedule.bookings.clear()).collect()
        return pl.concat([nothing, *self._each(_Ask(self._pieces, self.schedule.cancelled, query))])

    def counted(self, clock: Clock, told: Told | None = None) -> Booked:
        """Return the bookings counted: see `tcw.worktime.whole.booked`."""
        done = booked(self.schedule.bookings.clear(), clock)
        waiting, rows = [done], 0
        for one in self._each(_Count(self._pieces, self.schedule.cancelled, clock), told):
            waiting.append(one)
            rows += one.staff.height
            if rows > AT_ONCE:
                waiting, rows = [together(waiting)], 0
        return together(waiting)

    def moved(
        self,
        placing: Placing,
        columns: frozenset[str] | None = None,
        told: Told | None = None,
        *,
        cancelled: bool = False,
    ) -> Placed:
        """Move every booking to the part of its person; return where the blocks of each part are.

        Args:
            placing: who is in which part.
            columns: those wanted; None: all.
            told: the share done.
            cancelled: those cancelled, too.
        """
        folder = self.cluster.folder / "blocks"
        folder.mkdir()
        job = _Move(self._pieces, self.schedule.cancelled and not cancelled, placing, columns, folder)
        return Placed(self._each(job, told))

    @property
    def _pieces(self) -> Pieces:
        assert self.schedule.pieces is not None
        return self.schedule.pieces

    def _each(self, job: "Callable[[int], Result]", told: Told | None = None) -> Iterator[Result]:
        return self.cluster.each(f"asked-{next(self.numbers)}", job, range(self._pieces.number), told)


def without_cancelled(bookings: pl.LazyFrame, *, cancelled: bool) -> pl.LazyFrame:
    """Return bookings without those cancelled, where some are."""
    return bookings.filter(pl.col("status").ne_missing(pl.lit("cancelled"))) if cancelled else bookings


@dataclass(frozen=True, slots=True)
class _Ask:
    pieces: Pieces
    cancelled: bool
    query: Query

    def __call__(self, place: int) -> pl.DataFrame:
        frame = without_cancelled(self.pieces.frame(place), cancelled=self.cancelled)
        return self.query(frame).collect(engine="streaming")


@dataclass(frozen=True, slots=True)
class _Count:
    pieces: Pieces
    cancelled: bool
    clock: Clock

    def __call__(self, place: int) -> Booked:
        return booked(without_cancelled(self.pieces.frame(place), cancelled=self.cancelled), self.clock)


@dataclass(frozen=True, slots=True)
class _Move:
    pieces: Pieces
    cancelled: bool
    placing: Placing
    columns: frozenset[str] | None
    folder: Path

    def __call__(self, place: int) -> Blocks:
        frame = without_cancelled(self.pieces.frame(place), cancelled=self.cancelled)
        if self.columns is not None:
            frame = frame.select(name for name in frame.collect_schema() if name in self.columns)
        rows = frame.filter(pl.col("staff_id").is_not_null()).collect(engine="streaming")
        return write_blocks(rows, self.placing.part_of(rows["staff_id"]), self.folder)
