"""What the rules go by: people, their spans, stretches, rests and duty periods, the horizon, who follows
which agreement.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from statistics import median

from tests.oracle.rules.clock import ONE_DAY, at, day_of, hours, instant, monday_of, overlap
from tests.oracle.rules.records import Agreement, Booking, Employment, Source

WORK = frozenset({"work", "additional", "overtime", "emergency_overtime"})
WORKING = WORK | {"on_call"}
ORDER = (
    "work",
    "additional",
    "overtime",
    "emergency_overtime",
    "on_call",
    "standby",
    "absence",
    "break",
    "none",
)
FIVE_YEARS = 5 * 365 * 24 * 3600
ZERO = Fraction(0)


@dataclass(frozen=True)
class Span:
    """A booking with clock times, as instants."""

    booking: Booking
    start: int
    end: int
    kind: str
    planned: bool

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def kept(self) -> Fraction:
        """The share of the span that its break leaves."""
        pause = (self.booking.break_minutes or 0) * 60
        return Fraction(max(self.length - pause, 0), self.length)


@dataclass(frozen=True)
class Rest:
    """A gap between stretches. `open_start`, `open_end`: it may reach further, but the export does not
    tell."""

    start: int
    end: int
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True)
class Breach:
    """One finding."""

    code: str
    person: int
    start: int
    end: int
    measured: Fraction | None
    limit: Fraction | None
    planned: bool | None
    """None: ADR 0009 does not settle it."""
    severity: str | None = None
    """None: ADR 0009 does not settle it."""
    subject: str | None = None
    waived_by: str | None = None
    staff_id: str | None = None


@dataclass
class Outcome:
    """What a rule says of one person."""

    found: list[Breach] = field(default_factory=list)
    judged: int = 0
    not_judged: int = 0


@dataclass(frozen=True)
class Net:
    """The part of a booking that no earlier one covers: its net hours are spread evenly over it."""

    span: Span
    start: int
    share: Fraction

    def within(self, a: int, b: int) -> Fraction:
        shared = overlap(self.start, self.span.end, a, b)
        return hours(shared) * self.share if shared else ZERO


class World:
    """A source, and what all its people share."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.settings = source.settings
        self.as_of = at(source.settings.as_of)
        self.activities = {row.activity_id: row for row in source.activities}
        self.orders = {row.order_id: row for row in source.orders or ()}
        self.kinds = {row.activity_id: kind_of(row.time_kind, row.service_type) for row in source.activities}
        self.agreements = {row.code: row for row in source.agreements}
        self.agreements.setdefault("atl", Agreement())
        active = [row for row in source.bookings if row.status != "cancelled"]
        spans = [self.span(row) for row in active if row.start is not None]
        middle = median(span.start for span in spans) if spans else 0

        def sound(span: Span) -> bool:
            near = middle - FIVE_YEARS < span.start and span.end < middle + FIVE_YEARS
            return span.start < span.end and near

        self.sound = [span for span in spans if sound(span)]
        self.unsound = [span for span in spans if not sound(span)]
        self.by_hours = [row for row in active if row.start is None]
        days = [row.day for row in self.by_hours if row.day is not None]
        starts = [span.start for span in self.sound] + [at(day) for day in days]
        ends = [span.end for span in self.sound] + [at(day + ONE_DAY) for day in days]
        if self.settings.first_day is not None:
            starts.append(at(self.settings.first_day))
        if self.settings.last_day is not None:
            ends.append(at(self.settings.last_day + ONE_DAY))
        self.first, self.after = min(starts), max(ends)
        self.spans_of: dict[str, list[Span]] = {}
        for span in self.sound:
            self.spans_of.setdefault(span.booking.staff_id, []).append(span)
        kinds = {span.kind for span in self.sound} | {self.kind(row) for row in self.by_hours}
        self.overtime_is_booked = bool(kinds & {"additional", "overtime"})
        self.breaks_are_booked = "break" in kinds

    def kind(self, booking: Booking) -> str:
        return self.kinds.get(booking.activity_id, "work")

    def span(self, booking: Booking) -> Span:
        assert booking.start is not None
        assert booking.end is not None
        start = instant(booking.start)
        planned = booking.status == "planned" or start >= self.as_of
        return Span(booking, start, instant(booking.end), self.kind(booking), planned)

    def planned_by_hours(self, booking: Booking) -> bool:
        assert booking.day is not None
        return booking.status == "planned" or at(booking.day) >= self.as_of

    @property
    def origin(self) -> date:
        """The day that calculation and averaging periods are counted from."""
        return self.settings.calculation_start or self.monday

    @property
    def monday(self) -> date:
        return monday_of(day_of(self.first))

    @property
    def days(self) -> tuple[date, date]:
        """First and last local day of the horizon."""
        return day_of(self.first), day_of(self.after - 1)

    def sticks_out(self, a: int, b: int) -> bool:
        return a < self.first or b > self.after

    def unknown(self, a: int, b: int) -> Fraction:
        """Hours of the window that the export does not tell of."""
        return hours(b - a - overlap(a, b, self.first, self.after))

    def unknown_days(self, first: date, after: date) -> Fraction:
        """Hours of whole days that lie outside the days of the horizon."""
        a, b = at(first), at(after)
        begin, end = at(self.days[0]), at(self.days[1] + ONE_DAY)
        return hours(b - a - overlap(a, b, begin, end))

    @cached_property
    def people(self) -> list["Person"]:
        """Employments with the same personal number are one person."""
        identity: dict[str, str] = {}
        for row in self.source.staff:
            identity[row.staff_id] = row.person_id or f"#{row.staff_id}"
        ids = [row.staff_id for row in self.source.staff]
        ids += [row.staff_id for row in self.source.bookings if row.status != "cancelled"]
        groups: dict[str, list[str]] = {}
        for staff_id in dict.fromkeys(ids):
            groups.setdefault(identity.get(staff_id, f"#{staff_id}"), []).append(staff_id)
        return [Person(self, number, frozenset(group)) for number, group in enumerate(groups.values())]


