"""`tcw sample`: a made-up source of any size."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tcw.cli.options import common, days
from tcw.cli.shell.faults import language, speak, tell
from tcw.sample.plan import DEFAULT_PER_WEEK, DEFAULT_START, Plan
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

WROTE = Phrase(
    "sample-wrote",
    "Wrote {folder}: {bookings:booking|bookings} of {staff:employment|employments}. All of it is fictive.",
)
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
    lang: common.Lang = None,
    force: Force = False,
    quiet: common.Quiet = False,
    debug: common.Debug = False,
) -> None:
    """Make up a source of any size to try tcw on: a Swedish municipality's care homes and home care.

    People, names and personal numbers are fictive. The same options give the same files. Headers are Swedish unless
    --lang en is given.
    """
    del debug
    from rich.console import Console
    from rich.progress import Progress

    from tcw.sample.files import write_sample

    speak(lang.value if lang else None)
    plan = Plan(staff, weeks, seed, days.first_day(start, "--start") or DEFAULT_START, bookings_per_week)
    with Progress(
        console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(folder.name, total=weeks)
        headers: Language = lang.value if lang else "sv"
        written = write_sample(
            plan, folder, format.value, headers, force=force, on_week=lambda: bar.advance(task)
        )
    if not quiet:
        bookings = Count(written.rows["bookings"])
        tell(WROTE.say(language(), folder=folder, bookings=bookings, staff=Count(staff)))
