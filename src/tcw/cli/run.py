"""`tcw run`: the nightly batch."""

import typer

from tcw.cli.options import days, engines, every_command, findings, matching, nightly, outputs


def run(
    source: every_command.Source,
    out: nightly.Results,
    as_of: nightly.AsOf = None,
    step: nightly.Steps = None,
    if_changed: nightly.IfChanged = False,
    keep: nightly.Keep = None,
    settle: nightly.Settle = None,
    fail_on: nightly.FailOn = None,
    min_group: nightly.MinGroup = None,
    baseline: findings.Baseline = None,
    accepted: findings.Accepted = None,
    previous: matching.Previous = None,
    parts: engines.Parts = None,
    scratch: engines.Scratch = None,
    csv: outputs.Csv = None,
    log_format: nightly.Log = None,
    log_file: nightly.LogFile = None,
    pseudonymise: every_command.Pseudonymise = False,
    show_personal_numbers: every_command.ShowNumbers = False,
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Do it all, unattended: check, match, kpi, followup; one new result folder in DIR, whole or not at all.

    The source is read once, when its files are at rest. A run that fails or is killed leaves the last result
    as it was, and the next run removes its remains. DIR/latest.json names the newest result. Settings: run:
    in tcw.yaml.

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
    from tcw.cli.shell.night import LogOptions, NightOptions, RunOptions, run_night

    over = RunOptions(
        steps=tuple(step or ()),
        keep=keep,
        settle_seconds=settle,
        fail_on=fail_on and fail_on.value,
        min_group=min_group,
        pseudonymise=pseudonymise or None,
        baseline=baseline,
        accepted=accepted,
        previous=previous,
        parts=engines.parts_wanted(parts),
    )
    day, folder = days.as_of_day(as_of), engines.scratch_of(scratch)
    options = NightOptions(source, out, day, if_changed, csv, show_personal_numbers, folder, debug)
    log = LogOptions(log_format and log_format.value, log_file, quiet)
    code = run_night(options, over, log, config, lang)
    if code:
        raise typer.Exit(code)
