"""What a rule judges: a chunk of whole people, and the shared derivations of their timeline, each made once.

Frames hold ids as small numbers. `person` numbers people, `staff` their employments, `row` the bookings.
Instants are Int64 µs since 1970 in UTC; days are Int32 local days since 1970; `Context.local`, `Context.day`
and `Context.midnight` convert.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import polars as pl

from tcw.model.config import RuleSettings
from tcw.model.schedule import Schedule
from tcw.rules.engine.in_force import InForce
from tcw.rules.measures.bookings import rows_at
from tcw.rules.measures.full_time import employment_rates
from tcw.rules.measures.hours_by_period import HoursByPeriod
from tcw.worktime import stretches
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, Clock
from tcw.worktime.kinds import LAST_WORKING
from tcw.worktime.timeline import Timeline

BOOKINGS: Final = pl.Schema(
    {
        "row": pl.UInt32(),  # place among the bookings that the timeline is made of
        "person": pl.UInt32(),
        "staff": pl.UInt32(),
        "activity": pl.UInt32(),
        "unit": pl.UInt32(),  # null when neither the booking nor the employment has one
        "start": pl.Int64(),  # µs
        "end": pl.Int64(),  # µs
        "kind": pl.UInt8(),  # see tcw.worktime.kinds
        "planned": pl.Boolean(),
    }
)
"""Bookings with clock times.

Where the source has them, also `pause` (Int32 minutes), `created` (Int64 µs, local) and `order` (String).
"""
BY_HOURS: Final = pl.Schema(
    {
        **{name: BOOKINGS[name] for name in ("row", "person", "staff", "activity", "unit")},
        "day": pl.Int32(),
        "net": pl.Int64(),  # µs
        "kind": pl.UInt8(),
        "planned": pl.Boolean(),
    }
)
"""Bookings of hours on a day, without clock times."""
STRETCHES: Final = pl.Schema(
    {
        "person": pl.UInt32(),
        "start": pl.Int64(),  # µs
        "end": pl.Int64(),  # µs
        "planned": pl.Boolean(),  # any booking in it is
        "first": pl.UInt32(),  # positions in Context.work of the first and the last booking in it
        "last": pl.UInt32(),
    }
)
"""Working time without a gap.

