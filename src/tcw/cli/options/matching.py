"""Options of the booking assistant: which orders are filled, how, and where the plan goes."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ModeName(StrEnum):
    """How orders are filled."""

    joint = "joint"
    staggered = "staggered"
    greedy = "greedy"


Modes = Annotated[
    ModeName,
    typer.Option(
        help="All at once (joint), the assistants one after the other (staggered), "
        "or one order at a time (greedy)."
    ),
]
Assistants = Annotated[
    list[str] | None,
    typer.Option(
        "--assistant",
        metavar="NAME",
        help="Only this booking assistant of tcw.yaml; may be repeated.",
        show_default=False,
    ),
]
OrderUnits = Annotated[
    list[str] | None,
    typer.Option(
        "--unit", metavar="UNIT", help="Only orders of this unit; may be repeated.", show_default=False
    ),
]
Previous = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The last plan (Parquet), to change little of it.", show_default=False),
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        min=0,
        help="Return the best plan found by then.",
        show_default=False,
    ),
]
Explain = Annotated[
    str | None,
    typer.Option(
        metavar="ORDER[:PERSON]",
        help="Explain one order, or one order and person, instead of showing the plan.",
        show_default=False,
    ),
]
PlanOut = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PLACE",
        help="Write a folder with all there is to hand out, or a file .xlsx (workbook), "
        ".parquet (for --previous) or .json; may be repeated.",
        show_default=False,
    ),
]
OptionalSource = Annotated[
    Path | None,
    typer.Argument(metavar="SOURCE", help="Folder of exports, or one file.", show_default=False),
]
Scenarios = Annotated[
    Path | None,
    typer.Argument(metavar="SCENARIOS", help="The scenarios (YAML).", show_default=False),
]
ScenarioModes = Annotated[ModeName, typer.Option("--mode", help="How orders are filled, as in tcw match.")]
ScenarioTimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        min=0,
        help="Take the best plan found by then, for each plan.",
        show_default=False,
    ),
]
ScenarioOut = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE|FOLDER",
        help="Write .xlsx (workbook with a chart), .html (page), .json or .csv, or all into a folder; "
        "may be repeated.",
        show_default=False,
    ),
]
Starter = Annotated[bool, typer.Option("--starter", help="Print a scenarios file to begin with, and stop.")]


class ScenarioFormat(StrEnum):
    """What is written to standard output."""

    table = "table"
    json = "json"
    csv = "csv"


ScenarioStyle = Annotated[
    ScenarioFormat, typer.Option("--format", help="What is written to standard output.")
]
