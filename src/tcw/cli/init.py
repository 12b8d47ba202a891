"""`tcw init`: a commented tcw.yaml to begin with."""

from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.options import every_command
from tcw.cli.shell.faults import language, speak, tell


def init(
    directory: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder of the exports; made when missing.")
    ] = Path(),
    lang: every_command.Lang = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a tcw.yaml that is there.")] = False,
    debug: every_command.Debug = False,
) -> None:
    """Write a commented tcw.yaml with every setting and its default."""
    from tcw.commands.config import write_starter

    del debug
    speak(lang.value if lang else None)
    tell(write_starter(directory, language(), force=force).say(language()))
