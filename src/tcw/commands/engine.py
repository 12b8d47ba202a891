"""Where the parts of a source are computed: one after another here, or on a Spark cluster."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tcw.model.schedule import Schedule
from tcw.parts.executor import Executor, LocalExecutor
from tcw.parts.people import number_of_parts


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """How many parts of the people to compute one by one, and where.

    `parts`: None for as many as the source needs. `scratch`: the folder in which parts are kept meanwhile,
    None for the system's. `master`: the address of a Spark cluster, None for this machine.
    """

    parts: int | None = None
    scratch: Path | None = None
    master: str | None = None

    def parts_of(self, schedule: Schedule) -> int:
        """Return the number of parts a source is computed in."""
        bookings = sum(file.accepted for file in schedule.intake.files if file.table == "bookings")
        return number_of_parts(bookings, self.parts, distributed=self.master is not None)


HERE = EngineRequest()


@contextlib.contextmanager
def executor_of(request: EngineRequest) -> Iterator[Executor]:
    """Yield who works through the parts; what was spilled to files is gone afterwards.

    Raises UsageFault: see `tcw.extras.spark.session.session`.
    """
    if request.master is None:
        with LocalExecutor(request.scratch) as executor:
            yield executor
        return
    from tcw.extras.spark.executor import spark_executor

    with spark_executor(request.master, request.scratch) as connected:
        yield connected
