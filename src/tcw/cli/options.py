"""Options that several commands share."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.errors import UsageFault
from tcw.wording import Phrase

NOT_A_DAY = Phrase(
    "not-a-day", "{option}: {text} is no day; write 2026-03-02, or an ISO week such as 2026-W10."
)
NOT_A_SHARE = Phrase("not-a-share", '{option}: {text} is no percentage; write 75, "75 %" or 0.75.')

NOT_PARTS = Phrase(
    "not-parts", "--parts: {text} is no number of parts; write auto, or a number from 1 to {most}."
)
NO_SCRATCH = Phrase("no-scratch", "--scratch: there is no folder {path}; make it first.")
MOST_PARTS = 100_000


class Lang(StrEnum):
    """Languages of messages and reports."""

    sv = "sv"
    en = "en"


class Format(StrEnum):
    """What is written to standard output."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"


Source = Annotated[
    Path, typer.Argument(metavar="SOURCE", help="Folder of exports, or one file.", show_default=False)
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="Settings; default: tcw.yaml in SOURCE.", show_default=False
    ),
]
LangOption = Annotated[
    Lang | None,
    typer.Option(
        "--lang",
        help="Language of messages and reports; default: tcw.yaml's, else the environment's.",
        show_default=False,
    ),
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show a traceback when something goes wrong.")]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress and no notes on standard error.")
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="DAY", help="First day (2026-03-02) or week (2026-W10).", show_default=False
    ),
]
ToOption = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="DAY", help="Last day (2026-03-29) or week (2026-W13), included.", show_default=False
    ),
]
UnitOption = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="UNIT", help="Home unit; may be repeated.", show_default=False),
]
PseudonymiseOption = Annotated[
    bool,
    typer.Option("--pseudonymise", help="Replace ids and names by keyed codes (key from TCW_PSEUDONYM_KEY)."),
]
ShowNumbersOption = Annotated[
    bool, typer.Option("--show-personal-numbers", help="Show personal numbers where they are used as ids.")
]
CsvOption = Annotated[
    str | None,
    typer.Option(
        "--csv",
        metavar="sv|plain",
        help="CSV with ; and decimal comma (sv), or , and point (plain); default: the language's.",
        show_default=False,
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FILE", help="Write an Excel workbook.", show_default=False),
]
IntoOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Put tcw's sheets into an existing workbook; all others stay as they are.",
        show_default=False,
    ),
]
RejectsOption = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        metavar="FILE",
        help="Write all rejected rows, with reasons, to this CSV file.",
        show_default=False,
    ),
]
PartsOption = Annotated[
    str | None,
    typer.Option(
        "--parts",
        metavar="auto|N",
        help="Parts of the people to work through one after another, for less memory; the answer is the same.",
        show_default="auto",
    ),
]
ScratchOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Where parts are kept meanwhile; default: the system's folder for temporary files.",
        show_default=False,
    ),
]


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


def first_day(text: str | None, option: str = "--from") -> date | None:
    """Read --from or its like: a day, or the Monday of an ISO week. Raises UsageFault."""
    return _day(text, option, 0)


def last_day(text: str | None, option: str = "--to") -> date | None:
    """Read --to or its like: a day, or the Sunday of an ISO week. Raises UsageFault."""
    return _day(text, option, 6)


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
