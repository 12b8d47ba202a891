"""Ids: text that names something, kept as it is; and personal numbers in one form."""

from typing import Literal

import polars as pl

from tcw.intake.values.forms import ODD, tidy
from tcw.intake.values.reading import Reading

WHOLE_FLOAT = r"^(-?\d+)\.0+$"
_PERSONAL = (
    r"^(?P<century>\d{2})?(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2}) ?(?P<sign>[-+]?) ?(?P<last>\d{4})$"
)
COORDINATION = 60  # added to the day in a coordination number (samordningsnummer)


def read_ids(sample: pl.Series, kind: Literal["id", "text"], *, floats: bool) -> Reading:
    """Return ids and texts as they are, typographic blanks and hyphens apart.

    `floats`: the cells come from Excel, which makes 2.0 of the number 2.
    """
    odd = bool(sample.str.contains(ODD).any())

    def parse(cell: pl.Expr) -> pl.Expr:
        text = tidy(cell) if odd and kind == "id" else cell
        if floats and kind == "id":
            text = text.str.replace(WHOLE_FLOAT, "$1")
        return pl.when(text != "").then(text)

    return Reading(kind, kind, (), (), parse)


def personal_number(cell: pl.Expr, as_of: int) -> pl.Expr:
    """Return a Swedish personal or coordination number as the twelve digits YYYYMMDDNNNN, else null.

    Takes ten or twelve digits with or without a hyphen, and the plus sign that stands for a hundred years
    (Folkbokföringslagen 18 §). Without a century, the person is 0–99 years old in the year `as_of`, or 100–199
    with a plus sign. The date must exist; the check digit is not asked for.
    """
    part = tidy(cell).str.extract_groups(_PERSONAL).struct
    year = part.field("year").cast(pl.Int64, strict=False)
    recent = as_of - (as_of - year) % 100
    full = pl.coalesce(
        part.field("century").cast(pl.Int64, strict=False) * 100 + year,
        pl.when(part.field("sign") == "+").then(recent - 100).otherwise(recent),
    )
    day = part.field("day").cast(pl.Int64, strict=False)
    born = pl.when(day > COORDINATION).then(day - COORDINATION).otherwise(day)
    iso = pl.concat_str(
        full.cast(pl.String).str.zfill(4),
        part.field("month"),
        born.cast(pl.String).str.zfill(2),
        separator="-",
    )
    date = iso.str.to_date("%Y-%m-%d", strict=False)
    digits = pl.concat_str(
        full.cast(pl.String).str.zfill(4), part.field("month"), part.field("day"), part.field("last")
    )
    return pl.when(date.dt.year().is_between(1800, as_of)).then(digits)
