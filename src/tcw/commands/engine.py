"""Where the parts of a source are computed: one after another here, or on a Spark cluster."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tcw.model.schedule import Schedule
from tcw.parts.folder import scratch
from tcw.parts.people import number_of_parts

if TYPE_CHECKING:
    from tcw.extras.spark.cluster import Cluster


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """How many parts of the people to compute one by one, and where.

    `parts`: None for as many as the source needs. `scratch`: the folder in which parts are kept meanwhile, None for the
    system's. `master`: the address of a Spark cluster, None for this machine.
    """

    parts: int | None = None
    scratch: Path | None = None
    master: str | None = None

    def parts_of(self, schedule: Schedule) -> int:
        """Return the number of parts a source is computed in."""
        bookings = sum(file.accepted for file in schedule.intake.files if file.table == "bookings")
        return number_of_parts(bookings, self.parts, spread=self.master is not None)


HERE = EngineRequest()


@contextlib.contextmanager
def cluster_of(request: EngineRequest) -> Iterator["Cluster | None"]:
    """Yield the cluster that computes the parts, None for this machine, and let go of it afterwards.

    Raises UsageFault: see `tcw.extras.spark.session.session`.
    """
    if request.master is None:
        yield None
        return
    from tcw.extras.spark.cluster import cluster

    # All machines of the cluster share this folder.
    with scratch(request.scratch) as folder, cluster(request.master, folder) as connected:
        yield connected
