"""Shares as text: 75 · 75 % · 0,75; whether a bare number is per cent or a fraction is the column's decision."""

import polars as pl

from tcw.intake.values.forms import over, tidied
from tcw.intake.values.numbers import plan_numbers
from tcw.intake.values.reading import Hints, Parse, Reading, Scale
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

PERCENT = Phrase("values.percent", "percentages read as whole numbers: 75 is 75 %")
FRACTION = Phrase("values.fraction", "percentages read as fractions: 0.75 is 75 %")
ONES = Phrase("values.fraction-of-one", "only 0 and 1 occur: 1 read as 100 %")
SMALL_AMONG_PERCENT = Phrase(
    "values.small-among-percent",
    "{count} different cells such as {example} may be fractions in a column of percentages and are left out: "
    "write them with a % sign",
)

_SIGN = r"(?i) ?(?:%|procent|percent|pct)$"
_SIGNED = r"(?i)\d ?(?:%|procent|percent|pct)$"
# Nobody is employed at 150 % or more by a fraction, nor at 1.5 % or less by a percentage.
LARGEST_FRACTION = 1.5


def read_shares(sample: pl.Series, hints: Hints, *, exact_points: bool = False) -> Reading:
    """Decide how distinct cells write shares.

    A % sign settles its own cell. Bare numbers are per cent when any of them is above 1.5 or stands in a column
    with % signs, else fractions. In a column of percentages a bare 0,75 is most likely 75 % and just possibly
    0.75 %: either guess would be wrong by a factor of a hundred somewhere, so the cell is left unread for the
    user to see among the rejects, and a note names the setting.
    """
    cells, step = tidied(sample)
    stripped = over(cells, _stripped)
    plan = plan_numbers(stripped, hints, exact_points=exact_points)
    number = over(stripped, plan.parse)
    signed = cells.str.contains(_SIGNED)
    bare = number.filter(~signed).drop_nulls()
    small = (bare.abs() <= LARGEST_FRACTION) & (bare != 0)
    scale, notes = hints.share, list(plan.notes)
    strict = scale is None
    if scale is None:
        percent = bool((~small & (bare != 0)).any()) or bool(signed.any())
        scale = "percent" if percent else "fraction"
        example = cells.filter(
            ~signed & number.is_not_null() & (number != 0) & (number.abs() <= LARGEST_FRACTION)
        )
        notes += _notes(scale, bare, example)
    labels = [f"{label} %" for label in plan.labels[:1] if signed.any()]
    labels += plan.labels if bare.len() else ()
    return Reading(
        "share", "share", tuple(labels), tuple(notes), _parse(step, plan.parse, scale, strict=strict)
    )


def _notes(scale: Scale, bare: pl.Series, small: pl.Series) -> list[Message]:
    if bare.is_empty():
        return []
    if scale == "fraction":
        return [Message(FRACTION if bare.is_in([0.0, 1.0]).not_().any() else ONES)]
    if small.is_empty():
        return [Message(PERCENT)]
    facts = {"count": Count(small.len()), "example": small[0]}
    return [Message(PERCENT), Message(SMALL_AMONG_PERCENT, facts)]


def _stripped(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace(_SIGN, "")


def _parse(step: Parse | None, number_of: Parse, scale: Scale, *, strict: bool) -> Parse:
    def parse(cell: pl.Expr) -> pl.Expr:
        text = cell if step is None else step(cell)
        number = number_of(_stripped(text))
        small = number.abs() <= LARGEST_FRACTION
        if scale == "fraction":
            bare: pl.Expr = pl.when(small).then(number)
        elif strict:
            bare = pl.when(~small | (number == 0)).then(number / 100)
        else:
            bare = number / 100
        return pl.when(text.str.contains(_SIGNED)).then(number / 100).otherwise(bare)

    return parse
