"""`tcw check`: working-time law, agreements, bookings and settings."""

from tcw.cli.options import days, engines, every_command, findings, outputs
from tcw.commands.output import Format


def check(
    source: every_command.Source,
    select: findings.Select = None,
    ignore: findings.Ignore = None,
    as_of: days.AsOfPlanned = None,
    from_: days.From = None,
    to: days.To = None,
    unit: findings.Units = None,
    baseline: findings.Baseline = None,
    accepted: findings.Accepted = None,
    fail_on: findings.FailOn = findings.FailOnName.error,
    format: outputs.Style = Format.table,
    csv: outputs.Csv = None,
    out: findings.Files = None,
    into: outputs.Into = None,
    rejects: outputs.Rejects = None,
    parts: engines.Parts = None,
    scratch: engines.Scratch = None,
    engine: engines.Engine = engines.EngineName.local,
    master: engines.Master = None,
    pseudonymise: every_command.Pseudonymise = False,
    show_personal_numbers: every_command.ShowNumbers = False,
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Check bookings against working-time law, collective agreements and booking sense.

    Planned breaches are errors that nothing waives. Exit code 1 when a finding counts, 3 when a rule
    failed inside.

    \b
    Examples:
      tcw check export --as-of 2026-03-01 --out check.xlsx --out check.html
      tcw check export --select WT,BK01 --from 2026-W10 --to 2026-W13
      tcw check export --out findings.parquet    (next time: --baseline findings.parquet)
    """
    from tcw.cli.shell.session import begin
    from tcw.commands.check import CheckOutcome, CheckRequest, run
    from tcw.commands.output import Targets

    session = begin(source, config, lang, quiet=quiet, debug=debug)
    targets = Targets(session.about, format, tuple(out or ()), None, into, rejects, csv)
    targets.check(CheckOutcome)
    request = CheckRequest(
        source=session.source(pseudonymise=pseudonymise, show_numbers=show_personal_numbers),
        as_of=days.as_of_day(as_of),
        select=select or (),
        ignore=ignore or (),
        first_day=days.first_day(from_),
        last_day=days.last_day(to),
        units=tuple(unit or ()),
        baseline=baseline,
        accepted=accepted,
        fail_on=fail_on.value,
        engine=engines.engine(parts, scratch, engine, master),
    )
    session.deliver(run(request, session.listener), targets)
