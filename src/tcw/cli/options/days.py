"""Days and periods, and how they are read: a day, or an ISO week."""

from datetime import date
from typing import Annotated

import typer

from tcw.errors import UsageFault
from tcw.wording import Phrase

NOT_A_DAY = Phrase(
    "not-a-day", "{option}: {text} is no day; write 2026-03-02, or an ISO week such as 2026-W10."
)

From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="DAY", help="First day (2026-03-02) or week (2026-W10).", show_default=False
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="DAY", help="Last day (2026-03-29) or week (2026-W13), included.", show_default=False
    ),
]
BeforeFrom = Annotated[
    str | None,
    typer.Option(
        metavar="DAY", help="Compare with an earlier period: its first day or week.", show_default=False
    ),
]
BeforeTo = Annotated[
    str | None,
    typer.Option(
        metavar="DAY",
        help="Its last day or week, included; default: the day before --from.",
        show_default=False,
    ),
]
AsOfPlanned = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        help="Bookings from this day on are planned; default: today.",
        show_default=False,
    ),
]
AsOfFilled = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        help="Orders from this day on are filled; default: today.",
        show_default=False,
    ),
]


def first_day(text: str | None, option: str = "--from") -> date | None:
    """Read --from or its like: a day, or the Monday of an ISO week. Raises UsageFault."""
    return _day(text, option, 0)


def last_day(text: str | None, option: str = "--to") -> date | None:
    """Read --to or its like: a day, or the Sunday of an ISO week. Raises UsageFault."""
    return _day(text, option, 6)


def as_of_day(text: str | None) -> date:
    """Read --as-of; without it, the user's own today. Raises UsageFault."""
    return first_day(text, "--as-of") or date.today()  # noqa: DTZ011 - the user's own day


def _day(text: str | None, option: str, weekday: int) -> date | None:
    from datetime import timedelta

    from tcw.worktime.weeks import monday, parse_label

    if text is None:
        return None
    week = parse_label(text)
    if week is not None:
        return monday(week) + timedelta(days=weekday)
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageFault(NOT_A_DAY, option=option, text=text) from None
