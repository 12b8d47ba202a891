"""Executors work through the parts of the people: this process, or other machines (`tcw.extras.spark`).

Commands and engines know the protocol only; the command line chooses who it is.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import polars as pl

from tcw.model.pieces import Everywhere, at_once
from tcw.model.schedule import Schedule
from tcw.parts.spill import scratch
from tcw.worktime.clock import Clock
from tcw.worktime.whole import Booked, booked

if TYPE_CHECKING:
    from tcw.intake.load import Accepting, Loaded

Task = TypeVar("Task")
Result = TypeVar("Result")
Progress = Callable[[float], None]
"""Told the share done, from 0 to 1."""
PartJob = Callable[[Task, pl.LazyFrame, Progress | None], Result]
"""Works through one part: takes its task, all bookings of its people, and a function to tell progress to."""


@dataclass(frozen=True, slots=True)
class PeopleInParts:
    """Whose bookings each part gets.

    `people`: `staff_id`, `part` (UInt32, below `number`). `columns`: those of bookings that the job reads;
    None: all.
    `cancelled`: whether it reads cancelled bookings, too.
    """

    schedule: Schedule
    people: pl.DataFrame
    number: int
    columns: frozenset[str] | None = None
    cancelled: bool = False


class Executor(Protocol):
    """Reads bookings and works through parts."""

    @property
    def distributed(self) -> bool:
        """Whether other machines do the work: tasks and results are then sent about."""

    @property
    def folder(self) -> Path:
        """A scratch folder that all who work see, removed at the end. Raises OSError."""

    @property
    def accepting(self) -> "Accepting":
        """What sorts the rows of sheets into accepted and rejected, for `tcw.intake.load.load`."""

    def schedule_of(self, loaded: "Loaded") -> Schedule:
        """Return the schedule that was loaded, as this executor reads it."""

    def count(self, schedule: Schedule, clock: Clock) -> Booked:
        """Return the bookings counted that are not cancelled: see `tcw.worktime.whole.booked`."""

    def ask(self, schedule: Schedule) -> Everywhere:
        """Return how to ask the bookings that are not cancelled."""

    def each_part(
        self,
        name: str,
        job: PartJob[Task, Result],
        tasks: Iterable[Task],
        parts: PeopleInParts,
        progress: Progress | None = None,
    ) -> Iterator[Result]:
        """Yield what the job makes of each part, in their order; `tasks` has one for each."""


class LocalExecutor:
    """This process: parts one after another, bookings read where they are."""

    distributed = False

    def __init__(self, parent: Path | None = None) -> None:
        """Take where to make the scratch folder when it is needed; None: the system's temporary folder."""
        self._parent, self._stack = parent, contextlib.ExitStack()
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        """Begin; nothing is made yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the scratch folder."""
        self._stack.close()

    @property
    def folder(self) -> Path:
        """A scratch folder, made when it is asked for first. Raises OSError."""
        if self._folder is None:
            self._folder = self._stack.enter_context(scratch(self._parent))
        return self._folder

    @property
    def accepting(self) -> "Accepting":
        """See `tcw.intake.accept.accept`."""
        from tcw.intake.accept import accept

        return accept

    def schedule_of(self, loaded: "Loaded") -> Schedule:
        """Return the schedule as it was loaded."""
        return loaded.schedule

    def count(self, schedule: Schedule, clock: Clock) -> Booked:
        """Count the bookings in one go."""
        return booked(schedule.active, clock)

    def ask(self, schedule: Schedule) -> Everywhere:
        """Ask all bookings at once."""
        return at_once(schedule.active)

    def each_part(
        self,
        name: str,
        job: PartJob[Task, Result],
        tasks: Iterable[Task],
        parts: PeopleInParts,
        progress: Progress | None = None,
    ) -> Iterator[Result]:
        """Yield what the job makes of each part; a single part gets all bookings, whoever's they are."""
        del name
        every = parts.schedule.bookings if parts.cancelled else parts.schedule.active
        staff = parts.people.select("part", "staff_id").sort("part", maintain_order=True)
        for index, task in enumerate(tasks):

            def tell(done: float, index: int = index) -> None:
                if progress is not None:
                    progress((index + done) / parts.number)

            bookings = every
            if parts.number > 1:
                ids = staff.filter(pl.col("part") == index)["staff_id"]
                bookings = every.filter(pl.col("staff_id").is_in(ids.implode()))
            yield job(task, bookings, tell)
            tell(1.0)
