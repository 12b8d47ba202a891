"""Excel and OpenDocument workbooks: every sheet as text, through fastexcel."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zipfile import ZipFile

import polars as pl

from tcw.errors import InputFault
from tcw.intake import file_faults as faults
from tcw.intake.file_options import FileOptions
from tcw.intake.first_row import first_row, ods_first_rows
from tcw.intake.limits import check_zip
from tcw.intake.package import Sheets, xlsb_sheets, xlsx_sheets
from tcw.intake.panics import quiet_panics
from tcw.intake.raw import Origin, RawSheet
from tcw.wording import Message, Phrase

if TYPE_CHECKING:
    from fastexcel import CellErrors, ExcelReader

WorkbookKind = Literal["xlsx", "xlsb", "xls", "ods"]

DATE_1904 = Phrase("excel-date-1904", "dates count from 1904")
HIDDEN = Phrase("excel-hidden", "hidden sheet, not read; name it under sheets in tcw.yaml to read it")
HEAD_ROWS = 50

ERROR_NAMES = {
    "NA": "#N/A", "Div0": "#DIV/0!", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!", "GettingData": "#GETTING_DATA",
}  # fmt: skip
"""What Excel shows for an error, by calamine's name of it."""
ERROR_DETAIL = r"Error\((\w+)\)"
DURATION_DETAIL = r'DurationIso\("(-?)P(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+))?(?:\.\d*)?S?)"\)'
DAYS_BETWEEN_SYSTEMS = 1461
"""Days from 1899-12-31, serial 0 as calamine shows it, to 1904-01-01, serial 0 of the other system."""


@dataclass(frozen=True, slots=True)
class _Account:
    """What the file says of its sheets besides their cells."""

    sheets: Sheets = field(default_factory=lambda: Sheets({}))
    first_rows: dict[str, int] = field(default_factory=dict)


def open_workbook(path: Path, relative_name: str, kind: WorkbookKind, options: FileOptions) -> list[RawSheet]:
    """Read the sheets of a workbook as text; sheets with nothing in them are left out.

    Dates are "2026-03-02 00:00:00" ("2026-03-02" and "2026-03-02T07:30:00" from OpenDocument); times of day
    "1899-12-31 07:30:00" and durations "1900-01-01 02:05:00" (26 h 5 min after 1899-12-31 00:00, in both date
    systems; "26:05:00" from OpenDocument); percentages fractions "0.75"; booleans "true"; errors "#N/A".
    A hidden sheet has no cells unless the options name it. Row numbers are the sheet's own, but in xls count from
    its first filled row. Raises InputFault.
    """
    import fastexcel

    if kind != "xls":
        check_zip(path, relative_name, options.max_bytes)
    with faults.reading(relative_name, faults.BROKEN_WORKBOOK), quiet_panics():
        try:
            reader = fastexcel.read_excel(str(path.absolute()))
        except fastexcel.FastExcelError as error:
            if "assword" in str(error):
                raise InputFault(faults.ENCRYPTED, file=relative_name) from error
            raise
        names = list(reader.sheet_names)
        account = _account(path, kind)
        size = path.stat().st_size
    wanted = _wanted(names, relative_name, options)
    read = [
        _read_sheet(reader, Origin(relative_name, name), account, size, named=options.sheets is not None)
        for name in wanted
    ]
    sheets = [sheet for sheet in read if sheet is not None]
    if not sheets:
        raise InputFault(faults.BLANK, file=relative_name)
    if all(sheet.width == 0 for sheet in sheets):
        hidden = ", ".join(sheet.origin.sheet or "" for sheet in sheets)
        raise InputFault(faults.NO_VISIBLE_SHEET, file=relative_name, sheets=hidden)
    return sheets


def _wanted(names: list[str], file: str, options: FileOptions) -> list[str]:
    if not names:
        raise InputFault(faults.NO_SHEETS, file=file)
    if options.sheets is None:
        return names
    for wanted in options.sheets:
        if wanted not in names:
            raise InputFault(faults.SHEET_UNKNOWN, file=file, sheet=wanted, sheets=", ".join(names))
    return [name for name in names if name in options.sheets]


def _account(path: Path, kind: WorkbookKind) -> _Account:
    if kind == "xls":
        return _Account()
    with path.open("rb") as stream, ZipFile(stream) as packed:
        if kind == "ods":
            return _Account(first_rows=ods_first_rows(packed))
        sheets = xlsx_sheets(packed) if kind == "xlsx" else xlsb_sheets(packed)
        rows = {name: first_row(packed, kind, sheets, name) for name in sheets.parts}
        return _Account(sheets, {name: row for name, row in rows.items() if row is not None})


