"""Random whole sources: few people, short periods, and every awkward case a real export has."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from random import Random
from typing import Literal

from hypothesis import strategies as st

from tests.oracle.records import Activity, Booking, Employment, EmploymentType, RedDay, Settings, Source, Unit

SpanKind = Literal["clock", "hours", "mixed"]

MONDAYS = (
    date(2026, 3, 16),  # summer time begins on 2026-03-29
    date(2026, 10, 12),  # summer time ends on 2026-10-25
    date(2026, 12, 14),  # 2026 has 53 weeks
    date(2025, 12, 22),  # 2026-W01 begins in 2025
    date(2028, 2, 21),  # leap day
)
RATES = ("100", "75", "50", "80", "55", "62.5", "33.33", "87.5", "7", "0")  # %

ACTIVITIES = (
    Activity("Hemstädning", "billable", "work", "invoice"),
    Activity("Omvårdnad", "billable", "work", "payroll"),
    Activity("Övertid", "billable", "overtime"),
    Activity("Jour", "billable", "on_call"),
    Activity("Kontorsarbete", "non_billable", "work", "payroll"),
    Activity("Restid", "non_billable"),
    Activity("Semester", "non_billable", None, "absence"),
    Activity("Sjuk", None, "absence"),
    Activity("Betald frånvaro", "billable", "absence", "payroll"),
    Activity("Lunch", "excluded", None, "absence"),
    Activity("Internt", "excluded", "work"),
    Activity("Rast", None, "break"),
    Activity("Spärrad", None, "none"),
    Activity("Utan typ", None, "work"),
)
NOT_LISTED = "Okänd aktivitet"
NOT_EMPLOYED = "9999"
UNITS = (Unit("010", "Norr"), Unit("020", "Norr"), Unit("Björken", "Söder"), Unit("Utan yta", None))
HOME_UNITS = ("010", "010", "020", "Björken", "Utan yta", "Inte i listan", None)
REASONS = ("Sjukdom", "Semester", "VAB", None)


class Window:
    """The weeks that bookings fall in."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.first = rng.choice(MONDAYS)
        self.weeks = rng.randint(2, 5)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=7 * self.weeks - 1)

    def day(self) -> date:
        return self.first + timedelta(days=self.rng.randrange(7 * self.weeks))

    def monday(self) -> date:
        return self.first + timedelta(days=7 * self.rng.randrange(self.weeks))


def random_source(rng: Random, kind: SpanKind = "clock") -> Source:
    """A source of two to seven people over two to five weeks. Its bookings have clock times, hours, or
    either.
    """
    window = Window(rng)
    settings = Settings(
        normal_week_hours=Fraction(rng.choice(("40", "40", "38.25", "37"))),
        absence_in_booked_time=rng.random() < 0.2,
        difference="relative" if rng.random() < 0.2 else "points",
        rate_weighting="working_days" if rng.random() < 0.2 else "calendar_days",
    )
    staff_ids = rng.sample(["0012", "0013", "1007", "A-12", "20", "B 7", "Ö1"], rng.randint(2, 7))
    staff = [row for staff_id in staff_ids for row in employments(rng, staff_id, window)]
    if not any(row.rate and Fraction(1, 100) < row.rate < 1 for row in staff):
        # A column of 0 and 1 alone could be percentages as well as shares.
        staff[0] = replace(staff[0], rate=Fraction(3, 4))
    # The last employee has nothing but weeks in which what is divided by comes to zero.
    bookings = [booking(rng, rng.choice(staff_ids[:-1]), window) for _ in range(rng.randint(5, 60))]
    for monday in {window.monday() for _ in range(2)}:
        bookings += zero_week(rng, staff_ids[-1], monday, staff, settings)
    share_of_hours = {"clock": 0.0, "mixed": 0.5, "hours": 1.0}[kind]
    bookings = [as_hours(one) if rng.random() < share_of_hours else one for one in bookings]
    rng.shuffle(bookings)
    if rng.random() < 0.5:
        bookings = [without_borrowed(one) for one in bookings]
    return Source(tuple(staff), ACTIVITIES, tuple(bookings), red_days(rng, window), UNITS, settings)


def sources(kind: SpanKind = "clock") -> st.SearchStrategy[Source]:
    """The same sources for Hypothesis, which shrinks the choices."""
    return st.randoms(use_true_random=False).map(lambda rng: random_source(rng, kind))


def employments(rng: Random, staff_id: str, window: Window) -> list[Employment]:
    """One employee's rows: always employed, beginning, ending, changing, pausing, or employed twice."""
    paid: tuple[EmploymentType | None, ...] = ("monthly", "monthly", "hourly", None)

    def row(valid_from: date | None = None, valid_to: date | None = None) -> Employment:
        kind = rng.choice(paid)
        rate = None if kind == "hourly" and rng.random() < 0.3 else Fraction(rng.choice(RATES)) / 100
        name = f"{rng.choice(('Åsa', 'René', 'Märta', 'Per'))} {staff_id}"
        return Employment(
            staff_id, rate, kind, rng.choice(HOME_UNITS), valid_from, valid_to, name, "Undersköterska"
        )

    day, day_before = window.day(), timedelta(days=1)
    long_ago, much_later = date(2019, 8, 1), date(2031, 12, 31)
    twice = row(long_ago)
    shapes: list[Callable[[], list[Employment]]] = [
        lambda: [row()],
        lambda: [row(long_ago, much_later)],
        lambda: [row(day)],
        lambda: [row(None, day)],
        lambda: [row(day, day + timedelta(days=rng.randrange(20)))],
        lambda: [row(long_ago, day - day_before), row(day)],
        lambda: [row(long_ago), row(day)],  # the first left open
        lambda: [row(day), row(None), row(day + timedelta(days=9))],
        lambda: [row(None, day), row(day + timedelta(days=rng.randint(2, 12)), much_later)],
        lambda: [row(long_ago, much_later), row(day, day + timedelta(days=10))],  # a second one for a while
        lambda: [row(long_ago), row(long_ago)],  # two at once
        lambda: [twice, twice],
        lambda: [row(long_ago, window.first - day_before)],
        lambda: [row(window.last + day_before)],
    ]
    return rng.choice(shapes)()


