"""`tcw check`: working-time law, agreements, bookings and settings."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.engine import engine_of, read
from tcw.cli.options import common, days, outputs
from tcw.cli.options.engines import Engine as EngineOption
from tcw.cli.options.engines import EngineName as Engine
from tcw.cli.options.engines import Master as MasterOption
from tcw.cli.options.engines import Parts as PartsOption
from tcw.cli.options.engines import Scratch as ScratchOption
from tcw.cli.options.engines import master_of, parts_wanted, scratch_of
from tcw.commands.output import Format


class FailOn(StrEnum):
    """The severity from which findings make the exit code 1."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


def check(
    source: common.Source,
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULES",
            help="Rules or families to judge, as in WT,BK01; default: all.",
            show_default=False,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="RULES", help="Rules or families to leave out.", show_default=False),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DAY",
            help="Bookings from this day on are planned; default: today.",
            show_default=False,
        ),
    ] = None,
    from_: days.From = None,
    to: days.To = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            "--unit", metavar="UNIT", help="Only findings at this unit; may be repeated.", show_default=False
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Findings of an earlier run (Parquet or CSV): only new ones count.",
            show_default=False,
        ),
    ] = None,
    accepted: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Findings somebody has accepted (CSV with who, when, why): they do not count.",
            show_default=False,
        ),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit with 1 when a finding this severe counts.")
    ] = FailOn.error,
    format: Annotated[Format, typer.Option(help="What is written to standard output.")] = Format.table,
    csv: outputs.Csv = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Write .xlsx (workbook), .html (page), .parquet, .csv or .json; may be repeated.",
            show_default=False,
        ),
    ] = None,
    into: outputs.Into = None,
    rejects: outputs.Rejects = None,
    parts: PartsOption = None,
    scratch: ScratchOption = None,
    engine: EngineOption = Engine.local,
    master: MasterOption = None,
    pseudonymise: common.Pseudonymise = False,
    show_personal_numbers: common.ShowNumbers = False,
    config: common.Config = None,
    lang: common.Lang = None,
    quiet: common.Quiet = False,
    debug: common.Debug = False,
) -> None:
    """Check bookings against working-time law, collective agreements and booking sense.

    Planned breaches are errors that nothing waives. Exit code 1 when a finding counts, 3 when a rule failed inside.

    \b
    Examples:
      tcw check export --as-of 2026-03-01 --out check.xlsx --out check.html
      tcw check export --select WT,BK01 --from 2026-W10 --to 2026-W13
      tcw check export --out findings.parquet    (next time: --baseline findings.parquet)
    """
    from dataclasses import replace
    from datetime import date

    from tcw.cli import check_outputs, loading
    from tcw.cli.check_wish import Output, Wish
    from tcw.rules.choice import chosen
    from tcw.rules.measures.requirements import demanding

    settings = loading.settings(source, config, lang)
    rules = chosen(select or settings.rules.select, ignore or settings.rules.ignore)
    output = Output(
        format, source, csv, tuple(out or ()), into, rejects, quiet=quiet, debug=debug, fail_on=fail_on.value
    )
    output.check_targets()
    wish = Wish(
        rules=rules,
        as_of=days.first_day(as_of, "--as-of") or date.today(),  # noqa: DTZ011 - the user's own day
        first_day=days.first_day(from_),
        last_day=days.last_day(to),
        units=tuple(unit or ()),
        baseline=baseline,
        accepted=accepted,
        parts=parts_wanted(parts),
        scratch=scratch_of(scratch),
        master=master_of(engine, master),
    )
    with engine_of(wish.master, wish.scratch) as cluster:
        schedule, hidden = loading.private(
            read(cluster, source, settings, quiet=quiet),
            pseudonymise=pseudonymise,
            show_numbers=show_personal_numbers,
            ages=True,
        )
        loading.notes(hidden, quiet=quiet)
        # There may be millions of orders, and all parts are judged while they are held.
        asked = {"orders": demanding(schedule.tables["orders"])}
        schedule = replace(schedule, tables={**schedule.tables, **asked})
        code = check_outputs.deliver(schedule, wish, output, sys.stdout, cluster)
    if code:
        raise typer.Exit(code)
