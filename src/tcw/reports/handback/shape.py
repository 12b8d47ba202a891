"""The shape of a source's bookings export: its columns, and how each spells what it holds.

What the assistant books is handed back so that the system takes it for its own: the same columns in the same
order, dates, clock times and decimals spelled as they came in. How they were spelled is found by trying: of
all known spellings the one is taken that makes the cells of the export out of what was read from them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from tcw.intake.accept import Accepted, all_rows
from tcw.intake.discover.raw import Medium, TextForm
from tcw.intake.load import Loaded, RecognisedSheet
from tcw.intake.typed import TypedSheet
from tcw.intake.values import Hints
from tcw.intake.values.column import ColumnRead

SAMPLE = 200
COMPARED = ("staff_id", "activity_id", "unit_id", "order_id", "start_local", "end_local", "date", "hours")
LEAST_PEOPLE = 3
"""Of so many people, a column that never changes says nothing about anybody, and is filled as it was."""
FALLBACK = TextForm("utf-8", mark=True, delimiter=";", line_end="\r\n", sep_line=False, quoted=False)


@dataclass(frozen=True, slots=True)
class Shape:
    """How the bookings of a source are written.

    `headers`: as in the file, "" for columns without one. `cells`: place of a column -> the expression that
    makes its cell of a canonical booking (see `written`). `constants`: place -> the cell that all rows have.
    `dtypes`: of the cells, String but for Parquet. `names`: the canonical columns that have a place.
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
    names: frozenset[str]
    form: TextForm
    typed: TypedSheet
    hints: Hints

    def written(self, bookings: pl.DataFrame) -> pl.DataFrame:
        """Return the cells of bookings, `c0`, `c1` …, in the order of the headers.

        `bookings`: staff_id, activity_id, unit_id, order_id, order_reason, status (String), start_local,
        end_local (Datetime us), break_minutes (Int32), borrowed (Boolean), gross_hours, net_hours (Float64).
        """
        return bookings.with_columns(date=pl.col("start_local").dt.date()).select(
            self.cells.get(place, pl.lit(self.constants.get(place))).cast(dtype).alias(f"c{place}")
            for place, dtype in enumerate(self.dtypes)
        )

    def says(self, bookings: pl.DataFrame) -> bool:
        """Tell whether the cells, read as the export was, say what the bookings are.

        Of what the export has a place for.
        """
        cells = (
            self.written(bookings).lazy().with_row_index("row", 2).with_columns(beyond=pl.lit(value=False))
        )
        sheet = replace(self.typed.sheet, cells=cells)
        read = all_rows(replace(self.typed, sheet=sheet), self.hints).collect()
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
        """The export has a place where a break shows.

        A column of its own, or a length beside an end or without clock times.
        """
        length = {"hours", "minutes", "seconds"} & self.names
        return "break_minutes" in self.names or bool(
            length and ("end" in self.names or "start" not in self.names)
        )


def bookings_shape(loaded: Loaded, source: Path) -> Shape | None:
    """Return the shape of the source's newest bookings.

    None where none of its files lists bookings row by row as tables do.
    """
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


def _shape(item: Accepted, sheet: RecognisedSheet, loaded: Loaded, source: Path) -> Shape:
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
        names=frozenset(columns),
        form=_form(sheet, loaded.sheets),
        typed=item.typed,
        hints=hints,
    )


def _header_row(sheet: RecognisedSheet) -> int:
    """Return the place of the header row among the sheet's first rows."""
    wanted = [header for header in sheet.headers if header]
    for place, row in enumerate(sheet.raw.head):
        if [(cell or "").strip() for cell in row if cell] == wanted:
            return place
    return 0


