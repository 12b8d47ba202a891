"""From the accepted rows of many sheets to one table of each kind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from tcw.intake.accept import Accepted
from tcw.intake.rejects import REPEATED_ID
from tcw.model.config import Config
from tcw.model.intake_report import REJECTS_SCHEMA
from tcw.model.tables import TABLES

SPAN_COLUMNS = {"start_local": "start", "end_local": "end"}


@dataclass(frozen=True, slots=True)
class Assembled:
    """What `tcw.model.schedule.Schedule` needs, and the sheets with their final counts."""

    bookings: pl.LazyFrame
    tables: Mapping[str, pl.DataFrame]
    accepted: list[Accepted]
    rejects: pl.DataFrame
    first_day: date | None
    last_day: date | None
    longest: int
    last_start: date | None
    cancelled: bool


class Tables(Mapping[str, pl.DataFrame]):
    """All tables but bookings, each put together when it is first asked for: key figures need few of them."""

    def __init__(self, accepted: Sequence[Accepted], bookings: pl.LazyFrame, config: Config) -> None:
        """Keep what the tables are made from."""
        self._accepted = tuple(accepted)
        self._bookings = bookings
        self._config = config
        self._made: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Return a table by its canonical name. Raises KeyError for another name."""
        if name not in self:
            raise KeyError(name)
        if name not in self._made:
            made = _table(name, [item for item in self._accepted if item.typed.table == name])
            if name == "activities":
                made = _activities(made, self._bookings, self._config)
            elif name == "staff":
                made = _staff(made, self._bookings, self._config)
            self._made[name] = made
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether it is a table's name."""
        return name in TABLES and name != "bookings"

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return (name for name in TABLES if name != "bookings")

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(TABLES) - 1


def assemble(accepted: Sequence[Accepted], config: Config) -> Assembled:
    """Put sheets of one table under each other, add what tcw.yaml says about activities, and assume what it lets us."""
    accepted = list(accepted)
    if config.duplicate_bookings == "drop":
        accepted = _without_repeats(accepted)
    bookings = _bookings([item for item in accepted if item.typed.table == "bookings"])
    tables = Tables(accepted, bookings, config)
    extents = [item.extent for item in accepted if item.typed.table == "bookings"]
    firsts = [extent.first for extent in extents if extent.first is not None]
    lasts = [extent.last for extent in extents if extent.last is not None]
    # An end at midnight belongs to the day before.
    last = (max(lasts) - timedelta(microseconds=1)).date() if lasts else None
    first = min(firsts).date() if firsts else None
    rejects = [item.rejects for item in accepted if item.rejects.height]
    return Assembled(
        bookings=bookings,
        tables=tables,
        accepted=accepted,
        rejects=pl.concat(rejects) if rejects else pl.DataFrame(schema=REJECTS_SCHEMA),
        first_day=first,
        last_day=max(last, first) if last and first else None,
        longest=max((extent.longest for extent in extents), default=0),
        last_start=max((extent.last_start.date() for extent in extents if extent.last_start), default=None),
        cancelled=any(extent.cancelled for extent in extents),
    )


def _bookings(items: Sequence[Accepted]) -> pl.LazyFrame:
    if not items:
        return pl.LazyFrame(
            schema={
                "staff_id": pl.String,
                "activity_id": pl.String,
                "start_local": pl.Datetime("us"),
                "end_local": pl.Datetime("us"),
            }
        )
    return pl.concat([item.frame.drop("row") for item in items], how="diagonal")


def _table(name: str, items: Sequence[Accepted]) -> pl.DataFrame:
    """Return a table with all columns of its schema, null where no sheet has them."""
    schema = TABLES[name].schema
    frames = [item.frame.drop("row").rename(SPAN_COLUMNS, strict=False).collect() for item in items]
    empty = pl.DataFrame(schema=schema)
    joined = pl.concat([empty, *(_cast(frame, schema) for frame in frames)], how="diagonal")
    return joined.select(schema.names())


def _cast(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    known = [column for column in frame.columns if column in schema]
    return frame.select(pl.col(column).cast(schema[column]) for column in known)


def _activities(activities: pl.DataFrame, bookings: pl.LazyFrame, config: Config) -> pl.DataFrame:
    """Let tcw.yaml's `activities:` add to and override the export; assume a billing type where it says so."""
    if config.assume.billing is not None and activities.is_empty():
        ids = bookings.select(pl.col("activity_id").unique().sort()).collect()
        activities = pl.concat([activities, ids], how="diagonal")
    if config.activities:
        own = pl.DataFrame(
            [
                {"activity_id": name, **meaning.model_dump(exclude_none=True)}
                for name, meaning in config.activities.items()
            ],
            schema_overrides={column: activities.schema[column] for column in activities.columns},
            infer_schema_length=None,
        )
        own = own.select(column for column in own.columns if column in activities.columns)
        new = own.join(activities, on="activity_id", how="anti")
        activities = pl.concat([activities.update(own, on="activity_id", how="left"), new], how="diagonal")
    if config.assume.billing is not None:
        activities = activities.with_columns(pl.col("billing").fill_null(config.assume.billing))
    return activities


def _staff(staff: pl.DataFrame, bookings: pl.LazyFrame, config: Config) -> pl.DataFrame:
    """Assume an employment rate, and that whoever is booked is employed, where tcw.yaml says so."""
    rate = config.assume.employment_rate
    if rate is None:
        return staff
    if staff.is_empty():
        ids = bookings.select(pl.col("staff_id").unique().sort()).collect()
        staff = pl.concat([staff, ids], how="diagonal")
    return staff.with_columns(pl.col("employment_rate").fill_null(rate))


def _without_repeats(accepted: list[Accepted]) -> list[Accepted]:
    """Reject bookings whose id has been seen before, in the order of files and rows."""
    places = [
        place
        for place, item in enumerate(accepted)
        if "booking_id" in item.typed.shapes and item.typed.table == "bookings"
    ]
    if not places:
        return accepted
    ids = pl.concat(
        [
            accepted[place].frame.select("row", "booking_id", place=pl.lit(place, dtype=pl.UInt32))
            for place in places
        ]
    )
    again = ids.filter(
        pl.col("booking_id").is_not_null() & pl.col("booking_id").is_first_distinct().not_()
    ).collect()
    for place in places:
        mine = again.filter(pl.col("place") == place)
        if mine.is_empty():
            continue
        item = accepted[place]
        origin = item.typed.sheet.origin
        header = next(column.header for column in item.typed.columns if column.name == "booking_id")
        lines = mine.select(
            file=pl.lit(origin.file),
            sheet=pl.lit(origin.sheet, dtype=pl.String),
            row="row",
            table=pl.lit("bookings"),
            column=pl.lit(header),
            value="booking_id",
            reason=pl.lit(REPEATED_ID.code),
        )
        accepted[place] = replace(
            item,
            frame=item.frame.filter(pl.col("row").is_in(mine["row"].implode()).not_()),
            rejected=item.rejected + mine.height,
            rejects=pl.concat([item.rejects, lines]).sort("row", maintain_order=True),
            repeats=mine["row"],
        )
    return accepted
