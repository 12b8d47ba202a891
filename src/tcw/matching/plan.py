"""The plan: who takes which order, who is asked, what stays unfilled and why, how far each wish was met.

Frames, ids as in the source, times local, sorted by their first columns:

`assignments`: `order_id` (String), `staff_id` (String), `assistant` (String), `mode` (String: book, or
    request: the first to be asked), `unit_id`, `activity_id` (String), `start`, `end` (Datetime us), `hours`
    (Float64, break taken off), `break_minutes` (Int32), `reason` (String: the order's), `priority` (Int32),
    `availability` (String: resource, flexible, own, interest, office, or none: merely free; the last of
    these, where several are needed), `resource_hours`, `flexible_hours` (Float64: of `hours`, those on
    resource shifts and, beside them, in flexible windows), `employment` (String: contract, part_time, hourly,
    office: the class in the order of employment), `tier` (String: own, family, friend, acquaintance; null:
    nobody says), `continuity` (Int32), `previous` (Boolean: held the order before it was returned),
    `interested` (Boolean).
`requests`: `order_id`, `rank` (UInt32, 1 is asked first), `staff_id`, `assistant`, `availability`,
    `employment`, `tier` as above, `chosen` (Boolean: the plan counts on this one), `last_asked` (Datetime us:
    about any order), `answer` (String: yes, no or waiting, what the person said about this order; null: not
    asked). One row for each person who could be asked for an order that the plan fills by request.
`unfilled`: `order_id`, `unit_id`, `start`, `end`, `priority`, `candidates` (UInt32: who held on their own,
    and take other orders).
`reasons`: `order_id`, `code` (String: not-introduced, not-available, not-selected, taken, or the rule that
    forbids it), `people` (UInt32: how many fail it), one row for each condition that somebody fails, of
    unfilled orders. Everybody employed on the order's first day fails one at least; who
    was thought of and is not employed then counts under BK03 only.
`nearest`: `order_id`, `rank` (UInt32), `staff_id`, `codes` (List(String): what fails, one or two),
    `shortfall` (Float64: of the rule's measure, null where there is none), `unit` (String: h, days, count):
    people who miss least.
`relaxations`: `order_id`, `rank` (UInt32, 1 is the smallest), `changes` (List(Struct): `kind` (String),
    `subject` (String), `amount`, `limit` (Float64), `unit` (String: h, days, count): the one or two things
    that would have to be otherwise), `people` (UInt32: of so many people it is enough to do it for one; at
    least so many, for not everybody is judged), `staff_ids` (List(String): up to five of them): the smallest
    relaxations that would fill an unfilled order, the rest of the plan as it stands. Kinds: office (ask
    office staff), assistant (an assistant that covers the order for them), availability (`amount` hours
    more), part-time (up to full time), introduce (at unit `subject`), area (let people of other planning
    areas work at unit `subject`, where no introductions are supplied), validity and competence (`subject`,
    held for longer, or at all), extract (of the criminal record), rule (`subject`: lift the limit of this
    rule to `amount`), booking and absence (end what stands, `amount` hours of it in the way), employment (for
    longer), one-more (a person like these, who take other orders).
`wishes`: `name` (String: filled, employment, tier, continuity, fairness, stability), `part` (Int32: the
    priority class, of filled; else null), `value`, `bound` (Int64), `proven` (Boolean), in the order in which
    they were met. Sums over the plan, the more the better.
`compare`: `mode` (String: greedy, staggered, joint), `filled` (UInt32), `hours` (Float64).
"""

from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

