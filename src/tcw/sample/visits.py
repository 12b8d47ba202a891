"""Home-care days told visit by visit, as time registration does, with travel and lunch between."""

from itertools import pairwise

import polars as pl

from tcw.sample.activities import LUNCH, TRAVEL, VISIT
from tcw.sample.dice import Dice

_SHORT_FORM = ((420, VISIT), (690, LUNCH), (720, VISIT), (960, None))
_LONG_FORM = (
    (420, VISIT),
    (540, TRAVEL),
    (555, VISIT),
    (690, LUNCH),
    (720, VISIT),
    (825, TRAVEL),
    (840, VISIT),
    (960, None),
)
_FORMS = (_SHORT_FORM, _LONG_FORM)
_LONG_SHARE = 0.25  # of the days told visit by visit, as long as that is enough


def told_by_visit(shifts: pl.DataFrame, dice: Dice, rows_wanted: int) -> pl.DataFrame:
    """Split some of the rows marked `splittable`, so that about `rows_wanted` rows come out.

    Fewer come out when all are split the long way and it is not enough; none is split when there are enough.
    """
    short_gain, long_gain = (len(form) - 2 for form in _FORMS)
    splittable = max(1, shifts.filter("splittable").height)
    gain = (rows_wanted - shifts.height) / splittable
    mean_gain = short_gain + _LONG_SHARE * (long_gain - short_gain)
    split = min(max(gain / mean_gain, 0.0), 1.0)
    long = _LONG_SHARE if split < 1.0 else min(max((gain - short_gain) / (long_gain - short_gain), 0.0), 1.0)
    i, day = pl.col("i"), pl.col("day")
    form = (
        pl.when(pl.col("splittable") & dice.chance("told by visit", split, i, day))
        .then(dice.chance("many visits", long, i, day).cast(pl.Int8))
        .otherwise(-1)
        .cast(pl.Int8)
        .alias("form")
    )
    shifts = shifts.with_columns(form)
    parts = pl.DataFrame(
        [
            (number, start, following[0], activity)
            for number, points in enumerate(_FORMS)
            for (start, activity), following in pairwise(points)
        ],
        schema={"form": pl.Int8, "from_minute": pl.Int32, "to_minute": pl.Int32, "activity": pl.Int8},
        orient="row",
    )
    replaced = ["from_minute", "to_minute", "activity"]
    told = (
        shifts.filter(pl.col("form") >= 0)
        .drop(replaced)
        .join(parts, on="form", maintain_order="left")
        .with_columns(break_minutes=pl.lit(0, dtype=pl.Int32))
    )
    return pl.concat([shifts.filter(pl.col("form") < 0), told.select(shifts.columns)]).drop("form")
