"""The files a run reads: settled before, hashed, and the same still when it ends."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tcw.errors import InputFault
from tcw.intake.discover import file_faults
from tcw.intake.discover.sources import discover
from tcw.intake.load import settings_of
from tcw.model.config import Config
from tcw.wording import Phrase

STILL_WRITTEN = Phrase(
    "run-input-unsettled",
    "{file} is still being written: it changed within the last {seconds} seconds, and {waited} seconds of "
    "waiting did not help. "
    "Start the run later, or raise settle_patience under run: in tcw.yaml.",
)
CHANGED = Phrase(
    "run-input-changed",
    "{file} changed while it was read, so nothing is kept of this run. Start it when the export has ended.",
)
VANISHED = Phrase(
    "run-input-vanished",
    "{file} vanished while it was read, so nothing is kept of this run. Start it when the export has ended.",
)
POLL = 0.25
"""Seconds between two looks at files that are still being written."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file without reading it."""

    size: int
    modified: int
    """Nanoseconds."""
    file: int
    """The number of the file itself: another one under the same name is another file."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was read."""

    name: str
    path: Path
    stamp: Stamp
    sha256: str


Stamps = dict[str, tuple[Path, Stamp]]


def stamps(source: Path, config: Config) -> Stamps:
    """Return every file that `load` would read, the parts of Parquet folders one by one.

    Raises InputFault.
    """
    stamped: Stamps = {}
    for file in discover(source, frozenset(config.files)).files:
        if settings_of(file.name, config).ignore:
            continue
        if file.path.is_dir():
            parts = sorted(part for part in file.path.iterdir() if part.suffix.lower() == ".parquet")
            stamped |= {f"{file.name}/{part.name}": (part, _stamp(part, part.name)) for part in parts}
        else:
            stamped[file.name] = (file.path, _stamp(file.path, file.name))
    return stamped


def _stamp(path: Path, name: str) -> Stamp:
    try:
        stat = path.stat()
    except OSError as error:
        raise file_faults.os_fault(error, name) from error
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ino)


def settled(
    source: Path,
    config: Config,
    seconds: int,
    patience: int,
    on_wait: Callable[[str], None],
    on_look: Callable[[], None],
) -> Stamps:
    """Wait until no file is being written any more; return them.

    A file is settled when it was last changed `seconds` ago, or was seen unchanged for so long: a clock that
    was set back makes every file look new, and must not stop the night.

    Raises:
        InputFault: a file is still being written after `patience` seconds, or cannot be looked at.
    """
    begun = time.monotonic()
    seen: dict[str, tuple[Stamp, float]] = {}
    waiting = False
    while True:
        on_look()
        now, found = time.monotonic(), stamps(source, config)
        for name, (_, stamp) in found.items():
            if name not in seen or seen[name][0] != stamp:
                seen[name] = (stamp, now)
        fresh = [
            name for name, (_, stamp) in found.items() if not _at_rest(stamp, now - seen[name][1], seconds)
        ]
        if not fresh:
            return found
        if now - begun >= patience:
            raise InputFault(STILL_WRITTEN, file=fresh[0], seconds=seconds, waited=patience)
        if not waiting:
            waiting = True
            on_wait(fresh[0])
        time.sleep(POLL)


def _at_rest(stamp: Stamp, watched: float, seconds: int) -> bool:
    age = time.time() - stamp.modified / 1e9
    return age >= seconds or watched >= seconds


def hashed(seen: Stamps) -> tuple[Input, ...]:
    """Return the files with their SHA-256. Raises InputFault."""
    return tuple(Input(name, path, stamp, _digest(path, name)) for name, (path, stamp) in seen.items())


def _digest(path: Path, name: str) -> str:
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise file_faults.os_fault(error, name) from error


def check_unchanged(inputs: tuple[Input, ...]) -> None:
    """Refuse a result made of a file that changed under it. Raises InputFault."""
    for one in inputs:
        try:
            stat = one.path.stat()
        except OSError:
            raise InputFault(VANISHED, file=one.name) from None
        if Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ino) != one.stamp:
            raise InputFault(CHANGED, file=one.name)
