"""Where a run can be stopped, and where it must not be."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path


class Gate:
    """Between the thread that works and the one that hears Ctrl-C and SIGTERM."""

    def __init__(self) -> None:
        """Begin open."""
        self._lock = threading.Lock()
        self._stopped = False
        self.building: Path | None = None
        """The folder being built, for whoever has to remove it."""
        self.holder: Path | None = None
        """The file that says who is at work, for the same."""
        self.placed = False
        """The result stands: it is too late to stop."""

    def check(self) -> None:
        """End the work here when it was to stop. Raises KeyboardInterrupt."""
        if self._stopped:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        """Nobody stops the run while its result is moved into place.

        Raises KeyboardInterrupt, when somebody had before.
        """
        with self._lock:
            self.check()
            yield
            self.placed = True

    def stop(self) -> bool:
        """Let the work end at the next check; return False when its result has been placed already."""
        with self._lock:
            self._stopped = not self.placed
            return self._stopped
