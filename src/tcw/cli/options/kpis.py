"""Options of the key figures alone."""

from enum import StrEnum
from typing import Annotated

import typer


class GrainName(StrEnum):
    """What a row is about."""

    employee_week = "employee-week"
    employee = "employee"
    week = "week"
    unit = "unit"
    area = "area"
    all = "all"


Grain = Annotated[
    GrainName | None,
    typer.Option(
        help="What a row is about; default: a summary on the terminal, employee-week in data.",
        show_default=False,
    ),
]
MeanOfRatios = Annotated[
    bool,
    typer.Option("--mean-of-ratios", help="Average the employee-weeks' figures instead of dividing sums."),
]
MinGroup = Annotated[
    int,
    typer.Option(
        min=0,
        metavar="NUMBER",
        help="Hide groups of fewer people than this, also from subtraction, and all rows about one person.",
    ),
]
FailOnWarning = Annotated[
    bool, typer.Option("--fail-on-warning", help="Exit with 1 when a figure is beyond its warning level.")
]
