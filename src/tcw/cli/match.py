"""`tcw match`: the booking assistant."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.options import common, days, outputs


class Mode(StrEnum):
    """How orders are filled."""

    joint = "joint"
    staggered = "staggered"
    greedy = "greedy"


class PlanFormat(StrEnum):
    """What is written to standard output."""

    table = "table"
    json = "json"


def match(
    source: common.Source,
    mode: Annotated[
        Mode,
        typer.Option(
            help="All at once (joint), the assistants one after the other (staggered), or one order at a time (greedy)."
        ),
    ] = Mode.joint,
    assistant: Annotated[
        list[str] | None,
        typer.Option(
            "--assistant",
            metavar="NAME",
            help="Only this booking assistant of tcw.yaml; may be repeated.",
            show_default=False,
        ),
    ] = None,
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
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The last plan (Parquet), to change little of it.", show_default=False
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit",
            metavar="SECONDS",
            min=0,
            help="Return the best plan found by then.",
            show_default=False,
        ),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="ORDER[:PERSON]",
            help="Explain one order, or one order and person, instead of showing the plan.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        PlanFormat, typer.Option(help="What is written to standard output.")
    ] = PlanFormat.table,
    csv: outputs.Csv = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            "--out",
            "-o",
            metavar="PLACE",
            help="Write a folder with all there is to hand out, or a file .xlsx (workbook), .parquet (for --previous) or .json; may be repeated.",
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
    """Fill vacant orders with people so that no rule is broken, and prove that no plan fills more.

    The folder of --out holds the new bookings in the shape of the bookings export, to import back, also by unit and by person;
    requests, notifications, calendar files, the time bank and the plan. Nothing is sent or booked. Exit code 4 when no order can be
    filled.

    \b
    Examples:
      tcw match export --as-of 2026-05-04
      tcw match export --as-of 2026-05-04 --out plan --out plan.xlsx
      tcw match export --mode staggered --from 2026-W19 --to 2026-W20 --format json
      tcw match export --as-of 2026-05-04 --explain V00000163
    """
    from datetime import date

    from tcw.cli import loading, match_files, match_outputs
    from tcw.matching.orders import Asked

    settings = loading.settings(source, config, lang)
    output = match_files.Output(source, csv, tuple(out or ()))
    output.check_targets()
    wish = match_outputs.Wish(
        asked=Asked(
            days.first_day(as_of, "--as-of") or date.today(),  # noqa: DTZ011 - the user's own day
            days.first_day(from_),
            days.last_day(to),
            tuple(unit or ()),
        ),
        mode=mode.value,
        assistants=match_outputs.assistants_named(settings, assistant or []),
        previous=match_outputs.read_previous(previous),
        time_limit=time_limit,
        explain=explain,
        format=format.value,
        quiet=quiet,
        debug=debug,
    )
    loaded = loading.read(source, settings, quiet=quiet)
    schedule, hidden = loading.private(
        loaded.schedule, pseudonymise=pseudonymise, show_numbers=show_personal_numbers, ages=True
    )
    loading.notes(hidden, quiet=quiet)
    coded = pseudonymise or bool(hidden)
    code = match_outputs.deliver(schedule, wish, sys.stdout, match_files.Written(output, loaded, coded=coded))
    if code:
        raise typer.Exit(code)
