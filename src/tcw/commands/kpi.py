"""The key figures (nyckeltal) of the Anställdrapport."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import polars as pl
from rich.console import Console

from tcw.commands.engine import HERE, EngineRequest, executor_of
from tcw.commands.listener import SILENT, Listener
from tcw.commands.loading import OpenedSource, SourceRequest, open_source, with_findings
from tcw.commands.output import Format, Outcome
from tcw.errors import ExitCode, UsageFault
from tcw.kpis.compute import compute, plan
from tcw.kpis.hidden_groups import PERSONAL, hide_small
from tcw.kpis.portions import compute_in_parts
from tcw.kpis.result import GRAINS, Grain, KpiResult
from tcw.kpis.selection import Selection
from tcw.model.config import Config, settings_in_force
from tcw.model.intake_report import Doubt
from tcw.model.schedule import Schedule
from tcw.parts.executor import Executor
from tcw.reports.about import About
from tcw.reports.data.kpi import rows_pieces, write_kpi_json
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Share

__all__ = ["KpiOutcome", "KpiRequest", "Selection", "run"]

EVERYBODY = Selection()
PEOPLE_ARE_SMALL = Phrase(
    "kpi-person-min-group",
    "--min-group {least} hides groups of fewer than {least} people, and every person is a group of one: "
    "leave out --grain {grain}, or --min-group.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiRequest:
    """Which key figures.

    Args:
        source: where from.
        selection: of whom and when; an employment type or a rate it does not name is that of tcw.yaml.
        grain: what a row is about; None: a summary on the terminal, and by employee and week in data.
        in_report: all grains are computed, for a workbook or a page.
        in_data: rows are written to a file for programs as well.
        on_terminal: a table is printed; without `grain` that is the summary, and only what it shows is
            computed.
        mean_of_ratios: average the employee-weeks' figures whatever tcw.yaml says.
        min_group: groups of fewer people are hidden, and with them all rows about one person; 0 or 1: none.
        hours_of_small: with `min_group`, show the hours of the rows that are shown; see `hide_small`.
        fail_on_warning: the exit code is 1 when a figure is beyond its warning level.
        engine: see `EngineRequest`.
    """

    source: SourceRequest
    selection: Selection = EVERYBODY
    grain: Grain | None = None
    in_report: bool = False
    in_data: bool = False
    on_terminal: bool = False
    mean_of_ratios: bool = False
    min_group: int = 0
    hours_of_small: bool = True
    fail_on_warning: bool = False
    engine: EngineRequest = HERE

    @property
    def hides(self) -> bool:
        """Whether groups of few people are hidden, and all rows about one person."""
        return self.min_group > 1

    @property
    def row_grain(self) -> Grain:
        """What a row of data is about."""
        return self.grain or ("unit" if self.hides else "employee-week")

    def grains(self) -> tuple[Grain, ...]:
        """Return the grains to compute, and no more; who is in which group is needed to hide small ones."""
        if self.in_report:
            return GRAINS
        in_summary = self.on_terminal and not self.grain
        shown: tuple[Grain, ...] = ("all", "week") if in_summary else (self.row_grain,)
        if in_summary and self.in_data:
            shown = (*shown, self.row_grain)
        return (*shown, "employee-week") if self.hides else shown

    def check(self) -> None:
        """Refuse rows about one person where small groups are to be hidden. Raises UsageFault."""
        if self.hides and self.grain in PERSONAL:
            raise UsageFault(PEOPLE_ARE_SMALL, least=self.min_group, grain=self.grain)


@dataclass(frozen=True, kw_only=True)
class KpiOutcome(Outcome):
    """Key figures. `full` has also what `result` hides because it is about few people."""

    request: KpiRequest
    result: KpiResult
    full: KpiResult

    @property
    def exit_code(self) -> ExitCode:
        """1 when a figure is beyond its warning level, where asked for."""
        red = self.request.fail_on_warning and self.full.warnings.height
        return ExitCode.FINDINGS if red else ExitCode.CLEAN

    @property
    def row_count(self) -> int:
        """How many employee-weeks there are; 0 when they were not computed."""
        weeks = self.full.weeks
        return 0 if weeks is None else int(weeks.select(pl.len()).collect().item())

    @property
    def is_spilled(self) -> bool:
        """Whether the rows may be more than fit in memory, and stand in files."""
        return self.result.spilled is not None

    def notes(self, format: str | None) -> Sequence[Message]:  # noqa: A002 - the option's name
        """Return what the summary and JSON say themselves."""
        if format == Format.json or (format == Format.table and self.request.grain is None):
            return ()
        return (*self.result.notes, *(finding.message for finding in self.intake.findings))

    def rows(self) -> Iterator[pl.DataFrame]:
        """Yield the rows of the grain asked for."""
        return rows_pieces(self.result, self.request.row_grain)

    def write_json(self, out: BinaryIO) -> None:
        """Write rows, warnings and what the data costs."""
        write_kpi_json(out, self.result, self.request.row_grain, self.intake, self.lang)

    def write_workbook(self, path: Path, about: About) -> None:
        """Write the workbook, with charts."""
        from tcw.reports.excel.kpi import write_workbook

        write_workbook(path, self.result, self.intake, about, self.lang)

    def write_into(self, path: Path, about: About) -> None:
        """Put the sheets into a workbook."""
        from tcw.reports.excel.kpi import write_into

        write_into(path, self.result, self.intake, about, self.lang)

    def write_page(self, path: Path, about: About) -> None:
        """Write the page."""
        from tcw.reports.page.kpi import write_page

        write_page(path, self.result, self.intake, about, self.lang)

    def print_to(self, console: Console) -> None:
        """Print the summary, or the rows of the grain asked for."""
        from tcw.reports.tables.kpi import grain_table
        from tcw.reports.terminal.kpi import print_kpi
        from tcw.reports.terminal.printer import print_table

        if self.request.grain is None:
            print_kpi(console, self.result, self.intake, self.lang)
        else:
            print_table(console, grain_table(self.result, self.request.grain), self.lang)


def run(request: KpiRequest, listener: Listener = SILENT, opened: OpenedSource | None = None) -> KpiOutcome:
    """Compute the key figures of a source, which may be `opened` already.

    Raises TcwError: what is asked for contradicts itself, or the source cannot be used; see `open_source`,
    `compute`.
    """
    request.check()
    with ExitStack() as stack:
        executor = stack.enter_context(executor_of(request.engine))
        source = opened or open_source(request.source, listener, executor=executor)
        config = _config(source.schedule.config, request)
        schedule = replace(source.schedule, config=config)
        asked = replace(request, selection=_with_presets(request.selection, config))
        full, costs = _figures(schedule, asked, listener, executor)
        result = full
        if request.hides:
            result = hide_small(full, request.min_group, hours=request.hours_of_small)
        lang = request.source.lang
        filters, in_force = _filters(asked.selection, lang), settings_in_force(config)
        return KpiOutcome(
            lang=lang,
            intake=with_findings(schedule.intake, costs),
            resources=stack.pop_all(),
            request=asked,
            result=replace(result, filters=filters, settings=in_force),
            full=full,
        )


def _config(config: Config, request: KpiRequest) -> Config:
    if not request.mean_of_ratios:
        return config
    return config.model_copy(update={"kpis": config.kpis.model_copy(update={"averages": "mean_of_ratios"})})


def _with_presets(selection: Selection, config: Config) -> Selection:
    """Return the selection with the employment type and rates of tcw.yaml where it names none."""
    preset = config.kpis
    kind = (preset.employment_type,) if preset.employment_type else ()
    return replace(
        selection,
        employment_types=selection.employment_types or kind,
        rate_min=preset.rate_min if selection.rate_min is None else selection.rate_min,
        rate_max=preset.rate_max if selection.rate_max is None else selection.rate_max,
    )


def _figures(
    schedule: Schedule, request: KpiRequest, listener: Listener, executor: Executor
) -> tuple[KpiResult, tuple[Doubt, ...]]:
    """Compute all at once, or part by part; return the figures and what the data costs them."""
    parts, grains = request.engine.parts_of(schedule), request.grains()
    if parts == 1 and not executor.distributed:
        return compute(schedule, request.selection, grains)
    listed = request.in_report or request.on_terminal
    with listener.working() as progress:
        settled = plan(schedule, request.selection, grains)
        return compute_in_parts(settled, parts, executor, listed=listed, progress=progress)


def _filters(selection: Selection, lang: Language) -> dict[str, str]:
    """Return the filters in force, by the name of their option."""
    lists = {
        "service": selection.services,
        "area": selection.areas,
        "unit": selection.units,
        "employment-type": selection.employment_types,
        "category": selection.categories,
    }
    filters = {name: ", ".join(values) for name, values in lists.items() if values}
    if selection.rate_min is not None:
        filters["rate-min"] = Share(selection.rate_min).say(lang)
    if selection.rate_max is not None:
        filters["rate-max"] = Share(selection.rate_max).say(lang)
    return filters
