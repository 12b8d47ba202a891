"""Whom a command tells how far it is, and what a reader ought to know: it prints nothing itself."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from tcw.wording import Message

Reading = Callable[[str], None]
"""Is told the name of the file that is read next."""
Progress = Callable[[float], None]
"""Is told the share that is done, from 0 to 1."""


def _ignore(_: object) -> None:
    """Tell nobody."""


def _unwatched() -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Listener:
    """Hears a command at work; each of these may be left out.

    `note` gets what a reader ought to know, while it comes up; `trace` gets the traceback of a fault inside
    one rule, which `--debug` shows. `reading` and `working` are entered while a source is read and while
    something is computed, and give the function to report to, or None where nobody looks.
    """

    note: Callable[[Message], None] = _ignore
    trace: Callable[[str], None] = _ignore
    reading: Callable[[], AbstractContextManager[Reading | None]] = _unwatched
    working: Callable[[], AbstractContextManager[Progress | None]] = _unwatched


SILENT = Listener()
