"""A plan as a folder of files: bookings to import, whom to ask, what to tell, and the plan whole.

The folder is built hidden beside its place, then moved there by one rename.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import polars as pl

from tcw.errors import UsageFault
from tcw.matching.plan import Plan
from tcw.matching.time_bank import ledger
from tcw.model.schedule import Schedule
from tcw.privacy.masking import PERSONAL_NUMBER
from tcw.reports.about import About
from tcw.reports.data.match import write_match_json
from tcw.reports.data.rows import Dialect, dialect_of, write_csv, write_parquet
from tcw.reports.deliver import NO_FOLDER, NOT_A_FILE, NOT_ALLOWED, delivered, system_faults
from tcw.reports.excel.match import write_match_book
from tcw.reports.handback.bookings import Handback, bookings_bytes, handback
from tcw.reports.handback.calendar import calendars
from tcw.reports.handback.messages import notifications
from tcw.reports.handback.shape import Shape
from tcw.reports.tables.match import requests_table, time_bank_tables
from tcw.reports.tables.table import labelled
from tcw.wording import Language, Message, Phrase

WIDTH: Final = 100
"""Columns of the summary."""
MOMENT: Final = "%Y-%m-%d %H:%M"
Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Handout:
    """What the files of a plan need beside the plan and the schedule.

    `shape`: of the source's bookings (`tcw.reports.handback.shape.bookings_shape(loaded, source)`, of the
    source as it was read, before people were replaced by codes). `coded`: people are shown by codes
    (--pseudonymise, or personal numbers hidden). `tell`: receives what to know of the files.
    """

    about: About
    as_of: date
    lang: Language
    shape: Shape | None = None
    dialect: Dialect | None = None
    coded: bool = False
    tell: Callable[[Message], None] = field(default=lambda _: None)

    @property
    def csv(self) -> Dialect:
        """The dialect of CSV for people."""
        return self.dialect or dialect_of(self.lang)


def write_match_folder(folder: Path, plan: Plan, schedule: Schedule, handout: Handout) -> list[Path]:
    """Write a plan's files into an existing folder; return what was written, in order.

    `bookings.csv` (.xlsx, .parquet: as the export came) to import back, `requests.csv`, `notifications.csv`,
    `time_bank.csv`, `plan.xlsx`, `plan.parquet` (for --previous), `plan.json`, `summary.txt`; `units/ID.csv`
    and `people/ID.csv` with the bookings of each, and `people/ID.ics`, a calendar.

    Same plan, schedule and handout: same bytes. For all or nothing of the whole, write into a hidden folder
    and rename that (`tcw.reports.handback.folder.placed`).

    Raises:
        UsageFault, InputFault: as `tcw.reports.deliver.delivered`.
    """
    back = handback(plan, schedule, handout.shape, coded=handout.coded)
    messages = notifications(plan, schedule, handout.lang)
    bank = ledger(plan, schedule)
    for note in (*back.notes, *messages.notes):
        handout.tell(note)
    lang, dialect = handout.lang, handout.csv
    requests, entries = requests_table(plan, schedule), time_bank_tables(bank, schedule)[1]
    files = {
        f"bookings{back.suffix}": bookings_bytes(back, back.cells, dialect),
        "requests.csv": _csv(labelled(requests, lang), dialect),
        "notifications.csv": _csv(messages.rows, dialect),
        "time_bank.csv": _csv(labelled(entries, lang), dialect),
        "plan.parquet": _bytes(write_parquet, plan.assignments),
        "plan.json": _bytes(write_match_json, plan),
        "summary.txt": summary_text(plan, schedule, lang).encode(),
    }
    for name, content in files.items():
        with delivered(folder / name) as temporary:
            temporary.write_bytes(content)
    write_match_book(folder / "plan.xlsx", plan, schedule, bank, schedule.intake, handout.about, lang)
    written = [folder / name for name in (*files, "plan.xlsx")]
    return written + _split(folder, plan, schedule, back, handout)


def summary_text(plan: Plan, schedule: Schedule, lang: Language) -> str:
    """Return what a terminal shows of the plan, as plain text."""
    from rich.console import Console

    from tcw.reports.terminal.match import print_match

    buffer = io.StringIO()
    print_match(Console(file=buffer, width=WIDTH, highlight=False, color_system=None), plan, schedule, lang)
    return buffer.getvalue()


def _split(folder: Path, plan: Plan, schedule: Schedule, back: Handback, handout: Handout) -> list[Path]:
    """Write the bookings of each unit and of each person, and each person's calendar."""
    units, people = (file_names(back.bookings[key].unique().sort()) for key in ("unit_id", "staff_id"))
    files: list[tuple[Path, bytes]] = []
    for key, place, names in (("unit_id", "units", units), ("staff_id", "people", people)):
        numbered = back.cells.with_columns(back.bookings[key].alias(key))
        for (identity,), rows in numbered.partition_by(key, as_dict=True, include_key=False).items():
            content = bookings_bytes(back, rows, handout.csv)
            files.append((folder / place / f"{names[str(identity)]}{back.suffix}", content))
    for staff_id, content in calendars(plan, schedule, handout.as_of, handout.lang):
        files.append((folder / "people" / f"{people[staff_id]}.ics", content))
    for path, content in sorted(files):
        with system_faults(path):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            # Its folder is not in place yet: there is nothing to replace, and nobody looks.
            # Path.open has no mode.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(handle, "wb") as out:  # noqa: PTH123
                out.write(content)
    return sorted(path for path, _ in files)


