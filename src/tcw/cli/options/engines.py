"""How large sources are worked through: how many parts, where they are kept, and on which machines."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tcw.errors import UsageFault
from tcw.wording import Phrase

if TYPE_CHECKING:
    from tcw.commands.engine import EngineRequest

NOT_PARTS = Phrase(
    "not-parts", "--parts: {text} is no number of parts; write auto, or a number from 1 to {most}."
)
NO_SCRATCH = Phrase("no-scratch", "--scratch: there is no folder {path}; make it first.")
MASTER_WITHOUT_SPARK = Phrase(
    "master-without-spark", "--master is the address of a Spark cluster: add --engine spark, or leave it out."
)
MOST_PARTS = 100_000
DEFAULT_MASTER = "local[*]"


class EngineName(StrEnum):
    """What works through the parts."""

    local = "local"
    spark = "spark"


Parts = Annotated[
    str | None,
    typer.Option(
        "--parts",
        metavar="auto|N",
        help="Parts of the people to work through one after another, for less memory; the answer is the "
        "same.",
        show_default="auto",
    ),
]
Scratch = Annotated[
    Path | None,
    typer.Option(
        "--scratch",
        metavar="FOLDER",
        help="Where parts are kept meanwhile; default: the system's folder for temporary files.",
        show_default=False,
    ),
]
Engine = Annotated[
    EngineName,
    typer.Option("--engine", help="Work through the parts here, or on a Spark cluster (tcw[spark])."),
]
Master = Annotated[
    str | None,
    typer.Option(
        "--master",
        metavar="ADDRESS",
        help="Of the Spark cluster: local[4], spark://host:7077; default: local[*].",
        show_default=False,
    ),
]


def engine(parts: str | None, scratch: Path | None, name: EngineName, master: str | None) -> "EngineRequest":
    """Read --parts, --scratch, --engine and --master. Raises UsageFault."""
    from tcw.commands.engine import EngineRequest

    return EngineRequest(parts_wanted(parts), scratch_of(scratch), master_of(name, master))


def parts_wanted(text: str | None) -> int | None:
    """Read --parts: a whole number above 0, None for auto. Raises UsageFault."""
    if text is None or text == "auto":
        return None
    if text.isascii() and text.isdigit() and 0 < int(text) <= MOST_PARTS:
        return int(text)
    raise UsageFault(NOT_PARTS, text=text, most=MOST_PARTS)


def scratch_of(path: Path | None) -> Path | None:
    """Return --scratch, which must be a folder that is there. Raises UsageFault."""
    if path is not None and not path.is_dir():
        raise UsageFault(NO_SCRATCH, path=path)
    return path


def master_of(name: EngineName, master: str | None) -> str | None:
    """Return the address of the Spark cluster, None for this machine. Raises UsageFault."""
    if name is EngineName.spark:
        return master or DEFAULT_MASTER
    if master is not None:
        raise UsageFault(MASTER_WITHOUT_SPARK)
    return None