def _form(sheet: RecognisedSheet, sheets: Iterable[RecognisedSheet]) -> TextForm:
    """Return how the file is written; a file of ASCII only tells no encoding, but its neighbours may."""
    form = sheet.raw.form
    if form is None:
        return FALLBACK
    if form.encoding != "ascii":
        return form
    known = Counter(
        one.raw.form.encoding
        for one in sheets
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
    pause = pl.col("break_minutes").fill_null(0) / MINUTES_PER_HOUR
    # A night of a clock change is one hour off here: the other rows of the sample outvote it.
    span = (pl.col("end_local") - pl.col("start_local")).dt.total_seconds() / MINUTES_PER_HOUR**2
    both = both.with_columns(date=pl.coalesce("date", pl.col("start_local").dt.date()))
    return both.with_columns(gross_hours=span, net_hours=pl.coalesce("hours", span - pause))


def _constants(item: Accepted, sheet: RecognisedSheet, read: frozenset[int]) -> dict[int, str]:
    """Return the cells of columns tcw makes nothing of that are the same in all rows, of several people."""
    if sheet.raw.medium == "parquet":
        return {}
    unknown = [
        place
        for place in range(min(sheet.raw.width, len(sheet.headers)))
        if place not in read and sheet.headers[place]
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


GROSS: Final = pl.col("gross_hours")
"""Hours from start to end, the break in them."""
PARTS: Final = {"hours": 1, "minutes": 60, "seconds": 3600}


def native_cells(column: ColumnRead, dtype: pl.DataType, zone: str, *, whole: bool) -> pl.Expr:
    """Return what a column's cells are of bookings as in `tcw.reports.handback.shape.Shape.written`.

    To be cast to its dtype.

    Clock times since midnight, instants in their zone, lengths in the column's unit: `whole` ones have the
    break in them.
    """
    match column.name:
        case "start" | "end":
            return _native_moment(pl.col(f"{column.name}_local"), column.reading.shape, dtype, zone)
        case "date":
            return pl.col("start_local").dt.date()
        case "end_date":
            return pl.col("end_local").dt.date()
        case "hours" | "minutes" | "seconds":
            hours = GROSS if whole else pl.col("net_hours")
            return _native_length(hours, PARTS[column.name], dtype, column.factor)
        case "break_minutes":
            return _native_length(
                pl.col("break_minutes") / PARTS["minutes"], PARTS["minutes"], dtype, column.factor
            )
    return pl.col("borrowed") if column.name == "borrowed" else pl.lit(None, dtype=dtype)


def _native_moment(local: pl.Expr, shape: str, dtype: pl.DataType, zone: str) -> pl.Expr:
    if shape == "instant" and isinstance(dtype, pl.Datetime):
        instant = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        return instant.dt.convert_time_zone(dtype.time_zone or "UTC")
    if shape == "clock":
        return local.dt.time() if dtype == pl.Time else local - local.dt.truncate("1d")
    return local


def _native_length(hours: pl.Expr, parts: int, dtype: pl.DataType, factor: float) -> pl.Expr:
    if isinstance(dtype, pl.Duration):
        return pl.duration(microseconds=(hours * 3_600_000_000).round().cast(pl.Int64))
    return hours * parts / factor


DATES = (
    "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d",
    "%-d/%-m/%Y", "%-m/%-d/%Y", "%-d/%-m %Y", "%-d.%-m.%Y", "%-d/%-m-%Y", "%y-%m-%d", "%y%m%d",
    "%d/%m/%y", "%m/%d/%y",
    "%d.%m.%y", "%-d/%-m-%y", "%G-W%V-%u", "%-d %b %Y", "%-d %B %Y", "%d %b %Y", "%d %B %Y",
    "%b %-d, %Y", "%B %-d, %Y",
)  # fmt: skip
"""The likeliest first, padded ones before others: where every day of a sample has two figures, both fit."""
CLOCKS = (
    "%H:%M",
    "%H:%M:%S",
    "%H.%M",
    "%H%M",
    "%-H:%M",
    "%-H.%M",
    "%H:%M:%S%.3f",
    "%I:%M %p",
    "%-I:%M %p",
    "%-H",
)
BETWEEN = (" ", "T", ", ", " kl ", " kl. ", "")
ZONES = ("", "Z", "%:z", "%z")
EXCEL_DATE = "%Y-%m-%d 00:00:00"
EXCEL_CLOCK = "1899-12-31 %H:%M:%S"
MIDNIGHTS = ("%Y-%m-%d 24:00", "%Y-%m-%d 24.00", "%Y-%m-%d 2400", "%Y-%m-%d 24:00:00")
DIGITS = 12
MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way: its name, and the text (String) of the canonical bookings that it makes a cell of."""

    name: str
    text: pl.Expr


def dates(day: pl.Expr) -> Iterator[Spelling]:
    """Return the ways of spelling a Date."""
    yield from (Spelling(way, day.dt.to_string(way)) for way in (*DATES, EXCEL_DATE))


def clocks(moment: pl.Expr, *, ends: bool) -> Iterator[Spelling]:
    """Return the ways of spelling the clock time of a Datetime; an end at midnight may be 24:00."""
    yield from (Spelling(way, moment.dt.to_string(way)) for way in (*CLOCKS, EXCEL_CLOCK))
    if ends:
        midnight = moment.dt.time() == pl.time(0)
        for way, late in zip(CLOCKS[:5], ("24:00", "24:00:00", "24.00", "2400", "24:00"), strict=True):
            text = pl.when(midnight).then(pl.lit(late)).otherwise(moment.dt.to_string(way))
            yield Spelling(f"{way} {late}", text)


def moments(moment: pl.Expr, zone: str) -> Iterator[Spelling]:
    """Return the ways of spelling a local Datetime, with its date and perhaps its distance from UTC."""
    for day in DATES:
        for between in BETWEEN:
            for clock in CLOCKS:
                way = f"{day}{between}{clock}"
                yield Spelling(way, moment.dt.to_string(way))
    yield Spelling(EXCEL_DATE, moment.dt.to_string("%Y-%m-%d %H:%M:%S"))
    instant = moment.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    for clock in CLOCKS[:2]:
        for between in BETWEEN[:2]:
            way = f"%Y-%m-%d{between}{clock}"
            yield Spelling(f"{way}Z", instant.dt.convert_time_zone("UTC").dt.to_string(f"{way}Z"))
            yield from (
                Spelling(f"{way}{offset}", instant.dt.to_string(way + offset)) for offset in ZONES[2:]
            )


def lengths(hours: pl.Expr) -> Iterator[Spelling]:
    """Return the ways of spelling a length given in hours (Float64), in hours or in parts of them."""
    yield from numbers(hours)
    minutes = (hours * MINUTES_PER_HOUR).round().cast(pl.Int64)
    whole, rest = minutes // MINUTES_PER_HOUR, (minutes % MINUTES_PER_HOUR).cast(pl.String).str.zfill(2)
    for name, first in (("h:mm", whole.cast(pl.String)), ("hh:mm", whole.cast(pl.String).str.zfill(2))):
        yield from (
            Spelling(f"{name}{sign}", pl.concat_str(first, pl.lit(sign), rest)) for sign in (":", ".")
        )
        yield Spelling(f"{name}:ss", pl.concat_str(first, pl.lit(":"), rest, pl.lit(":00")))


def numbers(value: pl.Expr) -> Iterator[Spelling]:
    """Return the ways of spelling a number.

    As short as can be, or with one or two decimals; comma or point.
    """
    # Far decimals are the noise of a sum.
    rounded = value.round(DIGITS)
    shortest = rounded.cast(pl.String).str.strip_suffix(".0")
    fixed = [(f"%.{places}f", _fixed(rounded, places)) for places in (2, 1)]
    for name, text in (("shortest", shortest), *fixed):
        yield Spelling(f"{name},", text.str.replace(".", ",", literal=True))
        yield Spelling(f"{name}.", text)


def _fixed(value: pl.Expr, places: int) -> pl.Expr:
    scaled = (value * 10**places).round().cast(pl.Int64)
    rest = (scaled % 10**places).cast(pl.String).str.zfill(places)
    return pl.concat_str((scaled // 10**places).cast(pl.String), pl.lit("."), rest)


PRUNED_BY = 8
"""Rows that all spellings are tried on; only those that fit most of them are tried on the rest."""


def spelled(
    columns: Mapping[int, ColumnRead], sample: pl.DataFrame, zone: str, typed: TypedSheet
) -> dict[int, pl.Expr]:
    """Return how the cells of text columns are made of canonical bookings.

    Args:
        columns: by their places.
        sample: accepted rows: the canonical columns, and the cells as c0, c1 and so on.
        zone: of local times.
        typed: the sheet they are from.
    """
    texts: dict[int, pl.Expr] = {}
    fitting: dict[int, list[Spelling]] = {}
    for place, column in columns.items():
        cells = sample[f"c{place}"]
        if column.kind in {"word", "yes_no"}:
            texts[place] = _by_word(column, cells, sample)
        else:
            fitting[place] = _fitting(list(_ways(column, zone, typed)), cells, sample)
    # Where one column leaves open whether it is 7:15 or 07:15, another may tell.
    clear = {ways[0].name for ways in fitting.values() if len(ways) == 1}
    for place, ways in fitting.items():
        nothing = Spelling("", pl.lit(None, dtype=pl.String))
        texts[place] = next((way for way in ways if way.name in clear), ways[0] if ways else nothing).text
    return texts


def _fitting(ways: list[Spelling], cells: pl.Series, sample: pl.DataFrame) -> list[Spelling]:
    """Return the ways that make most of the cells as they are."""
    cells = (
        cells.cast(pl.String) if cells.dtype != pl.List else cells.cast(pl.List(pl.String)).list.join(", ")
    )
    few = sample.with_columns(cells.alias("cell")).filter(pl.col("cell").is_not_null())
    for rows in (few.gather_every(max(few.height // PRUNED_BY, 1)).head(PRUNED_BY), few):
        fits = _fits(ways, rows)
        most = max(fits, default=0)
        ways = [way for way, fit in zip(ways, fits, strict=True) if fit == most]
    return ways


def _fits(ways: list[Spelling], rows: pl.DataFrame) -> list[int]:
    """Return of each way how many cells it makes as they are."""
    if rows.is_empty() or not ways:
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
                yield from clocks(moment, ends=column.name == "end")
            elif shape == "date":
                yield from dates(pl.col("date") if column.name == "start" else end.dt.date())
            else:
                yield from moments(moment, zone)
        case "date":
            yield from dates(pl.col("date"))
        case "end_date":
            yield from dates(end.dt.date())
            yield from dates((end - pl.duration(microseconds=1)).dt.date())
        case "hours" | "minutes" | "seconds":
            yield from _length(column.name, typed)
        case "break_minutes":
            pause = pl.col("break_minutes").cast(pl.Float64)
            yield from numbers(pause)
            yield from lengths(pause / MINUTES_PER_HOUR)
        case "staff_id" | "activity_id" | "unit_id" | "order_id" | "order_reason":
            yield Spelling("as it is", pl.col(column.name))
        case _:
            return


def _length(name: str, typed: TypedSheet) -> Iterator[Spelling]:
    """Return the ways of saying a length: with or without the break, in the column's unit or the header's."""
    whole = {"hours": 1, "minutes": MINUTES_PER_HOUR, "seconds": MINUTES_PER_HOUR**2}[name]
    ends = {"end"} & set(typed.shapes)
    for hours in (
        (pl.col("net_hours"), GROSS) if ends or "start" not in typed.shapes else (GROSS, pl.col("net_hours"))
    ):
        if {"hours", "minutes"} <= set(typed.shapes):
            minutes = (hours * MINUTES_PER_HOUR).round().cast(pl.Int64)
            part = minutes // MINUTES_PER_HOUR if name == "hours" else minutes % MINUTES_PER_HOUR
            yield Spelling("part", part.cast(pl.String))
        yield from numbers(hours * whole)
        yield from lengths(hours)
        yield from numbers(hours * MINUTES_PER_HOUR)


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
