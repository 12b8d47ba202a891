"""What the plan books, in a file of the export's own shape and kind, to be imported where that came from."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from tcw.matching.plan import Plan
from tcw.model.schedule import Schedule
from tcw.reports.data.rows import Dialect, harmless
from tcw.reports.handback.shape import Shape
from tcw.reports.tables.names import staff_facts
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

if TYPE_CHECKING:
    from tcw.reports.handback.shape import Shape

NO_ACTIVITY = Phrase(
    "match-no-activity",
    "Booked orders that name no activity: {count}. Their bookings have the activity booked most at the "
    "unit; check them before you "
    "import.",
)
NO_PLACE_FOR_BREAKS = Phrase(
    "match-no-place-for-breaks",
    "{file} has no column for breaks: {count} bookings lose theirs there. Enter the breaks after the import.",
)
OWN_SHAPE = Phrase(
    "match-own-shape",
    "The new bookings are written with tcw's own columns, as CSV: the source has no table of bookings "
    "whose shape they could take.",
)
SHAPE_UNSURE = Phrase(
    "match-shape-unsure",
    "The new bookings are written with tcw's own columns: in the shape of {file} they could not be read "
    "back as they are.",
)
CODES_FOR_IDS = Phrase(
    "match-codes-for-ids",
    "The new bookings name people by codes, which no system can import. Without --pseudonymise, and with "
    "--show-personal-numbers where "
    "personal numbers are the ids, they name them by their ids.",
)
NOT_SPELLED = Phrase(
    "match-not-spelled",
    "{file} is written in {encoding}, which lacks some letters of the new bookings: they are written as "
    "question marks.",
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

    `bookings`: as `tcw.reports.handback.shape.Shape.written` takes them, sorted by start, unit and staff id.
    `cells`: what is written, as `headers` name it. `shape`: None where tcw's own columns are used.
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
    """Return what the plan books in the shape of the source's bookings.

    `coded`: people's ids are replaced by codes.
    """
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
    """Return the bookings of the plan.

    What is booked, not what is asked for; columns as `Shape.written` takes them.
    """
    zone = schedule.config.timezone
    homes = staff_facts(schedule, "home_unit")
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


LOOKED_AT = 50
"""Rows below the headers of the export's sheet, of which the first that is filled says what kind of cells a
column has."""
FIRST_YEAR = 1900
"""Of Excel's dates; clock times stand on the day before."""
GENERAL = "General"
NUMBER = r"^-?\d+(?:[.,]\d+)?$"


def bookings_bytes(back: Handback, cells: pl.DataFrame, dialect: Dialect) -> bytes:
    """Return a file's bytes with these of the new bookings: `cells` are all or some rows of `back.cells`."""
    match back.suffix:
        case ".parquet":
            return _parquet_file(back, cells)
        case ".xlsx":
            return _workbook_file(back, cells)
    return _text_file(back, cells, dialect)


def _text_file(back: Handback, cells: pl.DataFrame, dialect: Dialect) -> bytes:
    """Delimiter, quotes, line ends, encoding and byte order mark as the export has them.

    Else as people's language has them.
    """
    swedish = dialect == "sv"
    form = back.shape.form if back.shape is not None else None
    delimiter = form.delimiter if form is not None else (";" if swedish else ",")
    line_end = form.line_end if form is not None else ("\r\n" if swedish else "\n")
    headers = pl.DataFrame([list(back.headers)], schema=cells.columns, orient="row")
    buffer = io.BytesIO()
    # The headers are a row like others: several columns may have none, or the same.
    pl.concat([headers, cells]).write_csv(
        buffer,
        include_header=False,
        separator=delimiter,
        line_terminator=line_end,
        quote_style="always" if form is not None and form.quoted else "necessary",
    )
    text = buffer.getvalue().decode()
    if form is None:
        return (("\ufeff" if swedish else "") + text).encode()
    first = f"sep={delimiter}{line_end}" if form.sep_line else ""
    return (("\ufeff" if form.mark else "") + first + text).encode(form.encoding, "replace")


