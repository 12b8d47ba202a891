"""Long passes of work and on-call in sequence, which AB 13 § allows when the rest after them is as long as the pass.

They take the place of the eleven hours: the 24 hours in which such a pass lies cannot hold them. The rest after it is
judged instead.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.full_rests import NEVER, any_of_kinds, in_order, microseconds
from tcw.worktime.kinds import ON_CALL


def long_passes(context: Context) -> pl.DataFrame:
    """Return duty periods with on-call above `long_duty` and up to `long_duty_in_sequence`.

    Returns `person`, `start`, `end`, `first`, `last`, `agreement` as of `Context.duties`, and `goes`, `after` (the start and `first` of
    the person's next duty period; null where there is none), sorted.
    """
    if not any(terms.long_duty_in_sequence != float("inf") for terms in context.in_force.terms):
        return context.duties.clear().with_columns(
            goes=pl.lit(None, dtype=pl.Int64), after=pl.lit(None, dtype=pl.UInt32)
        )
    length = pl.col("end") - pl.col("start")
    mine = pl.col("person") == pl.col("person").shift(-1)
    allowed = microseconds(context.in_force, "long_duty_in_sequence", 0)
    long = (
        context.duties.lazy()
        .with_columns(
            goes=pl.when(mine).then(pl.col("start").shift(-1)),
            after=pl.when(mine).then(pl.col("first").shift(-1)),
        )
        .filter(length > microseconds(context.in_force, "long_duty", NEVER), length <= allowed)
        .collect()
    )
    return long.filter(any_of_kinds(context.work, range(ON_CALL, ON_CALL + 1), long["first"], long["last"]))


def rests_after(context: Context, passes: pl.DataFrame) -> tuple[pl.DataFrame, int, int]:
    """Judge the rest after each long pass.

    Returns those too short, with `person`, `start`, `end` (the gap), `length`, `demanded` (µs), `first`, `last`, `agreement` (when it begins); how
    many were decided; and how many were not, because the export ends before the rest does.
    """
    rest = pl.col("goes").fill_null(context.after) - pl.col("end")
    judged = passes.with_columns(
        length=rest,
        demanded=pl.max_horizontal(
            pl.col("end") - pl.col("start"), microseconds(context.in_force, "daily_rest", 0)
        ),
    )
    short = judged.filter(pl.col("length") < pl.col("demanded"))
    known = short.filter(pl.col("goes").is_not_null())
    found = context.with_agreement(
        known.select(
            "person",
            "length",
            "demanded",
            start="end",
            end="goes",
            first="last",
            last="after",
        )
    )
    unknown = short.height - known.height
    return found, passes.height - unknown, unknown


def holds_pass(windows: pl.DataFrame, passes: pl.DataFrame, origin: int, *, begun: bool) -> pl.Series:
    """Return whether a long pass begins in each window; with `begun`, whether one is going on when the window begins."""
    if passes.is_empty() or windows.is_empty():
        return pl.Series([False] * windows.height, dtype=pl.Boolean)
    starts = passes.select(in_order("start", origin)).to_series()
    if begun:
        place = starts.search_sorted(windows.select(in_order("start", origin)).to_series(), side="right")
    else:
        place = starts.search_sorted(windows.select(in_order("end", origin)).to_series(), side="left")
    latest = (place.cast(pl.Int64) - 1).clip(0)
    reach = passes["end" if begun else "start"].gather(latest)
    mine = (passes["person"].gather(latest) == windows["person"]) & (place > 0)
    return mine & ((reach > windows["start"]) if begun else (reach >= windows["start"]))
