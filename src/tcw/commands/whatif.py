"""What if: every scenario's plan beside today's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

import polars as pl
from rich.console import Console

from tcw.commands.listener import SILENT, Listener
from tcw.commands.loading import OpenedSource, SourceRequest, open_source
from tcw.commands.match import with_unit_ids
from tcw.commands.output import Outcome, is_folder, write_file
from tcw.errors import ExitCode, ManyFaults
from tcw.intake.settings.config_file import line_of
from tcw.intake.settings.items_and_scenarios import ScenariosFile, read_scenarios
from tcw.intake.settings.starter import scenarios_starter
from tcw.matching.left_out import left_out
from tcw.matching.orders import OrderSelection
from tcw.matching.scenarios.scenario_names import NOUNS, unknown_names
from tcw.matching.scenarios.whatif import WhatIf, whatif
from tcw.matching.solve import Mode
from tcw.model.schedule import Schedule
from tcw.reports.about import About
from tcw.reports.data.whatif import outcome_rows, write_whatif_json
from tcw.reports.deliver import check_target
from tcw.wording import Message, Phrase

if TYPE_CHECKING:
    from tcw.reports.data.rows import Dialect

__all__ = ["OrderSelection", "WhatIfOutcome", "WhatIfRequest", "read_scenarios", "run", "scenarios_starter"]

FILES: Final = ("whatif.xlsx", "whatif.html", "whatif.json", "whatif.csv")
"""What a folder gets."""
NO_ORDERS = Phrase(
    "whatif-no-orders", "There are no open or returned orders to fill from {day} on: every scenario is empty."
)
NOT_PROVEN = Phrase(
    "whatif-not-proven",
    "Not every plan is proven to be the best: what a scenario adds may be more or less than shown.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfRequest:
    """Which scenarios to try.

    Args:
        source: where from.
        scenarios: see `read_scenarios`.
        selection: which orders, as of which day; units by id or name.
        mode: as for `tcw match`.
        time_limit: seconds for each plan; None: until it is proven.
    """

    source: SourceRequest
    scenarios: ScenariosFile
    selection: OrderSelection
    mode: Mode = "joint"
    time_limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class WhatIfOutcome(Outcome):
    """All scenarios beside today; a folder gets every kind of file."""

    result: WhatIf
    messages: tuple[Message, ...]

    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".html", ".htm", ".json", ".csv")

    @property
    def exit_code(self) -> ExitCode:
        """4 when no scenario fills an order, and there are orders."""
        outcomes = self.result.outcomes
        filled = int(outcomes["filled"].sum())
        return ExitCode.NO_PLAN if not filled and outcomes["orders"][0] else ExitCode.CLEAN

    @classmethod
    def check_out(cls, path: Path) -> None:
        """Refuse early what cannot be written. Raises UsageFault."""
        if not is_folder(path):
            check_target(path, *cls.suffixes)
        elif not path.exists():
            check_target(path)

    def notes(self, format: str | None) -> Sequence[Message]:  # noqa: A002 - the option's name
        """Return what no plan knows of, and whether all are proven."""
        del format
        return self.messages

    def rows(self) -> Iterator[pl.DataFrame]:
        """Yield a row for today and each scenario."""
        yield outcome_rows(self.result)

    def write_json(self, out: BinaryIO) -> None:
        """Write everything."""
        write_whatif_json(out, self.result)

    def write_workbook(self, path: Path, about: About) -> None:
        """Write the workbook, with a chart."""
        from tcw.reports.excel.whatif import write_whatif_book

        write_whatif_book(path, self.result, self.intake, about, self.lang)

    def write_page(self, path: Path, about: About) -> None:
        """Write the page."""
        from tcw.reports.page.whatif import write_whatif_page

        write_whatif_page(path, self.result, self.intake, about, self.lang)

    def write_folder(self, path: Path, about: About, dialect: "Dialect") -> None:
        """Write all of FILES."""
        path.mkdir(exist_ok=True)
        for name in FILES:
            write_file(self, path / name, lambda: about, dialect)

    def print_to(self, console: Console) -> None:
        """Print the scenarios."""
        from tcw.reports.terminal.whatif import print_whatif

        print_whatif(console, self.result, self.lang)


def run(
    request: WhatIfRequest, listener: Listener = SILENT, opened: OpenedSource | None = None
) -> WhatIfOutcome:
    """Answer all scenarios over a source, which may be `opened` already, with its dates of birth.

    Raises:
        TcwError: the scenarios or `selection` name what the source does not have, or it cannot be used; see
            `open_source`.
        KeyboardInterrupt: the user interrupted one of the plans.
    """
    source = opened or open_source(request.source, listener, ages=True)
    schedule = source.schedule
    selection = with_unit_ids(schedule, request.selection)
    _check_names(request.scenarios, schedule)
    with listener.working() as progress:
        result = whatif(
            schedule,
            selection,
            request.scenarios.content,
            request.mode,
            time_limit=request.time_limit,
            progress=progress,
        )
    messages = (*left_out(schedule, selection.as_of), *_status_notes(result, selection))
    return WhatIfOutcome(lang=request.source.lang, intake=schedule.intake, result=result, messages=messages)


def _check_names(file: ScenariosFile, schedule: Schedule) -> None:
    faults = [
        file.fault(
            unknown.loc,
            unknown.phrase,
            value=unknown.value,
            what=Message(NOUNS[unknown.noun]),
            known=", ".join(unknown.examples),
            suggestion=unknown.suggestion,
        )
        for unknown in unknown_names(file.content, schedule)
    ]
    if faults:
        raise faults[0] if len(faults) == 1 else ManyFaults(sorted(faults, key=line_of))


def _status_notes(result: WhatIf, selection: OrderSelection) -> tuple[Message, ...]:
    if not result.outcomes["orders"][0]:
        return (Message(NO_ORDERS, {"day": selection.as_of.isoformat()}),)
    return (Message(NOT_PROVEN),) if (result.outcomes["status"] == "feasible").any() else ()
