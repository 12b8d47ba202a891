"""One function called for each of many things, each in a task of its own, wherever the cluster has room.

What a task is given and what it gives are files in a folder that all machines share; nothing large goes
through Spark or the driver's memory. An answer is written whole under a name of its own: a task that Spark
runs again, because its executor is gone, writes its answer again.
"""

import contextlib
import os
import pickle
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from tcw.errors import InputFault, TcwError
from tcw.extras.spark.session import session
from tcw.wording import Phrase

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

LOST = Phrase(
    "spark-lost",
    "Spark could not finish: a part failed again and again, or the cluster is gone. "
    "--debug shows what it said.",
)
JOB, GIVEN, ANSWER = "job.pickle", "given", "answer"
SUFFIX = ".pickle"
OFTEN = 0.5
"""Seconds between looks at how far it has come."""
Given = TypeVar("Given")
Result = TypeVar("Result")
Progress = Callable[[float], None]
_jobs: dict[str, Callable[[object], object]] = {}
"""The job a worker has read last, by path: one worker runs many tasks."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Spark cluster, and the folder it shares with this machine."""

    spark: "SparkSession"
    folder: Path

    def each(
        self,
        name: str,
        job: Callable[[Given], Result],
        given: Iterable[Given],
        progress: Progress | None = None,
    ) -> Iterator[Result]:
        """Yield what `job` returns for each thing given, in their order, when all are done.

        Args:
            name: of the folder for these tasks.
            job: is sent to the workers once; what it refers to is pickled.
            given: each is sent to the worker of its task only.
            progress: the share done.

        Raises:
            InputFault: the cluster could not finish.
            TcwError: what the job raised.
        """
        from pyspark import cloudpickle

        folder = self.folder / name
        folder.mkdir()
        where = str(folder)
        (folder / JOB).write_bytes(cloudpickle.dumps(job))
        number = 0
        for number, task in enumerate(given, 1):
            _path(where, GIVEN, number - 1).write_bytes(cloudpickle.dumps(task))
        if number:
            self._run(where, number, progress)
        for index in range(number):
            path = _path(where, ANSWER, index)
            answer = pickle.loads(path.read_bytes())  # noqa: S301 - our own workers wrote it
            path.unlink()
            if isinstance(answer, TcwError):
                raise answer
            yield answer

    def _run(self, where: str, number: int, progress: Progress | None) -> None:
        def work(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
            import pyarrow as pa

            from tcw.extras.spark.cluster import do

            for batch in batches:
                for index in batch.column(0).to_pylist():
                    do(where, index)
                    yield pa.RecordBatch.from_pydict({"index": pa.array([index], pa.int64())})

        with _watched(where, number, progress):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", FutureWarning)
                    # A partition a task: Spark hands out the next one to whoever is free.
                    done = self.spark.range(0, number, 1, number).mapInArrow(work, "index long").count()
            except Exception as error:
                raise InputFault(LOST) from error
        if done != number:
            raise InputFault(LOST)


@contextlib.contextmanager
def cluster(master: str, folder: Path) -> Iterator[Cluster]:
    """Yield a cluster, and let go of it afterwards.

    Args:
        master: as `local[2]` or `spark://host:7077`.
        folder: an empty one that all machines of the cluster see under the same path.

    Raises UsageFault: see `session`.
    """
    with session(master) as spark:
        yield Cluster(spark, folder)


def do(where: str, index: int) -> None:
    """Do one task of the job in the folder `where`, and write its answer there."""
    if where not in _jobs:
        _jobs.clear()
        _jobs[where] = pickle.loads((Path(where) / JOB).read_bytes())  # noqa: S301 - our own driver wrote it
    given = pickle.loads(_path(where, GIVEN, index).read_bytes())  # noqa: S301 - our own driver wrote it
    try:
        answer = _jobs[where](given)
    except TcwError as fault:
        # A fault of the user's would be the same in every try.
        answer = fault
    path = _path(where, ANSWER, index)
    # Two tries of one task may be under way at once.
    unfinished = path.with_suffix(f".{os.getpid()}-{uuid4().hex}")
    unfinished.write_bytes(pickle.dumps(answer))
    unfinished.replace(path)


def _path(where: str, kind: str, index: int) -> Path:
    return Path(where) / f"{kind}-{index:06}{SUFFIX}"


@contextlib.contextmanager
def _watched(where: str, number: int, progress: Progress | None) -> Iterator[None]:
    """Tell the share done while tasks run."""
    if progress is None:
        yield
        return
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(OFTEN):
            progress(len(list(Path(where).glob(f"{ANSWER}-*{SUFFIX}"))) / number)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()
