"""Columns of yes and no in tables that nothing tells us about: Ja, True, 1 and x say one thing."""

from dataclasses import replace

import polars as pl

from tcw.audit.pairing import Pair
from tcw.model.export import EXTRA, ExportTable

MARKS = ("x", "✓", "✔", "☑", "√")
"""Where only these stand, a blank cell is a no."""
YES = ("ja", "yes", "true", "sant", "1", *MARKS)
NO = ("nej", "no", "false", "falskt", "0", "✗", "✘", "☐")
SHORT = (("j", "n"), ("y", "n"), ("t", "f"), ("s", "f"), ("på", "av"), ("on", "off"))
"""Pairs that mean yes and no only where a column has nothing else: T and S may be anything."""
SAMPLE = 50


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
