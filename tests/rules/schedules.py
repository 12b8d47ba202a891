"""Random small schedules around the clock changes, with every nasty case an export has, many of them in
one source.

All schedules of a source share its horizon, settings and agreements; each has people of its own, whose staff
ids begin with its number.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from tests.oracle.rules.records import (
    Activity,
    Agreement,
    Availability,
    Booking,
    Competence,
    Employment,
    Introduction,
    Link,
    Order,
    Settings,
    Source,
)

MONDAYS = (date(2026, 3, 23), date(2026, 3, 16), date(2026, 10, 19), date(2026, 10, 5))
CHANGES = (date(2026, 3, 29), date(2026, 10, 25))
RATES = ("1", "1", "0.75", "0.5", "0.8", "0.625", "0.25")
UNITS = ("010", "020", "Björken")
COMPETENCES = ("HLR", "Delegering", "Lift")
ACTIVITIES = (
    Activity("Arbete"),
    Activity("Arbete natt", "work"),
    Activity("Utan slag", None),
    Activity("Mertid", "additional"),
    Activity("Övertid", "overtime"),
    Activity("Nödfall", "emergency_overtime"),
    Activity("Jour", "on_call"),
    Activity("Jour natt", "on_call"),
    Activity("Beredskap", "standby"),
    Activity("Semester", "absence", counts_as_worked=True),
    Activity("Sjuk", None, "absence", counts_as_worked=True),
    Activity("Ledig", "absence", counts_as_worked=False),
    Activity("Rast", "break"),
    Activity("Ingen", "none"),
)
EXTRA = ("Mertid", "Övertid")
WORK = ("Arbete", "Arbete", "Arbete", "Arbete natt", "Utan slag")
ABSENCE = ("Semester", "Sjuk", "Ledig")
FEW = 20
"""Schedules of a source that may have spans years away."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WORKING_TIME = tuple(f"WT{number:02d}" for number in range(1, 15))


def half(*values: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(value) for value in values)


def limit(rng: Random, *values: str) -> Fraction | None:
    """One of the values, `none` being no limit."""
    chosen = rng.choice(values)
    return None if chosen == "none" else Fraction(chosen)


def agreement(rng: Random, code: str, monday: date) -> Agreement:
    """Limits near what schedules hold, so that both sides of each are met."""
    decided = rng.random() < 0.7
    begins = monday + timedelta(days=rng.randint(-5, 12))
    return Agreement(
        code=code,
        ignores=frozenset(rng.sample(WORKING_TIME, rng.choice((0, 0, 2, 9)))),
        decision=f"beslut {code}" if decided else None,
        decision_from=begins if decided and rng.random() < 0.5 else None,
        decision_to=begins + timedelta(days=rng.randint(0, 20)) if decided and rng.random() < 0.5 else None,
        break_at_most=rng.choice(half("4", "4", "2", "0.5", "0", "6")),
        daily_rest=rng.choice(half("11", "11", "12", "9", "8.5")),
        daily_rest_mode=rng.choice(("rolling", "window", "shift_gap")),
        day_break=rng.choice((time(0), time(0), time(6), time(7, 30), time(2, 30))),
        daily_rest_with_compensation=limit(rng, "none", "9", "7"),
        weekly_rest=rng.choice(half("36", "36", "35", "24", "48")),
        weekly_rest_mode=rng.choice(("week", "straddle", "rolling")),
        week_break_day=rng.choice((1, 1, 7, 3)),
        week_break_time=rng.choice((time(0), time(0), time(7), time(2, 30))),
        ordinary_week=limit(rng, "40", "40", "38.25", "20", "10", "none"),
        calculation_weeks=rng.choice((4, 4, 1, 2)),
        red_days_reduce=rng.random() < 0.5,
        on_call_basis=rng.choice(("four_weeks", "month")),
        on_call_four_weeks=limit(rng, "48", "24", "10", "none"),
        on_call_month=limit(rng, "50", "20", "none"),
        overtime_basis=rng.choice(("four_weeks", "month")),
        overtime_four_weeks=limit(rng, "48", "10", "5", "none"),
        overtime_month=limit(rng, "50", "12", "none"),
        overtime_year=limit(rng, "200", "8", "16", "none"),
        extra_overtime_year=limit(rng, "150", "8", "none"),
        additional_year=limit(rng, "200", "6", "none"),
        extra_additional_year=limit(rng, "150", "8", "none"),
        average_week=limit(rng, "48", "40", "20", "none"),
        average_months=rng.choice((4, 1, 2)),
        average_weeks=rng.choice((None, 1, 2, 4)),
        night_average=limit(rng, "8", "8", "6", "none"),
        break_after=limit(rng, "5", "6", "4.5", "none"),
        long_duty=limit(rng, "13", "13", "10", "none"),
        long_duty_in_sequence=limit(rng, "none", "20", "16"),
        long_duty_by_decision=limit(rng, "none", "24", "18"),
        days_in_a_row=rng.choice((None, 3, 5, 6)),
        notice_days=rng.choice((14, 7, 0)),
    )


