"""A plan as a folder of files: bookings to import, whom to ask, what to tell, and the plan whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tcw.intake.shape import Shape
from tcw.matching.plan import Plan
from tcw.model.schedule import Schedule
from tcw.reports.about import About
from tcw.reports.csvfile import Dialect, dialect_of, write_parquet
from tcw.reports.deliver import delivered
from tcw.reports.match_bookings import handback
from tcw.reports.match_bookings_file import bookings_bytes
from tcw.reports.match_json import write_match_json
from tcw.wording import Language, Message


@dataclass(frozen=True, slots=True)
class Handout:
    """What the files of a plan need beside the plan and the schedule.

    `shape`: of the source's bookings (`tcw.intake.shape.bookings_shape(loaded, source)`, of the source as it was read, before people were
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

    Same plan, schedule and handout: same bytes. Each file is written whole or not at all; for all or nothing of the whole folder, write
    into a hidden one and rename that.

    Raises:
        UsageFault, InputFault: as `tcw.reports.deliver.delivered`.
    """
    back = handback(plan, schedule, handout.shape, coded=handout.coded)
    for note in back.notes:
        handout.tell(note)
    parquet, json = io.BytesIO(), io.BytesIO()
    write_parquet(parquet, plan.assignments)
    write_match_json(json, plan)
    files = {
        f"bookings{back.suffix}": bookings_bytes(back, back.cells, handout.csv),
        "plan.parquet": parquet.getvalue(),
        "plan.json": json.getvalue(),
    }
    for name, content in files.items():
        with delivered(folder / name) as temporary:
            temporary.write_bytes(content)
    return [folder / name for name in files]
