"""`tcw inspect`: what was recognised in a source, what was guessed, and why."""

from typing import Annotated

import typer

from tcw.cli.options import every_command, outputs


def inspect(
    source: every_command.Source,
    write: Annotated[
        bool, typer.Option("--write", help="Write the mapping into tcw.yaml of SOURCE, to be mended by hand.")
    ] = False,
    format: outputs.TextStyle = outputs.TextFormat.table,
    rejects: outputs.Rejects = None,
    config: every_command.Config = None,
    lang: every_command.Lang = None,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Show how each file is read: which table it is, which column is what, how dates and numbers are written, what is rejected.

    Nothing is computed. Exit code 1 when rows are rejected or a needed table is missing, 3 when a file cannot
    be read.

    \b
    Examples:
      tcw inspect export
      tcw inspect export --write        (then mend export/tcw.yaml)
      tcw inspect export --rejects rejects.csv
    """  # noqa: E501 - the summary is shown as it is
    from tcw.cli.shell.faults import tell
    from tcw.cli.shell.session import begin
    from tcw.commands.inspect import InspectRequest, run, write_mapping
    from tcw.commands.output import Targets

    session = begin(source, config, lang, quiet=quiet, debug=debug)
    outcome = run(InspectRequest(session.source()), session.listener)
    session.write(outcome, Targets(session.about, format, rejects=rejects))
    if write:
        tell(write_mapping(outcome).say(session.lang))
    session.end(outcome)
