"""`tcw whatif`: scenarios beside today."""

import typer

from tcw.cli.options import days, every_command, matching, outputs
from tcw.cli.options.matching import ModeName
from tcw.errors import UsageFault
from tcw.wording import Phrase

NOT_GIVEN = Phrase(
    "whatif-not-given",
    "SOURCE and SCENARIOS are needed: tcw whatif export scenarios.yaml; "
    "tcw whatif --starter prints a file to begin with.",
)


def whatif(
    source: matching.OptionalSource = None,
    scenarios: matching.Scenarios = None,
    starter: matching.Starter = False,
    mode: matching.ScenarioModes = ModeName.joint,
    as_of: days.AsOfFilled = None,
    from_: days.From = None,
    to: days.To = None,
    unit: matching.OrderUnits = None,
    time_limit: matching.ScenarioTimeLimit = None,
    format: matching.ScenarioStyle = matching.ScenarioFormat.table,
    csv: outputs.Csv = None,
    out: matching.ScenarioOut = None,
    pseudonymise: every_command.Pseudonymise = False,
    show_personal_numbers: every_command.ShowNumbers = False,
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Try scenarios: what would be filled with larger planning areas, part-timers up to full time, other limits.

    Each scenario is answered as tcw match would, beside today, and each measure alone and last of all.
    Nothing is booked, and nothing in SOURCE changes. Exit code 4 when no order can be filled, in no scenario.

    \b
    Examples:
      tcw whatif export scenarios.yaml --as-of 2026-05-04
      tcw whatif export scenarios.yaml --as-of 2026-05-04 --out whatif.xlsx --out whatif.html
      tcw whatif --starter > scenarios.yaml
    """  # noqa: E501 - the summary is shown as it is
    from tcw.cli.shell.faults import speak
    from tcw.cli.shell.session import begin
    from tcw.commands.output import Targets
    from tcw.commands.whatif import (
        OrderSelection,
        WhatIfOutcome,
        WhatIfRequest,
        read_scenarios,
        run,
        scenarios_starter,
    )

    if starter:
        typer.echo(scenarios_starter(), nl=False)
        return
    speak(lang.value if lang else None)
    if source is None or scenarios is None:
        raise UsageFault(NOT_GIVEN)
    session = begin(source, config, lang, quiet=quiet, debug=debug)
    targets = Targets(session.about, format, tuple(dict.fromkeys(out or ())), dialect=csv)
    targets.check_dialect()
    targets.check(WhatIfOutcome)
    request = WhatIfRequest(
        scenarios=read_scenarios(scenarios),
        selection=OrderSelection(
            days.as_of_day(as_of), days.first_day(from_), days.last_day(to), tuple(unit or ())
        ),
        source=session.source(pseudonymise=pseudonymise, show_numbers=show_personal_numbers),
        mode=mode.value,
        time_limit=time_limit,
    )
    session.deliver(run(request, session.listener), targets)
