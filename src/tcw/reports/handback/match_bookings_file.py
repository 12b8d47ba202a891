"""The new bookings as a file of the kind that the export came as: text, workbook or Parquet."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from tcw.reports.data.csvfile import Dialect
from tcw.reports.handback.match_bookings import Handback

if TYPE_CHECKING:
    from tcw.reports.handback.shape import Shape

LOOKED_AT = 50
"""Rows below the headers of the export's sheet, of which the first that is filled says what kind of cells a column has."""
FIRST_YEAR = 1900
"""Of Excel's dates; clock times stand on the day before."""
GENERAL = "General"
NUMBER = r"^-?\d+(?:[.,]\d+)?$"


def bookings_bytes(back: Handback, cells: pl.DataFrame, dialect: Dialect) -> bytes:
    """Return a file's bytes with these of the new bookings: `cells` are all or some rows of `back.cells`."""
    match back.suffix:
        case ".parquet":
            return _parquet(back, cells)
        case ".xlsx":
            return _workbook(back, cells)
    return _text(back, cells, dialect)


def _text(back: Handback, cells: pl.DataFrame, dialect: Dialect) -> bytes:
    """Delimiter, quotes, line ends, encoding and byte order mark as the export has them; else as people's language has them."""
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


def _parquet(back: Handback, cells: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    cells.rename(dict(zip(cells.columns, back.headers, strict=True))).write_parquet(buffer)
    return buffer.getvalue()


def _workbook(back: Handback, cells: pl.DataFrame) -> bytes:
    """A sheet of the export's name, with real dates, clock times and numbers in the columns where the export has them."""
    from xlsxwriter.workbook import Workbook

    from tcw.reports.excel.excel_book import moment
    from tcw.reports.excel.excel_report import OPTIONS

    assert back.shape is not None
    kinds = cell_kinds(back.shape)
    buffer = io.BytesIO()
    with Workbook(buffer, {**OPTIONS, "in_memory": True}) as workbook:
        workbook.set_properties({"author": "tcw", "created": moment(None)})
        sheet = workbook.add_worksheet(back.shape.sheet)
        bold = workbook.add_format({"bold": True})
        for place, header in enumerate(back.headers):
            kind, number_format = kinds.get(place, (str, GENERAL))
            values = typed_cells(cells[f"c{place}"], kind)
            style = workbook.add_format({"num_format": _format(values.dtype, kind, number_format)})
            sheet.write_string(0, place, header, bold)
            sheet.write_column(1, place, values.to_list(), style)
            sheet.set_column(place, place, max(len(header) + 2, 12 if kind in {str, int, float} else 17))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(cells.height, 1), len(back.headers) - 1)
    return buffer.getvalue()


def _format(dtype: pl.DataType, kind: type, known: str) -> str:
    """Return the number format of a column: the export's own, where its cells are of the kind that is written."""
    if dtype == pl.String:
        return "@"
    if dtype.is_numeric():
        return known if kind is float else GENERAL
    ours = "hh:mm" if dtype == pl.Time else "yyyy-mm-dd hh:mm"
    return known if kind is not str and known != GENERAL else ours


def cell_kinds(shape: Shape) -> dict[int, tuple[type, str]]:
    """Return what kind of cells each column of the export's sheet has, and their number format.

    Kinds are str, float (any number), datetime, time and timedelta. Only xlsx and xlsm tell; of other workbooks (xls, xlsb, ods) what
    looks like a date, a clock time or a number in columns of times and lengths is one.
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
        found: dict[int, tuple[type, str]] = {}
        for _, row in zip(range(LOOKED_AT), rows, strict=False):
            for place, column in places.items():
                cell = row[column] if column < len(row) else None
                if place not in found and cell is not None and cell.value is not None:
                    found[place] = (_kind(cell.value), cell.number_format or GENERAL)
    finally:
        book.close()
    return found


def _columns_of(shape: Shape, rows: Any) -> dict[int, int]:  # noqa: ANN401 - openpyxl's rows have no common type
    """Read on to the header row; return the sheet's column of each of ours."""
    wanted = [header for header in shape.headers if header]
    for _, row in zip(range(LOOKED_AT), rows, strict=False):
        texts = [str(cell.value or "").strip() for cell in row]
        if [text for text in texts if text] == wanted:
            filled = [column for column, text in enumerate(texts) if text]
            named = [place for place, header in enumerate(shape.headers) if header]
            return dict(zip(named, filled, strict=True))
    return {}


def _kind(value: object) -> type:
    if isinstance(value, bool | str):
        return str
    if isinstance(value, datetime | date):
        return datetime
    if isinstance(value, time):
        return time
    return timedelta if isinstance(value, timedelta) else float


def typed_cells(cells: pl.Series, kind: type) -> pl.Series:
    """Return cells (String, as a reader of workbooks words them) as what they are; text that is none stays text."""
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
