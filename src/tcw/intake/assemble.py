"""From the accepted rows of many sheets to one table of each kind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl

from tcw.intake.accept import Accepted, Extent, all_rejects, whole_extent
from tcw.intake.rejects import REPEATED_ID
from tcw.model.config import Config
from tcw.model.intake_report import IntakeReport
from tcw.model.schedule import Schedule
from tcw.model.tables import TABLES

SPAN_COLUMNS = {"start_local": "start", "end_local": "end"}
NO_BOOKINGS = pl.Schema(
    {
        "staff_id": pl.String(),
        "activity_id": pl.String(),
        "start_local": pl.Datetime("us"),
        "end_local": pl.Datetime("us"),
    }
)


@dataclass(frozen=True, slots=True)
class Assembled:
    """The tables of a source, the sheets with their final counts, and the extent of the bookings."""

    bookings: pl.LazyFrame
    tables: Mapping[str, pl.DataFrame]
    accepted: list[Accepted]
    rejects: pl.DataFrame
    extent: Extent

    def schedule(self, config: Config, intake: IntakeReport) -> Schedule:
        """Return the tables as a schedule."""
        extent = self.extent
        first = extent.first.date() if extent.first else None
        # An end at midnight belongs to the day before.
        last = (extent.last - timedelta(microseconds=1)).date() if extent.last else None
        return Schedule(
            bookings=self.bookings,
            tables=self.tables,
            config=config,
            intake=intake,
            first_day=first,
            last_day=max(last, first) if last and first else None,
            longest=extent.longest,
            last_start=extent.last_start.date() if extent.last_start else None,
            cancelled=extent.cancelled,
            given=frozenset(item.typed.table for item in self.accepted),
        )


class Tables(Mapping[str, pl.DataFrame]):
    """All tables but bookings, each put together when it is first asked for: key figures need few of them."""

    def __init__(self, accepted: Sequence[Accepted], bookings: pl.LazyFrame, config: Config) -> None:
        """Keep what the tables are made from."""
        self._accepted = tuple(accepted)
        self._bookings = bookings
        self._config = config
        self._cache: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Return a table by its canonical name. Raises KeyError for another name."""
        if name not in self:
            raise KeyError(name)
        if name not in self._cache:
            table = _table(name, [item for item in self._accepted if item.typed.table == name])
            if name == "activities":
                table = _activities(table, self._bookings, self._config)
            elif name == "staff":
                table = _staff(table, self._bookings, self._config)
            self._cache[name] = table
        return self._cache[name]

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
    """Put sheets of one table under each other, and add and assume what tcw.yaml says."""
    accepted = list(accepted)
    if config.duplicate_bookings == "drop":
        accepted = _without_repeats(accepted)
    of_bookings = [item for item in accepted if item.typed.table == "bookings"]
    bookings = pl.LazyFrame(schema=NO_BOOKINGS)
    if of_bookings:
        bookings = pl.concat([item.frame.drop("row") for item in of_bookings], how="diagonal")
    return Assembled(
        bookings=bookings,
        tables=Tables(accepted, bookings, config),
        accepted=accepted,
        rejects=all_rejects(item.rejects for item in accepted),
        extent=whole_extent([item.extent for item in of_bookings]),
    )


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
    numbered = [
        (number, item)
        for number, item in enumerate(accepted)
        if "booking_id" in item.typed.shapes and item.typed.table == "bookings"
    ]
    if not numbered:
        return accepted
    ids = pl.concat(
        [
            item.frame.select("row", "booking_id", sheet=pl.lit(number, dtype=pl.UInt32))
            for number, item in numbered
        ]
    )
    is_repeat = pl.col("booking_id").is_not_null() & pl.col("booking_id").is_first_distinct().not_()
    repeats = ids.filter(is_repeat).collect()
    for number, item in numbered:
        of_sheet = repeats.filter(pl.col("sheet") == number)
        if of_sheet.is_empty():
            continue
        origin = item.typed.sheet.origin
        header = next(column.header for column in item.typed.columns if column.name == "booking_id")
        lines = of_sheet.select(
            file=pl.lit(origin.file),
            sheet=pl.lit(origin.sheet, dtype=pl.String),
            row="row",
            table=pl.lit("bookings"),
            column=pl.lit(header),
            value="booking_id",
            reason=pl.lit(REPEATED_ID.code),
        )
        accepted[number] = replace(
            item,
            frame=item.frame.filter(pl.col("row").is_in(of_sheet["row"].implode()).not_()),
            rejected=item.rejected + of_sheet.height,
            rejects=pl.concat([item.rejects, lines]).sort("row", maintain_order=True),
            repeats=of_sheet["row"],
        )
    return accepted
