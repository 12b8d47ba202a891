"""Who could take which order: who may work at the unit, and whose availability covers the span.

Windows that touch or overlap and allow the unit and the length of the shift count as one. First, windows of
one kind for the same units are united, once for all orders: they cover nearly all pairs that are covered. Of
the other pairs, those with a window at the order's beginning and one at its end are then tested over all
their windows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_
from typing import Final

import polars as pl

from tcw.rules.engine.prepare import PreparedSchedule
from tcw.worktime.clock import US_PER_DAY, Clock, physical
from tcw.worktime.coverage import FOREVER, longest_shift

KINDS: Final = ("resource", "flexible", "own", "interest", "none", "office")
"""How somebody is available, the first preferred; none: a part-timer, or where no availability is known, who
is merely free."""
TOGETHER: Final = ("order", "staff", "kinds", "resource", "flexible")
"""Pairs covered by several windows: `kinds` (UInt8: a bit for each place in KINDS), and what share of the
span (Float64) lies on resource shifts, and beside them in flexible windows."""
PAIR: Final = ("order", "staff")
OFFER_KEY: Final = (*PAIR, "offer")
ALLOWED: Final = pl.col("ends") - pl.col("begins") <= pl.col("longest")
"""A window (`start`, `end`, `longest`) is for so long a shift (`begins`, `ends`; all Int64 µs)."""


def only(offer: pl.Expr) -> pl.Expr:
    """Return `kinds` of one place in KINDS."""
    return _lookup(offer, [1 << place for place in range(len(KINDS))])


def kinds_of(names: Sequence[str]) -> int:
    """Return `kinds` of some of KINDS."""
    return reduce(or_, (1 << KINDS.index(name) for name in names), 0)


def _lookup(number: pl.Expr, values: list[int]) -> pl.Expr:
    return number.replace_strict(list(range(len(values))), values, return_dtype=pl.UInt8)


def windows(prepared: PreparedSchedule) -> pl.DataFrame:
    """Return availability, a row for each window.

    Columns: `staff`, `person`, `start`, `end` (Int64 µs), `units`, `offer` (UInt8: place in KINDS),
    `longest`.
    """
    clock = prepared.timeline.clock
    return (
        prepared.schedule.tables["availability"]
        .join(prepared.timeline.staff.select("staff_id", "staff", "person"), on="staff_id")
        .select(
            "staff",
            "person",
            "units",
            start=clock.instant(physical(pl.col("start"))),
            end=clock.instant(physical(pl.col("end"))),
            offer=_offer(pl.col("kind")),
            longest=longest_shift(),
        )
        .filter(pl.col("start") < pl.col("end"))
    )


def by_availability(
    prepared: PreparedSchedule, orders: pl.DataFrame, within: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pairs of orders and employments that are available for some of the order's beginning day.

    Args:
        prepared: the schedule.
        orders: see `tcw.matching.orders.vacant_orders`.
        within: `person`, `unit_id`: who may work where.

    Returns:
        `order`, `staff`, `person`, `offer`, `covered` by windows of one kind for the same units; and of pairs
        that only several windows of other kinds or units cover, also `kinds`, `resource`, `flexible` (see
        TOGETHER).
    """
    united = united_windows(
        windows(prepared).with_columns(
            unit_list=pl.col("units").list.eval(pl.element().sort()).list.join("\n").fill_null("")
        ),
        "unit_list",
    )
    bounded = (
        united.with_columns(unit_id=pl.col("unit_list").str.split("\n"))
        .explode("unit_id")
        .join(
            within.select("person", "unit_id", may_work=pl.lit(value=True)),
            on=["person", "unit_id"],
            how="inner",
        )
    )
    anywhere = united.filter(pl.col("unit_list") == "").join(within, on="person")
    names = ["staff", "person", "offer", "start", "end", "longest", "unit_id"]
    named = pl.concat([bounded.filter(pl.col("unit_list") != "").select(names), anywhere.select(names)])
    daily = by_day(named, prepared.timeline.clock)
    met = meeting(daily, orders, "unit_id")
    alone = met.select(*PAIR, "person", "offer", covered=covers())
    return alone, together(met, daily, orders, "unit_id")


