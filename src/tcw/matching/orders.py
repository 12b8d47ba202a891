"""The vacant orders of a question, on the rules' timeline."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from tcw.model.config import Assistant
from tcw.rules.engine.prepare import PreparedSchedule
from tcw.worktime.clock import US_PER_DAY, US_PER_MINUTE, physical
from tcw.worktime.timeline import Timeline

VACANT: Final = ("open", "returned")
EPOCH: Final = date(1970, 1, 1)
LOWEST: Final = 2**31 - 1
"""The priority of orders without one: after all others."""


@dataclass(frozen=True, slots=True)
class OrderSelection:
    """What the user asks for: orders that start in these days and belong to these units.

    None and () are all.
    """

    as_of: date
    first_day: date | None = None
    last_day: date | None = None
    units: tuple[str, ...] = ()


def with_orders(prepared: PreparedSchedule) -> PreparedSchedule:
    """Number units and activities that only orders name; extend the horizon to the last order's end."""
    orders = prepared.schedule.tables["orders"]
    timeline = prepared.timeline
    ends = orders.filter(pl.col("status").is_in(VACANT) | pl.col("status").is_null()).select(
        timeline.clock.instant(physical(pl.col("end"))).max()
    )
    last = ends.item()
    return replace(
        prepared,
        timeline=replace(
            timeline,
            units=_more_units(timeline, orders["unit_id"]),
            activities=_more_activities(timeline, orders["activity_id"]),
            after=max(timeline.after, int(last)) if last is not None else timeline.after,
        ),
    )


def vacant_orders(prepared: PreparedSchedule, selection: OrderSelection) -> pl.DataFrame:
    """Return the orders to fill.

    Orders that are open or returned, with a status unknown taken for open, that start after the day
    `selection.as_of` has begun.

    Returns:
        `order` (UInt32: dense, in the order of order_id), the columns of the orders table with `start` and
        `end` as `start_local` and `end_local` (Datetime), `start`, `end` (Int64 µs instants), `unit`,
        `activity` (UInt32), `kind` (UInt8), `day`, `last_day` (Int32 local days touched), `net` (Int64 µs,
        break taken off), `class` (Int32: its priority, LOWEST without one).
    """
    timeline = prepared.timeline
    clock = timeline.clock
    day = physical(pl.col("start_local")) // US_PER_DAY
    pause = pl.col("break_minutes").fill_null(0).cast(pl.Int64) * US_PER_MINUTE
    orders = (
        prepared.schedule.tables["orders"]
        .filter(pl.col("status").is_in(VACANT) | pl.col("status").is_null())
        .rename({"start": "start_local", "end": "end_local"})
        .unique("order_id", keep="last", maintain_order=True)
        .with_columns(
            start=clock.instant(physical(pl.col("start_local"))),
            end=clock.instant(physical(pl.col("end_local"))),
            day=day.cast(pl.Int32),
            last_day=((physical(pl.col("end_local")) - 1) // US_PER_DAY).cast(pl.Int32),
        )
        .filter(pl.col("start") >= prepared.as_of, pl.col("end") > pl.col("start"))
        .filter(*_selection_tests(selection))
        .join(timeline.units, on="unit_id", how="left")
        .join(
            timeline.activities.select("activity_id", "activity", "kind"),
            on="activity_id",
            how="left",
        )
        .with_columns(
            pl.col("kind").fill_null(0),
            pl.col("status").fill_null("open"),
            net=(pl.col("end") - pl.col("start") - pause).clip(lower_bound=0),
            **{"class": pl.col("priority").fill_null(LOWEST).cast(pl.Int32)},
        )
    )
    return orders.sort("order_id").with_row_index("order")


def of_assistant(assistant: Assistant, as_of: date) -> pl.Expr:
    """Return whether an order of `vacant_orders` is one that the assistant fills."""
    today = (as_of - EPOCH).days
    tests: list[pl.Expr] = []
    if assistant.days_from is not None:
        tests.append(pl.col("day") >= today + assistant.days_from)
    if assistant.days_to is not None:
        tests.append(pl.col("day") <= today + assistant.days_to)
    if assistant.units:
        tests.append(pl.col("unit_id").is_in(assistant.units))
    if assistant.activities:
        tests.append(pl.col("activity_id").is_in(assistant.activities).fill_null(value=False))
    if assistant.reasons:
        tests.append(pl.col("reason").is_in(assistant.reasons).fill_null(value=False))
    if assistant.advertised is not None:
        tests.append(pl.col("advertised").fill_null(value=False) == assistant.advertised)
    return pl.all_horizontal(tests) if tests else pl.lit(value=True)


def _selection_tests(selection: OrderSelection) -> list[pl.Expr]:
    tests = []
    if selection.first_day is not None:
        tests.append(pl.col("day") >= (selection.first_day - EPOCH).days)
    if selection.last_day is not None:
        tests.append(pl.col("day") <= (selection.last_day - EPOCH).days)
    if selection.units:
        tests.append(pl.col("unit_id").is_in(selection.units))
    return tests or [pl.lit(value=True)]


def _more_units(timeline: Timeline, used_ids: pl.Series) -> pl.DataFrame:
    known = timeline.units
    new = (
        used_ids.drop_nulls()
        .unique()
        .sort()
        .alias("unit_id")
        .to_frame()
        .join(known, on="unit_id", how="anti")
    )
    numbered = new.select(unit=(pl.int_range(pl.len()) + known.height).cast(pl.UInt32), unit_id="unit_id")
    return pl.concat([known, numbered.select(known.columns)])


def _more_activities(timeline: Timeline, used_ids: pl.Series) -> pl.DataFrame:
    known = timeline.activities
    new = (
        used_ids.drop_nulls()
        .unique()
        .sort()
        .alias("activity_id")
        .to_frame()
        .join(known, on="activity_id", how="anti", maintain_order="left")
    )
    numbered = new.select(
        "activity_id",
        activity=(pl.int_range(pl.len()) + known.height).cast(pl.UInt32),
        kind=pl.lit(0, dtype=pl.UInt8),
    )
    return pl.concat([known, numbered], how="diagonal")
