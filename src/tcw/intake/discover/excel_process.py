"""Has workbooks read by a process of its own (`excel_worker`), which may crash or hang instead of this one."""

import atexit
import json
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

from tcw.intake.discover import excel_worker
from tcw.intake.discover.scratch import scratch_folder

PATIENCE, PATIENCE_PER_MEGABYTE = 30.0, 15.0
"""Seconds to wait for a workbook, and more per megabyte of it: many times what reading takes on an old machine."""
MEGABYTE = 1_000_000


class WorkerLostError(Exception):
    """The process crashed on a workbook, or was ended because it did not return."""


class _Worker:
    """A process that reads one workbook after another, and is begun again after a crash."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        atexit.register(self.stop)

    def ask(self, request: dict[str, Any], patience: float) -> dict[str, Any]:
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            impatience = threading.Timer(patience, process.kill)
            impatience.daemon = True
            impatience.start()
            try:
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except BrokenPipeError:
                line = ""
            except BaseException:
                # Interrupted between a question and its answer: the next question would get this one's.
                self.stop()
                raise
            finally:
                impatience.cancel()
            if not line.endswith("\n"):
                self.stop()
                raise WorkerLostError
            answer: dict[str, Any] = json.loads(line)
            return answer

    def kill(self) -> None:
        """End the process from another thread; the one that waits for its answer is told by its silence."""
        process = self._process
        if process is not None:
            process.kill()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self.stop()
            # -P: a file named json.py in the user's folder is not to be imported.
            self._process = subprocess.Popen(  # noqa: S603 - this program's own file
                [sys.executable, "-P", excel_worker.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="ascii",
            )
        return self._process

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # What was left to write has nobody to read it.
                    continue


@cache
def _worker() -> _Worker:
    return _Worker()


def read_workbook(path: Path, kind: str, size: int, sheets: list[str] | None) -> dict[str, Any]:
    """Return the answer of `excel_worker` for a workbook of `size` bytes, that is of a kind whatever it is named.

    Raises WorkerLostError where the process crashed or did not return, OSError where none could be begun.
    """
    request = {
        "path": str(path.absolute()),
        "suffix": f".{kind}",
        "sheets": sheets,
        "folder": str(scratch_folder()),
    }
    return _worker().ask(request, PATIENCE + PATIENCE_PER_MEGABYTE * size / MEGABYTE)


def stop_reading() -> None:
    """End the reading of a workbook that another thread waits for; that thread gets a WorkerLostError."""
    _worker().kill()
