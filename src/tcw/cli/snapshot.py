"""`tcw checklist snapshot`: freezes an export in one file."""

from tcw.cli.options import checklists, days, every_command


def snapshot(
    source: every_command.Source,
    out: checklists.SnapshotFile,
    retain_until: checklists.RetainUntil = None,
    pseudonymise: every_command.Pseudonymise = False,
    show_personal_numbers: every_command.ShowNumbers = False,
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Freeze an export: every table, also those of settings, in one file that shows when it was taken
    and whether it was changed since.

    \b
    Examples:
      tcw checklist snapshot export --out before.tcwsnap --retain-until 2026-12-31
      tcw checklist snapshot export --out before.tcwsnap --pseudonymise
    """  # noqa: D205 - the sentence is what --help shows
    from tcw.cli.shell.faults import language, speak, tell
    from tcw.cli.shell.session import terminal
    from tcw.commands.snapshot import SnapshotRequest, prepare, run

    request = SnapshotRequest(
        source=source,
        out=out,
        retain_until=days.first_day(retain_until, "--retain-until"),
        config=config,
        pseudonymise=pseudonymise,
        show_numbers=show_personal_numbers,
    )
    speak(lang.value if lang else None)
    settings = prepare(request)
    if lang is None and settings is not None:
        speak(settings.config.language)
    taken = run(request, settings, terminal(quiet=quiet, debug=debug))
    if not quiet:
        tell(taken.say(language()))
