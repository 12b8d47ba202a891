"""Options of the checklist: its sides, own items, the workbook to sign, snapshots."""

from pathlib import Path
from typing import Annotated

import typer

Before = Annotated[
    Path,
    typer.Argument(metavar="BEFORE", help="Folder, workbook or snapshot from before.", show_default=False),
]
After = Annotated[
    Path, typer.Argument(metavar="AFTER", help="Folder, workbook or snapshot from after.", show_default=False)
]
Items = Annotated[
    Path | None,
    typer.Option(
        "--list", metavar="FILE", help="Own items (items.yaml), beside the shipped ones.", show_default=False
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        help="The day of the check, as 2026-07-01; default: today.",
        show_default=False,
    ),
]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help="Write .xlsx (workbook to sign; what was written in it stays), or all changes as .json, .csv or "
        ".parquet; may be repeated.",
        show_default=False,
    ),
]
SnapshotFile = Annotated[
    Path,
    typer.Option("--out", "-o", metavar="FILE", help="The snapshot to write (.tcwsnap).", show_default=False),
]
RetainUntil = Annotated[
    str | None,
    typer.Option(
        "--retain-until",
        metavar="DAY",
        help="Day until which it may be kept (gallringsdatum).",
        show_default=False,
    ),
]
