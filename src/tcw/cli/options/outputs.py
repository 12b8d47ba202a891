"""Where a result goes: standard output, files, an existing workbook."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.commands.output import Format


class TextFormat(StrEnum):
    """What is written to standard output, where rows alone would say too little."""

    table = "table"
    json = "json"


Style = Annotated[Format, typer.Option("--format", help="What is written to standard output.")]
TextStyle = Annotated[TextFormat, typer.Option("--format", help="What is written to standard output.")]
Csv = Annotated[
    str | None,
    typer.Option(
        "--csv",
        metavar="sv|plain",
        help="CSV with ; and decimal comma (sv), or , and point (plain); default: the language's.",
        show_default=False,
    ),
]
Workbook = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FILE", help="Write an Excel workbook.", show_default=False),
]
Page = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a self-contained HTML page.", show_default=False),
]
Into = Annotated[
    Path | None,
    typer.Option(
        "--into",
        metavar="FILE",
        help="Put tcw's sheets into an existing workbook; all others stay as they are.",
        show_default=False,
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        metavar="FILE",
        help="Write all rejected rows, with reasons, to this CSV file.",
        show_default=False,
    ),
]
