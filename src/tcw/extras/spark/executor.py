"""Bookings read by the machines of a Spark cluster.

They sort the rows into accepted and rejected, count them, answer queries about them, and work through the
parts.
"""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Generic, TypeVar

import polars as pl

from tcw.extras.spark.cluster import Cluster, cluster
from tcw.extras.spark.partition import Block, Blocks, PartIndex, Partitioning, read_blocks, write_blocks
from tcw.intake.accept import Accepted, Sorted, accept, accept_some, accepted_together, with_cells
from tcw.intake.discover.parquet import damage_as_fault
from tcw.intake.load import Accepting, Loaded
from tcw.intake.pieces import Piece, cells_of, cut, pieces_of
from tcw.intake.typed import TypedSheet
from tcw.intake.values import Hints
from tcw.model.pieces import Everywhere, Pieces, Query
from tcw.model.schedule import Schedule
from tcw.parts.executor import PartJob, PeopleInParts, Progress
from tcw.parts.spill import scratch
from tcw.worktime.clock import Clock
from tcw.worktime.whole import Booked, booked, together

Task = TypeVar("Task")
Result = TypeVar("Result")
COUNTS_AT_ONCE = 2_000_000
"""Rows of counts held before they are added up."""
PARTITIONING = 0.2
"""The share of the time of a job that moving the bookings to their parts takes, about."""


@contextlib.contextmanager
def spark_executor(master: str, parent: Path | None) -> Iterator["SparkExecutor"]:
    """Yield an executor on a Spark cluster, and let go of the cluster afterwards.

    `master`: as `local[2]` or `spark://host:7077`. `parent`: where a folder is made that all machines share.
    Raises UsageFault: see `tcw.extras.spark.session.session`.
    """
    with scratch(parent) as folder, cluster(master, folder) as connected:
        yield SparkExecutor(connected)


class SparkExecutor:
    """The machines of a Spark cluster: see `tcw.parts.executor.Executor`."""

    distributed = True

    def __init__(self, cluster: Cluster) -> None:
        """Take a cluster that is connected."""
        self._cluster = cluster
        self._numbers = count()

    @property
    def folder(self) -> Path:
        """The folder that all machines share."""
        return self._cluster.folder

    @property
    def accepting(self) -> Accepting:
        """Sort the rows of bookings in Parquet on the cluster, all else here."""
        return self._accept

    def _accept(self, typed: TypedSheet, hints: Hints) -> Accepted:
        scan = typed.sheet.scan
        if typed.table != "bookings" or scan is None:
            return accept(typed, hints)
        pieces = self._cluster.each(f"accepted-{next(self._numbers)}", _Accept(typed, hints), cut(scan))
        return accepted_together(typed, hints, list(pieces))

    def schedule_of(self, loaded: Loaded) -> Schedule:
        """Return the schedule with its bookings in pieces that every machine can read."""
        schedule = loaded.schedule
        hints = Hints(zone=schedule.config.timezone)
        return replace(schedule, pieces=pieces_of(loaded.accepted, schedule.bookings, hints, self.folder))

    def count(self, schedule: Schedule, clock: Clock) -> Booked:
        """Count the bookings piece by piece."""
        waiting, rows = [booked(schedule.bookings.clear(), clock)], 0
        for counted in self._each_piece(_Count(_pieces(schedule), schedule.cancelled, clock)):
            waiting.append(counted)
            rows += counted.staff.height
            if rows > COUNTS_AT_ONCE:
                waiting, rows = [together(waiting)], 0
        return together(waiting)

    def ask(self, schedule: Schedule) -> Everywhere:
        """Ask the bookings piece by piece."""

        def answer(query: Query) -> pl.DataFrame:
            nothing = query(schedule.bookings.clear()).collect()
            answers = self._each_piece(_Ask(_pieces(schedule), schedule.cancelled, query))
            frame: pl.DataFrame = pl.concat([nothing, *answers])
            return frame

        return answer

    def each_part(
        self,
        name: str,
        job: PartJob[Task, Result],
        tasks: Iterable[Task],
        parts: PeopleInParts,
        progress: Progress | None = None,
    ) -> Iterator[Result]:
        """Move every booking to the part of its person; yield the job's results when all are done."""
        if not parts.number:
            return
        schedule, folder = parts.schedule, self.folder / f"{name}-blocks"
        folder.mkdir()
        cancelled = schedule.cancelled and not parts.cancelled
        moving = _Move(_pieces(schedule), cancelled, Partitioning.of(parts.people), parts.columns, folder)
        index = PartIndex(self._each_piece(moving, _step(progress, 0.0, PARTITIONING)))
        schema = pl.Schema(
            {
                column: dtype
                for column, dtype in schedule.bookings.collect_schema().items()
                if parts.columns is None or column in parts.columns
            }
        )
        given = ((task, index.blocks_of(part)) for part, task in enumerate(tasks))
        on_blocks = _OnBlocks(job, schema)
        yield from self._cluster.each(name, on_blocks, given, _step(progress, PARTITIONING, 1.0))

    def _each_piece(self, job: "_Ask | _Count | _Move", progress: Progress | None = None) -> Iterator[Any]:
        numbers = range(job.pieces.number)
        return self._cluster.each(f"asked-{next(self._numbers)}", job, numbers, progress)