def _parquet_file(back: Handback, cells: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    cells.rename(dict(zip(cells.columns, back.headers, strict=True))).write_parquet(buffer)
    return buffer.getvalue()


def _workbook_file(back: Handback, cells: pl.DataFrame) -> bytes:
    """Return a sheet of the export's name, with real dates, clock times and numbers as the export has."""
    from xlsxwriter.workbook import Workbook

    from tcw.reports.excel.book import creation_time
    from tcw.reports.excel.report import OPTIONS

    assert back.shape is not None
    kinds = cell_kinds(back.shape)
    buffer = io.BytesIO()
    with Workbook(buffer, {**OPTIONS, "in_memory": True}) as workbook:
        workbook.set_properties({"author": "tcw", "created": creation_time(None)})
        sheet = workbook.add_worksheet(back.shape.sheet)
        bold = workbook.add_format({"bold": True})
        for place, header in enumerate(back.headers):
            kind, number_format = kinds.get(place, (str, GENERAL))
            values = typed_cells(cells[f"c{place}"], kind)
            style = workbook.add_format({"num_format": _number_format(values.dtype, kind, number_format)})
            sheet.write_string(0, place, header, bold)
            sheet.write_column(1, place, values.to_list(), style)
            sheet.set_column(place, place, max(len(header) + 2, 12 if kind in {str, int, float} else 17))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(cells.height, 1), len(back.headers) - 1)
    return buffer.getvalue()


def _number_format(dtype: pl.DataType, kind: type, format_of_export: str) -> str:
    """Return the number format of a column.

    The export's own, where its cells are of the kind that is written.
    """
    if dtype == pl.String:
        return "@"
    if dtype.is_numeric():
        return format_of_export if kind is float else GENERAL
    ours = "hh:mm" if dtype == pl.Time else "yyyy-mm-dd hh:mm"
    return format_of_export if kind is not str and format_of_export != GENERAL else ours


def cell_kinds(shape: Shape) -> dict[int, tuple[type, str]]:
    """Return what kind of cells each column of the export's sheet has, and their number format.

    Kinds are str, float (any number), datetime, time and timedelta. Only xlsx and xlsm tell; of other
    workbooks (xls, xlsb, ods) what looks like a date, a clock time or a number in columns of times and
    lengths is one.
    """
    if shape.path.suffix.lower() not in {".xlsx", ".xlsm"}:
        columns = {column.source.indices[0]: column for column in shape.typed.columns}
        return {
            place: (datetime, GENERAL)
            for place in shape.cells
            if columns[place].kind not in {"id", "text", "word"}
        }
    from openpyxl import load_workbook

    book = load_workbook(shape.path, read_only=True, data_only=True)
    try:
        rows = book[shape.sheet or book.sheetnames[0]].iter_rows()
        places = _columns_of(shape, rows)
        kinds: dict[int, tuple[type, str]] = {}
        for _, row in zip(range(LOOKED_AT), rows, strict=False):
            for place, column in places.items():
                cell = row[column] if column < len(row) else None
                if place not in kinds and cell is not None and cell.value is not None:
                    kinds[place] = (_cell_kind(cell.value), cell.number_format or GENERAL)
    finally:
        book.close()
    return kinds


# The rows of openpyxl have no common type.
def _columns_of(shape: Shape, rows: Any) -> dict[int, int]:  # noqa: ANN401
    """Read on to the header row; return the sheet's column of each of ours."""
    wanted = [header for header in shape.headers if header]
    for _, row in zip(range(LOOKED_AT), rows, strict=False):
        texts = [str(cell.value or "").strip() for cell in row]
        if [text for text in texts if text] == wanted:
            filled = [column for column, text in enumerate(texts) if text]
            named = [place for place, header in enumerate(shape.headers) if header]
            return dict(zip(named, filled, strict=True))
    return {}


def _cell_kind(value: object) -> type:
    if isinstance(value, bool | str):
        return str
    if isinstance(value, datetime | date):
        return datetime
    if isinstance(value, time):
        return time
    return timedelta if isinstance(value, timedelta) else float


def typed_cells(cells: pl.Series, kind: type) -> pl.Series:
    """Return cells (String, as a reader of workbooks words them) as what they are.

    Text that is none stays text.
    """
    if kind is str:
        return cells
    parsed = pl.select(
        moment=cells.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False),
        number=pl.when(cells.str.contains(NUMBER)).then(
            cells.str.replace(",", ".").cast(pl.Float64, strict=False)
        ),
    )
    if kind in {datetime, time, timedelta}:
        moments = parsed["moment"]
        clocks = moments.drop_nulls().dt.year() < FIRST_YEAR
        if moments.null_count() == cells.null_count() and moments.len() > moments.null_count():
            return moments.dt.time() if bool(clocks.all()) else moments
    numbers = parsed["number"]
    return numbers if numbers.null_count() == cells.null_count() else cells
