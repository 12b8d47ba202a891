"""`tcw check`: working-time law, agreements, bookings and settings."""

import sys
from typing import Annotated

import typer

from tcw.cli.options import (
    ConfigOption,
    DebugOption,
    Format,
    FromOption,
    LangOption,
    QuietOption,
    Source,
    ToOption,
    first_day,
    last_day,
)
from tcw.errors import ExitCode


def check(
    source: Source,
    select: Annotated[
        list[str] | None,
        typer.Option(help="Rules or families to judge, as in WT,BK01; may be repeated.", show_default=False),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="Rules or families to leave out.", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", help="Bookings from this day on are planned; default: today.", show_default=False
        ),
    ] = None,
    from_: FromOption = None,
    to: ToOption = None,
    format: Annotated[Format, typer.Option(help="What is written to standard output.")] = Format.table,
    config: ConfigOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Check bookings against working-time law, collective agreements and booking sense."""
    del debug
    from datetime import date

    from tcw.cli import loading
    from tcw.cli.check_outputs import Output, deliver
    from tcw.rules import run
    from tcw.rules.choice import chosen

    settings = loading.settings(source, config, lang)
    rules = chosen(select or settings.rules.select, ignore or settings.rules.ignore)
    loaded = loading.read(source, settings, quiet=quiet)
    day = first_day(as_of, "--as-of") or date.today()  # noqa: DTZ011 - the user's own day
    result = run.check(loaded.schedule, day, first_day=first_day(from_), last_day=last_day(to), rules=rules)
    deliver(result, loaded.schedule.intake, Output(format, source, day, quiet), sys.stdout)
    if result.failures:
        raise typer.Exit(ExitCode.INPUT)
    counted = result.findings.filter(result.findings["waived_by"].is_null())
    if (counted["severity"] == "error").any():
        raise typer.Exit(ExitCode.FINDINGS)
