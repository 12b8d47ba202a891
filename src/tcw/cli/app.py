"""The command line: every command, and what stands in --help about all of them."""

from typing import NoReturn

import typer

from tcw.cli.check import check
from tcw.cli.checklist import checklist_app
from tcw.cli.config import config_app
from tcw.cli.explain import explain, rules
from tcw.cli.followup import followup
from tcw.cli.init import init
from tcw.cli.inspect import inspect
from tcw.cli.kpi import kpi
from tcw.cli.match import match
from tcw.cli.run import run
from tcw.cli.sample import sample
from tcw.cli.shell.start import start
from tcw.cli.whatif import whatif

HELP = """Key figures (nyckeltal), rules, substitutes, follow-up: from the files that Swedish
workforce-scheduling systems export.

SOURCE is a folder of exports (CSV, Excel, Parquet, PAXml), or one such file. Each file is recognised by its
headers.

Exit codes: 0 clean · 1 findings, or warnings where asked for · 2 wrong usage or configuration · 3 unusable
input · 4 no plan could be made · 5 another run holds the lock · 130 interrupted.
"""

app = typer.Typer(
    name="tcw",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="Show the version and exit.")) -> None:  # noqa: FBT003 - typer's own form
    if version:
        from tcw import __version__

        typer.echo(f"tcw {__version__}")
        raise typer.Exit


# Lines of the list of commands must not be cut off at 80 columns: tests/cli/test_help.py
app.command(short_help="Key figures (nyckeltal) by employee, week, unit, area.")(kpi)
app.command(short_help="Booked hours by person, workplace, activity, reason.")(followup)
app.command(short_help="Working-time law, agreements, bookings, settings.")(check)
app.command(short_help="Who takes which vacant order, with no rule broken.")(match)
app.command(short_help="What other planning, staff or limits would fill.")(whatif)
app.command(short_help="All of it at night: one whole result folder, or none.")(run)
app.command(short_help="What a rule means, and the limits in force.")(explain)
app.command(short_help="All rules, a line each.")(rules)
app.command(short_help="How each file is read, and what is rejected.")(inspect)
app.command(short_help="Write a tcw.yaml with every setting and its default.")(init)
app.command(short_help="Make up a source of any size, to try tcw on.")(sample)
app.add_typer(
    checklist_app, name="checklist", short_help="A change checked before and after; a list to sign."
)
app.add_typer(config_app, name="config")


def main() -> NoReturn:
    """Run the command line; the process ends with one of the documented exit codes."""
    start(app)
