"""Options of the follow-up alone."""

from enum import StrEnum
from typing import Annotated

import typer


class Every(StrEnum):
    """How long a period is."""

    week = "week"
    month = "month"
    all = "all"


Keys = Annotated[
    str,
    typer.Option(
        metavar="KEYS",
        help="What a row is about: person, workplace, activity, reason, borrowed, substitute; separated by "
        "commas.",
    ),
]
Periods = Annotated[Every, typer.Option(help="One row per week, per month, or for the whole period.")]
MinGroup = Annotated[
    int | None,
    typer.Option(
        min=0,
        metavar="NUMBER",
        help="Hide groups of fewer people than this, also from subtraction.",
        show_default=False,
    ),
]
