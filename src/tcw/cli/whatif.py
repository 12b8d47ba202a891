"""`tcw whatif`: scenarios beside today."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.match import Mode
from tcw.cli.options import common, days, outputs
from tcw.errors import UsageFault
from tcw.wording import Phrase

NOT_GIVEN = Phrase(
    "whatif-not-given",
    "SOURCE and SCENARIOS are needed: tcw whatif export scenarios.yaml; tcw whatif --starter prints a file to begin with.",
)


class WhatIfFormat(StrEnum):
    """What is written to standard output."""

    table = "table"
    json = "json"
    csv = "csv"


def whatif(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="SOURCE", help="Folder of exports, or one file.", show_default=False),
    ] = None,
    scenarios: Annotated[
        Path | None,
        typer.Argument(metavar="SCENARIOS", help="The scenarios (YAML).", show_default=False),
    ] = None,
    starter: Annotated[
        bool, typer.Option("--starter", help="Print a scenarios file to begin with, and stop.")
    ] = False,
    mode: Annotated[Mode, typer.Option(help="How orders are filled, as in tcw match.")] = Mode.joint,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DAY",
            help="Orders from this day on are filled; default: today.",
            show_default=False,
        ),
    ] = None,
    from_: days.From = None,
    to: days.To = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            "--unit", metavar="UNIT", help="Only orders of this unit; may be repeated.", show_default=False
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit",
            metavar="SECONDS",
            min=0,
            help="Take the best plan found by then, for each plan.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        WhatIfFormat, typer.Option(help="What is written to standard output.")
    ] = WhatIfFormat.table,
    csv: outputs.Csv = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE|FOLDER",
            help="Write .xlsx (workbook with a chart), .html (page), .json or .csv, or all into a folder; may be repeated.",
            show_default=False,
        ),
    ] = None,
    pseudonymise: common.Pseudonymise = False,
    show_personal_numbers: common.ShowNumbers = False,
    config: common.Config = None,
    lang: common.Lang = None,
    quiet: common.Quiet = False,
    debug: common.Debug = False,
) -> None:
    """Try scenarios: what would be filled with larger planning areas, part-timers up to full time, other limits.

    Each scenario is answered as tcw match would, beside today, and each measure alone and last of all. Nothing is booked, and nothing in SOURCE changes.
    Exit code 4 when no order can be filled, in no scenario.

    \b
    Examples:
      tcw whatif export scenarios.yaml --as-of 2026-05-04
      tcw whatif export scenarios.yaml --as-of 2026-05-04 --out whatif.xlsx --out whatif.html
      tcw whatif --starter > scenarios.yaml
    """
    from datetime import date

    from tcw.cli import loading, whatif_outputs
    from tcw.cli.shell.faults import speak
    from tcw.intake.settings.items_and_scenarios import read_scenarios
    from tcw.intake.settings.starter import scenarios_starter
    from tcw.matching.orders import Asked

    del debug
    if starter:
        typer.echo(scenarios_starter(), nl=False)
        return
    speak(lang.value if lang else None)
    if source is None or scenarios is None:
        raise UsageFault(NOT_GIVEN)
    settings = loading.settings(source, config, lang)
    output = whatif_outputs.Output(format.value, source, csv, tuple(out or ()), quiet)
    output.check_targets()
    file = read_scenarios(scenarios)
    asked = Asked(
        days.first_day(as_of, "--as-of") or date.today(),  # noqa: DTZ011 - the user's own day
        days.first_day(from_),
        days.last_day(to),
        tuple(unit or ()),
    )
    loaded = loading.read(source, settings, quiet=quiet)
    schedule, hidden = loading.private(
        loaded.schedule, pseudonymise=pseudonymise, show_numbers=show_personal_numbers, ages=True
    )
    loading.notes(hidden, quiet=quiet)
    code = whatif_outputs.deliver(schedule, asked, file, mode.value, time_limit, output, sys.stdout)
    if code:
        raise typer.Exit(code)