def _csv(frame: pl.DataFrame, dialect: Dialect) -> bytes:
    moments = [name for name, dtype in frame.schema.items() if dtype == pl.Datetime]
    buffer = io.BytesIO()
    write_csv(buffer, frame.with_columns(pl.col(moments).dt.to_string(MOMENT)), dialect)
    return buffer.getvalue()


def _bytes(write: Callable[[BinaryIO, Content], None], content: Content) -> bytes:
    buffer = io.BytesIO()
    write(buffer, content)
    return buffer.getvalue()


FOLDER_IN_USE = Phrase(
    "match-folder-in-use",
    "{path} holds other files than a plan of tcw match: {name}. Name a new folder, or one that tcw match "
    "wrote.",
)
BUILDING, REPLACED = ".tcw-plan-", ".tcw-old-plan-"
MARK = "plan.json"
OWN = re.compile(
    r"bookings\.(csv|xlsx|parquet)|(requests|notifications|time_bank)\.csv|plan\.(xlsx|parquet|json)"
    r"|summary\.txt|units|people"
)
"""What stands in a folder that tcw match wrote, and in no other that is replaced."""
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
LONGEST = 80
"""Characters of a file name made of an id; Windows allows 255 for all of a path's parts and 260 for all of
it."""


def check_place(path: Path) -> None:
    """Refuse before a long computation a folder that cannot be written or that holds what is not ours.

    Raises:
        UsageFault: no folder to put it in, something else in its place, or no right to write.
    """
    with system_faults(path):
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

    Whatever goes wrong, an earlier plan there stays as it was. Raises as `check_place` and `system_faults`
    do.
    """
    check_place(path)
    target = path.resolve()
    with system_faults(path):
        building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=target.parent))
    try:
        yield building
        with system_faults(path):
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
    """Return a file name without ending for each id.

    One that Windows allows, of no device, unlike the others whatever their capitals.

    Ids that are personal numbers are P0001 and so on: a file's name is seen by more people than its content.
    """
    names: dict[str, str] = {}
    used: set[str] = set()
    hidden = 0
    for text in ids:
        if re.fullmatch(PERSONAL_NUMBER, text):
            hidden += 1
            name = f"P{hidden:04d}"
        else:
            name = FORBIDDEN.sub("_", text)[:LONGEST].rstrip(" .") or "_"
        if name.startswith(".") or name.partition(".")[0].lower() in DEVICES:
            name = f"_{name}"
        plain, number = name, 2
        while name.lower() in used:
            name, number = f"{plain}-{number}", number + 1
        used.add(name.lower())
        names[text] = name
    return names
