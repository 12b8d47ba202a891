"""Options of every command: source, settings, language, privacy, what goes to standard error."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LangName(StrEnum):
    """Languages of messages and reports."""

    sv = "sv"
    en = "en"


Source = Annotated[
    Path, typer.Argument(metavar="SOURCE", help="Folder of exports, or one file.", show_default=False)
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="Settings; default: tcw.yaml in SOURCE.", show_default=False
    ),
]
Lang = Annotated[
    LangName | None,
    typer.Option(
        "--lang",
        help="Language of messages and reports; default: tcw.yaml's, else the environment's.",
        show_default=False,
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show a traceback when something goes wrong.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes on standard error.")]
Pseudonymise = Annotated[
    bool,
    typer.Option("--pseudonymise", help="Replace ids and names by keyed codes (key from TCW_PSEUDONYM_KEY)."),
]
ShowNumbers = Annotated[
    bool, typer.Option("--show-personal-numbers", help="Show personal numbers where they are used as ids.")
]
