"""Ctrl-C and SIGTERM for a long run: heard at once, whatever a library is busy with.

Python hears signals in the main thread, and only between two of its own instructions; Polars and HiGHS may be
at work for minutes. So the work is done by a thread of its own, and the main thread waits for nothing else.
"""

import atexit
import contextlib
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from tcw.batch.gate import Gate
from tcw.errors import ExitCode

LOOK = 0.1
"""Seconds between two looks; Windows tells of Ctrl-C only then."""
GRACE = 0.5
"""Seconds the work has to end by itself."""
CLEANING = 1.5
"""Seconds for cleaning up after it."""


def stoppable(work: Callable[[], ExitCode], gate: Gate, say_stopped: Callable[[], None]) -> ExitCode:
    """Do the work in a thread of its own; return what it returns and raise what it raises.

    Raises KeyboardInterrupt when it was stopped and ended in order. When it does not end, the folder it was
    building is removed, `say_stopped` called, and the process ended with exit code 130.
    """
    box: list[ExitCode | BaseException] = []
    # Not Thread.join: interrupted, it takes a running thread for ended (Python 3.11).
    finished = threading.Event()

    def worker() -> None:
        try:
            box.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            box.append(error)
        finished.set()

    thread = threading.Thread(target=worker, name="tcw run", daemon=True)
    before = _hear()
    try:
        thread.start()
        _wait(finished, gate, say_stopped)
    finally:
        _hear_no_more(before)
    (outcome,) = box
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _wait(finished: threading.Event, gate: Gate, say_stopped: Callable[[], None]) -> None:
    while not finished.is_set():
        try:
            finished.wait(LOOK)
        except KeyboardInterrupt:
            if not gate.stop():
                continue  # the result has its place: what is left is a moment's work
            if not _ends_by_itself(finished):
                _end(gate, say_stopped)


def _ends_by_itself(finished: threading.Event) -> bool:
    try:
        return finished.wait(GRACE)
    except KeyboardInterrupt:
        return False


def _end(gate: Gate, say_stopped: Callable[[], None]) -> None:
    """End the process though a library is still at work in it, with nothing half-written left."""
    last = threading.Timer(CLEANING, lambda: os._exit(ExitCode.INTERRUPTED))
    last.daemon = True
    last.start()
    say_stopped()
    if gate.building is not None:
        shutil.rmtree(gate.building, ignore_errors=True)
    if gate.holder is not None:
        with contextlib.suppress(OSError):
            gate.holder.unlink(missing_ok=True)
    # What os._exit leaves out: scratch files with people's data, and the process that reads workbooks.
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way to have them run and not wait for threads
    sys.stderr.flush()
    os._exit(ExitCode.INTERRUPTED)


def _hear() -> dict[int, object]:
    """Take SIGTERM (systemd, a closing session) for Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    names = [name for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    return {number: signal.signal(number, _interrupt) for number in (getattr(signal, name) for name in names)}


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _hear_no_more(before: dict[int, object]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)  # type: ignore[arg-type]
