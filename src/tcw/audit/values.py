"""When two cells say the same, however they are spelled.

Numbers and days are compared by their value, yes and no by their meaning. A span (start and end) is put
together from several cells; a cell that the span does not need (a length beside start and end) is compared by
itself.
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from tcw.audit.pairing import Pair
from tcw.model.export import EXTRA, OWN, ExportTable

BLANKS = "[\u00a0\u202f\u2009\t ]+"
BLANKS_INSIDE = "[\u00a0\u202f\u2009\t]|  "
NUMBER = r"^[+\-\u2212]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?: \d{3})+)(?:[.,]\d+)?$"
"""Without leading zeros: 007 is the name of something, and not 7."""
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
"""A clock time in a workbook: Excel stores a moment of the day from which it counts."""
CLOCK = r"^(\d{1,2}):(\d{2})(?::00)?$"
TOLERANCE = 1e-9
SPANS = frozenset({"start", "end", "date", "hours"})
"""Columns that several cells make up: people see the value, and not one of the cells."""
MARKS = ("x", "✓", "✔", "☑", "√")
"""A blank cell is a no in a column that has only these."""
YES = ("ja", "yes", "true", "sant", "1", *MARKS)
NO = ("nej", "no", "false", "falskt", "0", "✗", "✘", "☐")
SHORT = (("j", "n"), ("y", "n"), ("t", "f"), ("s", "f"), ("på", "av"), ("on", "off"))
"""Pairs that mean yes and no only if a column has nothing else: T and S may be anything."""
FIRST_ROWS = 50
"""Looked at before the whole column is, because most columns hold other things."""
LENGTHS = ("hours", "minutes", "seconds")
MOMENTS = {"date": "start", "end_date": "end"}
"""A day in a cell of its own -> the moment that it is part of."""
WHOLE_MOMENT = r"\d{4}-?\d{2}-?\d{2}|\d{6}|\d{1,2}[./]\d{1,2}[./ ]\d{2}"


def spelled(text: pl.Expr) -> pl.Expr:
    """Return a text with its value spelled in one way (String); blank is null.

    Numbers get a decimal point and no thousands, days are ISO, clock times have two digits. Other texts stay
    as they are:

    | as written                               | spelled          |
    | ---------------------------------------- | ---------------- |
    | 1 234,50 · +1234.5                       | 1234.5           |
    | 7,5 %                                    | 0.075            |
    | 007 (the name of something)              | 007              |
    | 20260301 · 01.03.2026 · 1/3 2026 · 1 mars 2026 | 2026-03-01 |
    | 2026-03-01T07:00:00                      | 2026-03-01 07:00 |
    | 7:00 · 1899-12-30 07:00                  | 07:00            |
    """
    plain = text.str.replace_all(BLANKS, " ").str.strip_chars()
    number = _with_point(plain.str.replace_all(" ", "", literal=True)).str.strip_prefix("+")
    whole = (
        pl.when(number.str.contains(".", literal=True))
        .then(number.str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(number)
    )
    share = _with_point(plain.str.extract(PERCENT))
    fraction = (share.cast(pl.Float64, strict=False) / 100).round(12).cast(pl.String).str.strip_suffix(".0")
    month = plain.str.extract(NAMED_DAY, 2).str.to_lowercase().replace_strict(MONTHS, default=None)
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
        .then(_iso_day(plain, SPOKEN_DAY, plain.str.extract(SPOKEN_DAY, 2).str.zfill(2)))
        .when(plain.str.contains(SHORT_DAY))
        .then(plain.str.replace(SHORT_DAY, "20${1}-${2}-${3}"))
        .when(plain.str.contains(NAMED_DAY))
        .then(_iso_day(plain, NAMED_DAY, month))
        .when(plain.str.contains(CLOCK))
        .then(plain.str.extract(CLOCK, 1).str.zfill(2) + ":" + plain.str.extract(CLOCK, 2))
        .otherwise(plain)
    )


def _with_point(number: pl.Expr) -> pl.Expr:
    """Return a number with a decimal point and an ASCII minus sign."""
    return number.str.replace(",", ".", literal=True).str.replace("\u2212", "-", literal=True)


def _iso_day(text: pl.Expr, pattern: str, month: pl.Expr) -> pl.Expr:
    """Return a day whose pattern has the day of the month first and the year third."""
    day = text.str.extract(pattern, 1).str.zfill(2)
    return pl.concat_str(text.str.extract(pattern, 3), month, day, separator="-")


def spelled_series(texts: pl.Series) -> pl.Series:
    """Return `spelled` of a column; only cells that begin with a digit or a sign cost anything."""
    plain = texts.str.strip_chars(" \t\u00a0\u202f\u2009").replace("", None)
    numeric = plain.str.contains(r"^[+\-\u2212]?\d").fill_null(value=False).arg_true()
    if plain.str.contains(BLANKS_INSIDE).fill_null(value=False).any():
        plain = plain.to_frame("t").select(pl.col("t").str.replace_all(BLANKS, " ")).to_series()
    if numeric.is_empty():
        return plain
    values = plain.gather(numeric).to_frame("t").select(spelled(pl.col("t"))).to_series()
    return values if numeric.len() == plain.len() else plain.scatter(numeric, values)


def differing(before: pl.Series, after: pl.Series) -> pl.Series:
    """Return the row numbers (UInt32) at which two columns of the same length differ in value."""
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
    pair = pl.DataFrame({"before": before, "after": after}).with_row_index("row")
    apart = pair.filter(pl.col("before").ne_missing(pl.col("after")))
    if apart.is_empty():
        return apart["row"]
    unlike = spelled_series(apart["before"]).ne_missing(spelled_series(apart["after"]))
    return apart.filter(unlike)["row"]


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
    """Spell yes and no in one way in columns without a schema that hold nothing else on either side."""
    before, after = pair.sides
    left, right = {}, {}
    for old, new in pair.columns:
        columns = yes_and_no(before.frame[old], after.frame[new]) if old.startswith(EXTRA) else None
        if columns is not None:
            left[old], right[new] = columns
    return replace(pair, before=_with_columns(before, left), after=_with_columns(after, right))


def _with_columns(table: ExportTable, columns: dict[str, pl.Series]) -> ExportTable:
    return replace(table, frame=table.frame.with_columns(**columns)) if columns else table


def yes_and_no(before: pl.Series, after: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """Return both columns as "yes", "no" or null; None if either holds anything else, or is empty."""
    sides = (before, after)
    if any(side.dtype != pl.String or _meanings(side.head(FIRST_ROWS)) is None for side in sides):
        return None
    left, right = _meanings(before), _meanings(after)
    if not left or not right:
        return None
    return _read(before, left, after, right), _read(after, right, before, left)


def _meanings(side: pl.Series) -> dict[str, str] | None:
    """Return what each word of a column means; None if one of them means neither yes nor no."""
    words = set(side.unique().to_frame("t").select(_lower(pl.col("t"))).to_series().drop_nulls()) - {""}
    for yes, no in ((YES, NO), *(((first,), (second,)) for first, second in SHORT)):
        if words <= {*yes, *no}:
            return {word: "yes" if word in yes else "no" for word in words}
    return None


def _read(
    side: pl.Series, meanings: dict[str, str], opposite: pl.Series, opposite_meanings: dict[str, str]
) -> pl.Series:
    """Return what the cells of a side mean.

    A blank cell is a no in a column of marks, and where this side has no "no" but the other side spells out
    every one.
    """
    opposite_spells_no = "no" in opposite_meanings.values() and not _is_blank(opposite).any()
    blank_is_no = set(meanings) <= set(MARKS) or ("no" not in meanings.values() and opposite_spells_no)
    words = meanings | ({"": "no"} if blank_is_no else {})
    read = _lower(pl.col("t").fill_null("")).replace_strict(words, default=None, return_dtype=pl.String)
    return side.to_frame("t").select(read).to_series()


def _lower(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.to_lowercase()


def _is_blank(side: pl.Series) -> pl.Series:
    return side.is_null() | (side.str.strip_chars() == "")


def spare_lengths(side: pl.DataFrame, opposite: pl.DataFrame) -> tuple[str, ...]:
    """Return the lengths that only `side` has, beside starts and ends."""
    return tuple(
        part
        for part in LENGTHS
        if f"{OWN}{part}" in side.columns
        and f"{OWN}{part}" not in opposite.columns
        and {f"{OWN}start", f"{OWN}end", "start", "end"} <= set(side.columns)
        and side.filter(pl.col(f"{OWN}end").is_not_null(), pl.col("start").is_not_null()).height
    )


def spare_differences(
    left: pl.DataFrame, right: pl.DataFrame
) -> Iterator[tuple[str, pl.Series, pl.DataFrame]]:
    """Yield what differs in the cells that a span does not need.

    A shift 07:00 to 15:30 with "8 h" beside it: the 8 says again what start and end say, up to the break.
    Only this cell tells that somebody changed it to 7.

    Args:
        left: the earlier rows.
        right: the later ones, in the same order.

    Yields:
        Of each part of a span: its name, the row numbers (UInt32), and `before` and `after` (String) as
            written.
    """
    for part in (*LENGTHS, *MOMENTS):
        if f"{OWN}{part}" not in left.columns or f"{OWN}{part}" not in right.columns:
            continue
        cells = pl.DataFrame(
            {
                "before": left[f"{OWN}{part}"],
                "after": right[f"{OWN}{part}"],
                "spare": spare_part(left, part) & spare_part(right, part),
            }
        )
        if part == "hours" and "break_minutes" in left.columns and f"{OWN}break_minutes" not in left.columns:
            # The break was computed from this length, so that the change shows there.
            in_break = left["break_minutes"].ne_missing(right["break_minutes"])
            cells = cells.with_columns(pl.col("spare") & ~in_break)
        value = _spelled_length if part in LENGTHS else spelled
        rows = cells.select(
            (pl.col("spare") & value(pl.col("before")).ne_missing(value(pl.col("after")))).arg_true()
        ).to_series()
        if rows.len():
            yield part, rows, cells[rows].select("before", "after")


def spare_part(side: pl.DataFrame, part: str) -> pl.Series:
    """Return of each row whether its span does not need the part."""
    moment = MOMENTS.get(part, "end")
    if not {f"{OWN}{moment}", moment} <= set(side.columns):
        return pl.Series([False]).new_from_index(0, side.height)
    written = pl.col(f"{OWN}{moment}")
    if part in MOMENTS:
        spare = written.str.contains(WHOLE_MOMENT)
    else:
        spare = written.is_not_null() & pl.col(moment).is_not_null()
    return side.select(spare.fill_null(value=False)).to_series()


def _spelled_length(text: pl.Expr) -> pl.Expr:
    """Return a length with its value spelled in one way: 7:30 is 7,5."""
    minutes = text.str.extract(CLOCK, 1).cast(pl.Int64) * 60 + text.str.extract(CLOCK, 2).cast(pl.Int64)
    return pl.coalesce((minutes / 60).round(6).cast(pl.String).str.strip_suffix(".0"), spelled(text))
