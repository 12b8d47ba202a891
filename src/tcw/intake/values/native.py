"""Columns that already have a type, such as those of Parquet."""

import polars as pl

from tcw.intake.values.numbers import SECONDS, finite
from tcw.intake.values.reading import Hints, Parse, Reading
from tcw.intake.values.words import WHOLE_FLOAT
from tcw.model.tables import Kind


def native(dtype: pl.DataType, kind: Kind, hints: Hints | None = None) -> Reading | None:
    """Return the reading of a typed column; None where the caller must make text of it and use read_column.

    That is so for String, Categorical and Enum, for shares (all cells together decide between 75 and 0.75),
    for words, and for types that cannot have the meaning of the kind.
    """
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        return None
    if kind == "moment":
        shape, parse = _moment(dtype)
        if shape == "clock" and hints is not None and not hints.clocks:
            return None
    else:
        shape, parse = kind, _plain_parse(dtype, kind, hints or Hints())
    return None if parse is None else Reading(kind, shape, (str(dtype),), (), parse)


def _plain_parse(dtype: pl.DataType, kind: Kind, hints: Hints) -> Parse | None:
    if kind in ("hours", "minutes", "seconds"):
        return _duration(dtype, SECONDS[kind])
    number = dtype.is_numeric()
    of_kind: dict[Kind, Parse | None] = {
        "date": _date(dtype, hints.zone),
        "number": _number if number else None,
        "integer": _integer if number else None,
        "yes_no": _yes_no(dtype),
        "list": _list if isinstance(dtype, pl.List) and _plain(dtype.inner) else None,
        "id": _text(dtype, kind),
        "text": _text(dtype, kind),
    }
    return of_kind.get(kind)


def _date(dtype: pl.DataType, zone: str) -> Parse | None:
    if isinstance(dtype, pl.Date):
        return lambda cell: cell
    if isinstance(dtype, pl.Datetime):
        if dtype.time_zone is None:
            return lambda cell: cell.dt.date()
        return lambda cell: cell.dt.convert_time_zone(zone).dt.date()
    return None


def _moment(dtype: pl.DataType) -> tuple[str, Parse | None]:
    if isinstance(dtype, pl.Date):
        return "date", lambda cell: cell
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is None:
        return "datetime", lambda cell: cell.cast(pl.Datetime("us"))
    if isinstance(dtype, pl.Datetime):
        return "instant", lambda cell: cell.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
    if isinstance(dtype, pl.Time):
        return "clock", lambda cell: cell.cast(pl.Duration("us"))
    if isinstance(dtype, pl.Duration):
        return "clock", _within_a_day
    return "datetime", None


def _within_a_day(cell: pl.Expr) -> pl.Expr:
    since = cell.cast(pl.Duration("us"))
    return pl.when(since.is_between(pl.duration(days=0), pl.duration(days=1))).then(since)


def _duration(dtype: pl.DataType, seconds: int) -> Parse | None:
    if isinstance(dtype, pl.Duration):
        return lambda cell: cell.dt.total_microseconds() / (seconds * 1e6)
    if isinstance(dtype, pl.Time):
        return lambda cell: cell.cast(pl.Duration("us")).dt.total_microseconds() / (seconds * 1e6)
    return _number if dtype.is_numeric() else None


def _number(cell: pl.Expr) -> pl.Expr:
    return finite(cell.cast(pl.Float64))


def _integer(cell: pl.Expr) -> pl.Expr:
    number = cell.cast(pl.Float64)
    return pl.when(number == number.round()).then(cell).cast(pl.Int64, strict=False)


def _yes_no(dtype: pl.DataType) -> Parse | None:
    if isinstance(dtype, pl.Boolean):
        return lambda cell: cell
    if dtype.is_numeric():
        return lambda cell: pl.when((cell == 0) | (cell == 1)).then(cell == 1)
    return None


def _plain(dtype: object) -> bool:
    return isinstance(dtype, pl.String | pl.Categorical | pl.Enum) or (
        isinstance(dtype, pl.DataType) and dtype.is_integer()
    )


def _list(cell: pl.Expr) -> pl.Expr:
    item = pl.element().cast(pl.String).str.strip_chars()
    return cell.list.eval(item.filter(item.is_not_null() & (item != "")))


def _text(dtype: pl.DataType, kind: Kind) -> Parse | None:
    if kind == "id" and (dtype.is_float() or dtype.is_decimal()):
        return _id_of_float
    if isinstance(dtype, pl.Duration):
        # Polars cannot cast a Duration to text.
        return None
    if dtype.is_numeric() or dtype.is_temporal() or isinstance(dtype, pl.Boolean | pl.Null):
        return lambda cell: cell.cast(pl.String)
    return None


def _id_of_float(cell: pl.Expr) -> pl.Expr:
    """Return 2.0 as 2. Whole numbers up to 2⁵³ go through integers, because a float's text may be 1.98e11."""
    whole = pl.when(
        (cell.cast(pl.Float64) == cell.cast(pl.Float64).round()) & (cell.cast(pl.Float64).abs() < 2**53)
    ).then(cell)
    text = whole.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.coalesce(text, cell.cast(pl.String).str.replace(WHOLE_FLOAT, "$1"))
