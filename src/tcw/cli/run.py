"""`tcw run`: the nightly batch."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.check import FailOn
from tcw.cli.options import common, days, outputs


class LogFormat(StrEnum):
    """How a run tells what it does."""

    text = "text"
    json = "json"


def run(
    source: common.Source,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Folder of results; each run adds one folder to it.",
            show_default=False,
        ),
    ],
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DAY",
            help="Bookings and orders from this day on are planned; default: today.",
            show_default=False,
        ),
    ] = None,
    step: Annotated[
        list[str] | None,
        typer.Option(
            "--step",
            metavar="STEP",
            help="check, match, kpi or followup, in place of tcw.yaml's; may be repeated.",
            show_default=False,
        ),
    ] = None,
    if_changed: Annotated[
        bool,
        typer.Option(
            "--if-changed",
            help="Do nothing when files, settings, day and version are those of the last result.",
        ),
    ] = False,
    keep: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="NUMBER",
            help="Keep so many results, the newest; default: tcw.yaml's, else all.",
            show_default=False,
        ),
    ] = None,
    settle: Annotated[
        int | None,
        typer.Option(
            "--settle",
            min=0,
            metavar="SECONDS",
            help="Wait for files changed within so many seconds; default: tcw.yaml's, else 10.",
            show_default=False,
        ),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on",
            help="Exit with 1 from this severity on; default: tcw.yaml's, else error.",
            show_default=False,
        ),
    ] = None,
    min_group: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="NUMBER",
            help="Statistics hide groups of fewer people than this, also from subtraction.",
            show_default=False,
        ),
    ] = None,
    csv: outputs.Csv = None,
    log_format: Annotated[
        LogFormat | None,
        typer.Option(
            "--log-format",
            help="Lines for people, or a JSON object a line; default: text on a terminal, else json.",
            show_default=False,
        ),
    ] = None,
    log_file: Annotated[
        Path | None,
        typer.Option(
            "--log-file", metavar="FILE", help="Add the same lines to this file.", show_default=False
        ),
    ] = None,
    pseudonymise: common.Pseudonymise = False,
    show_personal_numbers: common.ShowNumbers = False,
    config: common.Config = None,
    lang: common.Lang = None,
    quiet: common.Quiet = False,
    debug: common.Debug = False,
) -> None:
    """Do it all, unattended: check, match, kpi, followup; one new result folder in DIR, whole or not at all.

    The source is read once, when its files are at rest. A run that fails or is killed leaves the last result as it was,
    and the next run removes its remains. DIR/latest.json names the newest result. Settings: run: in tcw.yaml.

    \b
    Exit codes, the highest of all steps':
      0 clean
      1 findings at or above --fail-on
      2 wrong usage or configuration, or DIR cannot be written
      3 unusable input, a full disk, or a step that failed (the others' results are there)
      4 no order could be filled
      5 another run is at work on DIR
      130 stopped by Ctrl-C or SIGTERM

    \b
    Examples:
      tcw run export --out results
      tcw run export --out results --if-changed --keep 30 --log-file tcw.log
      tcw run export --out results --as-of 2026-05-04 --step check --step kpi --fail-on never
    """
    from datetime import date

    from tcw.cli import run_outputs

    given = run_outputs.Given(
        steps=tuple(step or ()),
        keep=keep,
        settle_seconds=settle,
        fail_on=fail_on.value if fail_on else None,
        min_group=min_group,
        pseudonymise=pseudonymise or None,
    )
    night = run_outputs.Night(
        source=source,
        out=out,
        as_of=days.first_day(as_of, "--as-of") or date.today(),  # noqa: DTZ011 - the user's own day
        if_changed=if_changed,
        csv=csv,
        log_format=log_format.value if log_format else None,
        log_file=log_file,
        show_numbers=show_personal_numbers,
        config=config,
        lang=lang,
        quiet=quiet,
        debug=debug,
    )
    code = run_outputs.deliver(night, given)
    if code:
        raise typer.Exit(code)
