"""The shape of a source's bookings export: its columns, and how each spells what it holds.

What the assistant books is handed back so that the system takes it for its own: the same columns in the same order, dates,
clock times and decimals spelled as they came in. How they were spelled is found by trying: of all known spellings the one is
taken that makes the cells of the export out of what was read from them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from tcw.intake import spellings
from tcw.intake.accept import Accepted, judged
from tcw.intake.column_read import ColumnRead
from tcw.intake.load import Loaded, Sheet
from tcw.intake.native_cells import GROSS, native_cells
from tcw.intake.raw import Medium, TextForm
from tcw.intake.spellings import Spelling
from tcw.intake.typed import TypedSheet
from tcw.intake.values import Hints

SAMPLE = 200
PRUNED_BY = 8
"""Rows that all spellings are tried on; only those that fit most of them are tried on the rest."""
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
        return bookings.select(
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
        names = [
            name
            for name in ("staff_id", "activity_id", "unit_id", "order_id", "start_local", "end_local")
            if name in read.columns
        ]
        return not read["unfit"].any() and read.select(names).equals(bookings.select(names))


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
    cells = {
        place: _text(column, place, sample, zone, item.typed)
        if dtypes[place] == pl.String
        else native_cells(column, dtypes[place], zone, whole=whole)
        for place, column in places.items()
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
    return both.with_columns(gross_hours=span, net_hours=pl.coalesce("hours", span - pause))


def _text(column: ColumnRead, place: int, sample: pl.DataFrame, zone: str, typed: TypedSheet) -> pl.Expr:
    """Return how a column's cells are made of canonical bookings."""
    cells = sample[f"c{place}"]
    if column.kind in {"word", "yes_no"}:
        return _by_word(column, cells, sample)
    ways = list(_ways(column, zone, typed))
    if not ways:
        return pl.lit(None, dtype=pl.String)
    cells = (
        cells.cast(pl.String) if cells.dtype != pl.List else cells.cast(pl.List(pl.String)).list.join(", ")
    )
    few = sample.with_columns(cells.alias("cell")).filter(pl.col("cell").is_not_null())
    for rows in (few.gather_every(max(few.height // PRUNED_BY, 1)).head(PRUNED_BY), few):
        fits = _fits(ways, rows)
        most = max(fits, default=0)
        ways = [way for way, fit in zip(ways, fits, strict=True) if fit == most]
    return ways[0].text


def _fits(ways: list[Spelling], rows: pl.DataFrame) -> list[int]:
    """Return of each way how many cells it makes as they are."""
    if rows.is_empty():
        return [0] * len(ways)
    counts = rows.select(
        (way.text == pl.col("cell")).sum().alias(str(place)) for place, way in enumerate(ways)
    )
    return list(counts.row(0))


def _ways(column: ColumnRead, zone: str, typed: TypedSheet) -> Iterator[Spelling]:
    start, end = pl.col("start_local"), pl.col("end_local")
    shape = column.reading.shape
    match column.name:
        case "start" | "end":
            moment = end if column.name == "end" else start
            if shape == "clock":
                yield from spellings.clocks(moment, ends=column.name == "end")
            elif shape == "date":
                yield from spellings.dates(moment.dt.date())
            else:
                yield from spellings.moments(moment, zone)
        case "date":
            yield from spellings.dates(start.dt.date())
        case "end_date":
            yield from spellings.dates(end.dt.date())
            yield from spellings.dates((end - pl.duration(microseconds=1)).dt.date())
        case "hours" | "minutes" | "seconds":
            yield from _length(column.name, typed)
        case "break_minutes":
            pause = pl.col("break_minutes").cast(pl.Float64)
            yield from spellings.numbers(pause)
            yield from spellings.lengths(pause / spellings.MINUTES)
        case "staff_id" | "activity_id" | "unit_id" | "order_id" | "order_reason":
            yield Spelling("as it is", pl.col(column.name))
        case _:
            return


def _length(name: str, typed: TypedSheet) -> Iterator[Spelling]:
    """Return the ways of saying a length: with or without the break, in the column's unit or the header's."""
    whole = {"hours": 1, "minutes": spellings.MINUTES, "seconds": spellings.MINUTES**2}[name]
    ends = {"end"} & set(typed.shapes)
    for hours in (
        (pl.col("net_hours"), GROSS) if ends or "start" not in typed.shapes else (GROSS, pl.col("net_hours"))
    ):
        if {"hours", "minutes"} <= set(typed.shapes):
            minutes = (hours * spellings.MINUTES).round().cast(pl.Int64)
            part = minutes // spellings.MINUTES if name == "hours" else minutes % spellings.MINUTES
            yield Spelling("part", part.cast(pl.String))
        yield from spellings.numbers(hours * whole)
        yield from spellings.lengths(hours)
        yield from spellings.numbers(hours * spellings.MINUTES)


def _by_word(column: ColumnRead, cells: pl.Series, sample: pl.DataFrame) -> pl.Expr:
    """Return the most used spelling of each word; nothing for one that the export does not use."""
    if column.name not in sample.columns or column.name == "billing":
        return pl.lit(None, dtype=pl.String)
    used = (
        pl.DataFrame({"word": sample[column.name].cast(pl.String), "cell": cells.cast(pl.String)})
        .drop_nulls()
        .group_by("word", "cell")
        .len()
        .sort("len", "cell", descending=[True, False])
        .unique("word", keep="first", maintain_order=True)
    )
    word = pl.col(column.name).cast(pl.String)
    return word.replace_strict(used["word"], used["cell"], default=None, return_dtype=pl.String)


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
