"""`tcw sample`: a made-up source of any size."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.options import days, every_command
from tcw.commands.sample import DEFAULT_PER_WEEK, DEFAULT_START, SampleRequest
from tcw.commands.sample import run as make

MONDAY = DEFAULT_START.isoformat()


class Kind(StrEnum):
    """Kinds of files a sample is written as."""

    csv = "csv"
    xlsx = "xlsx"
    parquet = "parquet"


Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder to make.", show_default=False)]
Staff = Annotated[int, typer.Option(metavar="NUMBER", help="How many employments.")]
Weeks = Annotated[
    int,
    typer.Option(
        metavar="NUMBER", help="How many weeks; the last quarter of them is planned, the rest worked."
    ),
]
Seed = Annotated[int, typer.Option(metavar="NUMBER", help="Another number makes another sample.")]
Format = Annotated[Kind, typer.Option(help="Kind of files.")]
Start = Annotated[str, typer.Option(metavar="DAY", help="First day, a Monday, or an ISO week (2026-W10).")]
PerWeek = Annotated[float, typer.Option(metavar="NUMBER", help="Bookings aimed at, per person and week.")]
Force = Annotated[
    bool, typer.Option("--force", help="Replace an earlier sample in a folder that is not empty.")
]


def sample(
    folder: Folder,
    staff: Staff = 60,
    weeks: Weeks = 8,
    seed: Seed = 1,
    format: Format = Kind.csv,
    start: Start = MONDAY,
    bookings_per_week: PerWeek = DEFAULT_PER_WEEK,
    lang: every_command.Lang = None,
    force: Force = False,
    quiet: every_command.Quiet = False,
    debug: every_command.Debug = False,
) -> None:
    """Make up a source of any size to try tcw on: a Swedish municipality's care homes and home care.

    People, names and personal numbers are fictive. The same options give the same files. Headers are Swedish
    unless --lang en is given.
    """
    from tcw.cli.shell.faults import language, speak, tell
    from tcw.cli.shell.session import terminal

    speak(lang.value if lang else None)
    request = SampleRequest(
        folder=folder,
        staff=staff,
        weeks=weeks,
        seed=seed,
        files=format.value,
        start=days.first_day(start, "--start") or DEFAULT_START,
        per_week=bookings_per_week,
        headers=lang.value if lang else "sv",
        replace=force,
    )
    wrote = make(request, terminal(quiet=quiet, debug=debug))
    if not quiet:
        tell(wrote.say(language()))