def kind_of(time_kind: str | None, service_type: str | None) -> str:
    return time_kind or ("absence" if service_type == "absence" else "work")


class Person:
    """One person, across all employments."""

    def __init__(self, world: World, number: int, staff_ids: frozenset[str]) -> None:
        self.world = world
        self.number = number
        self.staff_ids = staff_ids
        self.employments = [row for row in world.source.staff if row.staff_id in staff_ids]
        self.links = [row for row in world.source.links or () if row.staff_id in staff_ids]
        self.competences = [row for row in world.source.competences or () if row.staff_id in staff_ids]
        self._terms: dict[date, Agreement] = {}

    @cached_property
    def spans(self) -> list[Span]:
        mine = [span for staff_id in self.staff_ids for span in self.world.spans_of.get(staff_id, [])]
        return sorted(
            mine,
            key=lambda span: (
                span.start,
                span.end,
                ORDER.index(span.kind),
                span.booking.activity_id,
                span.booking.break_minutes or 0,
            ),
        )

    @cached_property
    def by_hours(self) -> list[Booking]:
        return [row for row in self.world.by_hours if row.staff_id in self.staff_ids]

    @cached_property
    def working(self) -> list[Span]:
        return [span for span in self.spans if span.kind in WORKING]

    @cached_property
    def stretches(self) -> list[tuple[int, int]]:
        return united((span.start, span.end) for span in self.working)

    @cached_property
    def rests(self) -> list[Rest]:
        """All gaps, the ones before the first stretch and after the last included."""
        return self.rests_between(self.stretches)

    @cached_property
    def disposal(self) -> list[tuple[int, int]]:
        """Working time and standby: "till veckovilan räknas inte beredskapstid" (14 §)."""
        kinds = WORKING | {"standby"}
        return united((span.start, span.end) for span in self.spans if span.kind in kinds)

    def rests_between(self, stretches: list[tuple[int, int]]) -> list[Rest]:
        world, found = self.world, []
        begin, open_start = world.first, True
        for start, end in stretches:
            found.append(Rest(begin, start, open_start=open_start))
            begin, open_start = end, False
        found.append(Rest(begin, world.after, open_start=open_start, open_end=True))
        return found

    @cached_property
    def duties(self) -> list[tuple[int, int]]:
        """Duty periods: stretches whose gaps are at most `break_at_most`, as on the day the later one
        begins."""
        found: list[tuple[int, int]] = []
        for start, end in self.stretches:
            if found and hours(start - found[-1][1]) <= self.terms(day_of(start)).break_at_most:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

    @cached_property
    def duty_gaps(self) -> list[Rest]:
        """The gaps after each duty period; the last one is not over as far as the export tells."""
        nexts = [start for start, _ in self.duties[1:]]
        gaps = [Rest(end, start) for (_, end), start in zip(self.duties, nexts, strict=False)]
        return [*gaps, Rest(self.duties[-1][1], self.world.after, open_end=True)] if self.duties else []

    @cached_property
    def hours_only_days(self) -> int:
        """Local days on which the person works at a time nobody knows: none of the rules on rests can judge
        them.
        """
        return len({row.day for row in self.by_hours if self.world.kind(row) in WORKING})

    def terms(self, day: date) -> Agreement:
        """The agreement of the day: of the links that hold, the one that began last; the default without any.

        Of those that began on the same day, the last by name; the default gives way to all others.
        """
        if day not in self._terms:
            self._terms[day] = self._terms_of(day)
        return self._terms[day]

    def _terms_of(self, day: date) -> Agreement:
        world = self.world
        default = world.agreements[world.settings.agreement]
        valid = [
            row
            for row in self.links
            if (row.valid_from is None or row.valid_from <= day)
            and (row.valid_to is None or day <= row.valid_to)
        ]
        if not valid:
            return default
        last = max(
            valid,
            key=lambda row: (
                row.valid_from or date.min,
                row.agreement_id in world.agreements and row.agreement_id != default.code,
                row.agreement_id,
            ),
        )
        return world.agreements.get(last.agreement_id, default)

    def employments_on(self, day: date) -> list[Employment]:
        """A row without an end ends the day before the next row of the same staff id that begins later."""
        return [
            row
            for row in self.employments
            if (row.valid_from or date.min) <= day <= last_day(row, self.employments)
        ]

    def rates(self, first: date, after: date) -> list[Fraction | None]:
        """The rate of each day: employments add up; 0 when not employed; None when not known."""
        found: list[Fraction | None] = []
        for number in range((after - first).days):
            rows = set(self.employments_on(first + timedelta(days=number)))
            # Whoever is paid by the hour has no contract to exceed, unless the export tells one.
            rates = [
                Fraction(0) if row.rate is None and row.employment_type == "hourly" else row.rate
                for row in rows
            ]
            known = [rate for rate in rates if rate is not None]
            found.append(sum(known, Fraction(0)) if len(known) == len(rates) else None)
        return found

    def nets(self, kinds: Iterable[str], only: Callable[[Span], bool] = lambda _: True) -> list[Net]:
        """Net parts of the bookings of these kinds, walked by start, end, kind, activity."""
        wanted, found, covered = frozenset(kinds), [], 0
        for span in self.spans:
            if span.kind not in wanted or not only(span):
                continue
            begin = max(span.start, covered)
            if begin < span.end:
                found.append(Net(span, begin, span.kept))
            covered = max(covered, span.end)
        return found

    def hours_in(self, nets: list[Net], kinds: Iterable[str], first: date, after: date) -> Fraction:
        """Net hours between two local days (`after` not included); bookings with hours only count on their
        date.
        """
        a, b, wanted = at(first), at(after), frozenset(kinds)
        timed = sum((net.within(a, b) for net in nets), Fraction(0))
        plain = (
            row.hours
            for row in self.by_hours
            if row.hours is not None
            and row.day is not None
            and first <= row.day < after
            and self.world.kind(row) in wanted
        )
        return timed + sum(plain, Fraction(0))

    def has(self, kinds: Iterable[str], first: date, after: date) -> bool:
        wanted = frozenset(kinds)
        return any(
            overlap(s.start, s.end, at(first), at(after)) for s in self.spans if s.kind in wanted
        ) or any(
            row.day is not None and first <= row.day < after and self.world.kind(row) in wanted
            for row in self.by_hours
        )

    def spans_planned_in(self, a: int, b: int, kinds: Iterable[str] = WORKING) -> bool:
        """Whether a booking of the kinds that has clock times and a part in the window is planned."""
        wanted = frozenset(kinds)
        return any(
            span.planned for span in self.spans if span.kind in wanted and overlap(span.start, span.end, a, b)
        )

    def planned_in(self, a: int, b: int, kinds: Iterable[str] = WORKING) -> bool:
        """Whether a booking of the kinds that has a part in the window is planned, those with hours only
        too."""
        wanted = frozenset(kinds)
        return self.spans_planned_in(a, b, wanted) or any(
            self.world.planned_by_hours(row)
            for row in self.by_hours
            if row.day is not None and a <= at(row.day) < b and self.world.kind(row) in wanted
        )

    def planned_around(self, rest: Rest) -> bool | None:
        """Whether the last booking to begin before a gap, or the first after it, is planned.

        None where two begin and end alike: then nothing says which of them it is.
        """
        before = [(span.start, span.end) for span in self.working if span.start < rest.start]
        after = [(span.start, span.end) for span in self.working if span.start >= rest.end]
        answers: set[bool] = set()
        certain = True
        for wanted in (max(before, default=None), min(after, default=None)):
            alike = {span.planned for span in self.working if (span.start, span.end) == wanted}
            certain = certain and len(alike) < 2
            answers |= alike if len(alike) == 1 else set()
        if True in answers:
            return True
        return False if certain else None

    def breach(
        self,
        code: str,
        a: int,
        b: int,
        measured: Fraction | int | None,
        limit: Fraction | int | None,
        *,
        planned: bool | None,
        severity: str | None = None,
        subject: str | None = None,
        staff_id: str | None = None,
    ) -> Breach:
        """A finding, waived if it is actual and the agreement of its first day ignores the rule by a
        decision.
        """
        day = day_of(a)
        terms = self.terms(day)
        severity = severity or ("error" if code.startswith("WT") else None)
        waived = None if planned or code not in terms.ignores or not terms.decided_on(day) else terms.decision
        return Breach(
            code,
            self.number,
            a,
            b,
            None if measured is None else Fraction(measured),
            None if limit is None else Fraction(limit),
            planned,
            severity,
            subject,
            waived,
            staff_id,
        )


def last_day(row: Employment, rows: list[Employment]) -> date:
    if row.valid_to is not None:
        return row.valid_to
    first = row.valid_from or date.min
    later = [
        other.valid_from
        for other in rows
        if other.staff_id == row.staff_id and other.valid_from is not None and other.valid_from > first
    ]
    return min(later) - timedelta(days=1) if later else date.max


def united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap or touch, as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def part_of(spans: Iterable[tuple[int, int]], a: int, b: int) -> int:
    """Seconds of spans that do not overlap each other within a window."""
    return sum(overlap(start, end, a, b) for start, end in spans)


def every_agreement(person: Person) -> Iterator[Agreement]:
    """Every agreement the person may follow on some day."""
    world = person.world
    default = world.agreements[world.settings.agreement]
    codes = [default.code, *(row.agreement_id for row in person.links)]
    yield from {code: world.agreements[code] for code in codes if code in world.agreements}.values()
