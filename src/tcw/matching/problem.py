"""The question, whole and without a solver: orders, people, candidate pairs and what binds pairs together."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import polars as pl

from tcw.matching import candidates
from tcw.matching.availability import Offers, offers
from tcw.matching.candidates import Candidates
from tcw.matching.orders import OrderSelection, vacant_orders, with_orders
from tcw.matching.rules_oracle import RulesOracle, rules_oracle
from tcw.model.config import Assistant
from tcw.model.schedule import Schedule
from tcw.rules.engine.prepare import PreparedSchedule, prepare


@dataclass(frozen=True, slots=True)
class Problem:
    """A question.

    `orders`: see `tcw.matching.orders.vacant_orders`. `candidates`: see `tcw.matching.candidates.Candidates`.
    `offers`: who was thought of. `assistants`: by name, in the order in which staggered mode runs them.
    """

    prepared: PreparedSchedule
    oracle: RulesOracle
    selection: OrderSelection
    assistants: Mapping[str, Assistant]
    orders: pl.DataFrame
    offers: Offers
    candidates: Candidates
    began: float = field(default_factory=time.monotonic)
    """When putting the question began, on the monotonic clock: a time limit counts from there."""

    @property
    def pairs(self) -> pl.DataFrame:
        """The pairs that hold on their own."""
        return self.candidates.pairs

    def with_pairs(self) -> pl.DataFrame:
        """Return `pairs` with columns of their orders.

        These are `start`, `end`, `net`, `day`, `activity`, `unit`, `kind`, `pause`, `priority` and
        `order_id`.
        """
        about = self.orders.select(
            *("order", "order_id", "start", "end", "net", "day", "activity", "unit", "kind"),
            pause=pl.col("break_minutes").cast(pl.Int32),
            priority="class",
        )
        return self.pairs.join(about, on="order", how="left", maintain_order="left")


def problem(
    schedule: Schedule,
    selection: OrderSelection,
    assistants: Mapping[str, Assistant] | None = None,
    horizon: tuple[int, int] | None = None,
) -> Problem:
    """Put the question.

    Args:
        schedule: as loaded.
        selection: which orders, as of which day.
        assistants: those to run; None: those of tcw.yaml, or the shipped ones where it has none.
        horizon: first instant and the one after the last (µs) that are known of; None: from the first booking
            to the last, or the last order's end. A scenario that frees bookings knows no less of people than
            the source does.

    Raises:
        UsageFault: agreements in tcw.yaml that contradict themselves.
    """
    began = time.monotonic()
    chosen = assistants or schedule.config.assistants or candidates.SHIPPED
    first = selection.as_of if schedule.first_day is None else None
    without_orders = prepare(schedule, selection.as_of, first, _last_day(schedule))
    if horizon is not None:
        timeline = replace(without_orders.timeline, first=horizon[0], after=horizon[1])
        without_orders = replace(without_orders, timeline=timeline)
    prepared = with_orders(without_orders)
    orders = vacant_orders(prepared, selection)
    thought_of = offers(prepared, orders)
    considered = candidates.foresee(prepared, orders, thought_of.pairs, chosen, selection)
    judges = rules_oracle(prepared, considered["person"])
    return Problem(
        prepared,
        judges,
        selection,
        chosen,
        orders,
        thought_of,
        candidates.judge(prepared, judges, orders, considered, chosen, selection),
        began,
    )


def _last_day(schedule: Schedule) -> date | None:
    """Return the last day that orders touch: the clock's offsets must be known so far."""
    last = schedule.tables["orders"]["end"].max()
    known = schedule.last_day
    if not isinstance(last, datetime):
        return known
    return last.date() if known is None else max(last.date(), known)
