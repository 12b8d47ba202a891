"""Cells that mean that nothing is known: dashes, n/a, open ends; and the errors of spreadsheets."""

from functools import cache
from itertools import product

import polars as pl

from tcw.model.tables.field import Kind

BLANKS = ("-", "–", "—", "n/a", "null", "none", "nan", "saknas", "tills vidare", "tillsvidare", "tv", "t.v.")
"""Texts that mean that nothing is known, in columns that do not hold text."""
NONE_IS_A_WORD = frozenset({"time_kind"})
"""Columns in which `none` says something: an activity that is no time at all, where a blank one is work."""
OPEN_ENDS = r"^(9999|2999|2199|31[./-]12[./-]9999|12/31/9999)"
"""Dates with which systems say that there is no end."""
ERROR_CELLS = (
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#SAKNAS!",
    "#REFERENS!",
    "#VÄRDEFEL!",
    "#DIVISION/0!",
    "#NAMN?",
    "#OGILTIGT!",
)


@cache
def _blanks() -> pl.Series:
    """Return BLANKS in every mixture of capitals: looking a cell up is ten times as fast as lowering it first."""
    cases = (product(*({letter, letter.upper()} for letter in blank)) for blank in BLANKS)
    return pl.Series(["".join(letters) for blank in cases for letters in blank]).implode()


def blanked(cell: pl.Expr, kind: Kind, name: str = "") -> pl.Expr:
    """Return text cells with placeholders for nothing (and, for dates, for no end) made null."""
    if kind in {"id", "text", "list"}:
        return cell
    nothing = cell.is_in(_blanks())
    if name in NONE_IS_A_WORD:
        nothing &= cell.str.to_lowercase() != "none"
    if kind in {"date", "moment"}:
        nothing = nothing | cell.str.contains(OPEN_ENDS)
    return pl.when(nothing.not_()).then(cell)
