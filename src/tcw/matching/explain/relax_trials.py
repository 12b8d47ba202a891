"""Who would have to be changed how to take an unfilled order: trials, before the rules have judged them.

A change is one thing that somebody can do something about: an availability made longer, a competence added, an introduction, an assistant that
covers the order. Whoever needs more than two is not tried.
"""

from typing import Final

import polars as pl

from tcw.matching.availability import (
    KINDS,
    by_day,
    covered_time,
    covers,
    meeting,
    only,
    together,
    united_windows,
    windows,
)
from tcw.matching.candidates import FORESEEN, NOT_INTRODUCED, NOT_SELECTED, UNAVAILABLE, foresee, lacking
from tcw.matching.offers import OFFERED, TIERS
from tcw.matching.problem import Problem
from tcw.rules.measures.requirements import folded
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.coverage import coverage
from tcw.worktime.kinds import ABSENCE, LAST_WORKING

MOST_CHANGES: Final = 2
MOST_THOUGHT_OF: Final = 2_000_000
"""Pairs of people thought of beyond the question's own; orders that come after so many are told of those only."""
KIND_OF: Final = {
    UNAVAILABLE: "availability",
    NOT_INTRODUCED: "introduce",
    NOT_SELECTED: "assistant",
    "BK03": "employment",
    "BK01": "booking",
    "BK02": "absence",
}
"""Conditions and what takes them away; competences (BK04, BK05) are told one by one."""
CHANGES: Final = pl.Schema(
    {
        "order": pl.UInt32(),
        "staff": pl.UInt32(),
        "person": pl.UInt32(),
        "kind": pl.String(),
        "subject": pl.String(),
        "amount": pl.Float64(),
    }
)
MEASURED: Final = ("availability", "booking", "absence")
"""Kinds of change of which is told how many hours."""
QUARTERS: Final = 4


