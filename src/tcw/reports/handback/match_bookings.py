"""What the plan books, as bookings: to be imported where the export came from, in the export's own shape."""

from dataclasses import dataclass

import polars as pl

from tcw.matching.plan import Plan
from tcw.model.schedule import Schedule
from tcw.reports.data.csvfile import harmless
from tcw.reports.handback.shape import Shape
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NO_ACTIVITY = Phrase(
    "match-no-activity",
    "Booked orders that name no activity: {count}. Their bookings have the activity booked most at the unit; check them before you "
    "import.",
)
NO_PLACE_FOR_BREAKS = Phrase(
    "match-no-place-for-breaks",
    "{file} has no column for breaks: {count} bookings lose theirs there. Enter the breaks after the import.",
)
OWN_SHAPE = Phrase(
    "match-own-shape",
    "The new bookings are written with tcw's own columns, as CSV: the source has no table of bookings whose shape they could take.",
)
SHAPE_UNSURE = Phrase(
    "match-shape-unsure",
    "The new bookings are written with tcw's own columns: in the shape of {file} they could not be read back as they are.",
)
CODES_FOR_IDS = Phrase(
    "match-codes-for-ids",
    "The new bookings name people by codes, which no system can import. Without --pseudonymise, and with --show-personal-numbers where "
    "personal numbers are the ids, they name them by their ids.",
)
NOT_SPELLED = Phrase(
    "match-not-spelled",
    "{file} is written in {encoding}, which lacks some letters of the new bookings: they are written as question marks.",
)
OWN_COLUMNS = (
    "staff_id",
    "activity_id",
    "start",
    "end",
    "unit_id",
    "break_minutes",
    "status",
    "order_id",
    "order_reason",
)


@dataclass(frozen=True, slots=True)
class Handback:
    """The bookings of a plan, ready to be written.

    `bookings`: as `tcw.reports.handback.shape.Shape.written` takes them, sorted by start, unit and staff id. `cells`: what is written, as `headers`
    name it. `shape`: None where tcw's own columns are used.
    """

    bookings: pl.DataFrame
    headers: tuple[str, ...]
    cells: pl.DataFrame
    shape: Shape | None
    notes: tuple[Message, ...]

    @property
    def suffix(self) -> str:
        """The kind of file that the bookings came as."""
        if self.shape is None or self.shape.medium == "text":
            return ".csv"
        return ".parquet" if self.shape.medium == "parquet" else ".xlsx"


def handback(plan: Plan, schedule: Schedule, shape: Shape | None, *, coded: bool) -> Handback:
    """Return what the plan books in the shape of the source's bookings. `coded`: people's ids are replaced by codes."""
    bookings = booked(plan, schedule)
    notes = []
    missing = plan.assignments.filter(pl.col("mode") == "book", pl.col("activity_id").is_null()).height
    if missing:
        notes.append(Message(NO_ACTIVITY, {"count": Count(missing)}))
    if coded and bookings.height:
        notes.append(Message(CODES_FOR_IDS))
    if shape is None:
        return _own(bookings, (*notes, Message(OWN_SHAPE)))
    if bookings.height and not shape.says(bookings):
        return _own(bookings, (*notes, Message(SHAPE_UNSURE, {"file": shape.file})))
    breaks = bookings.filter(pl.col("break_minutes") > 0).height
    if breaks and not shape.has_breaks:
        notes.append(Message(NO_PLACE_FOR_BREAKS, {"file": shape.file, "count": Count(breaks)}))
    cells = shape.written(bookings)
    if shape.medium == "text" and not _spelled(cells, shape.form.encoding):
        notes.append(Message(NOT_SPELLED, {"file": shape.file, "encoding": shape.form.encoding}))
    if shape.medium == "text":
        # Once for all the files that share them; a workbook's text is text, and Parquet is no spreadsheet.
        cells = harmless(cells)
    return Handback(bookings, shape.headers, cells, shape, tuple(notes))


def _spelled(cells: pl.DataFrame, encoding: str) -> bool:
    """Tell whether an encoding has all letters of the cells."""
    text = "".join(text for name in cells.columns for text in cells[name].unique().drop_nulls())
    return text.encode(encoding, "ignore").decode(encoding) == text


def booked(plan: Plan, schedule: Schedule) -> pl.DataFrame:
    """Return the bookings of the plan: what is booked, not what is asked for; columns as `Shape.written` takes them."""
    zone = schedule.config.timezone
    homes = schedule.staff.select("staff_id", "home_unit").unique(
        "staff_id", keep="last", maintain_order=True
    )
    start, end = (
        pl.col(name).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        for name in ("start", "end")
    )
    span = pl.coalesce(end - start, pl.col("end") - pl.col("start")).dt.total_seconds() / 3600
    return (
        plan.assignments.filter(pl.col("mode") == "book")
        .join(homes, on="staff_id", how="left", maintain_order="left")
        .join(_usual(plan, schedule), on="unit_id", how="left", maintain_order="left")
        .sort("start", "unit_id", "staff_id", "order_id")
        .select(
            "staff_id",
            "unit_id",
            "order_id",
            "break_minutes",
            activity_id=pl.coalesce("activity_id", "usual"),
            start_local="start",
            end_local="end",
            order_reason="reason",
            status=pl.lit("planned"),
            borrowed=pl.col("home_unit") != pl.col("unit_id"),
            gross_hours=span,
            net_hours="hours",
        )
    )


def _usual(plan: Plan, schedule: Schedule) -> pl.DataFrame:
    """Return `unit_id`, `usual`: the working activity booked most at each unit, for orders that name none."""
    empty = pl.DataFrame(schema={"unit_id": pl.String, "usual": pl.String})
    names = schedule.bookings.collect_schema().names()
    if plan.assignments["activity_id"].null_count() == 0:
        return empty
    work = schedule.activities.filter(pl.col("time_kind").fill_null("work") == "work")["activity_id"]
    here = pl.col("unit_id") if "unit_id" in names else pl.lit(None, dtype=pl.String)
    counts = (
        schedule.active.filter(pl.col("activity_id").is_in(work.implode()))
        .group_by(here.alias("unit_id"), "activity_id")
        .len()
        .sort("len", "activity_id", descending=[True, False])
        .collect()
    )
    everywhere = (
        counts.group_by("activity_id")
        .agg(pl.col("len").sum())
        .sort("len", "activity_id", descending=[True, False])
    )
    first = everywhere["activity_id"].head(1).to_list()
    at_units = counts.unique("unit_id", keep="first", maintain_order=True).select(
        "unit_id", usual="activity_id"
    )
    return (
        plan.assignments.select(pl.col("unit_id").unique())
        .join(at_units, on="unit_id", how="left")
        .with_columns(pl.col("usual").fill_null(first[0] if first else None))
    )


def _own(bookings: pl.DataFrame, notes: tuple[Message, ...]) -> Handback:
    cells = bookings.select(
        "staff_id",
        "activity_id",
        pl.col("start_local", "end_local").dt.to_string("%Y-%m-%d %H:%M"),
        "unit_id",
        pl.col("break_minutes").cast(pl.String),
        "status",
        "order_id",
        "order_reason",
    )
    names = {name: f"c{place}" for place, name in enumerate(cells.columns)}
    return Handback(bookings, OWN_COLUMNS, harmless(cells.rename(names)), None, notes)
