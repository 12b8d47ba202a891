"""Where parts are worked through: one after another here, or on a Spark cluster."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from tcw.errors import UsageFault
from tcw.wording import Phrase

MASTER_WITHOUT_SPARK = Phrase(
    "master-without-spark", "--master is the address of a Spark cluster: add --engine spark, or leave it out."
)
DEFAULT_MASTER = "local[*]"
Result = TypeVar("Result")


class Engine(StrEnum):
    """What works through the parts."""

    local = "local"
    spark = "spark"


EngineOption = Annotated[
    Engine, typer.Option("--engine", help="Work through the parts here, or on a Spark cluster (tcw[spark]).")
]
MasterOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Of the Spark cluster: local[4], spark://host:7077; default: local[*].",
        show_default=False,
    ),
]


def master_of(engine: Engine, master: str | None) -> str | None:
    """Return the address of the Spark cluster, None for this machine. Raises UsageFault."""
    if engine is Engine.spark:
        return master or DEFAULT_MASTER
    if master is not None:
        raise UsageFault(MASTER_WITHOUT_SPARK)
    return None


def worked(
    job: Callable[[int], Result],
    parts: int,
    here: Callable[[], Iterator[Result]],
    master: str | None,
    folder: Path,
    progress: Callable[[float], None] | None,
) -> Iterator[Result]:
    """Return what all parts give, in their order: by `here`, or by `job` on the cluster."""
    if master is None:
        return here()
    from tcw.spark.spread import spread

    return spread(master, folder, parts, job, progress)
