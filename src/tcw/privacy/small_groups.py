"""Hiding groups so small that their figures are somebody's (GDPR; statistics against privacy).

Hiding only the small groups is not enough: where the sum of all groups is shown, subtracting the shown groups
gives the hidden ones away. So the smallest of the other groups are hidden too (complementary suppression)
until the hidden groups of a sum are at least two and hold at least `least` people together, or until all of
them are hidden.

With `least` 4 and units of 2, 5, 6 and 9 people, the unit of 2 is small. Hiding it alone would leave one
hidden group, whose hours are the total minus the others; so the unit of 5 is hidden too, and the two hold 7
people together.
"""

from collections.abc import Sequence

import polars as pl

SUM_OF_ALL = pl.lit("").alias("margin")
"""The margin of groups that add up to one sum only."""


def groups_to_hide(members: pl.DataFrame, least: int) -> pl.DataFrame:
    """Say which groups to hide so that no shown sum gives a group of fewer than `least` people away.

    Args:
        members: `margin` (the shown sum that a group adds up to), `group`, `staff_id`; rows may repeat. The
            smallest groups of a margin go first, and among groups of one size those that sort first by
            `group`.
        least: the fewest people a shown group may have.

    Returns:
        `group`, `hidden` (Boolean); a group that adds up to several sums is hidden when one of them demands
        it.
    """
    members = members.unique()
    ranked = (
        members.group_by("margin", "group")
        .agg(size=pl.len())
        .sort("margin", "size", "group", nulls_last=True)
        .with_columns(rank=pl.int_range(pl.len()).over("margin"))
    )
    # The rank at which each person first turns up tells how many people the first n groups hold together.
    newcomers = (
        members.join(ranked, on=["margin", "group"], how="inner", nulls_equal=True)
        .group_by("margin", "staff_id")
        .agg(pl.col("rank").min())
        .group_by("margin", "rank")
        .agg(newcomers=pl.len())
    )
    small = (pl.col("size") < least).sum().over("margin")
    is_enough = (pl.col("rank") + 1 >= pl.max_horizontal(small, 2)) & (pl.col("together") >= least)
    return (
        ranked.join(newcomers, on=["margin", "rank"], how="left", maintain_order="left")
        .with_columns(together=pl.col("newcomers").fill_null(0).cum_sum().over("margin"))
        .with_columns(last_hidden=pl.col("rank").filter(is_enough).min().over("margin"), small=small)
        .group_by("group")
        .agg(
            hidden=(
                (pl.col("small") > 0) & (pl.col("rank") <= pl.col("last_hidden")).fill_null(value=True)
            ).any()
        )
    )


def nested_groups_to_hide(members: pl.DataFrame, outer: str, inner: str, least: int) -> pl.DataFrame:
    """Say which groups to hide where groups add up to other groups, as units do to planning areas.

    All inner groups of a hidden outer group are hidden. `members`: the columns `outer`, `inner` and
    `staff_id`.

    Returns:
        `inner`, `hidden` (Boolean).
    """
    outer_groups = groups_to_hide(members.select(SUM_OF_ALL, "staff_id", group=outer), least)
    nested = members.join(outer_groups.rename({"group": outer}), on=outer, how="left", nulls_equal=True)
    inside_shown = nested.filter(~pl.col("hidden")).select(
        "staff_id", margin=pl.col(outer).fill_null(""), group=inner
    )
    inside_hidden = nested.filter("hidden").select(inner, "hidden").unique()
    inner_groups = groups_to_hide(inside_shown, least).rename({"group": inner})
    return pl.concat(
        [inner_groups.join(inside_hidden, on=inner, how="anti", nulls_equal=True), inside_hidden]
    )


def merge_small_groups(
    frame: pl.DataFrame, keys: Sequence[str], members: pl.DataFrame, least: int, margin: str | None = None
) -> tuple[pl.DataFrame, int]:
    """Replace the groups to hide by one row with their sums, and count them.

    Args:
        frame: the keys, `employees`, `bookings` (UInt32), `hours` (Float64), sorted by the keys.
        keys: of a group.
        members: the keys and `staff_id`, distinct.
        least: the fewest people a shown group may have.
        margin: the key whose sums the reader knows from another report. Without it, the reader knows the sum
            of all groups, and of groups of one size those with fewer hours are hidden first.

    Returns:
        The frame with a column `hidden` (Boolean), and the number of hidden groups. If any group is hidden,
        the last row has null keys and the sums of the hidden groups; the sums are null where even all hidden
        groups hold too few people.
    """
    if not (frame["employees"] < least).any():
        return frame.with_columns(hidden=pl.lit(value=False)), 0
    order = keys if margin else ["employees", "hours", *keys]
    ordered = frame.with_row_index("place").sort(order, nulls_last=True).with_row_index("group")
    pairs = members.join(ordered.select(*keys, "group"), on=list(keys), how="inner", nulls_equal=True)
    of_margin = pl.col(margin).fill_null("").alias("margin") if margin else SUM_OF_ALL
    hide = groups_to_hide(pairs.select("staff_id", "group", of_margin), least)
    marked = ordered.join(hide, on="group", how="left", maintain_order="left")
    hidden = marked.filter("hidden")
    shown = marked.filter(~pl.col("hidden")).sort("place").drop("group", "place")
    people = pairs.join(hidden.select("group"), on="group", how="semi")["staff_id"].n_unique()
    is_enough = people >= least
    rest = hidden.select(
        *[pl.lit(None, dtype=frame.schema[key]).alias(key) for key in keys],
        employees=pl.lit(people if is_enough else None, dtype=pl.UInt32),
        bookings=pl.when(is_enough).then(pl.col("bookings").sum()).cast(pl.UInt32),
        hours=pl.when(is_enough).then(pl.col("hours").sum()),
        hidden=pl.lit(value=True),
    ).head(1)
    return pl.concat([shown, rest], how="diagonal"), hidden.height
