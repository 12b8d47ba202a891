"""When two cells say the same: numbers and dates by what they are, not by how they are spelled."""

import polars as pl

from tcw.model.export import OWN

BLANKS = "[\u00a0\u202f\u2009\t ]+"
BLANKS_INSIDE = "[\u00a0\u202f\u2009\t]|  "
NUMBER = r"^[+\-\u2212]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?: \d{3})+)(?:[.,]\d+)?$"
"""No leading zeros: 007 is the name of something, and not 7."""
PERCENT = r"^([+\-\u2212]?\d+(?:[.,]\d+)?) ?%$"
ISO_DAY = r"^(\d{4})[-./](\d{2})[-./](\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$"
PACKED_DAY = r"^((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
DOTTED_DAY = r"^(\d{2})\.(\d{2})\.(\d{4})$"
SHORT_DAY = r"^(\d{2})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
SPOKEN_DAY = r"^(\d{1,2})/(\d{1,2}) (\d{4})$"
MONTHS = {
    name: f"{place:02}"
    for place, names in enumerate(
        ("jan", "feb", "mar", "apr", "maj may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec"), 1
    )
    for name in names.split()
}
NAMED_DAY = rf"(?i)^(\d{{1,2}})\.? ({'|'.join(MONTHS)})[a-z]*\.? (\d{{4}})$"
MOMENT = r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00(?:\.0+)?)?$"
EXCEL_CLOCK = r"^(?:1899-12-3[01]|1900-01-0[01]|1904-01-01)[T ](\d{2}:\d{2})(?::00(?:\.0+)?)?$"
"""A clock time in a workbook is a moment of the day that Excel counts from."""
CLOCK = r"^(\d{1,2}):(\d{2})(?::00)?$"
TOLERANCE = 1e-9
SPANS = frozenset({"start", "end", "date", "hours"})
"""Columns put together from several cells: their value is shown, not one of the cells."""


