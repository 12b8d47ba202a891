"""One function called for each of many parts, each in a task of its own, wherever the cluster has room.

What a part gives is a file in a folder that all machines share, written whole under a name of its own: a task that Spark runs
again, because its executor is gone, writes the same file again.
"""

import os
import pickle
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from tcw.errors import InputFault
from tcw.spark.session import session
from tcw.wording import Phrase

if TYPE_CHECKING:
    import pyarrow as pa

LOST = Phrase(
    "spark-lost",
    "Spark could not finish: a part failed again and again, or the cluster is gone. --debug shows what it said.",
)
JOB, ANSWER, SUFFIX = "job.pickle", "answer", ".pickle"
OFTEN = 0.5
"""Seconds between looks at how far it has come."""
Result = TypeVar("Result")
_jobs: dict[str, Callable[[int], object]] = {}
"""Jobs a worker has read, by path: one worker runs many tasks."""


def spread(
    master: str,
    folder: Path,
    parts: int,
    job: Callable[[int], Result],
    progress: Callable[[float], None] | None = None,
) -> Iterator[Result]:
    """Yield what `job` returns for the parts 0, 1, …, in that order, when all are done.

    Args:
        master: of the Spark cluster, as `local[2]` or `spark://host:7077`.
        folder: an empty one that all machines of the cluster see under the same path.
        parts: how many.
        job: is sent to the workers; what it refers to is pickled.
        progress: told the share done.

    Raises:
        UsageFault: see `session`.
        InputFault: the cluster could not finish.
    """
    with session(master, parts) as spark:
        from pyspark import cloudpickle

        path = folder / JOB
        path.write_bytes(cloudpickle.dumps(job))
        where = str(path)

        def work(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
            import pyarrow as pa

            from tcw.spark.spread import do

            for batch in batches:
                for place in batch.column(0).to_pylist():
                    do(where, place)
                    yield pa.RecordBatch.from_pydict({"part": pa.array([place], pa.int64())})

        watched = threading.Event()
        watcher = threading.Thread(target=_watch, args=(folder, parts, progress, watched), daemon=True)
        watcher.start()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)
                # A partition a part: Spark hands out the next one to whoever is free.
                done = spark.range(0, parts, 1, parts).mapInArrow(work, "part long").collect()
        except Exception as error:
            raise InputFault(LOST) from error
        finally:
            watched.set()
            watcher.join()
        if len(done) != parts:
            raise InputFault(LOST)
    for place in range(parts):
        yield pickle.loads(_answer(folder, place).read_bytes())  # noqa: S301 - our own workers wrote it


def do(where: str, place: int) -> None:
    """Do one part of the job whose file is at `where`, and write its answer beside it."""
    if where not in _jobs:
        _jobs.clear()
        _jobs[where] = pickle.loads(Path(where).read_bytes())  # noqa: S301 - our own driver wrote it
    made = pickle.dumps(_jobs[where](place))
    path = _answer(Path(where).parent, place)
    # Two tries of one part may be under way at once.
    unfinished = path.with_suffix(f".{os.getpid()}-{uuid4().hex}")
    unfinished.write_bytes(made)
    unfinished.replace(path)


def _answer(folder: Path, place: int) -> Path:
    return folder / f"{ANSWER}-{place:06}{SUFFIX}"


def _watch(folder: Path, parts: int, progress: Callable[[float], None] | None, stop: threading.Event) -> None:
    while progress is not None and not stop.wait(OFTEN):
        progress(len(list(folder.glob(f"{ANSWER}-*{SUFFIX}"))) / parts)
