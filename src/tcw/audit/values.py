"""When two cells say the same: values by what they are, yes and no by what they mean, lengths beside a span."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from tcw.audit.pairing import Pair
from tcw.model.export import EXTRA, OWN, ExportTable

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
MARKS = ("x", "✓", "✔", "☑", "√")
"""Where only these stand, a blank cell is a no."""
YES = ("ja", "yes", "true", "sant", "1", *MARKS)
NO = ("nej", "no", "false", "falskt", "0", "✗", "✘", "☐")
SHORT = (("j", "n"), ("y", "n"), ("t", "f"), ("s", "f"), ("på", "av"), ("on", "off"))
"""Pairs that mean yes and no only where a column has nothing else: T and S may be anything."""
SAMPLE = 50
LENGTHS = ("hours", "minutes", "seconds")
MOMENTS = {"date": "start", "end_date": "end"}
"""A day that stands beside a moment -> the moment."""
WHOLE_MOMENT = r"\d{4}-?\d{2}-?\d{2}|\d{6}|\d{1,2}[./]\d{1,2}[./ ]\d{2}"


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


def with_one_spelling(pair: Pair) -> Pair:
    """Return a table on both sides with one spelling of yes and no, in columns that hold nothing else on either side."""
    if pair.before is None or pair.after is None:
        return pair
    left, right = {}, {}
    for one, other in pair.columns:
        found = (
            one_spelling(pair.before.frame[one], pair.after.frame[other]) if one.startswith(EXTRA) else None
        )
        if found is not None:
            left[one], right[other] = found
    return replace(pair, before=_with(pair.before, left), after=_with(pair.after, right))


def _with(table: ExportTable, columns: dict[str, pl.Series]) -> ExportTable:
    return replace(table, frame=table.frame.with_columns(**columns)) if columns else table


def one_spelling(before: pl.Series, after: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """Return both as "yes", "no" or null; None where either holds anything else, or is empty."""
    sides = (before, after)
    if any(side.dtype != pl.String or _words(side.head(SAMPLE), empty=True) is None for side in sides):
        return None
    left, right = _words(before), _words(after)
    if left is None or right is None:
        return None
    return _read(before, left, after, right), _read(after, right, before, left)


def _read(side: pl.Series, words: dict[str, str], other: pl.Series, others: dict[str, str]) -> pl.Series:
    """Return what the cells of a side mean; blank ones are a no beside marks, and where only the other side spells it out."""
    spelled_out = "no" in others.values() and not _blank(other).any()
    blank = "no" if set(words) <= set(MARKS) or ("no" not in words.values() and spelled_out) else None
    meanings = words | ({"": blank} if blank else {})
    read = _plain(pl.col("t").fill_null("")).replace_strict(meanings, default=None, return_dtype=pl.String)
    return side.to_frame("t").select(read).to_series()


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.to_lowercase()


def _blank(side: pl.Series) -> pl.Series:
    return side.is_null() | (side.str.strip_chars() == "")


def _words(side: pl.Series, *, empty: bool = False) -> dict[str, str] | None:
    """Return what each word of a column means; None where one of them means neither, or there is none (unless `empty`)."""
    found = set(side.unique().to_frame("t").select(_plain(pl.col("t"))).to_series().drop_nulls()) - {""}
    if not found:
        return {} if empty else None
    for yes, no in ((YES, NO), *(((one,), (other,)) for one, other in SHORT)):
        if found <= {*yes, *no}:
            return {word: "yes" if word in yes else "no" for word in found}
    return None


def spare_columns(left: pl.DataFrame, right: pl.DataFrame) -> tuple[str, ...]:
    """Return the parts of a span that both sides have, and that may be more than the span needs."""
    return tuple(
        part
        for part in (*LENGTHS, *MOMENTS)
        if f"{OWN}{part}" in left.columns and f"{OWN}{part}" in right.columns
    )


def spare_lengths(one: pl.DataFrame, other: pl.DataFrame) -> tuple[str, ...]:
    """Return the lengths that only `one` has, beside starts and ends."""
    return tuple(
        part
        for part in LENGTHS
        if f"{OWN}{part}" in one.columns
        and f"{OWN}{part}" not in other.columns
        and {f"{OWN}start", f"{OWN}end", "start", "end"} <= set(one.columns)
        and one.filter(pl.col(f"{OWN}end").is_not_null(), pl.col("start").is_not_null()).height
    )


def spare_differences(
    left: pl.DataFrame, right: pl.DataFrame
) -> Iterator[tuple[str, pl.Series, pl.DataFrame]]:
    """Return what differs in the cells that the span did not need.

    Args:
        left: the earlier rows.
        right: the later ones, in the same order.

    Returns:
        Of each part: its name, the places (UInt32), and `before` and `after` (String) as written.
    """
    for part in spare_columns(left, right):
        cells = pl.DataFrame(
            {
                "before": left[f"{OWN}{part}"],
                "after": right[f"{OWN}{part}"],
                "spare": spare_part(left, part) & spare_part(right, part),
            }
        )
        if part == "hours" and "break_minutes" in left.columns and f"{OWN}break_minutes" not in left.columns:
            # The break was made from this length: what became of it is told there.
            told = left["break_minutes"].ne_missing(right["break_minutes"])
            cells = cells.with_columns(pl.col("spare") & ~told)
        value = _length if part in LENGTHS else spelled
        places = cells.select(
            (pl.col("spare") & value(pl.col("before")).ne_missing(value(pl.col("after")))).arg_true()
        ).to_series()
        if places.len():
            yield part, places, cells[places].select("before", "after")


def spare_part(side: pl.DataFrame, part: str) -> pl.Series:
    """Tell of each row whether the part is more than its span needs."""
    moment = MOMENTS.get(part, "end")
    if not {f"{OWN}{moment}", moment} <= set(side.columns):
        return pl.Series([False]).new_from_index(0, side.height)
    written = pl.col(f"{OWN}{moment}")
    if part in MOMENTS:
        spare = written.str.contains(WHOLE_MOMENT)
    else:
        spare = written.is_not_null() & pl.col(moment).is_not_null()
    return side.select(spare.fill_null(value=False)).to_series()


def _length(text: pl.Expr) -> pl.Expr:
    """Return a length with its value spelled in one way: 7:30 is 7,5."""
    minutes = text.str.extract(CLOCK, 1).cast(pl.Int64) * 60 + text.str.extract(CLOCK, 2).cast(pl.Int64)
    return pl.coalesce((minutes / 60).round(6).cast(pl.String).str.strip_suffix(".0"), spelled(text))