class Window:
    """The weeks of a source, and what all its schedules share."""

    def __init__(self, rng: Random, mondays: Sequence[date] = MONDAYS, *, far: bool = False) -> None:
        self.rng = rng
        self.monday = rng.choice(mondays)
        self.days = 7 * rng.randint(1, 5)
        self.codes = [f"avtal{number}" for number in range(6)]
        self.agreements = tuple(agreement(rng, code, self.monday) for code in self.codes)
        self.overtime = rng.random() < 0.7
        self.breaks = rng.random() < 0.7
        self.linked = rng.random() < 0.75
        self.far = far and rng.random() < 0.4
        self.competences = rng.random() < 0.9
        self.availability = rng.random() < 0.8
        self.introductions = rng.random() < 0.8
        self.orders = rng.random() < 0.8

    def day(self) -> date:
        return self.monday + timedelta(days=self.rng.randrange(self.days))

    def moment(self, day: date) -> datetime:
        minutes = self.rng.choice((15 * self.rng.randrange(96), 60 * self.rng.randrange(24)))
        return datetime.combine(day, time()) + timedelta(minutes=minutes)

    @property
    def after(self) -> datetime:
        return datetime.combine(self.monday + timedelta(days=self.days), time())


def settings(rng: Random, window: Window) -> Settings:
    as_of = window.monday + timedelta(days=rng.choice((-30, 60, 60, rng.randrange(window.days))))
    wider = rng.random() < 0.3
    return Settings(
        agreement=rng.choice(("atl", *window.codes)),
        calculation_start=rng.choice(
            (None, None, window.monday, date(2026, 1, 5), window.monday + timedelta(days=14))
        ),
        night_activities=("Arbete natt", "Jour natt") if rng.random() < 0.7 else (),
        special_risk_activities=("Arbete natt",) if rng.random() < 0.6 else (),
        competences=(("Arbete natt", ("HLR",)), ("Jour", ("Lift", "HLR"))) if rng.random() < 0.7 else (),
        register_units=rng.choice(((), ("010",), ("*",))),
        register_activities=rng.choice(((), ("Utan slag", "Jour"), ("*",))),
        register_valid_days=rng.choice((None, 10, 365)),
        substitutes_need_availability=rng.random() < 0.8,
        normal_week_hours=rng.choice(half("40", "38.25")),
        as_of=as_of,
        first_day=window.monday - timedelta(days=rng.randint(0, 9)) if wider else None,
        last_day=window.after.date() + timedelta(days=rng.randint(0, 40)) if wider else None,
    )


def random_source(rng: Random, schedules: int = 1, mondays: Sequence[date] = MONDAYS) -> Source:
    """A source of so many schedules with one to four people each."""
    # A slip in a year makes decades of clock changes, and everything slow: only in small sources.
    window = Window(rng, mondays, far=schedules <= FEW)
    activities: tuple[Activity, ...] = ACTIVITIES
    if rng.random() < 0.5:
        begins, ends = window.day(), window.day()
        changed = {"Arbete natt": (begins, None), "Jour": (None, ends), "Ledig": (begins, begins)}
        activities = tuple(
            replace(row, valid_from=changed[row.activity_id][0], valid_to=changed[row.activity_id][1])
            if row.activity_id in changed
            else row
            for row in activities
        )
    parts = [schedule(rng, window, f"{number:04d}") for number in range(schedules)]
    staff = [row for part in parts for row in part.staff]
    if not any(row.rate and 0 < row.rate < 1 for row in staff):
        # A column of ones alone could be percentages as well as shares.
        staff.append(Employment("halv", Fraction(1, 2)))
    bookings = [row for part in parts for row in part.bookings]
    rng.shuffle(bookings)
    red_days = ((window.day(), Fraction(1)), (window.day(), Fraction(1, 2))) if rng.random() < 0.5 else ()

    def every(there: bool, name: str) -> tuple:  # type: ignore[type-arg]
        return tuple(row for part in parts for row in getattr(part, name) or ()) if there else None  # type: ignore[return-value]

    return Source(
        staff=tuple(staff),
        activities=activities,
        bookings=tuple(bookings),
        agreements=window.agreements,
        links=every(window.linked, "links") or None,
        competences=every(window.competences, "competences") or None,
        availability=every(window.availability, "availability") or None,
        introductions=every(window.introductions, "introductions") or None,
        orders=every(window.orders, "orders") or None,
        red_days=tuple(dict(red_days).items()) if len(dict(red_days)) == 2 else (),
        settings=settings(rng, window),
    )


