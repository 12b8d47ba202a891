"""Where parts are worked through: one after another here, or on a Spark cluster."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tcw.extras.spark.cluster import Cluster
    from tcw.model.config import Config
    from tcw.model.schedule import Schedule


@contextlib.contextmanager
def engine_of(master: str | None, place: Path | None) -> Iterator["Cluster | None"]:
    """Yield the cluster that works through the parts, None for this machine, and let go of it afterwards.

    `place`: where a folder is made that all machines share. Raises UsageFault: see `tcw.extras.spark.session.session`.
    """
    if master is None:
        yield None
        return
    from tcw.extras.spark.cluster import cluster
    from tcw.parts.folder import scratch

    with scratch(place) as folder, cluster(master, folder) as made:
        yield made


def read(cluster: "Cluster | None", source: Path, settings: "Config", *, quiet: bool) -> "Schedule":
    """Read the source; on a cluster, its machines judge the rows of bookings in Parquet, and can read them again by pieces."""
    from tcw.cli import loading

    if cluster is None:
        return loading.read(source, settings, quiet=quiet).schedule
    from tcw.extras.spark.bookings import Accepting
    from tcw.intake.pieces import pieces_of
    from tcw.intake.values import Hints

    loaded = loading.read(source, settings, quiet=quiet, accepting=Accepting(cluster))
    schedule = loaded.schedule
    hints = Hints(zone=settings.timezone)
    return replace(schedule, pieces=pieces_of(loaded.accepted, schedule.bookings, hints, cluster.folder))
