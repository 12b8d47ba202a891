"""Commands as whole processes, in turn A B A B ….

Seconds and peak memory as the operating system counts them.
"""

import contextlib
import ctypes
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PR_SET_CHILD_SUBREAPER = 36
OFTEN = 0.2
"""Seconds between looks at what processes have taken."""
MIB = 2**20
KIB = 2**10 if sys.platform != "darwin" else 1
"""The unit of ru_maxrss."""

Command = Sequence[str]


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process."""

    seconds: float
    peak: int
    """Bytes of the largest of the process and its children."""
    output: bytes
    processor: float
    """Processor seconds of the process and all that it started, on whatever machine this is: for Spark, Java
    and its workers, too."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Runs of two commands in turn."""

    ours: tuple[Run, ...]
    theirs: tuple[Run, ...]

    @property
    def ratios(self) -> list[float]:
        """Seconds of ours over theirs, pair by pair: a machine that grows slower in between slows both."""
        return [a.seconds / b.seconds for a, b in zip(self.ours, self.theirs, strict=True)]


class CommandFailedError(Exception):
    """A command ended with an exit code that was not expected."""


def python(*words: object) -> list[str]:
    """Return a command of this interpreter."""
    return [sys.executable, *map(str, words)]


def run(command: Command, *, exit_codes: Sequence[int] = (0,)) -> Run:
    """Run a command to its end, its output into a file. Raises CommandFailedError."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        with _watched() as others:
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in exit_codes:
            err.seek(0)
            message = (
                f"{' '.join(command)} ended with {process.returncode}:\n{err.read().decode(errors='replace')}"
            )
            raise CommandFailedError(message)
        out.seek(0)
        told = usage.ru_utime + usage.ru_stime
        return Run(seconds, usage.ru_maxrss * KIB, out.read(), max(told, sum(others.values())))


@contextlib.contextmanager
def _watched() -> Iterator[dict[int, float]]:
    """Yield the processor seconds of each process below this one, by number, as last seen (only on Linux).

    Spark's daemon lets its workers go without a word: what they took is told to nobody who waits.
    """
    seen: dict[int, float] = {}
    done = threading.Event()
    if sys.platform != "linux":
        yield seen
        return
    # Those whose parent ends before them stay below us.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def watch() -> None:
        while not done.wait(OFTEN):
            seen.update(_below(os.getpid()))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def _below(top: int) -> dict[int, float]:
    """Return the processor seconds of each process below one."""
    parents, taken = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        parents[pid] = int(words[1])
        taken[pid] = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    found: set[int] = set()
    new = {top}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new} - found
        found |= new
    return {pid: taken[pid] for pid in found}


def in_turn(ours: Command, theirs: Command, times: int, *, exit_codes: Sequence[int] = (0,)) -> Pairs:
    """Run both once to warm the caches, then in turn. `exit_codes` are those that ours may end with."""
    run(ours, exit_codes=exit_codes)
    run(theirs)
    pairs = [(run(ours, exit_codes=exit_codes), run(theirs)) for _ in range(times)]
    return Pairs(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    peer: str
    pairs: Pairs
    target: float | None = None

    def cells(self) -> list[str]:
        """Return the cells of HEADER."""
        ratios = self.pairs.ratios
        return [
            self.what,
            self.peer,
            *(f"{value:.2f}" for value in (median(ratios), min(ratios), max(ratios))),
            f"{self.target:g}" if self.target is not None else "",
            *(f"{median(run.seconds for run in runs):.2f}" for runs in (self.pairs.ours, self.pairs.theirs)),
            *(f"{max(run.peak for run in runs) / MIB:,.0f}" for runs in (self.pairs.ours, self.pairs.theirs)),
        ]


HEADER = ["tcw", "next to", "median", "min", "max", "at most", "s", "s, peer", "MiB", "MiB, peer"]


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table that is also readable as text."""
    lines = [HEADER, *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEADER))]
    texts = [
        "| "
        + " | ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in lines
    ]
    rule = (
        "|"
        + "|".join(
            ("-" * (width + 2)) if at < 2 else "-" * (width + 1) + ":" for at, width in enumerate(widths)
        )
        + "|"
    )
    return "\n".join([texts[0], rule, *texts[1:]])
