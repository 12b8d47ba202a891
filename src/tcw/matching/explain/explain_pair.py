"""One pair of order and person: every condition in turn, with its evidence.

Where all hold: why the plan chose otherwise.
"""

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from tcw.matching.availability import KINDS, TIERS, kinds_of
from tcw.matching.candidates import (
    FORESEEN,
    NOT_INTRODUCED,
    NOT_SELECTED,
    UNAVAILABLE,
    foresee,
    lacking,
)
from tcw.matching.explain.unfilled import ELSEWHERE
from tcw.matching.plan import Plan
from tcw.matching.problem import Problem
from tcw.matching.rules_oracle import EXTRA, errors, rules_oracle
from tcw.matching.solve import Mode, match
from tcw.rules.catalogue import RULES
from tcw.rules.measures.requirements import folded
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, physical
from tcw.worktime.kinds import ABSENCE, LAST_WORKING

FINDINGS: Final = pl.Schema(
    {
        "code": pl.String(),
        "from": pl.Datetime("us"),
        "to": pl.Datetime("us"),
        "measured": pl.Float64(),
        "limit": pl.Float64(),
        "shortfall": pl.Float64(),
        "unit": pl.String(),
        "subject": pl.String(),
        "agreement": pl.String(),
    }
)
CONDITIONS: Final = ("BK03", "reach", UNAVAILABLE, NOT_SELECTED, "BK02", "BK01", "BK04", "BK05")
"""Conditions before the rules, in the order they are told; `reach` is told as not-introduced or
other-area."""


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """What is known of a pair.

    `conditions`: `code`, `holds` (Boolean), in the order they are judged; the rules that are broken come
    last, or RULES, which holds. Evidence, frames with no rows where there is none: `employments`
    (`valid_from`, `valid_to`, `employment_type`, `employment_rate`), `units` (`tier`: where the order is),
    `availability` (`kind`, `start`, `end`, `units`, `max_hours`: of the order's days), `assistant` (the first
    that books the pair; None; `shipped`: it is none of tcw.yaml), `in_the_way` (`activity_id`, `start`,
    `end`, `absence`: bookings that overlap), `competences` (`competence`, `code`: BK04, BK05 or null;
    `valid_from`, `valid_to`), `findings` (FINDINGS: what the rules find in the person with the order at error
    level and not without it), `hours` (`from`, `to` (Date, included), `hours`, `full`: planned hours of
    calculation periods with the order, and full time). `chosen`, `instead`: whether the plan has the pair,
    and the orders it gives the person instead. `forced`: where all holds and the plan chose otherwise,
    `name`, `part`, `plan`, `forced`: each wish's value in the plan and in the best plan with this pair.
    """

    order: pl.DataFrame
    staff_id: str
    conditions: pl.DataFrame
    employments: pl.DataFrame
    units: pl.DataFrame
    availability: pl.DataFrame
    assistant: str | None
    shipped: bool
    in_the_way: pl.DataFrame
    competences: pl.DataFrame
    findings: pl.DataFrame
    hours: pl.DataFrame
    chosen: bool
    instead: tuple[str, ...]
    forced: pl.DataFrame


RULES_HOLD: Final = "rules"


def explain_pair(
    question: Problem,
    plan: Plan,
    order_id: str,
    staff_id: str,
    mode: Mode = "joint",
    *,
    time_limit: float | None = None,
) -> PairAnswer:
    """Explain an order of the question and somebody of the source.

    `mode`, `time_limit`: as the plan was made.

    Raises:
        LookupError: there is no such order to fill, or nobody of that id.
    """
    order = question.orders.filter(pl.col("order_id") == order_id)
    who = question.prepared.timeline.staff.filter(pl.col("staff_id") == staff_id)
    if order.is_empty() or who.is_empty():
        raise LookupError(order_id if order.is_empty() else staff_id)
    tested = _tested(question, order, who)
    placed = tested.join(order, on="order", how="left")
    findings, hours = _judge_pair(question, order, tested)
    conditions = _conditions(question, tested, findings)
    of_person = plan.assignments.join(
        question.prepared.timeline.staff.join(who.select("person"), on="person").select("staff_id"),
        on="staff_id",
    )
    chosen = of_person.filter(pl.col("order_id") == order_id, pl.col("staff_id") == staff_id).height > 0
    could = conditions["holds"].all() and not chosen
    place = tested["assistant"][0]
    return PairAnswer(
        order=order,
        staff_id=staff_id,
        conditions=conditions,
        employments=question.prepared.schedule.staff.filter(pl.col("staff_id") == staff_id).select(
            "valid_from", "valid_to", "employment_type", "employment_rate"
        ),
        units=question.offers.reach.join(who.select("person"), on="person")
        .join(order.select("unit_id"), on="unit_id")
        .select(
            tier=pl.col("tier").replace_strict(
                list(range(len(TIERS))), list(TIERS), default=None, return_dtype=pl.String
            )
        ),
        availability=_availability(question, order, staff_id),
        assistant=None if place is None else list(question.assistants)[place],
        shipped=not question.prepared.schedule.config.assistants,
        in_the_way=_in_the_way(question, placed),
        competences=_competences(question, placed),
        findings=findings,
        hours=hours,
        chosen=chosen,
        instead=tuple(of_person.filter(pl.col("order_id") != order_id)["order_id"].sort().to_list()),
        forced=_forced(question, plan, order_id, staff_id, mode, time_limit) if could else _no_forced(),
    )


