"""The smallest relaxations: what little, done, would fill an unfilled order, the rest of the plan as it stands.

Everybody told of has been judged by the rules with the order, with all the plan gives them, and with the changes made; so whoever makes the
changes and asks again gets at least one order more of that class.
"""

from typing import Final

import polars as pl

from tcw.matching.explain.relax_trials import CHANGES, MOST_CHANGES, trials
from tcw.matching.judge import EXTRA, Bench, Verdict, bench, errors
from tcw.matching.plan import RELAXATIONS
from tcw.matching.problem import Problem
from tcw.rules.catalogue import RULES
from tcw.worktime.kinds import ABSENCE, LAST_WORKING

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
TOLD: Final = 5
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
    """Return RELAXATIONS (see `tcw.matching.plan`) of the orders that a plan (Boolean, one for each pair) leaves unfilled."""
    filled = question.pairs.filter(chosen)["order"].unique()
    orders = question.orders.filter(~pl.col("order").is_in(filled.implode()))
    people, changes = trials(question, orders)
    most = max(FEWEST, min(OF_AN_ORDER, IN_ALL // max(orders.height, 1)))
    tried = _worth_a_try(people, changes, most)
    verdict = _judged(question, chosen, orders, tried, changes)
    needed = _needed(tried, changes, verdict)
    return _told(question, orders, pl.concat([needed, _one_more(question, orders)]))


def _rank(kind: pl.Expr) -> pl.Expr:
    return kind.replace_strict(list(SMALLEST_FIRST), list(range(len(SMALLEST_FIRST))), return_dtype=pl.UInt8)


def _worth_a_try(people: pl.DataFrame, changes: pl.DataFrame, most: int) -> pl.DataFrame:
    """Return `trial` (UInt32), `order`, `staff`, `person`: at most `most` of each order, a few of each kinds of changes, the smallest first.

    Of the kinds of an order each has its turn before any has the next, so that few trials tell of all of them.
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


def _judged(
    question: Problem, chosen: pl.Series, orders: pl.DataFrame, tried: pl.DataFrame, changes: pl.DataFrame
) -> Verdict:
    """Let the rules judge everybody tried, with the order, with what the plan gives them, and without what is to be ended."""
    taken = question.with_pairs().filter(chosen).rename({"order": "number", "order_id": "order"})
    numbers = tried.select(pl.col("trial").alias("group"), "person", "staff", number="order")
    about = orders.select(
        pl.col("order").alias("number"),
        pl.col("order_id").alias("order"),
        *("start", "end", "activity", "unit", "kind"),
        pause=pl.col("break_minutes").cast(pl.Int32),
    )
    asked = numbers.join(about, on="number").with_columns(
        pair=(pl.col("group") + question.pairs.height).cast(pl.UInt32)
    )
    had = numbers.select("group", "person").join(taken, on="person")
    extra = pl.concat(
        [frame.select(pl.col(name).cast(dtype) for name, dtype in EXTRA.items()) for frame in (asked, had)]
    ).sort("group", "start", "pair")
    ended = (
        changes.filter(pl.col("kind").is_in(["booking", "absence"]))
        .select("order", "staff", ends="kind")
        .join(tried, on=["order", "staff"])
        .join(orders.select("order", "start", "end"), on="order")
    )
    met = question.ground.timeline.bookings.join(
        ended.select("trial", "person", "ends", begins="start", stops="end"), on="person"
    ).filter(
        pl.col("start") < pl.col("stops"),
        pl.col("end") > pl.col("begins"),
        pl.when(pl.col("ends") == "booking")
        .then(pl.col("kind") <= LAST_WORKING)
        .otherwise(pl.col("kind") == ABSENCE),
    )
    return _bench(question, tried["person"]).judge(
        extra, without=met.select(group="trial", row="row").unique()
    )


def _bench(question: Problem, people: pl.Series) -> Bench:
    """Return the question's bench, with people whom the question did not think of."""
    known = question.judged.considered["person"].unique()
    more = people.filter(~people.is_in(known.implode()))
    if more.is_empty():
        return question.bench
    added = bench(question.ground, more)
    return Bench(
        question.ground,
        pl.concat([question.bench.found, added.found]),
        pl.concat([question.bench.periods, added.periods]),
    )


def _needed(tried: pl.DataFrame, changes: pl.DataFrame, verdict: Verdict) -> pl.DataFrame:
    """Return CHANGES with `limit`, `unit` and `size` of everybody whom they let take the order, what the rules ask for among them."""
    foreseen = changes.join(tried, on=["order", "staff", "person"]).select("trial", *CHANGES)
    found = errors(verdict.found).select(trial="group", code="code", measured="measured", limit="limit")
    excused = foreseen.select("trial", code=pl.col("kind").replace_strict(EXCUSED, default=None)).drop_nulls()
    left = found.join(excused, on=["trial", "code"], how="anti")
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
    """Return the same of people who hold on their own and take other orders: one more like them is what is missing."""
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


def _told(question: Problem, orders: pl.DataFrame, needed: pl.DataFrame) -> pl.DataFrame:
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
    names = question.ground.timeline.staff.select("staff", "staff_id")
    return (
        best.join(names, on="staff")
        .sort("order", "size", "rank", "missing", "staff")
        .group_by("order", "key", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in ("size", "rank", "missing", "changes")),
            people=pl.col("person").n_unique(),
            staff_ids=pl.col("staff_id").head(TOLD),
        )
        .sort("order", "size", "rank", "missing", "people", "key", descending=[False] * 4 + [True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("order"))
        .filter(pl.col("rank") <= TOLD)
        .join(orders.select("order", "order_id"), on="order")
        .sort("order_id", "rank")
        .select(pl.col(name).cast(dtype) for name, dtype in RELAXATIONS.items())
    )
