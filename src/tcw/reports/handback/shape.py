"""The shape of a source's bookings export: its columns, and how each spells what it holds.

What the assistant books is handed back so that the system takes it for its own: the same columns in the same order, dates,
clock times and decimals spelled as they came in. How they were spelled is found by trying: of all known spellings the one is
taken that makes the cells of the export out of what was read from them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from tcw.intake.accept import Accepted, judged
from tcw.intake.discover.raw import Medium, TextForm
from tcw.intake.load import Loaded, Sheet
from tcw.intake.native_cells import native_cells
from tcw.intake.typed import TypedSheet
from tcw.intake.values import Hints
from tcw.reports.handback import spellings
from tcw.reports.handback.spelled import spelled

SAMPLE = 200
COMPARED = ("staff_id", "activity_id", "unit_id", "order_id", "start_local", "end_local", "date", "hours")
LEAST_PEOPLE = 3
"""Of so many people at least, a column that never changes says nothing about anybody and is filled as it was."""
FALLBACK = TextForm("utf-8", mark=True, delimiter=";", line_end="\r\n", sep_line=False, quoted=False)


@dataclass(frozen=True, slots=True)
class Shape:
    """How the bookings of a source are written.

    `headers`: as in the file, "" for columns without one. `cells`: place of a column -> the expression that makes its cell of
    a canonical booking (see `written`). `constants`: place -> the cell that all rows have. `dtypes`: of the cells, String but
    for Parquet. `kept`: the canonical columns that have a place.
    """

    medium: Medium
    file: str
    sheet: str | None
    path: Path
    header_row: int
    headers: tuple[str, ...]
    cells: dict[int, pl.Expr]
    dtypes: tuple[pl.DataType, ...]
    constants: dict[int, str]
    kept: frozenset[str]
    form: TextForm
    typed: TypedSheet
    hints: Hints

    def written(self, bookings: pl.DataFrame) -> pl.DataFrame:
        """Return the cells of bookings, `c0`, `c1` …, in the order of the headers.

        `bookings`: staff_id, activity_id, unit_id, order_id, order_reason, status (String), start_local, end_local (Datetime us),
        break_minutes (Int32), borrowed (Boolean), gross_hours, net_hours (Float64).
        """
        return bookings.with_columns(date=pl.col("start_local").dt.date()).select(
            self.cells.get(place, pl.lit(self.constants.get(place))).cast(dtype).alias(f"c{place}")
            for place, dtype in enumerate(self.dtypes)
        )

    def says(self, bookings: pl.DataFrame) -> bool:
        """Tell whether the cells, read as the export was, say what the bookings are; of what the export has a place for."""
        cells = (
            self.written(bookings).lazy().with_row_index("row", 2).with_columns(beyond=pl.lit(value=False))
        )
        sheet = replace(self.typed.sheet, cells=cells)
        read = judged(replace(self.typed, sheet=sheet), self.hints).collect()
        if "date" in read.columns and read["date"].null_count() == 0:
            # A sheet of days and hours has no clock times to compare.
            read = read.drop("start_local", "end_local", strict=False)
        wanted = bookings.with_columns(date=pl.col("start_local").dt.date(), hours="net_hours")
        names = [name for name in COMPARED if name in read.columns and read[name].null_count() < read.height]
        numbers = pl.col(pl.Float64).round(3)
        same = read.select(names).with_columns(numbers).equals(wanted.select(names).with_columns(numbers))
        return same and not read["unfit"].any() and {"staff_id", "activity_id"} <= set(names)

    @property
    def has_breaks(self) -> bool:
        """The export has a place where a break shows: a column of its own, or a length beside an end or without clock times."""
        length = {"hours", "minutes", "seconds"} & self.kept
        return "break_minutes" in self.kept or bool(
            length and ("end" in self.kept or "start" not in self.kept)
        )


def bookings_shape(loaded: Loaded, source: Path) -> Shape | None:
    """Return the shape of the source's newest bookings; None where none of its files lists bookings row by row as tables do."""
    found = [
        (item, sheet)
        for item in loaded.accepted
        for sheet in loaded.sheets
        if item.typed.table == "bookings"
        and sheet.raw.origin == item.typed.sheet.origin
        and item.rows_read > item.rejected
        and not sheet.raw.unfolded
        and sheet.raw.medium != "paxml"
        and (sheet.raw.medium != "text" or sheet.raw.form is not None)
    ]
    if not found:
        return None
    newest = max(found, key=lambda pair: (str(pair[0].extent.last or ""), pair[0].typed.sheet.origin.file))
    return _shape(*newest, loaded, source)


