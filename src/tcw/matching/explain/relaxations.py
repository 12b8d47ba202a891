"""The smallest relaxations: one or two changes that would fill an order, the rest of the plan unchanged.

A change is one thing that somebody can influence: a longer availability, one more competence, an
introduction, an assistant that covers the order. `trials` says who would need which changes, and skips people
who need more than two. The rules then judge each of them with the order, with all the plan gives them, and
with the changes made. So whoever makes the changes and runs again gets at least one order more of that class.
"""

from typing import Final

import polars as pl

from tcw.matching.availability import (
    KINDS,
    OFFERED,
    TIERS,
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
from tcw.matching.plan import RELAXATIONS
from tcw.matching.problem import Problem
from tcw.matching.rules_oracle import EXTRA, RulesOracle, Verdict, errors, rules_oracle
from tcw.rules.catalogue import RULES
from tcw.rules.measures.requirements import folded
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.coverage import coverage
from tcw.worktime.kinds import ABSENCE, LAST_WORKING

MOST_CHANGES: Final = 2
MOST_THOUGHT_OF: Final = 2_000_000
"""Pairs of people thought of beyond the question's own; orders that come after so many are told of those
only."""
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
        `order`, `staff`, `person`, of whom at most MOST_CHANGES must be changed; and their changes (CHANGES),
        where any are needed.
    """
    known = question.candidates.considered.join(orders.select("order"), on="order", how="semi")
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


def _thought_of(question: Problem, orders: pl.DataFrame, considered: pl.DataFrame) -> pl.DataFrame:
    """Return `Candidates.considered` of who is available but may not work there, or may but said nothing."""
    prepared = question.prepared
    offered = (
        pl.concat([_strangers(question, orders), _silent(question, orders)])
        .join(considered.select("order", "person").unique(), on=["order", "person"], how="anti")
        .sort("order", "staff", "covered", "offer", descending=[False, False, True, False])
    )
    return foresee(prepared, orders, offered, question.assistants, question.selection)


def _strangers(question: Problem, orders: pl.DataFrame) -> pl.DataFrame:
    """Return OFFERED of people available for some of an order who may not work at its unit."""
    anywhere = windows(question.prepared).filter(pl.col("units").list.len().fill_null(0) == 0)
    daily = by_day(united_windows(anywhere), question.prepared.timeline.clock)
    sizes = daily.group_by("day").len("pairs")
    bounded = _bounded(orders.join(sizes, on="day", how="left"))
    met = meeting(daily, bounded).join(question.offers.reach, on=["person", "unit_id"], how="anti")
    alone = met.select("order", "staff", "person", "offer", kinds=only(pl.col("offer")), covered=covers())
    every = pl.concat(
        [alone, together(met, daily, bounded).select(pl.col(name) for name in alone.columns)]
    ).with_columns(tier=pl.lit(len(TIERS), dtype=pl.UInt8), reached=pl.lit(value=False))
    return every.select(OFFERED)


def _silent(question: Problem, orders: pl.DataFrame) -> pl.DataFrame:
    """Return OFFERED of substitutes and part-timers who may work at an order's unit.

    That they have said nothing is seen by who is known.
    """
    part = pl.col("employment_rate").is_between(0, 1, closed="none")
    hourly = pl.col("employment_type") == "hourly"
    people = (
        question.prepared.schedule.staff.unique("staff_id", keep="last", maintain_order=True)
        .filter(hourly.fill_null(value=False) | part.fill_null(value=False))
        .join(question.prepared.timeline.staff.select("staff_id", "staff", "person"), on="staff_id")
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
    if "introductions" in question.prepared.schedule.given:
        return pl.DataFrame(schema=CHANGES)
    strangers = more.join(orders.select("order", "unit_id"), on="order").join(
        question.offers.reach, on=["person", "unit_id"], how="anti"
    )
    return _shaped(strangers.with_columns(kind=pl.lit("area"), subject="unit_id"))


def _changes(question: Problem, orders: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
    """Return CHANGES that the conditions foreseen ask for, of those that ask for few."""
    wrong = pl.sum_horizontal(pl.col(*FORESEEN).cast(pl.UInt8))
    # Whoever fails more need not be looked at, whatever it is; that a part-timer is let work more is said
    # apart.
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
    wanting = lacking(question.prepared, placed)
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
        coverage(_booked(question, which), question.prepared.timeline.origin)
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


def _unavailable(question: Problem, pairs: pl.DataFrame) -> pl.Series:
    """Return how much (Int64 µs) of each row's span no window for its unit and length covers.

    Or by how much a window that is wide enough is for shorter shifts only, where that is less.
    """
    spans = pairs.select("order", "staff", "unit_id", begins="start", ends="end")
    for_unit = pl.col("units").list.contains(pl.col("unit_id")) | (pl.col("units").list.len() == 0)
    met = spans.join(windows(question.prepared), on="staff").filter(
        pl.col("start") < pl.col("ends"), pl.col("end") > pl.col("begins"), for_unit.fill_null(value=True)
    )
    length = pl.col("ends") - pl.col("begins")
    wide = (pl.col("start") <= pl.col("begins")) & (pl.col("end") >= pl.col("ends"))
    key = ["order", "staff"]
    uncovered = (
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
    return uncovered.to_series()


def _booked(question: Problem, which: pl.Expr) -> pl.DataFrame:
    return question.prepared.timeline.bookings.filter(which).select(
        pl.col("person").alias("owner"), "start", "end"
    )


def _spelled(question: Problem, orders: pl.DataFrame) -> pl.Expr:
    """Return a folded competence as orders, settings or the register write it: the first that does."""
    schedule = question.prepared.schedule
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


SMALLEST_FIRST: Final = (
    "office",
    "assistant",
    "availability",
    "part-time",
    "introduce",
    "area",
    "validity",
    "competence",
    "extract",
    "rule",
    "booking",
    "absence",
    "employment",
    "one-more",
)
"""Kinds of changes, from a question put to somebody to a person more."""
LIFTED: Final = ("WT01", "WT03", "WT08", "WT09", "WT11", "WT12")
"""Rules whose limit an agreement may set otherwise; planned overtime never may be."""
EXTRACT: Final = "BK06"
EXCUSED: Final = {"competence": "BK04", "validity": "BK05", "employment": "BK03"}
"""Changes, and what the rules find as long as they are not made."""
SHOWN: Final = 5
"""Relaxations of an order, and ids of each, that are told."""
OF_A_KIND: Final = 8
"""People of an order who need changes of the same kinds, who are judged; beyond them nobody is counted."""
TURNS: Final = 2
"""People of each kinds of changes, before others of the same have theirs."""
OF_AN_ORDER: Final = 24
IN_ALL: Final = 4_000
"""Trials of a plan; where many orders are unfilled, fewer of each are judged, but FEWEST."""
FEWEST: Final = 4
UNITS: Final = {rule.code: rule.unit for rule in RULES}


def relaxations(question: Problem, chosen: pl.Series) -> pl.DataFrame:
    """Return RELAXATIONS of the orders that a plan (Boolean, one for each pair) leaves unfilled."""
    filled = question.pairs.filter(chosen)["order"].unique()
    orders = question.orders.filter(~pl.col("order").is_in(filled.implode()))
    people, changes = trials(question, orders)
    most = max(FEWEST, min(OF_AN_ORDER, IN_ALL // max(orders.height, 1)))
    tried = _worth_a_try(people, changes, most)
    verdict = _judge_trials(question, chosen, orders, tried, changes)
    needed = _needed(tried, changes, verdict)
    return _grouped(question, orders, pl.concat([needed, _one_more(question, orders)]))


def _rank(kind: pl.Expr) -> pl.Expr:
    return kind.replace_strict(list(SMALLEST_FIRST), list(range(len(SMALLEST_FIRST))), return_dtype=pl.UInt8)


def _worth_a_try(people: pl.DataFrame, changes: pl.DataFrame, most: int) -> pl.DataFrame:
    """Return `trial` (UInt32), `order`, `staff`, `person`: at most `most` of each order.

    A few are taken of each combination of changes, the smallest first. Of the kinds of an order each has its
    turn before any has the next, so that few trials tell of all of them.
    """
    kinds = changes.group_by("order", "staff").agg(
        kinds=pl.col("kind").sort().str.join(" "),
        size=pl.len(),
        rank=_rank(pl.col("kind")).max(),
        amount=pl.col("amount").sum(),
    )
    return (
        people.join(kinds, on=["order", "staff"], how="left")
        .with_columns(pl.col("kinds").fill_null(""), pl.col("size", "rank", "amount").fill_null(0))
        .sort("order", "size", "rank", "amount", "staff")
        .with_columns(turn=pl.int_range(pl.len()).over("order", "kinds"))
        .filter(pl.col("turn") < OF_A_KIND)
        .sort("order", pl.col("turn") // TURNS, "size", "rank", "amount", "staff")
        .filter(pl.int_range(pl.len()).over("order") < most)
        .select("order", "staff", "person")
        .with_row_index("trial")
    )


def _judge_trials(
    question: Problem, chosen: pl.Series, orders: pl.DataFrame, tried: pl.DataFrame, changes: pl.DataFrame
) -> Verdict:
    """Let the rules judge everybody tried, with the order and with what the plan gives them.

    Bookings that a change ends are left out.
    """
    taken = question.with_pairs().filter(chosen).rename({"order": "number", "order_id": "order"})
    numbers = tried.select(pl.col("trial").alias("group"), "person", "staff", number="order")
    about = orders.select(
        pl.col("order").alias("number"),
        pl.col("order_id").alias("order"),
        *("start", "end", "activity", "unit", "kind"),
        pause=pl.col("break_minutes").cast(pl.Int32),
    )
    selection = numbers.join(about, on="number").with_columns(
        pair=(pl.col("group") + question.pairs.height).cast(pl.UInt32)
    )
    had = numbers.select("group", "person").join(taken, on="person")
    extra = pl.concat(
        [
            frame.select(pl.col(name).cast(dtype) for name, dtype in EXTRA.items())
            for frame in (selection, had)
        ]
    ).sort("group", "start", "pair")
    ended = (
        changes.filter(pl.col("kind").is_in(["booking", "absence"]))
        .select("order", "staff", ends="kind")
        .join(tried, on=["order", "staff"])
        .join(orders.select("order", "start", "end"), on="order")
    )
    met = question.prepared.timeline.bookings.join(
        ended.select("trial", "person", "ends", begins="start", stops="end"), on="person"
    ).filter(
        pl.col("start") < pl.col("stops"),
        pl.col("end") > pl.col("begins"),
        pl.when(pl.col("ends") == "booking")
        .then(pl.col("kind") <= LAST_WORKING)
        .otherwise(pl.col("kind") == ABSENCE),
    )
    return _oracle_of(question, tried["person"]).judge(
        extra, without=met.select(group="trial", row="row").unique()
    )


def _oracle_of(question: Problem, people: pl.Series) -> RulesOracle:
    """Return the question's bench, with people whom the question did not think of."""
    known = question.candidates.considered["person"].unique()
    more = people.filter(~people.is_in(known.implode()))
    if more.is_empty():
        return question.oracle
    added = rules_oracle(question.prepared, more)
    return RulesOracle(
        question.prepared,
        pl.concat([question.oracle.findings, added.findings]),
        pl.concat([question.oracle.periods, added.periods]),
    )


def _needed(tried: pl.DataFrame, changes: pl.DataFrame, verdict: Verdict) -> pl.DataFrame:
    """Return CHANGES with `limit`, `unit` and `size` of everybody whom they let take the order.

    What the rules ask for is among them.
    """
    foreseen = changes.join(tried, on=["order", "staff", "person"]).select("trial", *CHANGES)
    findings = errors(verdict.findings).select(trial="group", code="code", measured="measured", limit="limit")
    excused = foreseen.select("trial", code=pl.col("kind").replace_strict(EXCUSED, default=None)).drop_nulls()
    left = findings.join(excused, on=["trial", "code"], how="anti")
    wrong = left.filter(~pl.col("code").is_in([*LIFTED, EXTRACT]))["trial"].unique()
    worst = (
        left.sort(
            "trial", "code", (pl.col("measured") - pl.col("limit")).abs(), descending=[False, False, True]
        )
        .unique(["trial", "code"], keep="first", maintain_order=True)
        .join(tried, on="trial")
        .select(
            "trial",
            *("order", "staff", "person"),
            kind=pl.when(pl.col("code") == EXTRACT).then(pl.lit("extract")).otherwise(pl.lit("rule")),
            subject=pl.when(pl.col("code") != EXTRACT).then("code"),
            amount=pl.when(pl.col("code") != EXTRACT).then("measured"),
            limit=pl.when(pl.col("code") != EXTRACT).then("limit"),
            unit=pl.when(pl.col("code") != EXTRACT).then(
                pl.col("code").replace_strict(UNITS, return_dtype=pl.String)
            ),
        )
    )
    both = pl.concat(
        [
            foreseen.with_columns(
                limit=pl.lit(None, dtype=pl.Float64),
                unit=pl.when(pl.col("amount").is_not_null()).then(pl.lit("h")),
            ),
            worst,
        ]
    )
    return (
        both.filter(~pl.col("trial").is_in(wrong.implode()))
        .with_columns(size=pl.len().over("trial"))
        .filter(pl.col("size") <= MOST_CHANGES)
    )


def _one_more(question: Problem, orders: pl.DataFrame) -> pl.DataFrame:
    """Return trials of candidates who take other orders: one more person like them is missing."""
    return (
        question.pairs.join(orders.select("order"), on="order", how="semi")
        .unique(["order", "person"], keep="first", maintain_order=True)
        .select(
            trial=(pl.int_range(pl.len()) + (1 << 30)).cast(pl.UInt32),
            order="order",
            staff="staff",
            person="person",
            kind=pl.lit("one-more"),
            subject=pl.lit(None, dtype=pl.String),
            amount=pl.lit(None, dtype=pl.Float64),
            limit=pl.lit(None, dtype=pl.Float64),
            unit=pl.lit(None, dtype=pl.String),
            size=pl.lit(1, dtype=pl.UInt32),
        )
    )


def _grouped(question: Problem, orders: pl.DataFrame, needed: pl.DataFrame) -> pl.DataFrame:
    """Return RELAXATIONS: who needs the same changes stands together."""
    ordered = needed.with_columns(
        rank=_rank(pl.col("kind")),
        key=pl.concat_str(
            "kind",
            pl.col("subject").fill_null(""),
            pl.col("amount").cast(pl.String).fill_null(""),
            pl.col("limit").cast(pl.String).fill_null(""),
            separator="\t",
        ),
    ).sort("trial", "rank", "subject")
    by_trial = ordered.group_by("trial", maintain_order=True).agg(
        *(pl.col(name).first() for name in ("order", "staff", "person", "size")),
        key=pl.col("key").str.join("\n"),
        rank=pl.col("rank").max(),
        missing=(pl.col("amount") - pl.col("limit").fill_null(0)).abs().sum(),
        changes=pl.struct("kind", "subject", "amount", "limit", "unit"),
    )
    best = by_trial.sort("order", "person", "size", "rank", "missing", "staff").unique(
        ["order", "person", "key"], keep="first", maintain_order=True
    )
    names = question.prepared.timeline.staff.select("staff", "staff_id")
    return (
        best.join(names, on="staff")
        .sort("order", "size", "rank", "missing", "staff")
        .group_by("order", "key", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in ("size", "rank", "missing", "changes")),
            people=pl.col("person").n_unique(),
            staff_ids=pl.col("staff_id").head(SHOWN),
        )
        .sort("order", "size", "rank", "missing", "people", "key", descending=[False] * 4 + [True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("order"))
        .filter(pl.col("rank") <= SHOWN)
        .join(orders.select("order", "order_id"), on="order")
        .sort("order_id", "rank")
        .select(pl.col(name).cast(dtype) for name, dtype in RELAXATIONS.items())
    )