def spelled(text: pl.Expr) -> pl.Expr:
    """Return a text with its value spelled in one way (String): 7,50 and 7.5, 2026-03-01 and 20260301 and 1/3 2026. Blank is null."""
    plain = text.str.replace_all(BLANKS, " ").str.strip_chars()
    number = (
        plain.str.replace_all(" ", "", literal=True)
        .str.replace("\u2212", "-", literal=True)
        .str.replace(",", ".", literal=True)
        .str.strip_prefix("+")
    )
    whole = (
        pl.when(number.str.contains(".", literal=True))
        .then(number.str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(number)
    )
    share = (
        plain.str.extract(PERCENT)
        .str.replace(",", ".", literal=True)
        .str.replace("\u2212", "-", literal=True)
    )
    fraction = (share.cast(pl.Float64, strict=False) / 100).round(12).cast(pl.String).str.strip_suffix(".0")
    return (
        pl.when(plain == "")
        .then(None)
        .when(plain.str.contains(PACKED_DAY))
        .then(plain.str.replace(PACKED_DAY, "${1}-${2}-${3}"))
        .when(plain.str.contains(NUMBER))
        .then(whole)
        .when(share.is_not_null())
        .then(fraction)
        .when(plain.str.contains(ISO_DAY))
        .then(plain.str.replace(ISO_DAY, "${1}-${2}-${3}"))
        .when(plain.str.contains(EXCEL_CLOCK))
        .then(plain.str.extract(EXCEL_CLOCK))
        .when(plain.str.contains(MOMENT))
        .then(plain.str.replace(MOMENT, "${1} ${2}"))
        .when(plain.str.contains(DOTTED_DAY))
        .then(plain.str.replace(DOTTED_DAY, "${3}-${2}-${1}"))
        .when(plain.str.contains(SPOKEN_DAY))
        .then(
            pl.concat_str(
                plain.str.extract(SPOKEN_DAY, 3),
                plain.str.extract(SPOKEN_DAY, 2).str.zfill(2),
                plain.str.extract(SPOKEN_DAY, 1).str.zfill(2),
                separator="-",
            )
        )
        .when(plain.str.contains(SHORT_DAY))
        .then(plain.str.replace(SHORT_DAY, "20${1}-${2}-${3}"))
        .when(plain.str.contains(NAMED_DAY))
        .then(
            pl.concat_str(
                plain.str.extract(NAMED_DAY, 3),
                plain.str.extract(NAMED_DAY, 2).str.to_lowercase().replace_strict(MONTHS, default=None),
                plain.str.extract(NAMED_DAY, 1).str.zfill(2),
                separator="-",
            )
        )
        .when(plain.str.contains(CLOCK))
        .then(
            pl.concat_str(
                plain.str.extract(CLOCK, 1).str.zfill(2), plain.str.extract(CLOCK, 2), separator=":"
            )
        )
        .otherwise(plain)
    )


def spelled_series(texts: pl.Series) -> pl.Series:
    """Return `spelled` of a column; what does not begin with a digit or a sign is no number and no date, and costs nothing."""
    plain = texts.str.strip_chars(" \t\u00a0\u202f\u2009").replace("", None)
    places = plain.str.contains(r"^[+\-\u2212]?\d").fill_null(value=False).arg_true()
    blanks = plain.str.contains(BLANKS_INSIDE).fill_null(value=False)
    if blanks.any():
        plain = plain.to_frame("t").select(pl.col("t").str.replace_all(BLANKS, " ")).to_series()
    if places.is_empty():
        return plain
    if places.len() == plain.len():
        return plain.to_frame("t").select(spelled(pl.col("t"))).to_series()
    return plain.scatter(places, plain.gather(places).to_frame("t").select(spelled(pl.col("t"))).to_series())


def differing(before: pl.Series, after: pl.Series) -> pl.Series:
    """Return the places (UInt32) at which two columns of the same length differ in value."""
    if before.dtype == pl.String and after.dtype == pl.String:
        return _differing_texts(before, after)
    pair = pl.DataFrame({"before": before, "after": after.cast(before.dtype, strict=False)})
    left, right = pl.col("before"), pl.col("after")
    if before.dtype.is_float():
        same = left.eq_missing(right) | ((left - right).abs() <= TOLERANCE).fill_null(value=False)
    elif isinstance(before.dtype, pl.List):
        # The order in which a cell lists ids says nothing, and an empty list is an empty cell.
        same = _as_set(left).eq_missing(_as_set(right))
    else:
        same = left.eq_missing(right)
    return pair.select(same.not_().arg_true()).to_series()


def _as_set(value: pl.Expr) -> pl.Expr:
    return value.list.unique().list.sort().list.join("\x1f").fill_null("")


def _differing_texts(before: pl.Series, after: pl.Series) -> pl.Series:
    pair = pl.DataFrame({"before": before, "after": after}).with_row_index("place")
    apart = pair.filter(pl.col("before").ne_missing(pl.col("after")))
    if apart.is_empty():
        return apart["place"]
    unlike = spelled_series(apart["before"]).ne_missing(spelled_series(apart["after"]))
    return apart.filter(unlike)["place"]


def shown(frame: pl.DataFrame, column: str) -> pl.Series:
    """Return a column as people read it (String): the cell as written, else the value."""
    dtype = frame.schema[column]
    value = pl.col(column)
    if isinstance(dtype, pl.List):
        value = value.list.join(", ")
    elif isinstance(dtype, pl.Datetime):
        value = value.dt.to_string("%Y-%m-%d %H:%M")
    elif dtype.is_float():
        value = value.round(6).cast(pl.String).str.strip_suffix(".0")
    else:
        value = value.cast(pl.String)
    own = f"{OWN}{column}"
    if own in frame.columns and column not in SPANS:
        value = pl.coalesce(pl.col(own), value)
    return frame.select(value.alias(column)).to_series()
