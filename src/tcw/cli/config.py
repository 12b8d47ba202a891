"""`tcw config`: the schema of tcw.yaml for editors, and a check of one."""

from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.options import common
from tcw.cli.shell.faults import language, speak, tell
from tcw.wording import Phrase

VALID = Phrase("config-valid", "{file} is right. Settings in force:")
NONE_FOUND = Phrase("config-none-found", "{file}: no tcw.yaml was found; the defaults are in force.")

config_app = typer.Typer(
    help="The settings in tcw.yaml: their schema, and a check.", no_args_is_help=True, rich_markup_mode=None
)


@config_app.command()
def schema(debug: common.Debug = False) -> None:
    """Print the JSON schema of tcw.yaml, for editors and other programs."""
    import json

    from tcw.model.config import Config

    del debug
    # Escapes instead of å, ä and ö: Windows shells redirect output in a code page that editors would misread.
    typer.echo(json.dumps(Config.model_json_schema(), indent=2))


@config_app.command()
def check(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A tcw.yaml, or a source to look for it in.", show_default=False),
    ],
    lang: common.Lang = None,
    debug: common.Debug = False,
) -> None:
    """Check a tcw.yaml and print the settings in force."""
    from tcw.intake.settings.config_file import find_config, load_config
    from tcw.intake.settings.yaml_text import shown_path
    from tcw.model.config import settings_in_force

    del debug
    speak(lang.value if lang else None)
    found = find_config(file) if file.is_dir() else file
    config = load_config(found)
    if lang is None and config.language is not None:
        speak(config.language)
    said = VALID if found else NONE_FOUND
    tell(said.say(language(), file=shown_path(found or file)))
    for name, value in settings_in_force(config).items():
        typer.echo(f"{name}: {value}")
