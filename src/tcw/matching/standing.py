"""Where a candidate pair stands: its class in the order of employment, what it continues, whether it is asked for rather than booked."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from tcw.matching.availability import KINDS, kinds_of
from tcw.matching.orders import EPOCH, Asked
from tcw.model.config import Assistant
from tcw.rules.engine.ground import Ground
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR
from tcw.worktime.kinds import LAST_WORKING
from tcw.worktime.red_days import red_days_in_force
from tcw.worktime.weeks import MONDAY_SHIFT

CONTRACT, PART_TIME, HOURLY, OFFICE = range(4)
"""Classes of the order of employment: within the contract, part-timers above it, hourly paid, office staff."""
PREVIOUS_WEIGHT, INTEREST_WEIGHT, PLACES = 16, 2, 4
"""Continuity in one number: had the returned order before; registered interest, the earliest first; works there that week."""


def employment_class(ground: Ground, above_contract: pl.Expr) -> pl.Expr:
    """Return `class` (UInt8): the place in the order of employment."""
    known = ground.timeline.staff.select("staff_id").join(
        ground.schedule.staff.select("staff_id", "employment_type").unique(
            "staff_id", keep="last", maintain_order=True
        ),
        on="staff_id",
        how="left",
        maintain_order="left",
    )
    hourly = pl.lit(known["employment_type"].fill_null("monthly") == "hourly").gather(pl.col("staff"))
    scheduled = pl.col("offer") <= KINDS.index("flexible")
    return (
        pl.when(pl.col("offer") == KINDS.index("office"))
        .then(OFFICE)
        .when(hourly)
        .then(HOURLY)
        .when(~scheduled & above_contract)
        .then(PART_TIME)
        .otherwise(CONTRACT)
        .cast(pl.UInt8)
        .alias("class")
    )


def continuity(ground: Ground, orders: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Return how much each pair continues what is (Int32): see PREVIOUS_WEIGHT."""
    numbers = ground.timeline.staff.select("staff_id", "person")
    returned = (
        orders.filter(pl.col("status") == "returned")
        .select("order", staff_id="previous_staff_id")
        .join(numbers, on="staff_id")
        .select("order", "person", previous=pl.lit(PREVIOUS_WEIGHT, dtype=pl.Int32))
        .unique()
    )
    interested = (
        ground.schedule.tables["interests"]
        .join(numbers, on="staff_id")
        .join(orders.select("order", "order_id"), on="order_id")
        .group_by("order", "person")
        .agg(pl.col("registered_at").min())
        .sort("order", "registered_at", "person", nulls_last=True)
        .with_columns(rank=pl.int_range(pl.len()).over("order"))
        .select(
            "order",
            "person",
            interest=(INTEREST_WEIGHT * (PLACES - pl.col("rank").clip(upper_bound=PLACES - 1))).cast(
                pl.Int32
            ),
        )
    )
    week = (pl.col("day") + MONDAY_SHIFT) // 7
    local = ground.timeline.clock.local(pl.col("start")) // US_PER_DAY
    at_work = (
        ground.timeline.bookings.filter(pl.col("kind") <= LAST_WORKING)
        .select("person", "unit", day=local.cast(pl.Int32))
        .select("person", "unit", week=week)
        .unique()
        .with_columns(works=pl.lit(1, dtype=pl.Int32))
    )
    placed = pairs.select("order", "person").join(
        orders.select("order", "unit", week=week), on="order", how="left", maintain_order="left"
    )
    return (
        placed.join(returned, on=["order", "person"], how="left", maintain_order="left")
        .join(interested, on=["order", "person"], how="left", maintain_order="left")
        .join(at_work, on=["person", "unit", "week"], how="left", maintain_order="left")
        .select(continuity=pl.sum_horizontal("previous", "interest", "works"))["continuity"]
    )


def by_request(
    ground: Ground,
    orders: pl.DataFrame,
    pairs: pl.DataFrame,
    assistants: Mapping[str, Assistant],
    asked: Asked,
) -> pl.Series:
    """Return whether a pair is asked for rather than booked, whoever its assistant is."""
    settings = ground.schedule.config.matching
    about = pairs.select("order", "kinds", "assistant").join(
        orders.select("order", "start", "end", "day"), on="order", how="left", maintain_order="left"
    )
    today = (asked.as_of - EPOCH).days
    asking = [place for place, one in enumerate(assistants.values()) if one.mode == "request"]
    said = [
        pl.col("assistant").is_in(asking),
        pl.col("kinds") & kinds_of(settings.request_availability) != 0,
        pl.col("end") - pl.col("start") < settings.request_below * US_PER_HOUR,
    ]
    if settings.request_same_day:
        said.append(pl.col("day") == today)
    if settings.request_weekends and about.height:
        said.append((pl.col("day") + MONDAY_SHIFT) % 7 >= 5)  # noqa: PLR2004 - Saturday
        said.append(pl.col("day").is_in(_red(ground, about["day"]).implode()))
    return about.select(request=pl.any_horizontal(said))["request"]


def _red(ground: Ground, days: pl.Series) -> pl.Series:
    """Return the red days (Int32 days since 1970) from the first to the last of `days`; half ones are not."""
    first, last = (EPOCH + timedelta(days=int(day)) for day in (days.min(), days.max()))  # type: ignore[arg-type]
    red, _ = red_days_in_force(ground.schedule, first, last)
    whole = red.filter(pl.col("percent").fill_null(1.0) >= 1)
    return whole.select((pl.col("date") - EPOCH).dt.total_days().cast(pl.Int32))["date"]