Status = Literal["optimal", "feasible", "infeasible", "none"]
EMPLOYMENT: Final = ("contract", "part_time", "hourly", "office")
ASSIGNMENTS: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "staff_id": pl.String(),
        "assistant": pl.String(),
        "mode": pl.String(),
        "unit_id": pl.String(),
        "activity_id": pl.String(),
        "start": pl.Datetime("us"),
        "end": pl.Datetime("us"),
        "hours": pl.Float64(),
        "break_minutes": pl.Int32(),
        "reason": pl.String(),
        "priority": pl.Int32(),
        "availability": pl.String(),
        "resource_hours": pl.Float64(),
        "flexible_hours": pl.Float64(),
        "employment": pl.String(),
        "tier": pl.String(),
        "continuity": pl.Int32(),
        "previous": pl.Boolean(),
        "interested": pl.Boolean(),
    }
)
REQUESTS: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "rank": pl.UInt32(),
        "staff_id": pl.String(),
        "assistant": pl.String(),
        "availability": pl.String(),
        "employment": pl.String(),
        "tier": pl.String(),
        "chosen": pl.Boolean(),
        "last_asked": pl.Datetime("us"),
        "answer": pl.String(),
    }
)
UNFILLED: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "unit_id": pl.String(),
        "start": pl.Datetime("us"),
        "end": pl.Datetime("us"),
        "priority": pl.Int32(),
        "candidates": pl.UInt32(),
    }
)
REASONS: Final = pl.Schema({"order_id": pl.String(), "code": pl.String(), "people": pl.UInt32()})
NEAREST: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "rank": pl.UInt32(),
        "staff_id": pl.String(),
        "codes": pl.List(pl.String()),
        "shortfall": pl.Float64(),
        "unit": pl.String(),
    }
)
RELAXATIONS: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "rank": pl.UInt32(),
        "changes": pl.List(
            pl.Struct(
                {
                    "kind": pl.String(),
                    "subject": pl.String(),
                    "amount": pl.Float64(),
                    "limit": pl.Float64(),
                    "unit": pl.String(),
                }
            )
        ),
        "people": pl.UInt32(),
        "staff_ids": pl.List(pl.String()),
    }
)
WISHES: Final = pl.Schema(
    {
        "name": pl.String(),
        "part": pl.Int32(),
        "value": pl.Int64(),
        "bound": pl.Int64(),
        "proven": pl.Boolean(),
    }
)
COMPARE: Final = pl.Schema({"mode": pl.String(), "filled": pl.UInt32(), "hours": pl.Float64()})


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer, as this module's page says. `orders`: how many were to be filled.

    `status`: optimal: every wish proven; feasible: not proven, since time or nodes ran out or the mode proves
    nothing; infeasible: no order can be filled;
    none: there is no order to fill.
    """

    status: Status
    assignments: pl.DataFrame
    requests: pl.DataFrame
    unfilled: pl.DataFrame
    reasons: pl.DataFrame
    nearest: pl.DataFrame
    wishes: pl.DataFrame
    compare: pl.DataFrame
    orders: int
    rounds: int = 1
    """How often the rules flagged a plan before this one, and once for this one."""
    interrupted: bool = False
    """Whether the user stopped the search: this is the best plan until then."""
    relaxations: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RELAXATIONS))


Grain = Literal["unit", "day"]


def filling(plan: Plan, grain: Grain) -> pl.DataFrame:
    """Return how many orders are filled.

    Returns:
        `unit_id` (String) or `day` (Date: the local day an order starts), `orders`, `filled`, `requested`
        (UInt32: filled by request, counted in filled), `unfilled` (UInt32), `hours` (Float64: of filled
        orders, break taken off), `rate` (Float64: filled of orders), by unit or day.
    """
    key = "unit_id" if grain == "unit" else "day"
    names = ["unit_id", "start", "hours", "request", "filled"]
    taken = plan.assignments.select(
        "unit_id", "start", "hours", filled=pl.lit(value=True), request=pl.col("mode") == "request"
    ).select(names)
    left = plan.unfilled.select(
        "unit_id", "start", hours=pl.lit(0.0), filled=pl.lit(value=False), request=pl.lit(value=False)
    ).select(names)
    return (
        pl.concat([taken, left])
        .with_columns(day=pl.col("start").dt.date())
        .group_by(key)
        .agg(
            orders=pl.len(),
            filled=pl.col("filled").sum(),
            requested=pl.col("request").sum(),
            unfilled=(~pl.col("filled")).sum(),
            hours=pl.col("hours").sum(),
            rate=pl.col("filled").mean(),
        )
        .sort(key)
    )
