"""A plan as a folder of files: bookings to import, whom to ask, what to tell, and the plan whole."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import polars as pl

from tcw.matching.plan import Plan
from tcw.matching.time_bank import ledger
from tcw.model.schedule import Schedule
from tcw.reports.about import About
from tcw.reports.data.csvfile import Dialect, dialect_of, write_csv, write_parquet
from tcw.reports.data.match_json import write_match_json
from tcw.reports.deliver import delivered, told
from tcw.reports.excel.match_book import write_match_book
from tcw.reports.handback.match_bookings import Handback, handback
from tcw.reports.handback.match_bookings_file import bookings_bytes
from tcw.reports.handback.match_calendar import calendars
from tcw.reports.handback.match_messages import notifications
from tcw.reports.handback.plan_place import file_names
from tcw.reports.handback.shape import Shape
from tcw.reports.tables.match_tables import requests_table, time_bank_tables
from tcw.reports.tables.table import labelled
from tcw.wording import Language, Message

WIDTH: Final = 100
"""Columns of the summary."""
MOMENT: Final = "%Y-%m-%d %H:%M"
Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Handout:
    """What the files of a plan need beside the plan and the schedule.

    `shape`: of the source's bookings (`tcw.reports.handback.shape.bookings_shape(loaded, source)`, of the source as it was read, before people were
    replaced by codes). `coded`: people are shown by codes (--pseudonymise, or personal numbers hidden). `tell`: is told what to know of the
    files.
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

    `bookings.csv` (.xlsx, .parquet: as the export came) to import back, `requests.csv`, `notifications.csv`, `time_bank.csv`, `plan.xlsx`,
    `plan.parquet` (for --previous), `plan.json`, `summary.txt`; `units/ID.csv` and `people/ID.csv` with the bookings of each, and
    `people/ID.ics`, a calendar.

    Same plan, schedule and handout: same bytes. For all or nothing of the whole, write into a hidden folder and rename that
    (`tcw.reports.handback.plan_place.placed`).

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

    from tcw.reports.terminal.match_terminal import print_match

    buffer = io.StringIO()
    print_match(Console(file=buffer, width=WIDTH, highlight=False, color_system=None), plan, schedule, lang)
    return buffer.getvalue()


def _split(folder: Path, plan: Plan, schedule: Schedule, back: Handback, handout: Handout) -> list[Path]:
    """Write the bookings of each unit and of each person, and each person's calendar."""
    units, people = (file_names(back.bookings[key].unique().sort()) for key in ("unit_id", "staff_id"))
    files: list[tuple[Path, bytes]] = []
    for key, place, names in (("unit_id", "units", units), ("staff_id", "people", people)):
        numbered = back.cells.with_columns(back.bookings[key].alias(key))
        for (one,), rows in numbered.partition_by(key, as_dict=True, include_key=False).items():
            content = bookings_bytes(back, rows, handout.csv)
            files.append((folder / place / f"{names[str(one)]}{back.suffix}", content))
    for staff_id, content in calendars(plan, schedule, handout.as_of, handout.lang):
        files.append((folder / "people" / f"{people[staff_id]}.ics", content))
    for path, content in sorted(files):
        with told(path):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            # Its folder is not in place yet: there is nothing to replace, and nobody looks.
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:  # noqa: PTH123 - Path.open has no mode
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
