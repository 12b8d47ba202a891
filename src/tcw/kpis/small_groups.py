"""Hiding groups so small that their figures are somebody's (GDPR; the webinar's balance of statistics and privacy)."""

from collections.abc import Sequence

import polars as pl


def suppressed(
    frame: pl.DataFrame, keys: Sequence[str], who: pl.DataFrame, least: int
) -> tuple[pl.DataFrame, int]:
    """Put groups of fewer than `least` people together in one row, and say how many there were.

    A single hidden group could be found by subtracting the others from the total, and so could hidden groups of the same few
    people: the smallest groups left are hidden too until the hidden ones together hold at least `least` people
    and at least two groups.

    Args:
        frame: the keys, `employees`, `bookings` (UInt32), `hours` (Float64).
        keys: of a group.
        who: the keys and `staff_id`, distinct.
        least: the fewest people a shown group may have.

    Returns:
        The frame with a column `hidden` (Boolean); the last row, if any group is hidden, has null keys.
    """
    if not (frame["employees"] < least).any():
        return frame.with_columns(hidden=pl.lit(value=False)), 0
    by_size = (
        frame.with_row_index("place")
        .sort("employees", "hours", *keys, nulls_last=True)
        .with_row_index("rank")
    )
    # The rank at which each person first turns up tells how many people the first n groups hold together.
    first_seen = (
        who.join(by_size.select(*keys, "rank"), on=list(keys), how="inner", nulls_equal=True)
        .group_by("staff_id")
        .agg(pl.col("rank").min())
        .group_by("rank")
        .len()
    )
    counted = (
        by_size.select("rank", "employees")
        .join(first_seen, on="rank", how="left", maintain_order="left")
        .with_columns(together=pl.col("len").fill_null(0).cum_sum())
    )
    small = int((counted["employees"] < least).sum())
    enough = counted.filter((pl.col("rank") + 1 >= max(small, 2)) & (pl.col("together") >= least))
    hide = int(enough["rank"][0]) + 1 if enough.height else by_size.height
    hidden = by_size.filter(pl.col("rank") < hide)
    shown = by_size.filter(pl.col("rank") >= hide).sort("place").drop("rank", "place")
    rest = hidden.select(
        *[pl.lit(None, dtype=frame.schema[key]).alias(key) for key in keys],
        employees=pl.lit(int(counted["together"][hide - 1]), dtype=pl.UInt32),
        bookings=pl.col("bookings").sum().cast(pl.UInt32),
        hours=pl.col("hours").sum(),
        hidden=pl.lit(value=True),
    ).head(1)
    if rest["employees"].item() < least:
        # Everybody together is still too few: not even the sum may be shown.
        rest = rest.with_columns(
            employees=pl.lit(None, dtype=pl.UInt32),
            bookings=pl.lit(None, dtype=pl.UInt32),
            hours=pl.lit(None, dtype=pl.Float64),
        )
    return pl.concat([shown.with_columns(hidden=pl.lit(value=False)), rest], how="diagonal"), hide


def suppressed_within(
    frame: pl.DataFrame, keys: Sequence[str], who: pl.DataFrame, least: int, margin: str
) -> tuple[pl.DataFrame, int]:
    """Hide as `suppressed` does, but so that nothing follows from the sum of each `margin` either.

    For results that are read beside others, which have figures of the same units: the hidden groups of each unit are two
    at least, of `least` people together, or all of them.
    """
    from tcw.kpis.hidden_groups import to_hide

    placed = frame.with_row_index("group")
    pairs = who.join(placed.select(*keys, "group"), on=list(keys), how="inner", nulls_equal=True)
    hide = to_hide(pairs.select("staff_id", "group", within=pl.col(margin).fill_null("")), least)
    marked = placed.join(hide, on="group", how="left", maintain_order="left")
    hidden = marked.filter("hidden")
    shown = marked.filter(~pl.col("hidden")).drop("group")
    if hidden.is_empty():
        return shown, 0
    people = pairs.join(hidden.select("group"), on="group", how="semi")["staff_id"].n_unique()
    enough = people >= least
    rest = hidden.select(
        *[pl.lit(None, dtype=frame.schema[key]).alias(key) for key in keys],
        employees=pl.lit(people if enough else None, dtype=pl.UInt32),
        bookings=pl.when(enough).then(pl.col("bookings").sum()).cast(pl.UInt32),
        hours=pl.when(enough).then(pl.col("hours").sum()),
        hidden=pl.lit(value=True),
    ).head(1)
    return pl.concat([shown, rest], how="diagonal"), hidden.height
