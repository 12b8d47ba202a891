"""`tcw kpi`: the key figures of the Anställdrapport."""

from tcw.cli.options import days, engines, every_command, kpis, outputs, people
from tcw.commands.output import Format


def kpi(
    source: every_command.Source,
    from_: days.From = None,
    to: days.To = None,
    grain: kpis.Grain = None,
    service: people.Services = None,
    area: people.Areas = None,
    unit: people.HomeUnits = None,
    employment_type: people.Employment = None,
    rate_min: people.RateMin = None,
    rate_max: people.RateMax = None,
    category: people.Categories = None,
    mean_of_ratios: kpis.MeanOfRatios = False,
    min_group: kpis.MinGroup = 0,
    format: outputs.Style = Format.table,
    csv: outputs.Csv = None,
    out: outputs.Workbook = None,
    html: outputs.Page = None,
    into: outputs.Into = None,
    rejects: outputs.Rejects = None,
    parts: engines.Parts = None,
    scratch: engines.Scratch = None,
    engine: engines.Engine = engines.EngineName.local,
    master: engines.Master = None,
    fail_on_warning: kpis.FailOnWarning = False,
    pseudonymise: every_command.Pseudonymise = False,
    show_personal_numbers: every_command.ShowNumbers = False,
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Calculate the eight key figures (nyckeltal) of the Anställdrapport, by employee and week and up.

    \b
    Examples:
      tcw kpi export --out anstalldrapport.xlsx --html anstalldrapport.html
      tcw kpi export --from 2026-W10 --to 2026-W13 --grain unit
      tcw kpi export --employment-type monthly --rate-min 50 --format json
    """
    from tcw.cli.shell.session import begin
    from tcw.commands.kpi import KpiOutcome, KpiRequest, Selection, run
    from tcw.commands.output import Targets

    session = begin(source, config, lang, quiet=quiet, debug=debug)
    files = (out,) if out else ()
    targets = Targets(session.about, format, files, html, into, rejects, csv)
    targets.check(KpiOutcome)
    selection = Selection(
        first_day=days.first_day(from_),
        last_day=days.last_day(to),
        services=tuple(service or ()),
        areas=tuple(area or ()),
        units=tuple(unit or ()),
        employment_types=(employment_type.value,) if employment_type else (),
        categories=tuple(category or ()),
        rate_min=people.share(rate_min, "--rate-min"),
        rate_max=people.share(rate_max, "--rate-max"),
    )
    request = KpiRequest(
        source=session.source(pseudonymise=pseudonymise, show_numbers=show_personal_numbers),
        selection=selection,
        grain=grain.value if grain else None,
        in_report=targets.has_documents,
        in_data=targets.has_data,
        on_terminal=format is Format.table,
        mean_of_ratios=mean_of_ratios,
        min_group=min_group,
        fail_on_warning=fail_on_warning,
        engine=engines.engine(parts, scratch, engine, master),
    )
    session.deliver(run(request, session.listener), targets)