def _pieces(schedule: Schedule) -> Pieces:
    assert schedule.pieces is not None
    return schedule.pieces


def _step(progress: Progress | None, begin: float, end: float) -> Progress | None:
    """Tell of the share done of one of several steps."""
    return None if progress is None else lambda done: progress(begin + done * (end - begin))


@dataclass(frozen=True, slots=True)
class _Accept:
    typed: TypedSheet
    hints: Hints

    def __call__(self, piece: Piece) -> Sorted:
        scan = self.typed.sheet.scan
        assert scan is not None
        with damage_as_fault(self.typed.sheet):
            return accept_some(with_cells(self.typed, cells_of(scan, piece)), self.hints)


def _active(pieces: Pieces, number: int, *, cancelled: bool) -> pl.LazyFrame:
    """Return the bookings of a piece without those cancelled, where some are."""
    bookings = pieces.frame(number)
    return bookings.filter(pl.col("status").ne_missing(pl.lit("cancelled"))) if cancelled else bookings


@dataclass(frozen=True, slots=True)
class _Ask:
    pieces: Pieces
    cancelled: bool
    query: Query

    def __call__(self, number: int) -> pl.DataFrame:
        bookings = _active(self.pieces, number, cancelled=self.cancelled)
        return self.query(bookings).collect(engine="streaming")


@dataclass(frozen=True, slots=True)
class _Count:
    pieces: Pieces
    cancelled: bool
    clock: Clock

    def __call__(self, number: int) -> Booked:
        return booked(_active(self.pieces, number, cancelled=self.cancelled), self.clock)


@dataclass(frozen=True, slots=True)
class _Move:
    pieces: Pieces
    cancelled: bool
    partitioning: Partitioning
    columns: frozenset[str] | None
    folder: Path

    def __call__(self, number: int) -> Blocks:
        bookings = _active(self.pieces, number, cancelled=self.cancelled)
        if self.columns is not None:
            bookings = bookings.select(name for name in bookings.collect_schema() if name in self.columns)
        rows = bookings.filter(pl.col("staff_id").is_not_null()).collect(engine="streaming")
        return write_blocks(rows, self.partitioning.part_of(rows["staff_id"]), self.folder)


@dataclass(frozen=True, slots=True)
class _OnBlocks(Generic[Task, Result]):
    """Does the job of a part with the bookings that were moved to it."""

    job: PartJob[Task, Result]
    schema: pl.Schema

    def __call__(self, given: tuple[Task, list[Block]]) -> Result:
        task, blocks = given
        return self.job(task, read_blocks(blocks, self.schema).lazy(), None)
