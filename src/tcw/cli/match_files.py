"""The files of a plan: a folder with all there is to hand out, a workbook, files for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tcw.cli import loading
from tcw.cli.loading import dialect_named
from tcw.cli.shell.faults import language
from tcw.errors import UsageFault
from tcw.reports.deliver import check_target, delivered
from tcw.reports.handback.plan_place import check_place, placed
from tcw.wording import Message, Phrase

if TYPE_CHECKING:
    from tcw.intake.load import Loaded
    from tcw.matching.plan import Plan
    from tcw.model.schedule import Schedule
    from tcw.reports.handback.match_folder import Handout

SUFFIXES = (".xlsx", ".parquet", ".json")
TWICE = Phrase("out-twice", "--out: {path} is named twice.")
NO_PLACE = Phrase(
    "match-out-place",
    "--out: {path} is neither a folder nor a file that can be written: a file ends in .xlsx, .parquet or .json, the name of a new folder "
    "has no ending.",
)


@dataclass(frozen=True, slots=True)
class Output:
    """Where the user wants the plan."""

    source: Path
    csv: str | None
    out: tuple[Path, ...]

    def check_targets(self) -> None:
        """Refuse before a long computation what cannot be written after it."""
        dialect_named(self.csv)
        for path in self.out:
            if self.out.count(path) > 1:
                raise UsageFault(TWICE, path=path)
            if is_folder(path):
                check_place(path)
            else:
                check_target(path, *SUFFIXES)


@dataclass(frozen=True, slots=True)
class Written:
    """What the files are written from, beside the plan. `coded`: people are shown by codes."""

    output: Output
    loaded: "Loaded"
    coded: bool

    def write(self, plan: "Plan", schedule: "Schedule", as_of: date, *, quiet: bool) -> None:
        """Write every place the user named."""
        if not self.output.out:
            return
        from tcw.reports.data.csvfile import write_parquet
        from tcw.reports.data.match_json import write_match_json
        from tcw.reports.handback.match_folder import Handout, write_match_folder
        from tcw.reports.handback.shape import bookings_shape

        notes: list[Message] = []
        handout = Handout(
            about=loading.about(self.output.source, schedule.intake),
            as_of=as_of,
            lang=language(),
            shape=bookings_shape(self.loaded, self.output.source),
            dialect=dialect_named(self.output.csv),
            coded=self.coded,
            tell=notes.append,
        )
        for path in self.output.out:
            if is_folder(path):
                with placed(path) as folder:
                    write_match_folder(folder, plan, schedule, handout)
            elif path.suffix.lower() == ".xlsx":
                _write_book(path, plan, schedule, handout)
            else:
                with delivered(path, *SUFFIXES) as temporary, temporary.open("wb") as opened:
                    if path.suffix.lower() == ".json":
                        write_match_json(opened, plan)
                    else:
                        write_parquet(opened, plan.assignments)
        loading.notes(_once(notes), quiet=quiet)


def is_folder(path: Path) -> bool:
    """Say whether a place is a folder: one that is there, or a name without ending."""
    if path.is_dir() or not path.suffix:
        return True
    if path.suffix.lower() not in SUFFIXES:
        raise UsageFault(NO_PLACE, path=path)
    return False


def _write_book(path: Path, plan: "Plan", schedule: "Schedule", handout: "Handout") -> None:
    from tcw.matching.time_bank import ledger
    from tcw.reports.excel.match_book import write_match_book

    bank = ledger(plan, schedule)
    write_match_book(path, plan, schedule, bank, schedule.intake, handout.about, handout.lang)


def _once(notes: Sequence[Message]) -> list[Message]:
    return [note for place, note in enumerate(notes) if note not in notes[:place]]