def trials(question: Problem, orders: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return who might be made to fit.

    Args:
        question: see `tcw.matching.problem`.
        orders: rows of `question.orders`, unfilled.

    Returns:
        `order`, `staff`, `person`, of whom at most MOST_CHANGES must be changed; and their changes (CHANGES), where any are needed.
    """
    known = question.judged.considered.join(orders.select("order"), on="order", how="semi")
    more = _thought_of(question, orders, known)
    offered = pl.concat([known, more])
    changes = pl.concat(
        [
            _changes(question, orders, known),
            _changes(question, orders, more),
            _let_work_more(more),
            _let_in(question, orders, more),
        ]
    )
    needed = offered.select("order", "staff", "person").join(
        changes.group_by("order", "staff").agg(changes=pl.len()), on=["order", "staff"], how="left"
    )
    few = needed.filter(pl.col("changes").fill_null(0) <= MOST_CHANGES).drop("changes")
    return few, changes.join(few, on=["order", "staff"], how="semi")


def _thought_of(question: Problem, orders: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return, as `Judged.considered`, who may not work there though available, and who may but has said nothing."""
    ground = question.ground
    offered = (
        pl.concat([_strangers(question, orders), _silent(question, orders)])
        .join(known.select("order", "person").unique(), on=["order", "person"], how="anti")
        .sort("order", "staff", "covered", "offer", descending=[False, False, True, False])
    )
    return foresee(ground, orders, offered, question.assistants, question.asked)


def _strangers(question: Problem, orders: pl.DataFrame) -> pl.DataFrame:
    """Return OFFERED of people available for some of an order who may not work at its unit."""
    anywhere = windows(question.ground).filter(pl.col("units").list.len().fill_null(0) == 0)
    daily = by_day(united_windows(anywhere), question.ground.timeline.clock)
    sizes = daily.group_by("day").len("pairs")
    bounded = _bounded(orders.join(sizes, on="day", how="left"))
    met = meeting(daily, bounded).join(question.offers.reach, on=["person", "unit_id"], how="anti")
    alone = met.select("order", "staff", "person", "offer", kinds=only(pl.col("offer")), covered=covers())
    every = pl.concat(
        [alone, together(met, daily, bounded).select(pl.col(name) for name in alone.columns)]
    ).with_columns(tier=pl.lit(len(TIERS), dtype=pl.UInt8), reached=pl.lit(value=False))
    return every.select(OFFERED)


def _silent(question: Problem, orders: pl.DataFrame) -> pl.DataFrame:
    """Return OFFERED of substitutes and part-timers who may work at an order's unit; that they have said nothing is seen by who is known."""
    part = pl.col("employment_rate").is_between(0, 1, closed="none")
    hourly = pl.col("employment_type") == "hourly"
    people = (
        question.ground.schedule.staff.unique("staff_id", keep="last", maintain_order=True)
        .filter(hourly.fill_null(value=False) | part.fill_null(value=False))
        .join(question.ground.timeline.staff.select("staff_id", "staff", "person"), on="staff_id")
        .select(
            "staff",
            "person",
            offer=pl.when(hourly).then(KINDS.index("own")).otherwise(KINDS.index("none")).cast(pl.UInt8),
        )
    )
    there = question.offers.reach.join(people, on="person")
    sizes = there.group_by("unit_id").len("pairs")
    return (
        there.join(
            _bounded(orders.join(sizes, on="unit_id", how="left")).select("order", "unit_id"), on="unit_id"
        )
        .with_columns(
            kinds=only(pl.col("offer")),
            covered=pl.col("offer") == KINDS.index("none"),
            reached=pl.lit(value=True),
        )
        .select(OFFERED)
    )


def _bounded(orders: pl.DataFrame) -> pl.DataFrame:
    ranked = orders.sort("class", "start", "order")
    return ranked.filter(pl.col("pairs").fill_null(0).cum_sum() <= MOST_THOUGHT_OF)


def _let_work_more(more: pl.DataFrame) -> pl.DataFrame:
    """Return CHANGES of part-timers who have said nothing: they are let work up to full time."""
    return _shaped(more.filter(pl.col("offer") == KINDS.index("none")).with_columns(kind=pl.lit("part-time")))


def _let_in(question: Problem, orders: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """Return CHANGES of people of other planning areas, where no introductions say who may work where."""
    if "introductions" in question.ground.schedule.given:
        return pl.DataFrame(schema=CHANGES)
    strangers = more.join(orders.select("order", "unit_id"), on="order").join(
        question.offers.reach, on=["person", "unit_id"], how="anti"
    )
    return _shaped(strangers.with_columns(kind=pl.lit("area"), subject="unit_id"))


def _changes(question: Problem, orders: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
    """Return CHANGES that the conditions foreseen ask for, of those that ask for few."""
    wrong = pl.sum_horizontal(pl.col(*FORESEEN).cast(pl.UInt8))
    # Whoever fails more need not be looked at, whatever it is; that a part-timer is let work more is said apart.
    few = offered.filter(wrong <= MOST_CHANGES + (pl.col("offer") == KINDS.index("none")))
    placed = few.join(
        orders.select(*("order", "start", "end", "day", "last_day", "unit_id", "activity_id", "competences")),
        on="order",
        how="left",
        maintain_order="left",
    )
    more = offered.filter(wrong > MOST_CHANGES + (pl.col("offer") == KINDS.index("none")))
    said_nothing = pl.col("offer") == KINDS.index("none")
    plain = (
        placed.unpivot(
            list(KIND_OF),
            index=["order", "staff", "person", "offer", "unit_id", "start", "end"],
            variable_name="code",
            value_name="fails",
        )
        .filter("fails", ~(said_nothing & (pl.col("code") == NOT_SELECTED)))
        .with_columns(kind=pl.col("code").replace_strict(KIND_OF, return_dtype=pl.String))
    )
    worded = _measured(question, plain).with_columns(
        kind=pl.when((pl.col("kind") == "assistant") & (pl.col("offer") == KINDS.index("office")))
        .then(pl.lit("office"))
        .otherwise("kind"),
        subject=pl.when(pl.col("kind") == "introduce").then("unit_id"),
    )
    wanting = lacking(question.ground, placed)
    competences = (
        placed.with_row_index("place")
        .join(wanting, on="place")
        .with_columns(
            kind=pl.when(pl.col("code") == "BK04").then(pl.lit("competence")).otherwise(pl.lit("validity")),
            subject=_spelled(question, orders),
        )
    )
    # So many that they are too many.
    hopeless = [more.with_columns(kind=pl.lit(str(number))) for number in range(MOST_CHANGES + 1)]
    return pl.concat([_shaped(frame) for frame in (worded, competences, *hopeless)])


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in CHANGES.items()
    )


def _measured(question: Problem, plain: pl.DataFrame) -> pl.DataFrame:
    """Add `amount`: hours more that somebody would have to be available, or that stand in the way."""
    booked, absent = (
        coverage(_booked(question, which), question.ground.timeline.origin)
        for which in (pl.col("kind") <= LAST_WORKING, pl.col("kind") == ABSENCE)
    )
    parts = []
    for kind in MEASURED:
        mine = plain.filter(pl.col("kind") == kind)
        if kind == "availability":
            amount = _unavailable(question, mine)
        else:
            spans = booked if kind == "booking" else absent
            amount = spans.length(mine, "person", "start", "end")
        parts.append(mine.with_columns(amount=(amount / US_PER_HOUR * QUARTERS).ceil() / QUARTERS))
    others = plain.filter(~pl.col("kind").is_in(MEASURED))
    return pl.concat([*parts, others.with_columns(amount=pl.lit(None, dtype=pl.Float64))])


def _unavailable(question: Problem, wanted: pl.DataFrame) -> pl.Series:
    """Return how much (Int64 µs) of each row's span windows for its unit and for so long a shift leave uncovered.

    Or by how much a window that is wide enough is for shorter shifts only, where that is less.
    """
    spans = wanted.select("order", "staff", "unit_id", begins="start", ends="end")
    here = pl.col("units").list.contains(pl.col("unit_id")) | (pl.col("units").list.len() == 0)
    met = spans.join(windows(question.ground), on="staff").filter(
        pl.col("start") < pl.col("ends"), pl.col("end") > pl.col("begins"), here.fill_null(value=True)
    )
    length = pl.col("ends") - pl.col("begins")
    wide = (pl.col("start") <= pl.col("begins")) & (pl.col("end") >= pl.col("ends"))
    key = ["order", "staff"]
    told = (
        spans.join(
            covered_time(met.filter(pl.col("longest") >= length), *key),
            on=key,
            how="left",
            maintain_order="left",
        )
        .join(
            met.filter(wide & (pl.col("longest") < length)).group_by(key).agg(pl.col("longest").max()),
            on=key,
            how="left",
            maintain_order="left",
        )
        .select(length - pl.max_horizontal("covered", "longest").fill_null(0))
    )
    return told.to_series()


def _booked(question: Problem, which: pl.Expr) -> pl.DataFrame:
    return question.ground.timeline.bookings.filter(which).select(
        pl.col("person").alias("owner"), "start", "end"
    )


def _spelled(question: Problem, orders: pl.DataFrame) -> pl.Expr:
    """Return a folded competence as orders, settings or the register write it, the first of these that does."""
    schedule = question.ground.schedule
    listed = [name for names in schedule.config.rules.competences.values() for name in names]
    names = pl.concat(
        [
            orders["competences"].explode().drop_nulls(),
            pl.Series(listed, dtype=pl.String),
            schedule.tables["competences"]["competence_id"],
        ]
    )
    spelling = (
        names.alias("name")
        .to_frame()
        .with_columns(competence=folded(pl.col("name")))
        .unique("competence", keep="first", maintain_order=True)
    )
    return pl.col("competence").replace(spelling["competence"], spelling["name"])
