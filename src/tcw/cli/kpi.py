"""`tcw kpi`: the key figures of the Anställdrapport."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.engine import Engine, EngineOption, MasterOption, engine_of, master_of, read
from tcw.cli.options import (
    ConfigOption,
    CsvOption,
    DebugOption,
    Format,
    FromOption,
    IntoOption,
    LangOption,
    OutOption,
    PartsOption,
    PseudonymiseOption,
    QuietOption,
    RejectsOption,
    ScratchOption,
    ShowNumbersOption,
    Source,
    ToOption,
    UnitOption,
    first_day,
    last_day,
    parts_wanted,
    scratch_of,
    share,
)
from tcw.errors import ExitCode


class GrainName(StrEnum):
    """What a row is about."""

    employee_week = "employee-week"
    employee = "employee"
    week = "week"
    unit = "unit"
    area = "area"
    all = "all"


class EmploymentType(StrEnum):
    """Monthly paid (Månadslön) or hourly paid (Timlön)."""

    monthly = "monthly"
    hourly = "hourly"


def kpi(
    source: Source,
    from_: FromOption = None,
    to: ToOption = None,
    grain: Annotated[
        GrainName | None,
        typer.Option(
            help="What a row is about; default: a summary on the terminal, employee-week in data.",
            show_default=False,
        ),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SERVICE",
            help="Service (tjänst) the employee can be booked on; may be repeated.",
            show_default=False,
        ),
    ] = None,
    area: Annotated[
        list[str] | None,
        typer.Option(
            metavar="AREA",
            help="Area (område) of the employee, or planning area of the unit; may be repeated.",
            show_default=False,
        ),
    ] = None,
    unit: UnitOption = None,
    employment_type: Annotated[
        EmploymentType | None, typer.Option(help="Only monthly or only hourly paid.", show_default=False)
    ] = None,
    rate_min: Annotated[
        str | None,
        typer.Option(metavar="RATE", help='Lowest employment rate: 50, "50 %" or 0.5.', show_default=False),
    ] = None,
    rate_max: Annotated[
        str | None, typer.Option(metavar="RATE", help="Highest employment rate.", show_default=False)
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(metavar="CATEGORY", help="Category (befattning); may be repeated.", show_default=False),
    ] = None,
    mean_of_ratios: Annotated[
        bool,
        typer.Option(
            "--mean-of-ratios", help="Average the employee-weeks' figures instead of dividing sums."
        ),
    ] = False,
    min_group: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="NUMBER",
            help="Hide groups of fewer people than this, also from subtraction, and all rows about one person.",
        ),
    ] = 0,
    format: Annotated[Format, typer.Option(help="What is written to standard output.")] = Format.table,
    csv: CsvOption = None,
    out: OutOption = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a self-contained HTML page.", show_default=False),
    ] = None,
    into: IntoOption = None,
    rejects: RejectsOption = None,
    parts: PartsOption = None,
    scratch: ScratchOption = None,
    engine: EngineOption = Engine.local,
    master: MasterOption = None,
    fail_on_warning: Annotated[
        bool, typer.Option("--fail-on-warning", help="Exit with 1 when a figure is beyond its warning level.")
    ] = False,
    pseudonymise: PseudonymiseOption = False,
    show_personal_numbers: ShowNumbersOption = False,
    config: ConfigOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Calculate the eight key figures (nyckeltal) of the Anställdrapport, by employee and week and up.

    \b
    Examples:
      tcw kpi export --out anstalldrapport.xlsx --html anstalldrapport.html
      tcw kpi export --from 2026-W10 --to 2026-W13 --grain unit
      tcw kpi export --employment-type monthly --rate-min 50 --format json
    """
    del debug
    from tcw.cli import kpi_outputs, loading
    from tcw.kpis.selection import Selection

    settings = loading.settings(source, config, lang)
    kpi_outputs.check_targets(out, html, into, rejects)
    if mean_of_ratios:
        settings = settings.model_copy(
            update={"kpis": settings.kpis.model_copy(update={"averages": "mean_of_ratios"})}
        )
    preset = settings.kpis
    wanted_type = employment_type.value if employment_type else preset.employment_type
    selection = Selection(
        first_day=first_day(from_),
        last_day=last_day(to),
        services=tuple(service or ()),
        areas=tuple(area or ()),
        units=tuple(unit or ()),
        employment_types=(wanted_type,) if wanted_type else (),
        categories=tuple(category or ()),
        rate_min=share(rate_min, "--rate-min") if rate_min is not None else preset.rate_min,
        rate_max=share(rate_max, "--rate-max") if rate_max is not None else preset.rate_max,
    )
    data = kpi_outputs.Output(
        format,
        grain.value if grain else None,
        dialect=csv,
        out=out,
        html=html,
        into=into,
        rejects=rejects,
        quiet=quiet,
        min_group=min_group,
        parts=parts_wanted(parts),
        scratch=scratch_of(scratch),
        master=master_of(engine, master),
    )
    kpi_outputs.check_groups(data)
    with engine_of(data.master, data.scratch) as cluster:
        loaded = read(cluster, source, settings, quiet=quiet)
        schedule, hidden = loading.private(
            loaded, pseudonymise=pseudonymise, show_numbers=show_personal_numbers
        )
        loading.notes(hidden, quiet=quiet)
        result = kpi_outputs.deliver(schedule, selection, data, source, sys.stdout, cluster)
    if fail_on_warning and result.warnings.height:
        raise typer.Exit(ExitCode.FINDINGS)
