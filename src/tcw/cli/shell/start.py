"""From the words of a command line to an exit code: how the process starts and ends."""

import gc
import os
import sys
from pathlib import Path
from typing import Final, NoReturn, TextIO

import typer

from tcw.cli.shell.faults import listen, report
from tcw.cli.shell.usage import run as called

OBJECTS: Final = 500_000
"""New objects after which Python looks for garbage; runs that leave much of it collect it themselves."""


def start(app: typer.Typer) -> NoReturn:
    """Run the command line; the process ends with one of the documented exit codes."""
    # Starting up makes some hundred thousand objects, none of them garbage: looking through them again and
    # again takes a tenth of a second.
    gc.set_threshold(OBJECTS)
    # A batch may be started with these closed (`>&-`, Windows' Task Scheduler): nobody listens, and that is
    # no fault.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    listen(sys.argv[1:])
    sys.exit(
        report(
            # Whether started as tcw, tcw.exe or python -m tcw: what --help calls it is what the user can
            # type.
            lambda: called(lambda: app(prog_name="tcw", standalone_mode=False)),
            debug="--debug" in sys.argv or bool(os.environ.get("TCW_DEBUG")),
        )
    )


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")
