"""What sample is asked for."""

from dataclasses import dataclass
from datetime import date, timedelta

from tcw.errors import UsageFault
from tcw.wording import Phrase
from tcw.wording.quantities import Count

TOO_FEW = Phrase("sample-too-few", "{option} must be at least 1, not {value}.")
TOO_LARGE = Phrase("sample-too-large", "{option} must be at most {most}, not {value}.")
START_NOT_MONDAY = Phrase(
    "sample-start-not-monday", "--start must be a Monday; {start} is not. Take {before} or {after}."
)
START_OUT_OF_RANGE = Phrase(
    "sample-start-out-of-range",
    "The sample must lie between 1960 and 2199; {start} with {weeks} weeks does not.",
)
BAD_DENSITY = Phrase("sample-bad-density", "--bookings-per-week must be above 0 and at most 10, not {value}.")

FIRST_YEAR = 1960
LAST_YEAR = 2199
MOST_STAFF = 5_000_000
MOST_PER_WEEK = 10.0
DEFAULT_START = date(2026, 3, 2)
DEFAULT_PER_WEEK = 4.3


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """The size and the seed of a sample; everything in it follows from these."""

    staff: int
    weeks: int
    seed: int = 1
    start: date = DEFAULT_START
    """The first day, a Monday."""
    bookings_per_week: float = DEFAULT_PER_WEEK
    """Aimed at, per person and week; what rosters cannot reach by splitting home-care shifts is not
    forced."""

    def __post_init__(self) -> None:
        """Raise UsageFault for a size or a start no sample can have."""
        for option, value, most in (("--staff", self.staff, MOST_STAFF), ("--weeks", self.weeks, 10_000)):
            if value < 1:
                raise UsageFault(TOO_FEW, option=option, value=Count(value))
            if value > most:
                raise UsageFault(TOO_LARGE, option=option, value=Count(value), most=Count(most))
        if not 0 < self.bookings_per_week <= MOST_PER_WEEK:
            raise UsageFault(BAD_DENSITY, value=self.bookings_per_week)
        if self.start.isoweekday() != 1:
            before = self.start - timedelta(days=self.start.weekday())
            raise UsageFault(
                START_NOT_MONDAY, start=self.start, before=before, after=before + timedelta(weeks=1)
            )
        last = FIRST_YEAR if self.start.year > LAST_YEAR else (self.start + timedelta(weeks=self.weeks)).year
        if self.start.year < FIRST_YEAR or not FIRST_YEAR < last <= LAST_YEAR:
            raise UsageFault(START_OUT_OF_RANGE, start=self.start, weeks=self.weeks)

    @property
    def days(self) -> int:
        """Days of the period."""
        return 7 * self.weeks

    @property
    def as_of_day(self) -> int:
        """Days from the start to the day the export is thought to be made: later bookings are planned.

        The last quarter of the period, in whole weeks, lies ahead.
        """
        return 7 * (self.weeks - self.weeks // 4)

    @property
    def as_of(self) -> date:
        """The day the export is thought to be made."""
        return self.start + timedelta(days=self.as_of_day)