def _shape(item: Accepted, sheet: Sheet, loaded: Loaded, source: Path) -> Shape:
    zone = loaded.schedule.config.timezone
    sample = _sample(item)
    columns = {column.name: column for column in item.typed.columns if not column.source.joined}
    # Of several columns that fit, the first is written.
    places = {column.source.indices[0]: column for column in columns.values()}
    dtypes = [sheet.raw.cells.collect_schema()[f"c{place}"] for place in range(len(sheet.headers))]
    # Where nothing says the end, the length must reach it.
    whole = "start" in item.typed.shapes and "end" not in item.typed.shapes
    of_text = {place: column for place, column in places.items() if dtypes[place] == pl.String}
    cells = spelled(of_text, sample, zone, item.typed) | {
        place: native_cells(column, dtypes[place], zone, whole=whole)
        for place, column in places.items()
        if place not in of_text
    }
    origin = sheet.raw.origin
    hints = Hints(date_order=sheet.settings.date_order, decimal=sheet.settings.decimal, zone=zone)
    return Shape(
        medium=sheet.raw.medium,
        file=origin.file,
        sheet=origin.sheet,
        path=source / origin.file if source.is_dir() else source,
        header_row=_header_row(sheet),
        headers=sheet.headers,
        cells=cells,
        dtypes=tuple(dtypes),
        constants=_constants(item, sheet, frozenset(places)),
        kept=frozenset(columns),
        form=_form(sheet, loaded.sheets),
        typed=item.typed,
        hints=hints,
    )


def _header_row(sheet: Sheet) -> int:
    """Return the place of the header row among the sheet's first rows."""
    wanted = [header for header in sheet.headers if header]
    for place, row in enumerate(sheet.raw.head):
        if [(cell or "").strip() for cell in row if cell] == wanted:
            return place
    return 0


def _form(sheet: Sheet, others: Iterable[Sheet]) -> TextForm:
    """Return how the file is written; a file of ASCII only tells no encoding, but its neighbours may."""
    form = sheet.raw.form
    if form is None:
        return FALLBACK
    if form.encoding != "ascii":
        return form
    known = Counter(
        one.raw.form.encoding
        for one in others
        if one.raw.form is not None and one.raw.form.encoding != "ascii"
    )
    single = [
        encoding for encoding, _ in known.most_common() if not encoding.startswith(("utf-16", "utf-32"))
    ]
    return replace(form, encoding=single[0] if single else "utf-8")


def _sample(item: Accepted) -> pl.DataFrame:
    """Return some accepted rows from all over the sheet: canonical columns, and cells as c0, c1 and so on."""
    every = max((item.rows_read - item.rejected) // SAMPLE, 1)
    read = item.frame.gather_every(every).head(SAMPLE).collect()
    names = [f"c{index}" for column in item.typed.columns for index in column.source.indices]
    cells = (
        item.typed.sheet.cells.filter(pl.col("row").is_in(read["row"].implode()))
        .select("row", *dict.fromkeys(names))
        .collect(engine="streaming")
    )
    both = read.join(cells, on="row", how="left", maintain_order="left")
    missing = {
        "start_local": pl.Datetime("us"),
        "end_local": pl.Datetime("us"),
        "date": pl.Date(),
        "hours": pl.Float64(),
        "break_minutes": pl.Int32(),
    }
    both = both.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in missing.items() if name not in both.columns
    )
    pause = pl.col("break_minutes").fill_null(0) / spellings.MINUTES
    # A night of a clock change is one hour off here: the other rows of the sample outvote it.
    span = (pl.col("end_local") - pl.col("start_local")).dt.total_seconds() / spellings.MINUTES**2
    both = both.with_columns(date=pl.coalesce("date", pl.col("start_local").dt.date()))
    return both.with_columns(gross_hours=span, net_hours=pl.coalesce("hours", span - pause))


def _constants(item: Accepted, sheet: Sheet, known: frozenset[int]) -> dict[int, str]:
    """Return the cells of columns tcw makes nothing of that are the same in all rows, of several people."""
    if sheet.raw.medium == "parquet":
        return {}
    unknown = [
        place
        for place in range(min(sheet.raw.width, len(sheet.headers)))
        if place not in known and sheet.headers[place]
    ]
    if not unknown or item.frame.select(pl.col("staff_id").n_unique()).collect().item() < LEAST_PEOPLE:
        return {}
    rows = item.frame.select("row").collect()["row"]
    cells = item.typed.sheet.cells.filter(pl.col("row").is_in(rows.implode())).select(
        *(pl.col(f"c{place}").n_unique().alias(f"n{place}") for place in unknown),
        *(pl.col(f"c{place}").first().alias(f"c{place}") for place in unknown),
    )
    facts = cells.collect(engine="streaming").row(0, named=True)
    return {
        place: facts[f"c{place}"]
        for place in unknown
        if facts[f"n{place}"] == 1 and facts[f"c{place}"] is not None
    }
