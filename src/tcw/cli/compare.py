"""`tcw checklist compare`: compares two exports and answers the checklist."""

import sys

import typer

from tcw.cli.options import checklists, days, every_command, outputs
from tcw.commands.output import Format


def compare(
    before: checklists.Before,
    after: checklists.After,
    items: checklists.Items = None,
    as_of: checklists.AsOf = None,
    format: outputs.Style = Format.table,
    csv: outputs.Csv = None,
    out: checklists.Files = None,
    pseudonymise: every_command.Pseudonymise = False,
    show_personal_numbers: every_command.ShowNumbers = False,
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Compare two exports of a system cell by cell, and answer the checklist.

    Exit code 1 while an item fails. Settings are those of AFTER's tcw.yaml; a side without one goes by the
    other's.

    \b
    Examples:
      tcw checklist before.tcwsnap after --out audit.xlsx
      tcw checklist before after --as-of 2026-07-01 --list items.yaml --format json
    """
    from tcw.cli.shell.faults import language, speak
    from tcw.cli.shell.session import terminal
    from tcw.commands.checklist import ChecklistOutcome, ChecklistRequest, about_sides, prepare, run
    from tcw.commands.output import Targets, write

    request = ChecklistRequest(
        before=before,
        after=after,
        as_of=days.as_of_day(as_of),
        items=items,
        out=tuple(out or ()),
        config=config,
        pseudonymise=pseudonymise,
        show_numbers=show_personal_numbers,
    )
    command = " ".join(["tcw", *sys.argv[1:]])
    targets = Targets(lambda _: about_sides(request, command), format, request.out, dialect=csv)
    speak(lang.value if lang else None)
    targets.check_dialect()
    targets.check(ChecklistOutcome)
    prepared = prepare(request)
    if lang is None:
        speak(prepared.lang)
    listener = terminal(quiet=quiet, debug=debug)
    with run(request, prepared, language(), listener) as outcome:
        write(outcome, targets, sys.stdout, listener)
        code = outcome.exit_code
    if code:
        raise typer.Exit(code)
