"""What a rule judges: a chunk of whole people, and the shared derivations of their timeline, each made once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

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


@dataclass(frozen=True)
class Context:
    """A chunk of people.

    `bookings`, `implausible`, `by_hours`: see `tcw.worktime.timeline.Timeline`, of these people only. `as_of`: instant (µs).
    """

    schedule: Schedule
    timeline: Timeline
    in_force: InForce
    as_of: int
    bookings: pl.DataFrame
    implausible: pl.DataFrame
    by_hours: pl.DataFrame
    made: dict[Callable[["Context"], pl.DataFrame], pl.DataFrame] = field(default_factory=dict, repr=False)
    """What `once` has made."""

    @property
    def clock(self) -> Clock:
        """The zone's offsets."""
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
        """All tables but bookings."""
        return self.schedule.tables

    @property
    def first(self) -> int:
        """First instant of the horizon (µs)."""
        return self.timeline.first

    @property
    def after(self) -> int:
        """The instant after the horizon (µs)."""
        return self.timeline.after

    @cached_property
    def work(self) -> pl.DataFrame:
        """Bookings of working time (work, additional, overtime, emergency overtime, on-call), sorted by person and start."""
        return self.bookings.filter(pl.col("kind") <= LAST_WORKING)

    @cached_property
    def stretches(self) -> pl.DataFrame:
        """Working time united: see `tcw.worktime.stretches.stretches`; `first` and `last` are positions in `work`."""
        return stretches.stretches(self.work, self.timeline.origin)

    @cached_property
    def rests(self) -> pl.DataFrame:
        """The gaps between stretches of the same person: see `tcw.worktime.stretches.gaps`."""
        return stretches.gaps(self.stretches)

    @cached_property
    def duties(self) -> pl.DataFrame:
        """Duty periods, with `agreement` on the local day of their start: see `tcw.worktime.stretches.duty_periods`."""
        united = self.with_agreement(self.stretches)
        longest = self.in_force.term("break_at_most") * US_PER_HOUR
        walked = stretches.duty_periods(united, longest)
        return self.with_agreement(walked)

    @cached_property
    def hours(self) -> HoursByPeriod:
        """Net hours by person and period, double-booked time once: see `tcw.rules.measures.hours_by_period`."""
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
        """`tcw.worktime.timeline.Timeline.staff` of this chunk's people."""
        return self.timeline.staff.join(self.people, on="person", how="semi", maintain_order="left")

    def once(self, derive: Callable[["Context"], pl.DataFrame]) -> pl.DataFrame:
        """Return what a function derives from this chunk, made the first time that a rule asks."""
        if derive not in self.made:
            self.made[derive] = derive(self)
        return self.made[derive]

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
        """Add `agreement` (UInt16): in force for `person` on the local day, of `start` unless another is given."""
        return self.in_force.on(pl.col("person"), self.day(pl.col("start")) if day is None else day, frame)

    def term(self, name: str) -> pl.Expr:
        """Return a limit (Float64) of the frame's column `agreement`."""
        return self.in_force.term(name)

    def highest(self, name: str) -> float:
        """Return the highest value a limit has among the agreements: what is beyond it, no agreement flags."""
        return max(float(getattr(terms, name)) for terms in self.in_force.terms)

    def lowest(self, name: str) -> float:
        """Return the lowest value a limit has among the agreements."""
        return min(float(getattr(terms, name)) for terms in self.in_force.terms)

    def rows_between(self, first: pl.Series, last: pl.Series) -> pl.Series:
        """Return `rows` (List(UInt32)): the bookings at positions `first` to `last` of `work`."""
        return rows_at(self.work, first, last + 1)
