"""Texts that a column is likely to say again and again, read once beforehand: the other cells are read one by one."""

import datetime as dt

import polars as pl

from tcw.intake.values.clock import every_minute
from tcw.intake.values.forms import over
from tcw.intake.values.reading import Parse

FEW = 256
"""Different texts of a sample that are few, however small it is."""
REPEATED = 50
"""Times that each text of a sample occurs, on average, in a column that is worth looking up."""
AROUND = dt.timedelta(days=800)
"""How far before and after a day of the sample other days are likely."""
ISO_DAY = r"^\d{4}-\d\d-\d\d$"


Known = tuple[pl.Series, pl.Series]
"""Texts (String, distinct) and their values, none of them null."""


def likely_texts(texts: pl.Series, cells: int) -> pl.Series | None:
    """Return what a column is likely to say, by the different texts of a sample of so many cells; None where it is anything."""
    if not 0 < texts.len() <= max(FEW, cells // REPEATED):
        return None
    return pl.concat([texts, _days(texts), every_minute()[0]]).unique(maintain_order=True)


def known_texts(texts: pl.Series, read: Parse) -> Known | None:
    """Return the texts that `read` makes a value of, with it; None without any."""
    values = over(texts.alias("cell"), read)
    return (texts.filter(values.is_not_null()), values.drop_nulls()) if values.count() else None


def _days(texts: pl.Series) -> pl.Series:
    """Return the days of and around a sample, as ISO 8601 writes them."""
    days = texts.filter(texts.str.contains(ISO_DAY)).str.to_date("%Y-%m-%d", strict=False).drop_nulls()
    first, last = days.min(), days.max()
    if not isinstance(first, dt.date) or not isinstance(last, dt.date) or last - first > 4 * AROUND:
        return texts.clear()
    try:
        return pl.date_range(first - AROUND, last + AROUND, eager=True).dt.to_string("%Y-%m-%d")
    except OverflowError:
        return texts.clear()