A rest has the same columns; its `first` and `last` are the bookings on either side.
"""
DUTIES: Final = pl.Schema({**STRETCHES, "worked": pl.Int64(), "agreement": pl.UInt16()})
"""Duty periods. `worked`: µs of their stretches, gaps left out. `agreement`: position in `InForce.terms`."""
EMPLOYMENTS: Final = pl.Schema(
    {"staff": pl.UInt32(), "staff_id": pl.String(), "person": pl.UInt32(), "home": pl.UInt32()}
)
"""`home`: the unit; null when the staff table has none."""
BEFORE_ANY: Final = 2026
"""The year that two-digit years of birth are before, where nothing is booked."""


@dataclass(frozen=True)
class Context:
    """A chunk of whole people: all bookings of theirs, and what is derived from them.

    `schedule`: the source as loaded; its bookings are everybody's, so a rule reads `bookings` instead.
    `timeline`: the chunk's timeline with the clock, the activities, the units and the horizon.
    `in_force`: the agreements of the run, and which holds for whom on a day.
    `as_of`: the instant (µs) from which on bookings are planned.
    `bookings`: BOOKINGS, sorted by person, start, end and row. None ends before it starts.
    `implausible`: the same columns, of bookings that end at or before their start or lie years away from all
    others.
    `by_hours`: BY_HOURS, sorted by person, day and row.
    """

    schedule: Schedule
    timeline: Timeline
    in_force: InForce
    as_of: int
    bookings: pl.DataFrame
    implausible: pl.DataFrame
    by_hours: pl.DataFrame
    _derived: dict[Callable[["Context"], pl.DataFrame], pl.DataFrame] = field(
        default_factory=dict, repr=False
    )

    @property
    def clock(self) -> Clock:
        """The zone's offsets, a year beyond the horizon on either side."""
        return self.timeline.clock

    @cached_property
    def booked_clock(self) -> Clock:
        """The same for instants inside the horizon only: quicker for whole columns of bookings."""
        return self.timeline.clock.within(self.first, self.after)

    @property
    def settings(self) -> RuleSettings:
        """`rules:` of tcw.yaml."""
        return self.schedule.config.rules

    @property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        """All tables but bookings, by name: see `tcw.model.tables`."""
        return self.schedule.tables

    @property
    def first(self) -> int:
        """First instant of the horizon (µs)."""
        return self.timeline.first

    @property
    def after(self) -> int:
        """The instant after the horizon (µs)."""
        return self.timeline.after

    @property
    def year(self) -> int:
        """The year that two-digit years of birth are before."""
        return year_of(self.schedule)

    @cached_property
    def work(self) -> pl.DataFrame:
        """The `bookings` of working time, in the same order.

        Working time is work, additional time, overtime, emergency overtime and on-call.
        """
        return self.bookings.filter(pl.col("kind") <= LAST_WORKING)

    @cached_property
    def stretches(self) -> pl.DataFrame:
        """STRETCHES, sorted by person and start: overlapping and touching working time of a person united."""
        return stretches.stretches(self.work, self.timeline.origin)

    @cached_property
    def rests(self) -> pl.DataFrame:
        """The columns of STRETCHES, sorted: the gaps between consecutive stretches of a person."""
        return stretches.gaps(self.stretches)

    @cached_property
    def duties(self) -> pl.DataFrame:
        """DUTIES, sorted by person and start: stretches with gaps of at most the agreement's `break_at_most`.

        The agreement is the one in force on the local day on which the duty period starts.
        """
        united = self.with_agreement(self.stretches)
        longest = self.in_force.term("break_at_most") * US_PER_HOUR
        return self.with_agreement(stretches.duty_periods(united, longest))

    @cached_property
    def hours(self) -> HoursByPeriod:
        """Net hours (Int64 µs) by person and period, double-booked time once: see `HoursByPeriod`."""
        return HoursByPeriod(self)

    @cached_property
    def employment_rates(self) -> pl.DataFrame:
        """Each person's share of full time over time: see `tcw.rules.measures.full_time`."""
        return employment_rates(self)

    @cached_property
    def people(self) -> pl.DataFrame:
        """`person` (UInt32, sorted, unique) of everybody with bookings in this chunk."""
        both = [self.bookings.select("person"), self.by_hours.select("person")]
        return pl.concat(both).unique().sort("person")

    @cached_property
    def employments(self) -> pl.DataFrame:
        """EMPLOYMENTS of this chunk's people, sorted by `staff`."""
        return self.timeline.staff.join(self.people, on="person", how="semi", maintain_order="left")

    def once(self, derive: Callable[["Context"], pl.DataFrame]) -> pl.DataFrame:
        """Return what a function derives from this chunk, made the first time that a rule asks."""
        if derive not in self._derived:
            self._derived[derive] = derive(self)
        return self._derived[derive]

    def local(self, instant: pl.Expr) -> pl.Expr:
        """Return local Int64 µs for an instant."""
        return self.clock.local(instant)

    def day(self, instant: pl.Expr) -> pl.Expr:
        """Return the local day (Int32 days since 1970) of an instant."""
        return (self.clock.local(instant) // US_PER_DAY).cast(pl.Int32)

    def midnight(self, day: pl.Expr) -> pl.Expr:
        """Return the instant (Int64 µs) of a local day's midnight."""
        return self.clock.instant(day.cast(pl.Int64) * US_PER_DAY)

    def with_agreement(self, frame: pl.DataFrame, day: pl.Expr | None = None) -> pl.DataFrame:
        """Add `agreement` (UInt16): in force for `person` on the local day `day`, else that of `start`."""
        return self.in_force.on(pl.col("person"), self.day(pl.col("start")) if day is None else day, frame)

    def term(self, name: str) -> pl.Expr:
        """Return a limit (Float64) of the frame's column `agreement`."""
        return self.in_force.term(name)

    def highest(self, name: str) -> float:
        """Return the highest value a limit has among the agreements: none flags what is beyond it."""
        return max(float(getattr(terms, name)) for terms in self.in_force.terms)

    def lowest(self, name: str) -> float:
        """Return the lowest value a limit has among the agreements."""
        return min(float(getattr(terms, name)) for terms in self.in_force.terms)

    def rows_between(self, first: pl.Series, last: pl.Series) -> pl.Series:
        """Return `rows` (List(UInt32)): the bookings at positions `first` to `last` of `work`."""
        return rows_at(self.work, first, last + 1)


def year_of(schedule: Schedule) -> int:
    """Return the year of the last booking, which two-digit years of birth are before."""
    return schedule.last_day.year if schedule.last_day is not None else BEFORE_ANY
