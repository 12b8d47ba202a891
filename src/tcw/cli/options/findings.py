"""Options about findings: against what they are judged, and which of them count."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class FailOnName(StrEnum):
    """The severity from which findings make the exit code 1."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="Findings of an earlier run (Parquet or CSV): only new ones count.",
        show_default=False,
    ),
]
Accepted = Annotated[
    Path | None,
    typer.Option(
        "--accepted",
        metavar="FILE",
        help="Findings somebody has accepted (CSV with who, when, why): they do not count.",
        show_default=False,
    ),
]
FailOn = Annotated[
    FailOnName, typer.Option("--fail-on", help="Exit with 1 when a finding this severe counts.")
]
