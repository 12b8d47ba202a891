"""A made-up source of any size.

The command line reads the defaults from here, so that this module loads nothing heavy.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from tcw.commands.listener import SILENT, Listener
from tcw.sample.plan import DEFAULT_PER_WEEK, DEFAULT_START, SamplePlan
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Count

__all__ = ["DEFAULT_PER_WEEK", "DEFAULT_START", "SampleRequest", "run"]

WROTE = Phrase(
    "sample-wrote",
    "Wrote {folder}: {bookings:booking|bookings} of {staff:employment|employments}. All of it is fictive.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """How large a source, of which kind of files, with headers in which language.

    `seed`: another number makes another sample. `per_week`: bookings aimed at, per person and week.
    `replace`: put the sample in the place of an earlier one in a folder that is not empty.
    """

    folder: Path
    staff: int = 60
    weeks: int = 8
    seed: int = 1
    files: Literal["csv", "xlsx", "parquet"] = "csv"
    start: date = DEFAULT_START
    per_week: float = DEFAULT_PER_WEEK
    headers: Language = "sv"
    replace: bool = False


def run(request: SampleRequest, listener: Listener = SILENT) -> Message:
    """Write the sample; return what to say of it. Raises as `tcw.sample.files.write_sample`."""
    from tcw.sample.files import write_sample

    plan = SamplePlan(request.staff, request.weeks, request.seed, request.start, request.per_week)
    written_weeks = 0
    with listener.working() as progress:

        def week_written() -> None:
            nonlocal written_weeks
            written_weeks += 1
            if progress is not None:
                progress(min(1.0, written_weeks / max(1, request.weeks)))

        written = write_sample(
            plan,
            request.folder,
            request.files,
            request.headers,
            force=request.replace,
            on_week=week_written,
        )
    bookings, staff = Count(written.rows["bookings"]), Count(request.staff)
    return Message(WROTE, {"folder": request.folder, "bookings": bookings, "staff": staff})
