"""Options of the nightly run alone."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.options.findings import FailOnName


class LogFormat(StrEnum):
    """How a run tells what it does."""

    text = "text"
    json = "json"


Results = Annotated[
    Path,
    typer.Option(
        "--out",
        "-o",
        metavar="DIR",
        help="Folder of results; each run adds one folder to it.",
        show_default=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        help="Bookings and orders from this day on are planned; default: today.",
        show_default=False,
    ),
]
Steps = Annotated[
    list[str] | None,
    typer.Option(
        "--step",
        metavar="STEP",
        help="check, match, kpi or followup, in place of tcw.yaml's; may be repeated.",
        show_default=False,
    ),
]
IfChanged = Annotated[
    bool,
    typer.Option(
        "--if-changed", help="Do nothing when files, settings, day and version are those of the last result."
    ),
]
Keep = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="NUMBER",
        help="Keep so many results, the newest; default: tcw.yaml's, else all.",
        show_default=False,
    ),
]
Settle = Annotated[
    int | None,
    typer.Option(
        "--settle",
        min=0,
        metavar="SECONDS",
        help="Wait for files changed within so many seconds; default: tcw.yaml's, else 10.",
        show_default=False,
    ),
]
FailOn = Annotated[
    FailOnName | None,
    typer.Option(
        "--fail-on",
        help="Exit with 1 from this severity on; default: tcw.yaml's, else error.",
        show_default=False,
    ),
]
MinGroup = Annotated[
    int | None,
    typer.Option(
        min=0,
        metavar="NUMBER",
        help="Statistics hide groups of fewer people than this, also from subtraction.",
        show_default=False,
    ),
]
Log = Annotated[
    LogFormat | None,
    typer.Option(
        "--log-format",
        help="Lines for people, or a JSON object a line; default: text on a terminal, else json.",
        show_default=False,
    ),
]
LogFile = Annotated[
    Path | None,
    typer.Option("--log-file", metavar="FILE", help="Add the same lines to this file.", show_default=False),
]
