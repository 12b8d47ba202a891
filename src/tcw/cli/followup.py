"""`tcw followup`: booked hours by person, workplace, activity, order reason and period."""

from tcw.cli.options import days, every_command, followups, outputs, people
from tcw.commands.output import Format


def followup(
    source: every_command.Source,
    from_: days.From = None,
    to: days.To = None,
    by: followups.Keys = "workplace,activity,reason",
    every: followups.Periods = followups.Every.week,
    unit: people.HomeUnits = None,
    before_from: days.BeforeFrom = None,
    before_to: days.BeforeTo = None,
    min_group: followups.MinGroup = None,
    format: outputs.Style = Format.table,
    csv: outputs.Csv = None,
    out: outputs.Workbook = None,
    into: outputs.Into = None,
    rejects: outputs.Rejects = None,
    pseudonymise: every_command.Pseudonymise = False,
    show_personal_numbers: every_command.ShowNumbers = False,
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Follow up booked hours: who worked where, on what, why it was ordered, own or borrowed, substitute or regular.

    \b
    Examples:
      tcw followup export --by workplace,reason --every month
      tcw followup export --by person,borrowed --out uppfoljning.xlsx
      tcw followup export --before-from 2026-W02 --before-to 2026-W05 --from 2026-W06
      tcw followup export --by reason --min-group 5 --format csv
    """  # noqa: E501 - the summary is shown as it is
    from tcw.cli.shell.session import begin
    from tcw.commands.followup import FollowupOutcome, FollowupRequest, keys_named, run
    from tcw.commands.output import Targets

    session = begin(source, config, lang, quiet=quiet, debug=debug)
    targets = Targets(session.about, format, (out,) if out else (), None, into, rejects, csv)
    targets.check(FollowupOutcome)
    request = FollowupRequest(
        source=session.source(pseudonymise=pseudonymise, show_numbers=show_personal_numbers),
        by=keys_named(by),
        every=every.value,
        first_day=days.first_day(from_),
        last_day=days.last_day(to),
        before_first_day=days.first_day(before_from, "--before-from"),
        before_last_day=days.last_day(before_to, "--before-to"),
        units=tuple(unit or ()),
        min_group=min_group,
    )
    session.deliver(run(request, session.listener), targets)
