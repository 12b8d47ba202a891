"""One run at a time on one output folder.

The lock itself is the operating system's (filelock: flock, LockFileEx), which lets go when its process dies,
however it dies: a lock cannot go stale, and no reused pid can keep it. On a file system without such locks
filelock falls back to a marker with pid, host and the start time of the process. Who holds it stands beside
it, for people.
"""

import contextlib
import json
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tcw.errors import LockFault
from tcw.reports.deliver import private_text, system_faults
from tcw.wording import Phrase

LOCK_NAME = ".tcw-run.lock"
HOLDER_NAME = ".tcw-run.json"
HELD = Phrase(
    "run-locked",
    "{folder}: another tcw run is at work there (process {pid} on {host}, since {since}). Wait for it to "
    "end, or stop it; a "
    "run that has died holds no lock.",
)
HELD_BY_UNKNOWN = Phrase(
    "run-locked-unknown",
    "{folder}: another tcw run is at work there. Wait for it to end; a run that has died holds no lock.",
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, or held it when it died."""

    pid: int
    host: str
    since: str


@contextlib.contextmanager
def holding(folder: Path) -> Iterator[Holder | None]:
    """Hold the lock of an output folder; yield who died holding it, None when the last run ended in order.

    Raises:
        LockFault: another run holds it.
        TcwError: the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK_NAME, mode=0o600, blocking=False)
    with system_faults(folder):
        try:
            lock.acquire()
        except Timeout:  # is an OSError, too
            raise _fault(folder) from None
    note = folder / HOLDER_NAME
    try:
        died = _holder(note)
        with system_faults(folder):
            private_text(note, json.dumps(_own(), ensure_ascii=False) + "\n")
        yield died
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _own() -> dict[str, object]:
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": platform.node(), "since": now}


def _holder(note: Path) -> Holder | None:
    try:
        said = json.loads(note.read_text("utf-8"))
        return Holder(int(said["pid"]), str(said["host"]), str(said["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fault(folder: Path) -> LockFault:
    holder = _holder(folder / HOLDER_NAME)
    if holder is None:
        return LockFault(HELD_BY_UNKNOWN, folder=folder)
    return LockFault(HELD, folder=folder, pid=str(holder.pid), host=holder.host, since=holder.since)