def sources(schedules: int = 1) -> st.SearchStrategy[Source]:
    """The same for Hypothesis, which shrinks the choices."""
    return st.randoms(use_true_random=False).map(lambda rng: random_source(rng, schedules))


def schedule(rng: Random, window: Window, number: str) -> Source:
    """One schedule: its people and all that belongs to them."""
    people = [Somebody(rng, window, f"{number}-{place}") for place in range(rng.randint(1, 4))]
    return Source(
        staff=tuple(row for one in people for row in one.staff),
        activities=(),
        bookings=tuple(row for one in people for row in one.bookings),
        links=tuple(row for one in people for row in one.links),
        competences=tuple(row for one in people for row in one.competences),
        availability=tuple(row for one in people for row in one.availability),
        introductions=tuple(row for one in people for row in one.introductions),
        orders=tuple(row for one in people for row in one.orders),
    )


class Somebody:
    """A person with one to three employments, and all their rows."""

    def __init__(self, rng: Random, window: Window, name: str) -> None:
        self.rng, self.window, self.name = rng, window, name
        self.ids = [f"{name}{letter}" for letter in "abc"[: rng.choice((1, 1, 1, 2, 3))]]
        self.staff = self._employments()
        self.links = [link for staff_id in self.ids for link in self._links(staff_id)]
        self.competences = self._competences()
        self.availability = self._availability()
        self.introductions = [
            Introduction(rng.choice(self.ids), unit) for unit in UNITS if rng.random() < 0.4
        ]
        self.orders: list[Order] = []
        self.bookings: list[Booking] = []
        makers: list[Callable[[], None]] = [
            self._pattern,
            self._pattern,
            self._nights,
            self._chaos,
            self._dense,
        ]
        rng.choice(makers)()
        for extra in (self._absence, self._standby, self._breaks, self._by_hours, self._strange, self._cover):
            if rng.random() < 0.3:
                extra()

    def _employments(self) -> list[Employment]:
        rng, window = self.rng, self.window
        person = f"P{self.name}" if len(self.ids) > 1 or rng.random() < 0.3 else None
        born = None
        if rng.random() < 0.3:
            born = rng.choice(
                (
                    date(2009, 5, 1),
                    date(2010, 8, 30),
                    date(2008, 2, 29),
                    date(1980, 1, 1),
                    window.day().replace(year=2008),
                )
            )
        rows = []
        for staff_id in self.ids:
            row = Employment(
                staff_id,
                Fraction(rng.choice(RATES)) if rng.random() < 0.9 else None,
                rng.choice(("monthly", "monthly", "hourly", None)),
                person,
                born,
                rng.choice((*UNITS, None)),
            )
            day = window.day()
            shape = rng.random()
            if shape < 0.6:
                rows.append(row)
            elif shape < 0.7:
                rows.append(replace(row, valid_from=date(2020, 1, 1), valid_to=day))
            elif shape < 0.8:
                rows.append(replace(row, valid_from=day))
            else:
                # A change of the rate, the first row left open or ended.
                first = replace(row, valid_from=date(2020, 1, 1), valid_to=rng.choice((None, day - 2 * DAY)))
                rows += [first, replace(row, valid_from=day, rate=Fraction(rng.choice(RATES)))]
        if len(self.ids) == 1 and rng.random() < 0.05:
            return []
        return rows

    def _links(self, staff_id: str) -> list[Link]:
        rng, codes, day = self.rng, self.window.codes, self.window.day()
        one, other = rng.choice(codes), rng.choice(codes)
        long_ago = date(2025, 1, 1)
        return rng.choice(
            (
                [],
                [Link(staff_id, one)],
                [Link(staff_id, one)],
                [Link(staff_id, one, long_ago)],
                [Link(staff_id, one, long_ago, day), Link(staff_id, other, day + DAY)],
                [Link(staff_id, one, long_ago, day), Link(staff_id, other, day - 3 * DAY, day + 9 * DAY)],
                [Link(staff_id, one, day)],
            )
        )

    def _competences(self) -> list[Competence]:
        rng, rows = self.rng, []
        for competence in COMPETENCES:
            for _ in range(rng.choice((0, 1, 1, 2))):
                first = rng.choice((None, date(2024, 1, 1), self.window.day()))
                last = rng.choice((None, date(2027, 1, 1), self.window.day()))
                if first and last and last < first:
                    first, last = last, first
                rows.append(Competence(rng.choice(self.ids), competence, "competence", first, last))
        if rng.random() < 0.6:
            first = rng.choice((None, date(2025, 10, 1), self.window.day(), self.window.monday - 5 * DAY))
            last = rng.choice((None, None, self.window.after.date()))
            rows.append(Competence(rng.choice(self.ids), "Utdrag", "register", first, last))
        return rows

    def _availability(self) -> list[Availability]:
        rng, rows = self.rng, []
        for _ in range(rng.choice((0, 2, 8))):
            start = self.window.moment(self.window.day())
            end = start + rng.choice((4, 8, 12, 24, 72)) * HOUR
            kind = rng.choice(("resource", "flexible", "own", "office"))
            units = rng.choice(((), (), ("010",), ("020", "Björken")))
            rows.append(Availability(rng.choice(self.ids), start, end, kind, units))
            if rng.random() < 0.3:
                rows.append(Availability(rng.choice(self.ids), end, end + 4 * HOUR, kind, units))
        return rows

    # Bookings

    def activity(self) -> str:
        rng = self.rng
        names = [*WORK, *WORK, "Jour", "Jour natt", "Nödfall"]
        if self.window.overtime:
            names += EXTRA
        return rng.choice(names)

    def add(self, start: datetime, end: datetime, activity: str | None = None) -> None:
        rng, window = self.rng, self.window
        first, last = datetime.combine(window.monday, time()), window.after
        start, end = max(start, first), min(end, last)
        if end <= start:
            return
        created = None
        if rng.random() < 0.7:
            created = start - timedelta(
                days=rng.choice((20, 14, 7, 3, 0, -1)), hours=rng.choice((0, 0, 1, -1))
            )
        order_id = None
        if window.orders and rng.random() < 0.2:
            order_id = f"B{self.name}-{len(self.orders)}"
            wanted = tuple(rng.sample(COMPETENCES, rng.randint(0, 2)))
            self.orders.append(Order(order_id, rng.choice(UNITS), start, end, wanted))
        self.bookings.append(
            Booking(
                f"{self.name}-{len(self.bookings)}",
                rng.choice(self.ids),
                activity or self.activity(),
                start,
                end,
                break_minutes=rng.choice((None, None, 0, 30, 45)) if rng.random() < 0.6 else None,
                status=rng.choice(("planned", "worked", "cancelled")) if rng.random() < 0.15 else None,
                unit_id=rng.choice((*UNITS, None, None)),
                order_id=order_id,
                created_at=created,
            )
        )

    def _days(self) -> list[date]:
        return [self.window.monday + timedelta(days=number) for number in range(self.window.days)]

    def _pattern(self) -> None:
        """Ordinary shifts with a short rest now and then, split shifts, touching parts, nights with
        on-call."""
        rng = self.rng
        shifts = [(7, 16), (7, 15.5), (14, 22), (6.75, 15), (12, 21), (8, 12)]
        own = rng.sample(shifts, 2)
        free = rng.choice((0.1, 0.3, 0.5))
        for day in self._days():
            if rng.random() < free:
                continue
            base = datetime.combine(day, time())
            begins, ends = rng.choice(own)
            start, end = base + begins * HOUR, base + ends * HOUR
            form = rng.random()
            if form < 0.15:
                middle = start + rng.choice((2, 3, 3.5)) * HOUR
                again = middle + rng.choice((0, 0.25, 0.5, 1, 3, 4, 4.25)) * HOUR
                self.add(start, middle)
                self.add(again, again + 4 * HOUR)
            elif form < 0.3:
                self.add(start, end, rng.choice(WORK))
                self.add(
                    end, end + rng.choice((1, 4, 9)) * HOUR, rng.choice(("Jour", "Nödfall", self.activity()))
                )
            else:
                self.add(start, end, rng.choice(WORK))

    def _nights(self) -> None:
        rng = self.rng
        activity = rng.choice(("Arbete natt", "Arbete natt", "Jour natt", None))
        for day in self._days():
            if rng.random() < 0.6:
                start = datetime.combine(day, time(21, rng.choice((0, 30))))
                self.add(start, start + rng.choice((8, 9, 10, 11)) * HOUR, activity)

    def _chaos(self) -> None:
        rng = self.rng
        for _ in range(rng.randint(1, 22)):
            day = rng.choice((*CHANGES, *(self.window.day() for _ in range(4))))
            start = self.window.moment(day)
            self.add(start, start + rng.choice((0.25, 1, 3, 5, 5.25, 8, 9, 12, 13, 14, 20, 23)) * HOUR)

    def _dense(self) -> None:
        """A run of duties whose rests lie around the limits."""
        rng = self.rng
        moment = self.window.moment(self.window.day())
        for _ in range(rng.randint(3, 16)):
            end = moment + rng.choice((4, 8, 8, 10, 13, 16)) * HOUR
            self.add(moment, end)
            moment = end + rng.choice((0.5, 4, 7, 8.5, 9, 10.75, 11, 11, 12, 13, 15, 24, 36, 35)) * HOUR

    def _absence(self) -> None:
        rng = self.rng
        for _ in range(rng.randint(1, 3)):
            start = self.window.moment(self.window.day())
            self.add(start, start + rng.choice((4, 8, 20, 24, 72, 168)) * HOUR, rng.choice(ABSENCE))

    def _standby(self) -> None:
        for _ in range(self.rng.randint(1, 3)):
            start = self.window.moment(self.window.day())
            self.add(
                start, start + self.rng.choice((8, 16, 48)) * HOUR, self.rng.choice(("Beredskap", "Ingen"))
            )

    def _breaks(self) -> None:
        """Break bookings: in the middle of a booking, at its edge, or anywhere."""
        rng = self.rng
        for row in list(self.bookings) if self.window.breaks else []:
            if rng.random() < 0.6 and row.start is not None:
                start = row.start + rng.choice((0, 2, 4.5, 5, 5.25)) * HOUR
                self.add(start, start + rng.choice((0.25, 0.5, 1)) * HOUR, "Rast")

    def _by_hours(self) -> None:
        rng = self.rng
        for _ in range(rng.randint(1, 4)):
            self.bookings.append(
                Booking(
                    f"{self.name}-{len(self.bookings)}",
                    rng.choice(self.ids),
                    rng.choice((self.activity(), rng.choice(ABSENCE))),
                    day=self.window.day(),
                    hours=Fraction(rng.choice(("4", "7.5", "10", "24"))),
                    status="planned" if rng.random() < 0.1 else None,
                )
            )

    def _strange(self) -> None:
        """Spans that are no spans, and very long ones."""
        rng = self.rng
        form = rng.random()
        if form < 0.3 and self.window.monday <= CHANGES[0] < self.window.after.date():
            # By the clock it ends after it begins; in life the hour between is the one that summer time
            # skips.
            start = datetime(2026, 3, 29, 2, 15)
            self.bookings.append(
                Booking(f"{self.name}-x", self.ids[0], "Arbete", start, datetime(2026, 3, 29, 3))
            )
        elif form < 0.5 and self.window.far:
            # After 2037 clock changes follow from a rule, not from a table. Each year between costs a quarter
            # of a second.
            start = rng.choice((datetime(2019, 5, 1, 8), datetime(2039, 5, 1, 8)))
            self.bookings.append(Booking(f"{self.name}-y", self.ids[0], "Arbete", start, start + 8 * HOUR))
        else:
            start = self.window.moment(self.window.day())
            self.add(start, start + rng.choice((24, 24.25, 30)) * HOUR)

    def _cover(self) -> None:
        """Copies of bookings, shifted a little or not at all, and bookings that touch."""
        rng = self.rng
        rows: Sequence[Booking] = list(self.bookings)
        for row in rng.sample(rows, min(3, len(rows))):
            if row.start is not None and row.end is not None:
                shift = rng.choice((timedelta(0), row.end - row.start, HOUR, -HOUR))
                self.add(row.start + shift, row.end + shift, row.activity_id)
