"""Where the key figures go: standard output, a workbook, a page, into a workbook."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, get_args

import polars as pl

from tcw.cli import loading
from tcw.cli.options import Format
from tcw.cli.outcome import language
from tcw.errors import UsageFault
from tcw.kpis.compute import compute, plan
from tcw.kpis.hidden_groups import PERSONAL, hide_small
from tcw.kpis.result import GRAINS, Grain, KpiResult
from tcw.kpis.selection import Selection
from tcw.model.config import settings_in_force
from tcw.model.intake_report import IntakeFinding
from tcw.model.schedule import Schedule
from tcw.parts.people import number_of_parts
from tcw.reports.data.csvfile import Dialect, dialect_of, write_csv, write_parquet, write_parquet_pieces
from tcw.reports.deliver import check_target
from tcw.wording import Phrase

if TYPE_CHECKING:
    from tcw.extras.spark.cluster import Cluster

PEOPLE_ARE_SMALL = Phrase(
    "kpi-person-min-group",
    "--min-group {least} hides groups of fewer than {least} people, and every person is a group of one: "
    "leave out --grain {grain}, or --min-group.",
)
NOT_A_DIALECT = Phrase("not-a-dialect", "--csv: {text} is no CSV dialect; write sv or plain.")


@dataclass(frozen=True, slots=True)
class Output:
    """What the user asked for."""

    format: Format
    grain: Grain | None
    dialect: str | None
    out: Path | None
    html: Path | None
    into: Path | None
    rejects: Path | None
    quiet: bool
    parts: int | None = None
    """None: as many as the source needs."""
    scratch: Path | None = None
    master: str | None = None
    """Of a Spark cluster; None for this machine."""
    min_group: int = 0

    @property
    def hides(self) -> bool:
        """Whether groups of few people are hidden, and all rows about one person."""
        return self.min_group > 1

    @property
    def reports(self) -> bool:
        """Whether a report with every grain is written."""
        return any((self.out, self.html, self.into))

    def grains(self) -> tuple[Grain, ...]:
        """Return the grains that have to be computed, and no more."""
        if self.reports:
            return GRAINS
        if self.format is Format.table and self.grain is None:
            return ("all", "week")
        return (self.data_grain,)

    @property
    def data_grain(self) -> Grain:
        """What a row of data is about."""
        return self.grain or ("unit" if self.hides else "employee-week")

    def needed(self) -> tuple[Grain, ...]:
        """Return `grains`, and who is in which group where small groups are hidden."""
        return (*self.grains(), "employee-week") if self.hides else self.grains()


def check_groups(output: Output) -> None:
    """Refuse rows about one person where small groups are to be hidden. Raises UsageFault."""
    if output.hides and output.grain in PERSONAL:
        raise UsageFault(PEOPLE_ARE_SMALL, least=output.min_group, grain=output.grain)


def check_targets(out: Path | None, html: Path | None, into: Path | None, rejects: Path | None) -> None:
    """Refuse before a long computation what cannot be written after it."""
    for path, suffixes in (
        (out, (".xlsx",)),
        (html, (".html", ".htm")),
        (into, (".xlsx", ".xlsm")),
        (rejects, (".csv",)),
    ):
        if path is not None:
            check_target(path, *suffixes)


def deliver(
    schedule: Schedule,
    selection: Selection,
    output: Output,
    source: Path,
    stdout: TextIO,
    cluster: "Cluster | None" = None,
) -> KpiResult:
    """Compute the figures, here or on a cluster, and write everything the user asked for; data goes to stdout, words to stderr."""
    bookings = sum(file.accepted for file in schedule.intake.files if file.table == "bookings")
    parts = number_of_parts(bookings, output.parts, spread=cluster is not None)
    if parts == 1 and cluster is None:
        result, costs = compute(schedule, selection, output.needed())
        return _told(result, costs, schedule, selection, output, source, stdout)
    from tcw.cli.progress import progress_bar
    from tcw.kpis.portions import filed, gather, portions
    from tcw.parts.folder import scratch

    listed = output.reports or output.format is Format.table
    if cluster is not None:
        from tcw.extras.spark.bookings import Bookings
        from tcw.extras.spark.kpi import computed

        with progress_bar(quiet=output.quiet) as progress:
            settled, there = plan(schedule, selection, output.needed()), Bookings(cluster, schedule)
            found = computed(cluster, there, settled, parts, progress)
            result, costs = gather(settled, found, listed=listed, ask=there.ask)
        return _told(result, costs, schedule, selection, output, source, stdout)
    with scratch(output.scratch) as folder:
        with progress_bar(quiet=output.quiet) as progress:
            settled = plan(schedule, selection, output.needed())
            found = (
                filed(one, folder, f"{place:06}")
                for place, one in enumerate(portions(settled, parts, progress))
            )
            result, costs = gather(settled, found, listed=listed)
        return _told(result, costs, schedule, selection, output, source, stdout)


def _told(
    result: KpiResult,
    costs: tuple[IntakeFinding, ...],
    schedule: Schedule,
    selection: Selection,
    output: Output,
    source: Path,
    stdout: TextIO,
) -> KpiResult:
    lang = language()
    dialect = dialect_named(output.dialect)
    full = result
    if output.hides:
        result = hide_small(result, output.min_group)
    result = replace(result, filters=_filters(selection), settings=settings_in_force(schedule.config))
    intake = loading.with_findings(schedule.intake, costs)
    loading.write_rejects(output.rejects, intake)
    if output.reports:
        about = loading.about(source, intake)
        if output.out is not None:
            from tcw.reports.excel.kpi_workbook import write_workbook

            write_workbook(output.out, result, intake, about, lang)
        if output.into is not None:
            from tcw.reports.excel.excel_into import write_into

            write_into(output.into, result, intake, about, lang)
        if output.html is not None:
            from tcw.reports.page.kpi_page import write_page

            write_page(output.html, result, intake, about, lang)
    _print(result, output, intake, stdout, dialect)
    return full


def _print(result: KpiResult, output: Output, intake: object, stdout: TextIO, dialect: Dialect) -> None:
    from tcw.model.intake_report import IntakeReport

    assert isinstance(intake, IntakeReport)
    lang = language()
    grain = output.data_grain
    if output.format is Format.table:
        from rich.console import Console

        from tcw.reports.tables.kpi_tables import grain_table
        from tcw.reports.terminal.kpi_terminal import print_frame, print_kpi

        console = Console(file=stdout, highlight=False)
        if output.grain is None:
            print_kpi(console, result, intake, lang)
        else:
            print_frame(console, grain_table(result, grain), lang)
            loading.notes(
                [*result.notes, *(finding.message for finding in intake.findings)], quiet=output.quiet
            )
        return
    binary: BinaryIO = stdout.buffer
    if output.format is Format.json:
        from tcw.reports.data.kpi_json import write_kpi_json

        write_kpi_json(binary, result, grain, intake, lang)
    else:
        from tcw.reports.data.kpi_json import rows_pieces

        pieces = rows_pieces(result, grain)
        if output.format is Format.csv:
            for place, piece in enumerate(pieces):
                write_csv(binary, piece, dialect, goes_on=place > 0)
        elif result.piles is None:
            write_parquet(binary, pl.concat(list(pieces)))
        else:
            write_parquet_pieces(binary, pieces)
    binary.flush()
    if not output.quiet and output.format is not Format.json:
        loading.notes([*result.notes, *(finding.message for finding in intake.findings)], quiet=output.quiet)


def dialect_named(text: str | None) -> Dialect:
    """Return a CSV dialect by its name, the language's own without one. Raises UsageFault."""
    if text is None:
        return dialect_of(language())
    for known in get_args(Dialect):
        if text == known:
            chosen: Dialect = known
            return chosen
    raise UsageFault(NOT_A_DIALECT, text=text)


def _filters(selection: Selection) -> dict[str, str]:
    """Return the filters in force, by the name of their option."""
    from tcw.wording.quantities import Share

    lang = language()
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
