"""From chosen pairs to the plan's frames."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tcw.matching.availability import KINDS
from tcw.matching.checking import clashing
from tcw.matching.explain.relaxations import relaxations
from tcw.matching.explain.unfilled import explain
from tcw.matching.offers import TIERS
from tcw.matching.plan import (
    ASSIGNMENTS,
    COMPARE,
    EMPLOYMENT,
    RELAXATIONS,
    REQUESTS,
    WISHES,
    Plan,
    Status,
)
from tcw.matching.problem import Problem
from tcw.matching.search.levels import Reached
from tcw.matching.search.objective import Objective
from tcw.matching.standing import PREVIOUS_WEIGHT
from tcw.worktime.clock import US_PER_HOUR


@dataclass(frozen=True, slots=True)
class Found:
    """`chosen` (Boolean, one for each pair), what each wish reached, and whether the search was stopped before the proof."""

    chosen: pl.Series
    reached: tuple[Reached, ...]
    stopped: bool


def answer(
    question: Problem,
    wishes: list[Objective],
    found: Mapping[str, Found],
    mode: str,
    rounds: int,
    *,
    relax: bool = True,
) -> Plan:
    """Return the plan of one mode, and what the others would have filled; `relax`: and the smallest relaxations."""
    mine = found[mode]
    named = named_pairs(question)
    unfilled, reasons, nearest = explain(question, mine.chosen)
    return Plan(
        status=_status(question, mine),
        assignments=_assignments(question, named, mine.chosen),
        requests=_requests(question, named, mine.chosen),
        unfilled=unfilled,
        reasons=reasons,
        nearest=nearest,
        wishes=_wishes(wishes, mine),
        compare=_compare(question, found),
        orders=question.orders.height,
        rounds=rounds,
        relaxations=relaxations(question, mine.chosen)
        if relax and unfilled.height
        else pl.DataFrame(schema=RELAXATIONS),
    )


def _status(question: Problem, mine: Found) -> Status:
    if question.orders.is_empty():
        return "none"
    if not mine.chosen.any():
        return "infeasible"
    # One order or one assistant at a time proves nothing, but what it reached may be all that can be.
    proven = not mine.stopped and all(one.proven for one in mine.reached)
    return "optimal" if proven else "feasible"


def named_pairs(question: Problem) -> pl.DataFrame:
    """Return the pairs in the source's words: what ASSIGNMENTS of `tcw.matching.plan` tell of each."""
    names = list(question.assistants)
    interests = question.ground.schedule.tables["interests"].select("order_id", "staff_id").unique()
    about = question.orders.select(
        *("order", "order_id", "unit_id", "activity_id", "start_local", "end_local", "net", "break_minutes"),
        *("reason", "priority"),
    )
    return (
        question.pairs.join(about, on="order", how="left", maintain_order="left")
        .join(
            question.ground.timeline.staff.select("staff", "staff_id"),
            on="staff",
            how="left",
            maintain_order="left",
        )
        .join(
            interests.with_columns(interested=pl.lit(value=True)),
            on=["order_id", "staff_id"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            _word("assistant", names),
            _word("offer", KINDS).alias("availability"),
            _word("class", EMPLOYMENT).alias("employment"),
            _word("tier", TIERS),
            mode=pl.when("request").then(pl.lit("request")).otherwise(pl.lit("book")),
            start="start_local",
            end="end_local",
            hours=pl.col("net") / US_PER_HOUR,
            previous=pl.col("continuity") >= PREVIOUS_WEIGHT,
            interested=pl.col("interested").fill_null(value=False),
        )
    )


def _word(column: str, words: "list[str] | tuple[str, ...]") -> pl.Expr:
    return pl.col(column).replace_strict(
        list(range(len(words))), list(words), default=None, return_dtype=pl.String
    )


def _assignments(question: Problem, named: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    def hours(kind: str) -> pl.Expr:
        alone = (pl.col("availability") == kind).cast(pl.Float64)
        return (pl.coalesce(kind, alone) * pl.col("hours")).alias(f"{kind}_hours")

    return (
        named.filter(chosen)
        .join(question.offers.mixed, on=["order", "staff", "kinds"], how="left", maintain_order="left")
        .with_columns(hours("resource"), hours("flexible"))
        .select(pl.col(name).cast(dtype) for name, dtype in ASSIGNMENTS.items())
        .sort("order_id", "staff_id")
    )


def _requests(question: Problem, named: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """Return who could be asked for the orders that are filled by request: the chosen one first, then by the wishes, then who was asked longest ago.

    Whoever said no to the order already is asked last. Whom the plan books so that a rule forbids the order beside it is not asked.
    """
    sent = question.ground.schedule.tables["requests"]
    asked = named.filter(chosen).filter("request")["order"]
    candidates = named["order"].is_in(asked.implode())
    taken = clashing(question, chosen, candidates)
    lately = sent.group_by("staff_id").agg(last_asked=pl.col("asked_at").max())
    answers = (
        sent.drop_nulls("order_id")
        .sort("asked_at", maintain_order=True)
        .unique(["order_id", "staff_id"], keep="last", maintain_order=True)
        .select("order_id", "staff_id", "answer")
    )
    return (
        named.with_columns(chosen=chosen)
        .filter(candidates, ~pl.col("pair").is_in(taken.implode()))
        .join(lately, on="staff_id", how="left")
        .join(answers, on=["order_id", "staff_id"], how="left")
        .sort(
            "order_id",
            pl.col("answer").eq_missing(pl.lit("no")),
            pl.col("chosen").not_(),
            "class",
            pl.col("tier").replace_strict(list(TIERS), list(range(len(TIERS))), default=len(TIERS)),
            -pl.col("continuity"),
            pl.col("last_asked").is_not_null(),
            "last_asked",
            "staff_id",
        )
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("order_id"))
        .select(pl.col(name).cast(dtype) for name, dtype in REQUESTS.items())
    )


def _wishes(wishes: list[Objective], mine: Found) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (wish.name, wish.part, reached.value, reached.bound, reached.proven)
            for wish, reached in zip(wishes, mine.reached, strict=False)
            if not wish.quiet
        ],
        schema=WISHES,
        orient="row",
    )


def _compare(question: Problem, found: Mapping[str, Found]) -> pl.DataFrame:
    net = question.with_pairs()["net"]
    rows = [
        (mode, int(found[mode].chosen.sum()), float(net.filter(found[mode].chosen).sum()) / US_PER_HOUR)
        for mode in ("greedy", "staggered", "joint")
        if mode in found
    ]
    return pl.DataFrame(rows, schema=COMPARE, orient="row")
