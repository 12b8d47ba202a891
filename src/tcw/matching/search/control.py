"""When to stop: time runs out, or the user interrupts."""

import time
from dataclasses import dataclass, field
from threading import Event
from typing import Final

FOREVER: Final = float("inf")


class StoppedError(Exception):
    """The search was told to stop, or its time ran out."""


@dataclass(frozen=True, slots=True)
class Control:
    """How long may still be searched (`until`, of the monotonic clock; None is for ever), and a word to stop at once."""

    until: float | None = None
    stop: Event = field(default_factory=Event)

    def left(self) -> float:
        """Return the seconds left."""
        if self.stop.is_set():
            return 0.0
        return FOREVER if self.until is None else max(self.until - time.monotonic(), 0.0)

    def over(self) -> bool:
        """Return whether to stop now."""
        return self.left() <= 0