def red_days(rng: Random, window: Window) -> tuple[RedDay, ...]:
    """Some red days, and always a Saturday, so that the export and not the calendar says which they are."""
    days = {window.first + timedelta(days=5): Fraction(1)}
    for _ in range(rng.randrange(4)):
        days[window.day()] = Fraction(rng.choice(("1", "0.5", "0.25")))
    if rng.random() < 0.15:
        monday = window.monday()
        days |= {monday + timedelta(days=number): Fraction(1) for number in range(5)}
    return tuple(RedDay(day, share) for day, share in sorted(days.items()))


def booking(rng: Random, staff_id: str, window: Window) -> Booking:
    start, end = span(rng, window)
    return Booking(
        NOT_EMPLOYED if rng.random() < 0.05 else staff_id,
        NOT_LISTED if rng.random() < 0.05 else rng.choice(ACTIVITIES).activity_id,
        start,
        end,
        break_minutes=rng.choice((None, None, 0, 30, 45, 7, 600)),
        cancelled=rng.random() < 0.08,
        unit_id=rng.choice(HOME_UNITS),
        order_reason=rng.choice(REASONS),
        borrowed=rng.choice((None, True, False)),
    )


def span(rng: Random, window: Window) -> tuple[datetime, datetime]:
    """A local start and end, on whole minutes."""
    day, monday = window.day(), window.monday()
    sunday_evening = datetime.combine(
        monday + timedelta(days=6), time(rng.randint(16, 23), rng.choice((0, 15, 50)))
    )
    midnight = datetime.combine(day, time())
    next_monday = datetime.combine(monday + timedelta(days=7), time())
    morning = midnight + timedelta(minutes=rng.randrange(0, 24 * 60, 5))
    evening = midnight + timedelta(hours=22)
    shapes: list[tuple[datetime, datetime]] = [
        (morning, morning + timedelta(minutes=rng.randint(1, 600))),
        (midnight + timedelta(hours=7), midnight + timedelta(hours=16)),
        (evening, evening + timedelta(hours=8)),
        (sunday_evening, next_monday + timedelta(minutes=rng.randrange(0, 9 * 60, 5))),
        (sunday_evening, next_monday),
        (next_monday, next_monday + timedelta(hours=7, minutes=20)),
        (midnight + timedelta(hours=8), midnight + timedelta(hours=32)),
        (midnight, midnight + timedelta(days=rng.randint(1, 25))),
        (morning, morning + timedelta(days=rng.randint(1, 20), minutes=rng.randrange(600))),
    ]
    # The nights of a clock change and the turn of the year, where the window has them.
    for edge in (date(2026, 3, 29), date(2026, 10, 25), date(2027, 1, 1), date(2026, 1, 1)):
        if window.first < edge <= window.last:
            night = datetime.combine(edge - timedelta(days=1), time(rng.randint(20, 23)))
            shapes += 3 * [(night, datetime.combine(edge, time(rng.randint(4, 9))))]
    return rng.choice(shapes)


def zero_week(
    rng: Random, staff_id: str, monday: date, staff: list[Employment], settings: Settings
) -> list[Booking]:
    """A week away for exactly the bookable time, or for exactly as long as booked, where a figure divides
    by zero.

    0.55 of 40 hours less 22 hours is zero, but not in floating point.
    """

    def hours(activity: str, day: int, minutes: int) -> Booking:
        start = datetime.combine(monday + timedelta(days=day), time(8))
        return Booking(staff_id, activity, start, start + timedelta(minutes=minutes))

    if rng.random() < 0.5:
        rate = next((row.rate for row in staff if row.staff_id == staff_id and row.rate), Fraction(1))
        a_day = round(settings.normal_week_hours * rate / 5 * 60)
        return [hours("Sjuk", day, a_day) for day in range(5) if a_day] + [hours("Hemstädning", 0, 60)]
    first, second = rng.randint(1, 100), rng.randint(1, 100)
    return [hours("Hemstädning", 0, first), hours("Restid", 1, second), hours("Sjuk", 2, first + second)]


def as_hours(one: Booking) -> Booking:
    """The booking as a payroll system has it: a date and hours with two decimals, no clock times, no
    break."""
    assert one.start is not None
    assert one.end is not None
    hours = Fraction(round((one.end - one.start) / timedelta(hours=1) * 100), 100)
    return Booking(
        one.staff_id,
        one.activity_id,
        day=one.start.date(),
        hours=min(hours, Fraction(24)),
        cancelled=one.cancelled,
        unit_id=one.unit_id,
        order_reason=one.order_reason,
        borrowed=one.borrowed,
    )


def without_borrowed(one: Booking) -> Booking:
    return replace(one, borrowed=None)
