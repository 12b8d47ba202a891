"""Who could take which order, by reach and by availability: the pairs that conditions are tested on."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.matching.availability import KINDS, TOGETHER, by_availability, only
from tcw.rules.engine.ground import Ground

TIERS: Final = ("own", "family", "friend", "acquaintance")
OFFERED: Final = ("order", "staff", "person", "offer", "kinds", "tier", "covered", "reached")


@dataclass(frozen=True, slots=True)
class Offers:
    """Who was thought of.

    `pairs`: OFFERED: `order`, `staff`, `person` (UInt32), `offer` (UInt8: place in KINDS), `kinds` (UInt8: every kind it takes, as bits, see
    `tcw.matching.availability`; `offer` is the last of them), `tier` (UInt8: place in TIERS, 4 where nobody says),
    `covered` (Boolean: availability covers the whole span; else only some of it), `reached` (Boolean: may work at the unit), one row for every
    way in which an employment is available for an order.
    `reach`: `person`, `unit_id`, `tier`: who may work where.
    `mixed`: TOGETHER of `tcw.matching.availability`: the pairs of several kinds, and how they share the span.
    """

    pairs: pl.DataFrame
    reach: pl.DataFrame
    mixed: pl.DataFrame


def offers(ground: Ground, orders: pl.DataFrame) -> Offers:
    """Return the pairs of orders (see `vacant_orders`) and employments that are available for some of the order's span at least."""
    within = reach(ground, orders["unit_id"].unique())
    available, together = by_availability(ground, orders, within)
    frames = [available, _by_interest(ground, orders), _merely_free(ground, orders, within)]
    alone = pl.concat(frames).with_columns(kinds=only(pl.col("offer")))
    pairs = (
        pl.concat([alone, together.select(pl.col(name) for name in alone.columns)])
        .sort("order", "staff", "covered", "offer", "kinds", descending=[False, False, True, False, False])
        .join(orders.select("order", "unit_id"), on="order", how="left", maintain_order="left")
        .join(within, on=["person", "unit_id"], how="left", maintain_order="left")
        .with_columns(
            pl.col("tier").fill_null(len(TIERS)).cast(pl.UInt8), reached=pl.col("tier").is_not_null()
        )
        .select(OFFERED)
    )
    return Offers(pairs, within, together.filter(pl.col("kinds") != only(pl.col("offer"))).select(TOGETHER))


def reach(ground: Ground, units: pl.Series) -> pl.DataFrame:
    """Return `person`, `unit_id`, `tier` (UInt8): who may work at which of these units.

    With introductions: the home units and those introduced at. Without: the home unit (own), its planning area (family), and, where no area is
    known or tcw.yaml says `across_areas`, everywhere (4: nobody says).
    """
    schedule = ground.schedule
    numbers = ground.timeline.staff.select("staff_id", "person")
    home = (
        schedule.staff.select("staff_id", unit_id="home_unit")
        .drop_nulls()
        .join(numbers, on="staff_id")
        .select("person", "unit_id", tier=pl.lit(0, dtype=pl.UInt8))
    )
    if "introductions" in schedule.given:
        introduced = (
            schedule.tables["introductions"]
            .join(numbers, on="staff_id")
            .select("person", "unit_id", tier=_tier(pl.col("tier")))
        )
        every = pl.concat([home, introduced])
    else:
        every = pl.concat([home, *_by_area(ground, home, units)])
    return (
        every.filter(pl.col("unit_id").is_in(units.implode()))
        .group_by("person", "unit_id")
        .agg(pl.col("tier").min())
        .sort("person", "unit_id")
    )


def _tier(word: pl.Expr) -> pl.Expr:
    return word.replace_strict(
        list(TIERS), list(range(len(TIERS))), default=len(TIERS), return_dtype=pl.UInt8
    )


def _by_area(ground: Ground, home: pl.DataFrame, units: pl.Series) -> list[pl.DataFrame]:
    areas = (
        ground.schedule.units.select("unit_id", "planning_area")
        .drop_nulls()
        .unique("unit_id", keep="last", maintain_order=True)
    )
    near = (
        home.join(areas, on="unit_id")
        .select("person", "planning_area")
        .unique()
        .join(areas, on="planning_area")
        .select("person", "unit_id", tier=pl.lit(1, dtype=pl.UInt8))
    )
    everybody = ground.timeline.staff.select("person").unique()
    bound = home.join(areas, on="unit_id").select("person").unique()
    anywhere = (
        everybody
        if ground.schedule.config.matching.across_areas
        else everybody.join(bound, on="person", how="anti")
    )
    # A unit of no area is anybody's.
    loose = units.to_frame("unit_id").join(areas, on="unit_id", how="anti")
    every = units.to_frame("unit_id")
    return [
        near,
        anywhere.join(every, how="cross").with_columns(tier=pl.lit(len(TIERS), dtype=pl.UInt8)),
        everybody.join(loose, how="cross").with_columns(tier=pl.lit(len(TIERS), dtype=pl.UInt8)),
    ]


def _by_interest(ground: Ground, orders: pl.DataFrame) -> pl.DataFrame:
    """Whoever registered interest in an order is available for it."""
    numbers = ground.timeline.staff.select("staff_id", "staff", "person")
    return (
        ground.schedule.tables["interests"]
        .join(numbers, on="staff_id")
        .join(orders.select("order", "order_id"), on="order_id")
        .select(
            "order",
            "staff",
            "person",
            offer=pl.lit(KINDS.index("interest"), dtype=pl.UInt8),
            covered=pl.lit(value=True),
        )
        .unique()
    )


def _merely_free(ground: Ground, orders: pl.DataFrame, within: pl.DataFrame) -> pl.DataFrame:
    """Part-timers who said nothing, where some assistant books them; substitutes, where the source has no availability."""
    config = ground.schedule.config
    types = []
    if any("none" in assistant.availability for assistant in config.assistants.values()):
        part = pl.col("employment_rate").is_between(0, 1, closed="none")
        types.append(part & pl.col("employment_type").ne_missing(pl.lit("hourly")))
    if "availability" not in ground.schedule.given:
        types.append(pl.col("employment_type").eq_missing(pl.lit("hourly")))
    if not types:
        return pl.DataFrame(
            schema={
                "order": pl.UInt32,
                "staff": pl.UInt32,
                "person": pl.UInt32,
                "offer": pl.UInt8,
                "covered": pl.Boolean,
            }
        )
    offer = (
        pl.when(pl.col("employment_type") == "hourly").then(KINDS.index("own")).otherwise(KINDS.index("none"))
    )
    people = (
        ground.schedule.staff.filter(pl.any_horizontal(types))
        .join(ground.timeline.staff.select("staff_id", "staff", "person"), on="staff_id")
        .select("staff", "person", offer=offer.cast(pl.UInt8))
        .unique()
    )
    return (
        people.join(within.select("person", "unit_id"), on="person")
        .join(orders.select("order", "unit_id"), on="unit_id")
        .select("order", "staff", "person", "offer", covered=pl.lit(value=True))
    )
