"""Whose rows: units, areas, services, categories, employment; and how small a group may be."""

from enum import StrEnum
from typing import Annotated

import typer

from tcw.errors import UsageFault
from tcw.wording import Phrase

NOT_A_SHARE = Phrase("not-a-share", '{option}: {text} is no percentage; write 75, "75 %" or 0.75.')


class EmploymentType(StrEnum):
    """Monthly paid (Månadslön) or hourly paid (Timlön)."""

    monthly = "monthly"
    hourly = "hourly"


HomeUnits = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="UNIT", help="Home unit; may be repeated.", show_default=False),
]
Services = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SERVICE",
        help="Service (tjänst) the employee can be booked on; may be repeated.",
        show_default=False,
    ),
]
Areas = Annotated[
    list[str] | None,
    typer.Option(
        metavar="AREA",
        help="Area (område) of the employee, or planning area of the unit; may be repeated.",
        show_default=False,
    ),
]
Employment = Annotated[
    EmploymentType | None, typer.Option(help="Only monthly or only hourly paid.", show_default=False)
]
RateMin = Annotated[
    str | None,
    typer.Option(metavar="RATE", help='Lowest employment rate: 50, "50 %" or 0.5.', show_default=False),
]
RateMax = Annotated[
    str | None, typer.Option(metavar="RATE", help="Highest employment rate.", show_default=False)
]
Categories = Annotated[
    list[str] | None,
    typer.Option(metavar="CATEGORY", help="Category (befattning); may be repeated.", show_default=False),
]


def share(text: str | None, option: str) -> float | None:
    """Read a percentage: 75, "75 %", "75,5" or 0.75 (above 1.5 means of a hundred). Raises UsageFault."""
    if text is None:
        return None
    plain = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    percent = plain.endswith("%")
    try:
        number = float(plain.removesuffix("%").strip().replace(",", "."))
    except ValueError:
        raise UsageFault(NOT_A_SHARE, option=option, text=text) from None
    if number < 0 or number != number:  # noqa: PLR0124 - NaN is not equal to itself
        raise UsageFault(NOT_A_SHARE, option=option, text=text)
    return number / 100 if percent or number > 1.5 else number  # noqa: PLR2004 - above 150 % nobody means a fraction
