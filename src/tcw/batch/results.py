"""Result folders: built hidden, moved into place by one rename, pruned whole, never half there.

DIR/2026-05-04_0007/      a result; the day of --as-of, and a number that only rises, whatever the clock does
DIR/latest.json           the name of the newest one: a link would need rights that Windows does not give
DIR/.tcw-building-…       what is being built; what a killed run left goes with the next run
DIR/.tcw-removing-…       what is being pruned; the same
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tcw.reports.deliver import private_text, system_faults

BUILDING, REMOVING = ".tcw-building-", ".tcw-removing-"
MANIFEST = "run.json"
LATEST = "latest.json"
KIND = "tcw run"
"""What run.json says it is; nothing else is ever pruned."""
NAME = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})_(?P<number>[0-9]{4,})")
TRIES, PAUSE = 20, 0.1
"""Windows refuses to rename a folder while a virus scanner looks into it: for a moment."""


@dataclass(frozen=True, slots=True)
class Result:
    """A result folder of tcw's own, with its manifest."""

    path: Path
    number: int
    manifest: dict[str, Any]

    def files(self) -> dict[str, dict[str, Any]]:
        """Return the files the manifest names, with `sha256` and `bytes`."""
        files = self.manifest.get("files")
        return files if isinstance(files, dict) else {}


def results(folder: Path) -> list[Result]:
    """Return the results in a folder, oldest first by their number. What is not tcw's own is passed over."""
    found = [result for path in folder.iterdir() if (result := _result(path)) is not None]
    return sorted(found, key=lambda result: result.number)


def _result(path: Path) -> Result | None:
    match = NAME.fullmatch(path.name)
    if match is None or path.is_symlink() or not path.is_dir():
        return None
    try:
        manifest = json.loads((path / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    number = int(match["number"])
    known = isinstance(manifest, dict) and manifest.get("kind") == KIND and manifest.get("number") == number
    return Result(path, number, manifest) if known else None


def next_name(folder: Path, day: date) -> tuple[str, int]:
    """Return the name and number of the next result: above every one there is or was, and of the latest."""
    taken = [int(match["number"]) for path in folder.iterdir() if (match := NAME.fullmatch(path.name))]
    latest = read_latest(folder)
    number = max([*taken, latest.get("number", 0) if latest else 0]) + 1
    return f"{day.isoformat()}_{number:04d}", number


def is_whole(result: Result) -> bool:
    """Say whether every file of a result is there, with the content the manifest says."""
    return all(_is_same(result.path / name, facts) for name, facts in result.files().items())


def _is_same(path: Path, facts: dict[str, Any]) -> bool:
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == facts.get("sha256")
    except OSError:
        return False


def read_latest(folder: Path) -> dict[str, Any] | None:
    """Return what latest.json says; None without it, or when it is none of ours."""
    try:
        said = json.loads((folder / LATEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    sound = isinstance(said, dict) and isinstance(said.get("number"), int)
    return said if sound else None


def point_at_newest(folder: Path) -> None:
    """Let latest.json name the newest result: a run may have been killed between its two renames."""
    known = results(folder)
    latest = read_latest(folder)
    if known and (latest is None or latest.get("folder") != known[-1].path.name):
        _point(folder, known[-1].path.name, known[-1].number)


def _point(folder: Path, name: str, number: int) -> None:
    with system_faults(folder / LATEST):
        private_text(folder / LATEST, json.dumps({"folder": name, "number": number}) + "\n")


def clean(folder: Path) -> int:
    """Remove what killed runs left; return how many remains there were. Only for who holds the lock."""
    remains = [path for path in folder.iterdir() if path.name.startswith((BUILDING, REMOVING))]
    for path in remains:
        if path.is_symlink():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path, ignore_errors=True)
    # What killed writers of small files left beside them.
    for path in folder.glob(".tcw-new-*"):
        with contextlib.suppress(OSError):
            path.unlink()
    return len(remains)


@contextlib.contextmanager
def building(folder: Path) -> Iterator[Path]:
    """Yield a hidden folder for its owner only, that is gone afterwards unless it was moved into place."""
    with system_faults(folder):
        path = Path(tempfile.mkdtemp(prefix=BUILDING, dir=folder))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def files_in(path: Path) -> dict[str, dict[str, Any]]:
    """Return `sha256` and `bytes` of every file below a folder but the manifest, by its name with slashes."""
    facts: dict[str, dict[str, Any]] = {}
    for file in sorted(path.rglob("*")):
        if file.is_file() and file != path / MANIFEST:
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
            facts[file.relative_to(path).as_posix()] = {"sha256": digest, "bytes": file.stat().st_size}
    return facts


def move_into_place(path: Path, folder: Path, name: str, number: int) -> Path:
    """Have the disk hold everything, then let the name say so: one rename. latest.json follows."""
    target = folder / name
    with system_faults(target):
        for inner in path.rglob("*"):
            inner.chmod(0o700 if inner.is_dir() else 0o600)
            if inner.is_file():
                with inner.open("rb+") as opened:
                    os.fsync(opened.fileno())
        for inner in [*path.rglob("*"), path]:
            if inner.is_dir():
                _sync_folder(inner)
        _rename(path, target)
        _sync_folder(folder)
    _point(folder, name, number)
    return target


def _rename(path: Path, target: Path) -> None:
    for tried in range(TRIES):
        try:
            path.rename(target)
        except PermissionError:
            if os.name != "nt" or tried == TRIES - 1:
                raise
            time.sleep(PAUSE)
        else:
            return


def _sync_folder(path: Path) -> None:
    """Have the names in a folder written to the disk; Windows has no such thing, and does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prune(folder: Path, keep: int) -> tuple[int, list[str]]:
    """Remove all but the newest `keep` results.

    Return how many went, and which stay because somebody put files in them.
    """
    removed, spared = 0, []
    for result in results(folder)[:-keep]:
        if _has_strangers(result):
            spared.append(result.path.name)
            continue
        going = folder / f"{REMOVING}{result.path.name}"
        with system_faults(result.path):
            _rename(result.path, going)
        shutil.rmtree(going, ignore_errors=True)
        removed += 1
    return removed, spared


def _has_strangers(result: Result) -> bool:
    known = {MANIFEST, *result.files()}
    return any(
        path.is_symlink() or (not path.is_dir() and path.relative_to(result.path).as_posix() not in known)
        for path in result.path.rglob("*")
    )
