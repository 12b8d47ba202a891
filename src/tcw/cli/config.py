"""`tcw config`: the schema of tcw.yaml for editors, and a check of one."""

from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.options import every_command
from tcw.cli.shell.faults import language, speak, tell

config_app = typer.Typer(
    help="The settings in tcw.yaml: their schema, and a check.", no_args_is_help=True, rich_markup_mode=None
)


@config_app.command()
def schema(debug: every_command.Debug = False) -> None:
    """Print the JSON schema of tcw.yaml, for editors and other programs."""
    from tcw.commands import config

    del debug
    typer.echo(config.schema())


@config_app.command()
def check(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A tcw.yaml, or a source to look for it in.", show_default=False),
    ],
    lang: every_command.Lang = None,
    debug: every_command.Debug = False,
) -> None:
    """Check a tcw.yaml and print the settings in force."""
    from tcw.commands.config import checked

    del debug
    speak(lang.value if lang else None)
    config = checked(file)
    if lang is None and config.lang is not None:
        speak(config.lang)
    tell(config.message.say(language()))
    for name, value in config.in_force.items():
        typer.echo(f"{name}: {value}")
