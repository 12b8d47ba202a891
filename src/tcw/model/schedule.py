"""A loaded source: every table, typed and checked, and what became of every row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from tcw.model.config import Config
from tcw.model.intake_report import IntakeReport
from tcw.model.pieces import Pieces


@dataclass(frozen=True, slots=True)
class Schedule:
    """All tables of a source.

    `bookings` is lazy, because it may be ten million rows in Parquet that nobody wants in memory. It has the
    columns of `tcw.model.tables.BOOKINGS` that the source has, except the parts a span was put together from,
    and these:

    - `start_local`, `end_local`: Datetime("us"), local wall-clock time, null for bookings with hours only;
    - `date`: Date, `hours`: Float64, for bookings with hours only, else null. Both may be absent when no
      booking has hours only, as the clock times may be when none has them.

    An instant is a local time and the zone: `tcw.worktime.clock.Clock` converts, so that the night of a clock
    change is 7 or 9 hours long. `tables` holds the other tables, eager, with all columns of their schemas.
    `first_day` and `last_day` are the first and last local day that bookings touch, cancelled ones left out;
    None without any.
    """

    bookings: pl.LazyFrame
    tables: Mapping[str, pl.DataFrame]
    config: Config
    intake: IntakeReport
    first_day: date | None = None
    last_day: date | None = None
    longest: int = 0
    """The longest span, local µs: above a week, bookings cross more than one Monday."""
    last_start: date | None = None
    """The last local day on which a booking starts."""
    cancelled: bool = False
    """Some bookings are cancelled."""
    given: frozenset[str] = field(default_factory=frozenset)
    """Tables the source really has; the others are empty."""
    pieces: Pieces | None = None
    """The bookings cut by rows, where several machines read them."""

    @property
    def active(self) -> pl.LazyFrame:
        """The bookings that are not cancelled."""
        return self.without_cancelled(self.bookings)

    def without_cancelled(self, bookings: pl.LazyFrame) -> pl.LazyFrame:
        """Return bookings, or a piece of them, that are not cancelled."""
        if not self.cancelled:
            return bookings
        return bookings.filter(pl.col("status").ne_missing(pl.lit("cancelled")))

    @property
    def staff(self) -> pl.DataFrame:
        """The staff table."""
        return self.tables["staff"]

    @property
    def activities(self) -> pl.DataFrame:
        """The activities table."""
        return self.tables["activities"]

    @property
    def units(self) -> pl.DataFrame:
        """The units table."""
        return self.tables["units"]

    def unit_ids(self, names: Collection[str], *, any_case: bool = True) -> list[str]:
        """Return the ids of the units table's units that are named by id or name, in the order of the table.

        `any_case`: capitals do not matter.
        """
        unit, name = pl.col("unit_id"), pl.col("name")
        if any_case:
            names, unit, name = (
                [each.lower() for each in names],
                unit.str.to_lowercase(),
                name.str.to_lowercase(),
            )
        wanted = list(names)
        return self.units.filter(unit.is_in(wanted) | name.is_in(wanted))["unit_id"].to_list()
