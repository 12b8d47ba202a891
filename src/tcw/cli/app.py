"""The command line: every command, and the one place where a fault becomes a line and an exit code."""

import os
import sys
from typing import NoReturn

import typer

from tcw.cli.config import config_app
from tcw.cli.followup import followup
from tcw.cli.init import init
from tcw.cli.inspect import inspect
from tcw.cli.kpi import kpi
from tcw.cli.outcome import report
from tcw.cli.sample import sample

HELP = """Check, match, calculate and audit Swedish workforce schedules, on files exported from the scheduling system.

SOURCE is a folder of exports (CSV, Excel, Parquet, PAXml), or one such file. Each file is recognised by its headers.

Exit codes: 0 clean · 1 warnings or findings (where asked for) · 2 wrong usage or configuration · 3 unusable input · 4 no
plan could be made · 5 another run holds the lock · 130 interrupted.
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


app.command()(kpi)
app.command()(followup)
app.command()(inspect)
app.command()(init)
app.command()(sample)
app.add_typer(config_app, name="config")


def main() -> NoReturn:
    """Run the command line; the process ends with one of the documented exit codes."""
    # A pipe to `head` closes early; that is no fault of the user's.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(
        report(
            # Whether started as tcw, tcw.exe or python -m tcw: what --help calls it is what the user can type.
            lambda: app(prog_name="tcw", standalone_mode=False),
            debug="--debug" in sys.argv or bool(os.environ.get("TCW_DEBUG")),
        )
    )
