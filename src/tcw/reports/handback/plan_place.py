"""A folder of a plan's files: built hidden beside its place, then moved there by one rename."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tcw.errors import UsageFault
from tcw.privacy.masking import PERSONAL_NUMBER
from tcw.reports.deliver import NO_FOLDER, NOT_A_FILE, NOT_ALLOWED, told
from tcw.wording import Phrase

FOLDER_IN_USE = Phrase(
    "match-folder-in-use",
    "{path} holds other files than a plan of tcw match: {name}. Name a new folder, or one that tcw match wrote.",
)
BUILDING, REPLACED = ".tcw-plan-", ".tcw-old-plan-"
MARK = "plan.json"
OWN = re.compile(
    r"bookings\.(csv|xlsx|parquet)|(requests|notifications|time_bank)\.csv|plan\.(xlsx|parquet|json)|summary\.txt|units|people"
)
"""What stands in a folder that tcw match wrote, and in no other that is replaced."""
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
LONGEST = 80
"""Characters of a file name made of an id; Windows allows 255 for all of a path's parts and 260 for all of it."""


def check_place(path: Path) -> None:
    """Refuse before a long computation a folder that cannot be written or that holds what is not ours.

    Raises:
        UsageFault: no folder to put it in, something else in its place, or no right to write.
    """
    with told(path):
        if path.exists() and not path.is_dir():
            raise UsageFault(NOT_A_FILE, path=path)
        parent = path.resolve().parent
        if not parent.is_dir():
            raise UsageFault(NO_FOLDER, path=path, folder=path.parent)
        if not os.access(parent, os.W_OK):
            raise UsageFault(NOT_ALLOWED, path=path)
        if path.is_dir():
            names = sorted(entry.name for entry in path.iterdir())
            strange = [name for name in names if not OWN.fullmatch(name)]
            if strange or (names and MARK not in names):
                raise UsageFault(FOLDER_IN_USE, path=path, name=(strange or names)[0])


@contextlib.contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Yield a hidden folder, readable by its owner only, that takes the place of `path` when all went well.

    Whatever goes wrong, an earlier plan there stays as it was. Raises as `check_place`, and as `told` what the system says.
    """
    check_place(path)
    target = path.resolve()
    with told(path):
        building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=target.parent))
    try:
        yield building
        with told(path):
            _swap(building, target)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _swap(building: Path, target: Path) -> None:
    if not target.exists():
        building.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=REPLACED, dir=target.parent))
    try:
        target.rename(old / "plan")
        try:
            building.rename(target)
        except BaseException:
            (old / "plan").rename(target)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """Return a file name without ending for each id: one that Windows allows, of no device, unlike the others whatever their capitals.

    Ids that are personal numbers are P0001 and so on: a file's name is seen by more people than its content.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    hidden = 0
    for one in ids:
        if re.fullmatch(PERSONAL_NUMBER, one):
            hidden += 1
            name = f"P{hidden:04d}"
        else:
            name = FORBIDDEN.sub("_", one)[:LONGEST].rstrip(" .") or "_"
        if name.startswith(".") or name.partition(".")[0].lower() in DEVICES:
            name = f"_{name}"
        plain, number = name, 2
        while name.lower() in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(name.lower())
        names[one] = name
    return names
