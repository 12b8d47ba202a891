"""`tcw match`: the booking assistant."""

from tcw.cli.options import days, every_command, matching, outputs
from tcw.cli.options.matching import ModeName


def match(
    source: every_command.Source,
    mode: matching.Modes = ModeName.joint,
    assistant: matching.Assistants = None,
    as_of: days.AsOfFilled = None,
    from_: days.From = None,
    to: days.To = None,
    unit: matching.OrderUnits = None,
    previous: matching.Previous = None,
    time_limit: matching.TimeLimit = None,
    explain: matching.Explain = None,
    format: outputs.TextStyle = outputs.TextFormat.table,
    csv: outputs.Csv = None,
    out: matching.PlanOut = None,
    pseudonymise: every_command.Pseudonymise = False,
    show_personal_numbers: every_command.ShowNumbers = False,
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Fill vacant orders with people so that no rule is broken, and prove that no plan fills more.

    The folder of --out holds the new bookings in the shape of the bookings export, to import back, also by
    unit and by person; requests, notifications, calendar files, the time bank and the plan. Nothing is sent
    or booked. Exit code 4 when no order can be filled.

    \b
    Examples:
      tcw match export --as-of 2026-05-04
      tcw match export --as-of 2026-05-04 --out plan --out plan.xlsx
      tcw match export --mode staggered --from 2026-W19 --to 2026-W20 --format json
      tcw match export --as-of 2026-05-04 --explain V00000163
    """
    from dataclasses import replace

    from tcw.cli.shell.session import begin
    from tcw.commands.match import MatchOutcome, MatchRequest, OrderSelection, explained, run
    from tcw.commands.output import Targets

    session = begin(source, config, lang, quiet=quiet, debug=debug)
    targets = Targets(session.about, format, tuple(out or ()), dialect=csv)
    targets.check_dialect()
    targets.check(MatchOutcome)
    request = MatchRequest(
        selection=OrderSelection(
            days.as_of_day(as_of), days.first_day(from_), days.last_day(to), tuple(unit or ())
        ),
        source=session.source(pseudonymise=pseudonymise, show_numbers=show_personal_numbers),
        mode=mode.value,
        assistants=tuple(assistant or ()),
        previous=previous,
        time_limit=time_limit,
    )
    if explain is None:
        session.deliver(run(request, session.listener), targets)
    else:
        session.deliver(explained(request, explain, session.listener), replace(targets, out=()))
