"""Options about findings: which rules to judge, against what, which findings count, and where they go."""

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


Select = Annotated[
    list[str] | None,
    typer.Option(
        metavar="RULES",
        help="Rules or families to judge, as in WT,BK01; default: all.",
        show_default=False,
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(metavar="RULES", help="Rules or families to leave out.", show_default=False),
]
Units = Annotated[
    list[str] | None,
    typer.Option(
        "--unit", metavar="UNIT", help="Only findings at this unit; may be repeated.", show_default=False
    ),
]
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
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help="Write .xlsx (workbook), .html (page), .parquet, .csv or .json; may be repeated.",
        show_default=False,
    ),
]
