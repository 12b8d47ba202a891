"""Where scenarios go, and the exit code."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

from tcw.cli import loading
from tcw.cli.loading import dialect_named
from tcw.cli.match_outputs import unit_ids
from tcw.cli.match_source import left_out
from tcw.cli.shell.faults import language
from tcw.cli.shell.progress import progress_bar
from tcw.errors import ExitCode, ManyFaults
from tcw.intake.settings.config_file import line_of
from tcw.kpis.selection import Selection, check_filter_values
from tcw.matching.scenarios.scenario_names import NOUNS, unknown_names
from tcw.matching.scenarios.whatif import whatif
from tcw.reports.data.csvfile import write_csv
from tcw.reports.data.whatif_json import outcome_rows, write_whatif_json
from tcw.reports.deliver import check_target, delivered
from tcw.wording import Message, Phrase

if TYPE_CHECKING:
    from tcw.intake.settings.items_and_scenarios import ScenariosFile
    from tcw.matching.orders import Asked
    from tcw.matching.scenarios.whatif import WhatIf
    from tcw.matching.solve import Mode
    from tcw.model.schedule import Schedule

SUFFIXES: Final = (".xlsx", ".html", ".htm", ".json", ".csv")
NAMES: Final = ("whatif.xlsx", "whatif.html", "whatif.json", "whatif.csv")
"""What a folder gets."""
NO_ORDERS = Phrase(
    "whatif-no-orders", "There are no open or returned orders to fill from {day} on: every scenario is empty."
)
NOT_PROVEN = Phrase(
    "whatif-not-proven",
    "Not every plan is proven to be the best: what a scenario adds may be more or less than shown.",
)


@dataclass(frozen=True, slots=True)
class Output:
    """How scenarios are to be shown and where they are to be written."""

    format: str
    source: Path
    csv: str | None
    out: tuple[Path, ...]
    quiet: bool

    @property
    def files(self) -> tuple[Path, ...]:
        """The files to write: a folder means all of NAMES in it."""
        return tuple(
            file
            for path in self.out
            for file in ((path / name for name in NAMES) if _is_folder(path) else (path,))
        )

    def check_targets(self) -> None:
        """Refuse early what can be seen to fail. Raises UsageFault."""
        dialect_named(self.csv)
        for path in self.out:
            if _is_folder(path):
                if not path.exists():
                    check_target(path)
                continue
            check_target(path, *SUFFIXES)


def _is_folder(path: Path) -> bool:
    return path.is_dir() or not path.suffix


def deliver(
    schedule: "Schedule",
    asked: "Asked",
    file: "ScenariosFile",
    mode: "Mode",
    time_limit: float | None,
    output: Output,
    stdout: TextIO,
) -> ExitCode:
    """Answer all scenarios, and write what the user asked for; data goes to stdout, words to stderr. Return the exit code.

    Raises:
        UsageFault: scenarios or --unit name what the source does not have.
    """
    check_filter_values(schedule.staff, schedule.units, Selection(units=asked.units))
    _check_names(file, schedule)
    asked = replace(asked, units=unit_ids(schedule, asked.units))
    with progress_bar(quiet=output.quiet) as told:
        found = whatif(schedule, asked, file.content, mode, time_limit=time_limit, progress=told)
    _write(found, schedule, output, stdout)
    loading.notes((*left_out(schedule, asked.as_of), *_notes(found, asked)), quiet=output.quiet)
    filled = int(found.outcomes["filled"].sum())
    return ExitCode.NO_PLAN if not filled and found.outcomes["orders"][0] else ExitCode.CLEAN


def _check_names(file: "ScenariosFile", schedule: "Schedule") -> None:
    faults = [
        file.fault(
            one.loc,
            one.phrase,
            value=one.value,
            what=Message(NOUNS[one.noun]),
            known=", ".join(one.known),
            suggestion=one.suggestion,
        )
        for one in unknown_names(file.content, schedule)
    ]
    if faults:
        raise faults[0] if len(faults) == 1 else ManyFaults(sorted(faults, key=line_of))


def _notes(found: "WhatIf", asked: "Asked") -> tuple[Message, ...]:
    if not found.outcomes["orders"][0]:
        return (Message(NO_ORDERS, {"day": asked.as_of.isoformat()}),)
    return (Message(NOT_PROVEN),) if (found.outcomes["status"] == "feasible").any() else ()


def _write(found: "WhatIf", schedule: "Schedule", output: Output, stdout: TextIO) -> None:
    lang, intake = language(), schedule.intake
    about = loading.about(output.source, intake) if output.files else None
    data: dict[str, Callable[[BinaryIO], None]] = {
        ".json": lambda out: write_whatif_json(out, found),
        ".csv": lambda out: write_csv(out, outcome_rows(found), dialect_named(output.csv)),
    }
    for path in output.out:
        if _is_folder(path):
            path.mkdir(exist_ok=True)
    for path in output.files:
        suffix = path.suffix.lower()
        if suffix in data:
            with delivered(path, *SUFFIXES) as temporary, temporary.open("wb") as opened:
                data[suffix](opened)
            continue
        assert about is not None
        if suffix == ".xlsx":
            from tcw.reports.excel.whatif_book import write_whatif_book

            write_whatif_book(path, found, intake, about, lang)
        else:
            from tcw.reports.page.whatif_page import write_whatif_page

            write_whatif_page(path, found, intake, about, lang)
    if output.format == "table":
        from rich.console import Console

        from tcw.reports.terminal.whatif_terminal import print_whatif

        print_whatif(Console(file=stdout, highlight=False), found, lang)
        return
    buffer = io.BytesIO()
    data[f".{output.format}"](buffer)
    stdout.buffer.write(buffer.getbuffer())
    stdout.buffer.flush()