def _read_sheet(
    reader: "ExcelReader", origin: Origin, account: _Account, size: int, *, named: bool
) -> RawSheet | None:
    """Read one sheet; None where nothing is in it."""
    name = origin.sheet
    assert name is not None
    if not named and name in account.sheets.hidden:
        return _unread(origin, size)
    with faults.reading(origin.file, faults.BROKEN_SHEET, sheet=name), quiet_panics():
        sheet = reader.load_sheet(name, header_row=None, dtypes="string")
        if sheet.width == 0 or sheet.height == 0:
            return None
        if sheet.visible != "visible" and not named:
            return _unread(origin, size)
        batch, errors = sheet.to_arrow_with_errors()
        frame = pl.from_arrow(batch)
        hidden = sheet.visible != "visible"
    assert isinstance(frame, pl.DataFrame)
    frame.columns = [f"c{index}" for index in range(frame.width)]
    if errors is not None:
        frame = _with_errors(frame, errors)
    first, date_1904 = account.first_rows.get(name, 1), account.sheets.date_1904
    return RawSheet(
        origin=origin,
        medium="excel",
        cells=_tidy(frame, first, date_1904=date_1904),
        width=frame.width,
        head=_head(frame.head(HEAD_ROWS), first, date_1904=date_1904),
        size=size,
        hidden=hidden,
        notes=(Message(DATE_1904),) if date_1904 else (),
    )


def _unread(origin: Origin, size: int) -> RawSheet:
    cells = pl.LazyFrame(schema={"row": pl.UInt32, "beyond": pl.Boolean})
    return RawSheet(origin, "excel", cells, 0, (), size, hidden=True, notes=(Message(HIDDEN),))


def _with_errors(frame: pl.DataFrame, errors: "CellErrors") -> pl.DataFrame:
    """Put the text of what fastexcel leaves null in its place: error cells, OpenDocument durations."""
    positions, details = zip(*[(error.position, error.detail) for error in errors.errors], strict=True)
    detail = pl.col("detail")
    parts = detail.str.extract_groups(DURATION_DETAIL).struct
    lost = pl.DataFrame(
        {"position": positions, "detail": details}, schema_overrides={"position": pl.Array(pl.UInt32, 2)}
    ).select(
        row=pl.col("position").arr.get(0),
        column=pl.col("position").arr.get(1),
        text=pl.coalesce(
            detail.str.extract(ERROR_DETAIL).replace_strict(ERROR_NAMES, default=None),
            pl.format(
                "{}{}:{}:{}",
                parts.field("1"),
                *[parts.field(group).fill_null("0").str.zfill(2) for group in "234"],
            ),
            pl.lit("#ERROR"),
        ),
    )
    columns = [
        frame.to_series(int(column)).scatter(cells["row"], cells["text"])
        for (column,), cells in lost.partition_by("column", as_dict=True).items()
    ]
    return frame.with_columns(columns)


def _tidy(frame: pl.DataFrame, first: int, *, date_1904: bool) -> pl.LazyFrame:
    """Strip cells, make blank ones null, number the rows as the sheet does and leave out blank ones."""
    names = frame.columns
    return (
        frame.lazy()
        .with_row_index("row", first)
        .select("row", *[_cell(name, date_1904=date_1904) for name in names], beyond=pl.lit(value=False))
        .filter(pl.any_horizontal(pl.col(names).is_not_null()))
    )


def _cell(name: str, *, date_1904: bool) -> pl.Expr:
    cell = pl.col(name).str.strip_chars()
    if date_1904:
        shifted = cell.str.to_datetime(strict=False) - pl.duration(days=DAYS_BETWEEN_SYSTEMS)
        cell = (
            pl.when(cell.str.starts_with("1904-0"))
            .then(shifted.dt.to_string("%Y-%m-%d %H:%M:%S"))
            .otherwise(cell)
        )
    return pl.when(cell != "").then(cell).alias(name)


def _head(frame: pl.DataFrame, first: int, *, date_1904: bool) -> tuple[tuple[str | None, ...], ...]:
    blank = [(None,) * frame.width] * (first - 1)
    names = frame.columns
    rows = frame.select([_cell(name, date_1904=date_1904) for name in names]).rows()
    return tuple([*blank, *rows][:HEAD_ROWS])