def _tested(question: Problem, order: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """Return the pair as `Candidates.considered` has it; a pair that was never considered is tested now."""
    key = order.select("order").join(who.select("staff", "person"), how="cross")
    known = question.candidates.considered.join(key, on=["order", "staff"], how="semi")
    if known.height:
        return known
    reached = question.offers.reach.join(order.select("unit_id"), on="unit_id")
    silent = key.with_columns(
        offer=pl.lit(KINDS.index("own"), dtype=pl.UInt8),
        kinds=pl.lit(kinds_of(["own"]), dtype=pl.UInt8),
        tier=pl.lit(len(TIERS), dtype=pl.UInt8),
        covered=pl.lit(value=False),
        reached=pl.col("person").is_in(reached["person"].implode()),
    )
    return foresee(question.prepared, order, silent, question.assistants, question.selection)


def _judge_pair(
    question: Problem, order: pl.DataFrame, tested: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let the rules judge the person with the order: FINDINGS of errors, hours of calculation periods."""
    extra = tested.select("staff", "person", number="order").join(
        order.select(
            pl.col("order").alias("number"),
            pl.col("order_id").alias("order"),
            *("start", "end", "activity", "unit", "kind"),
            pause=pl.col("break_minutes").cast(pl.Int32),
        ),
        on="number",
    )
    judges = rules_oracle(question.prepared, tested["person"])
    verdict = judges.judge(
        extra.with_columns(group=pl.lit(0), pair=pl.lit(0)).select(
            pl.col(name).cast(dtype) for name, dtype in EXTRA.items()
        )
    )
    local = question.prepared.timeline.clock.local
    rules = {rule.code: rule for rule in RULES}
    day = order["day"][0]
    missing = pl.col("limit") - pl.col("measured")
    at_least = [code for code, rule in rules.items() if rule.direction == "at_least"]
    new_findings = errors(verdict.findings).filter(~pl.col("code").is_in(FORESEEN))
    agreement = question.prepared.in_force.on(
        pl.col("person"), pl.col("day"), tested.select("person", day=pl.lit(day, dtype=pl.Int32))
    )["agreement"][0]
    findings = new_findings.select(
        "code",
        local(pl.col("from")).cast(pl.Datetime("us")).alias("from"),
        local(pl.col("to")).cast(pl.Datetime("us")).alias("to"),
        "measured",
        "limit",
        pl.when(pl.col("code").is_in(at_least)).then(missing).otherwise(missing.abs()).alias("shortfall"),
        pl.col("code")
        .replace_strict({code: rule.unit for code, rule in rules.items()}, return_dtype=pl.String)
        .alias("unit"),
        "subject",
        pl.lit(question.prepared.in_force.terms[agreement].code).alias("agreement"),
    ).sort("code", "from")
    hours = (
        verdict.periods.filter(pl.col("day") <= day, pl.col("until") > day)
        .select(
            pl.col("day").cast(pl.Date).alias("from"),
            (pl.col("until") - 1).cast(pl.Date).alias("to"),
            (pl.col("ordinary") / US_PER_HOUR).alias("hours"),
            (pl.col("full") / US_PER_HOUR).alias("full"),
        )
        .filter(pl.col("full").is_finite())
    )
    return findings.cast(dict(FINDINGS)), hours  # type: ignore[arg-type]


def _conditions(question: Problem, tested: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    given = "introductions" in question.prepared.schedule.given
    reach = NOT_INTRODUCED if given else ELSEWHERE
    row = tested.row(0, named=True)
    reached = question.offers.reach.join(tested.select("person"), on="person").join(
        question.orders.join(tested.select("order"), on="order").select("unit_id"), on="unit_id"
    )
    # Without introductions, an interest registered is enough, wherever somebody belongs.
    outside = reached.is_empty() and (given or row["offer"] != KINDS.index("interest"))
    fails = {"reach": outside, **{code: bool(row[code]) for code in FORESEEN if code != NOT_INTRODUCED}}
    conditions = [(reach if code == "reach" else code, not fails[code]) for code in CONDITIONS]
    broken = findings["code"].unique().sort().to_list()
    conditions += [(code, False) for code in broken] or [(RULES_HOLD, True)]
    return pl.DataFrame(conditions, schema={"code": pl.String, "holds": pl.Boolean}, orient="row")


def _availability(question: Problem, order: pl.DataFrame, staff_id: str) -> pl.DataFrame:
    first, last = (int(order[name][0]) for name in ("day", "last_day"))
    return (
        question.prepared.schedule.tables["availability"]
        .filter(
            pl.col("staff_id") == staff_id,
            physical(pl.col("start")) < (last + 1) * US_PER_DAY,
            physical(pl.col("end")) > first * US_PER_DAY,
        )
        .select("kind", "start", "end", "units", "max_hours")
        .sort("start", "end", "kind")
    )


def _in_the_way(question: Problem, placed: pl.DataFrame) -> pl.DataFrame:
    timeline = question.prepared.timeline
    met = timeline.bookings.join(placed.select("person", begins="start", stops="end"), on="person").filter(
        pl.col("start") < pl.col("stops"),
        pl.col("end") > pl.col("begins"),
        (pl.col("kind") <= LAST_WORKING) | (pl.col("kind") == ABSENCE),
    )
    return (
        met.join(timeline.activities.select("activity", "activity_id"), on="activity", how="left")
        .select(
            "activity_id",
            *(
                timeline.clock.local(pl.col(name)).cast(pl.Datetime("us")).alias(name)
                for name in ("start", "end")
            ),
            absence=pl.col("kind") == ABSENCE,
        )
        .sort("start", "end")
    )


def _competences(question: Problem, placed: pl.DataFrame) -> pl.DataFrame:
    """Return every competence the order asks for, whether it is lacking, and when it is held."""
    wanting = lacking(question.prepared, placed).select("competence", "code")
    by_activity = question.prepared.schedule.config.rules.competences
    names = [
        *(placed["competences"][0].to_list() if placed["competences"][0] is not None else []),
        *by_activity.get(placed["activity_id"][0] or "", []),
    ]
    required = (
        pl.DataFrame({"name": names}, schema={"name": pl.String})
        .with_columns(competence=folded(pl.col("name")))
        .unique("competence", keep="first", maintain_order=True)
    )
    table = question.prepared.schedule.tables["competences"].join(
        question.prepared.timeline.staff.join(placed.select("person"), on="person").select("staff_id"),
        on="staff_id",
    )
    held = pl.concat(
        [
            table.select(folded(pl.col(name)).alias("competence"), "valid_from", "valid_to")
            for name in ("competence_id", "name")
        ]
    ).unique()
    return (
        required.join(wanting, on="competence", how="left", maintain_order="left")
        .join(held, on="competence", how="left", maintain_order="left")
        .select("code", "valid_from", "valid_to", competence="name")
    )


def _no_forced() -> pl.DataFrame:
    return pl.DataFrame(schema={"name": pl.String, "part": pl.Int32, "plan": pl.Int64, "forced": pl.Int64})


def _forced(
    question: Problem, plan: Plan, order_id: str, staff_id: str, mode: Mode, time_limit: float | None
) -> pl.DataFrame:
    """Return what each wish reaches when nobody else may take the order."""
    pairs = question.with_pairs().join(
        question.prepared.timeline.staff.select("staff", "staff_id"),
        on="staff",
        how="left",
        maintain_order="left",
    )
    kept = (pairs["order_id"] != order_id) | (pairs["staff_id"] == staff_id)
    fewer = question.pairs.filter(kept).drop("pair").with_row_index("pair").select(question.pairs.columns)
    narrowed = replace(question, candidates=replace(question.candidates, pairs=fewer))
    other = match(narrowed, mode, time_limit=time_limit, compare=False, relax=False)
    return plan.wishes.select("name", "part", plan="value").join(
        other.wishes.select("name", "part", forced="value"),
        on=["name", "part"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