def by_day(frame: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    """Return windows once for each local `day` (Int32) they touch; `first`: the first of them."""
    first, last = (
        (clock.local(pl.col(name) - late) // US_PER_DAY).cast(pl.Int32)
        for name, late in (("start", 0), ("end", 1))
    )
    return frame.with_columns(first=first, day=pl.int_ranges(first, last + 1, dtype=pl.Int32)).explode("day")


def meeting(daily: pl.DataFrame, orders: pl.DataFrame, *unit: str) -> pl.DataFrame:
    """Return windows (see `by_day`) beside each order of the same `day` (and unit) that they overlap.

    The order lasts from `begins` to `ends`.
    """
    met = daily.join(orders.select("order", "unit_id", "day", begins="start", ends="end"), on=[*unit, "day"])
    common = pl.min_horizontal("end", "ends") - pl.max_horizontal("start", "begins")
    return met.filter(common > 0)


def together(met: pl.DataFrame, daily: pl.DataFrame, orders: pl.DataFrame, *unit: str) -> pl.DataFrame:
    """Return the pairs that several windows cover and none of one kind and place does.

    Args:
        met: see `meeting`, by the orders' first days.
        daily: see `by_day`.
        orders: see `tcw.matching.orders.vacant_orders`.
        unit: `unit_id`, where windows are told by unit.

    Returns:
        `order`, `staff`, `person`, `offer`, `covered` (true), `kinds`, `resource`, `flexible`: one row for
        each choice of kinds that covers and of which none can be left out. `offer` is the last of the kinds.
    """
    partly = met.filter(ALLOWED, pl.col("start") <= pl.col("begins"), pl.col("end") < pl.col("ends"))
    alone = met.filter(covers()).join(partly.select(PAIR).unique(), on=PAIR, how="semi")
    began = partly.join(alone, on=OFFER_KEY, how="anti").select(PAIR).unique()
    # A window that begins after midnight meets a night order on the morrow only.
    touched = orders.join(began.select("order").unique(), on="order", how="semi").with_columns(
        first_day="day", day=pl.int_ranges("day", pl.col("last_day") + 1, dtype=pl.Int32)
    )
    later = touched.explode("day")
    every = (
        meeting(daily, later, *unit)
        .join(later.select("order", "first_day").unique(), on="order")
        .filter(pl.col("day") == pl.max_horizontal("first", "first_day"))
    )
    pieces = every.filter(ALLOWED).join(began, on=PAIR, how="semi").join(alone, on=OFFER_KEY, how="anti")
    ended = pieces.filter(pl.col("end") >= pl.col("ends")).select(PAIR).unique()
    return _whole(pieces.join(ended, on=PAIR, how="semi"))


def _whole(pieces: pl.DataFrame) -> pl.DataFrame:
    bits = pieces.select(*PAIR, bit=only(pl.col("offer"))).unique()
    having = bits.group_by(PAIR).agg(available=pl.col("bit").sum().cast(pl.UInt8))
    choices = pl.DataFrame(
        [
            (available, sum(kinds))
            for available in having["available"].unique().to_list()
            for number in range(1, available.bit_count() + 1)
            for kinds in combinations(
                [1 << place for place in range(len(KINDS)) if available >> place & 1], number
            )
        ],
        schema={"available": pl.UInt8, "kinds": pl.UInt8},
        orient="row",
    )
    key = [*PAIR, "kinds"]
    chosen = (
        pieces.with_columns(bit=only(pl.col("offer")))
        .join(having, on=PAIR)
        .join(choices, on="available")
        .filter((pl.col("kinds") & pl.col("bit")) != 0)
    )
    lengths = covered_time(chosen, *key).join(
        pieces.select(*PAIR, "person", length=pl.col("ends") - pl.col("begins")).unique(), on=PAIR
    )
    whole = lengths.filter(pl.col("covered") == pl.col("length"))
    smaller = whole.join(whole.select(*PAIR, less="kinds"), on=PAIR).filter(
        pl.col("less") != pl.col("kinds"), (pl.col("less") & pl.col("kinds")) == pl.col("less")
    )
    highest = [0, *(number.bit_length() - 1 for number in range(1, 1 << len(KINDS)))]
    resource, scheduled = kinds_of(["resource"]), kinds_of(["resource", "flexible"])
    shares = lengths.select(*PAIR, part="kinds", share=pl.col("covered") / pl.col("length"))
    return (
        whole.join(smaller, on=key, how="anti")
        .with_columns(on_resource=pl.col("kinds") & resource, on_both=pl.col("kinds") & scheduled)
        .join(
            shares.rename({"part": "on_resource", "share": "resource"}), on=[*PAIR, "on_resource"], how="left"
        )
        .join(shares.rename({"part": "on_both", "share": "both"}), on=[*PAIR, "on_both"], how="left")
        .with_columns(pl.col("resource", "both").fill_null(0.0))
        .select(
            *PAIR,
            "person",
            "kinds",
            "resource",
            offer=_lookup(pl.col("kinds"), highest),
            covered=pl.lit(value=True),
            flexible=pl.col("both") - pl.col("resource"),
        )
        .sort(key)
    )


def covered_time(pieces: pl.DataFrame, *key: str) -> pl.DataFrame:
    """Return `covered` (Int64 µs): how much of its span the windows of each key cover together.

    The span is `begins` to `ends`, a window `start` to `end`.
    """
    walked = pieces.sort(*key, "start", "end")
    before = pl.max_horizontal("begins", pl.col("end").cum_max().over(key).shift().over(key))
    more = pl.min_horizontal("end", "ends") - pl.max_horizontal("start", before)
    return walked.with_columns(covered=more.clip(0)).group_by(key).agg(pl.col("covered").sum())


def covers() -> pl.Expr:
    """Return whether a window covers a span by itself."""
    return (pl.col("start") <= pl.col("begins")) & (pl.col("end") >= pl.col("ends")) & ALLOWED


def _offer(kind: pl.Expr) -> pl.Expr:
    return kind.replace_strict(
        list(KINDS), list(range(len(KINDS))), default=KINDS.index("own"), return_dtype=pl.UInt8
    )


def united_windows(rows: pl.DataFrame, *more: str) -> pl.DataFrame:
    """Unite windows of one employment and kind (and of the columns `more`) that touch.

    A night may be given as two days. Once for each `longest` that is said: what an order of that length may
    lie in is all that allows it.
    """
    of = ["staff", "person", "offer", *more]
    limits = rows.select(*of, pl.col("longest").alias("limit")).unique()
    key = [*of, "limit"]
    return (
        rows.join(limits, on=of)
        .filter(pl.col("longest") >= pl.col("limit"))
        .sort(*key, "start", "end")
        .with_columns(reach=pl.col("end").cum_max().over(key).shift().over(key))
        .with_columns(run=(pl.col("start") > pl.col("reach").fill_null(-FOREVER)).cum_sum().over(key))
        .group_by(*key, "run")
        .agg(pl.col("start").min(), pl.col("end").max())
        .rename({"limit": "longest"})
    )


TIERS: Final = ("own", "family", "friend", "acquaintance")
OFFERED: Final = ("order", "staff", "person", "offer", "kinds", "tier", "covered", "reached")


@dataclass(frozen=True, slots=True)
class Offers:
    """Who was thought of.

    `pairs`: OFFERED: `order`, `staff`, `person` (UInt32), `offer` (UInt8: place in KINDS), `kinds` (UInt8:
    every kind it takes, as bits, see `tcw.matching.availability`; `offer` is the last of them), `tier`
    (UInt8: place in TIERS, 4 where nobody says), `covered` (Boolean: availability covers the whole span; else
    only some of it), `reached` (Boolean: may work at the unit), one row for every way in which an employment
    is available for an order. `reach`: `person`, `unit_id`, `tier`: who may work where.
    `mixed`: TOGETHER of `tcw.matching.availability`: the pairs of several kinds, and how they share the span.
    """

    pairs: pl.DataFrame
    reach: pl.DataFrame
    mixed: pl.DataFrame


def offers(prepared: PreparedSchedule, orders: pl.DataFrame) -> Offers:
    """Return the pairs of orders (see `vacant_orders`) and employments available for some of the span."""
    within = reach(prepared, orders["unit_id"].unique())
    available, together = by_availability(prepared, orders, within)
    frames = [available, _by_interest(prepared, orders), _merely_free(prepared, orders, within)]
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


def reach(prepared: PreparedSchedule, units: pl.Series) -> pl.DataFrame:
    """Return `person`, `unit_id`, `tier` (UInt8): who may work at which of these units.

    With introductions: the home units and those introduced at. Without: the home unit (own), its planning
    area (family), and, where no area is known or tcw.yaml says `across_areas`, everywhere (4: nobody says).
    """
    schedule = prepared.schedule
    numbers = prepared.timeline.staff.select("staff_id", "person")
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
        every = pl.concat([home, *_by_area(prepared, home, units)])
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


def _by_area(prepared: PreparedSchedule, home: pl.DataFrame, units: pl.Series) -> list[pl.DataFrame]:
    areas = (
        prepared.schedule.units.select("unit_id", "planning_area")
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
    everybody = prepared.timeline.staff.select("person").unique()
    bound = home.join(areas, on="unit_id").select("person").unique()
    anywhere = (
        everybody
        if prepared.schedule.config.matching.across_areas
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


def _by_interest(prepared: PreparedSchedule, orders: pl.DataFrame) -> pl.DataFrame:
    """Whoever registered interest in an order is available for it."""
    numbers = prepared.timeline.staff.select("staff_id", "staff", "person")
    return (
        prepared.schedule.tables["interests"]
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


def _merely_free(prepared: PreparedSchedule, orders: pl.DataFrame, within: pl.DataFrame) -> pl.DataFrame:
    """Part-timers who said nothing, where some assistant books them.

    Substitutes, where the source has no availability.
    """
    config = prepared.schedule.config
    types = []
    if any("none" in assistant.availability for assistant in config.assistants.values()):
        part = pl.col("employment_rate").is_between(0, 1, closed="none")
        types.append(part & pl.col("employment_type").ne_missing(pl.lit("hourly")))
    if "availability" not in prepared.schedule.given:
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
        prepared.schedule.staff.filter(pl.any_horizontal(types))
        .join(prepared.timeline.staff.select("staff_id", "staff", "person"), on="staff_id")
        .select("staff", "person", offer=offer.cast(pl.UInt8))
        .unique()
    )
    return (
        people.join(within.select("person", "unit_id"), on="person")
        .join(orders.select("order", "unit_id"), on="unit_id")
        .select("order", "staff", "person", "offer", covered=pl.lit(value=True))
    )
