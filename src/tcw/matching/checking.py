"""The rules over a whole plan, and what they flag as rows that forbid it."""

import polars as pl

from tcw.matching.judge import EXTRA, RULES_FOR_PEOPLE, Verdict, errors
from tcw.matching.problem import Problem
from tcw.matching.search.binding import Rows, none
from tcw.matching.search.nearby import nearby
from tcw.rules.rule import Rule


def check(question: Problem, chosen: pl.Series) -> Verdict:
    """Let the rules judge the people of a plan with all they take; `group` is the person's place among them."""
    taken = question.with_pairs().filter(chosen)
    groups = taken.select("person").unique().sort("person").with_row_index("group")
    return question.bench.judge(_extra(taken.join(groups, on="person", how="left")))


def forbid(question: Problem, chosen: pl.Series, verdict: Verdict, rows: Rows) -> Rows:
    """Return rows that no plan with the same fault satisfies, and every plan without it does; and rows for more such faults near it.

    Of the orders that a finding is about, the fewest are sought that still make one: adding bookings takes no finding away. Orders of the same
    person, span and activity are alike to the rules, and nobody can have two at once, so that all of them stand in the row.
    """
    wrong = errors(verdict.found)
    if wrong.is_empty():
        return none()
    every = question.with_pairs()
    taken = every.filter(chosen)
    groups = taken.select("person").unique().sort("person").with_row_index("group")
    owned = taken.join(groups, on="person", how="left").select("group", "pair")
    findings = (
        wrong.group_by("group", "pairs")
        .agg(pl.col("from").min(), pl.col("to").max())
        .sort("group", "pairs")
        .with_row_index("finding")
    )
    about = findings.explode("pairs").select("finding", "group", pair="pairs")
    # A finding about bookings that stood before comes from all that the person takes.
    whole = about.filter(pl.col("pair").is_null()).select("finding", "group").join(owned, on="group")
    sets = pl.concat([about.drop_nulls("pair").select("finding", "pair"), whole.select("finding", "pair")])
    rules = _flagging(wrong)
    alone = _still_wrong(question, every, sets, rules)
    loose = about.select("finding", "group").unique().filter(~pl.col("finding").is_in(alone.implode()))
    widened = pl.concat(
        [
            sets.filter(pl.col("finding").is_in(alone.implode())),
            loose.join(owned, on="group").select("finding", "pair"),
        ]
    )
    fewest = _fewest(question, every, widened, rules)
    more = nearby(
        every, rows, _spans(findings, fewest, every), lambda sets: _still_wrong(question, every, sets, rules)
    )
    return _rows(every, fewest).and_(_more(every, more))


def _spans(findings: pl.DataFrame, fewest: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """Return where the findings are: `finding`, `person`, `from`, `to`, `size`."""
    about = (
        fewest.join(every.select("pair", "person", "start", "end"), on="pair")
        .group_by("finding")
        .agg(pl.col("person").first(), pl.len().alias("size"), pl.col("start").min(), pl.col("end").max())
    )
    return (
        about.join(findings.select("finding", "from", "to"), on="finding")
        .select(
            *("finding", "person", "size"),
            **{"from": pl.min_horizontal("from", "start"), "to": pl.max_horizontal("to", "end")},
        )
        .sort("finding")
    )


def _flagging(wrong: pl.DataFrame) -> tuple[Rule, ...]:
    """Return the rules that found something: no other need be asked what they find in less of the same."""
    codes = set(wrong["code"].unique())
    return tuple(rule for rule in RULES_FOR_PEOPLE if rule.code in codes)


def _more(every: pl.DataFrame, found: pl.DataFrame) -> Rows:
    """Return rows for sets that are forbidden near findings."""
    sets = found.group_by("set").agg(pl.col("shape").sort(), pl.col("most").first())
    numbered = sets.select("shape", "most").unique().sort("shape", "most").with_row_index("row")
    members = (
        numbered.explode("shape")
        .join(every.select("pair", "shape"), on="shape")
        .select("row", "pair", weight=pl.lit(1, dtype=pl.Int64))
        .sort("row", "pair")
    )
    return Rows(members, numbered["most"].alias("upper"))


def clashing(question: Problem, chosen: pl.Series, asked: pl.Series) -> pl.Series:
    """Return which of the pairs `asked` (Boolean) the rules flag beside what the plan books their person (`pair`); requests are no bookings yet."""
    every = question.with_pairs()
    booked = every.filter(chosen & ~every["request"]).select("person", "pair")
    beside = every.filter(asked & ~chosen).select(finding="pair", person="person")
    had = beside.join(booked, on="person").select("finding", "pair")
    new = had.select("finding").unique().select("finding", pair="finding")
    if new.is_empty():
        return pl.Series("finding", [], dtype=pl.UInt32)
    return _still_wrong(question, every, pl.concat([new, had]))


def _fewest(
    question: Problem, every: pl.DataFrame, sets: pl.DataFrame, rules: tuple[Rule, ...]
) -> pl.DataFrame:
    """Return each set without one of its pairs, where the rest is still wrong, again and again."""
    done = []
    while sets.height:
        sized = sets.with_columns(size=pl.len().over("finding"))
        small = sized.filter(pl.col("size") == 1)
        done.append(small.select("finding", "pair"))
        large = sized.filter(pl.col("size") > 1).select("finding", "pair")
        trials = (
            large.rename({"pair": "without"})
            .join(large, on="finding")
            .filter(pl.col("pair") != pl.col("without"))
            .sort("finding", "without", "pair")
            .with_columns(trial=pl.struct("finding", "without").rle_id().cast(pl.UInt32))
        )
        if trials.is_empty():
            break
        wrong = _still_wrong(question, every, trials.select(pl.col("trial").alias("finding"), "pair"), rules)
        left = (
            trials.filter(pl.col("trial").is_in(wrong.implode()))
            .select("finding", "trial")
            .unique()
            .group_by("finding")
            .agg(pl.col("trial").min())
        )
        done.append(large.join(left, on="finding", how="anti"))
        sets = trials.join(left, on=["finding", "trial"], how="semi").select("finding", "pair")
    return pl.concat(done) if done else sets


def _still_wrong(
    question: Problem,
    every: pl.DataFrame,
    sets: pl.DataFrame,
    rules: tuple[Rule, ...] = RULES_FOR_PEOPLE,
) -> pl.Series:
    """Return which sets (`finding`, `pair`) the rules flag when their person takes these and nothing else."""
    numbers = sets.select("finding").unique().sort("finding").with_row_index("group")
    placed = sets.join(numbers, on="finding").join(every, on="pair")
    wrong = errors(question.bench.judge(_extra(placed), rules).found).select("group").unique()
    return numbers.join(wrong, on="group", how="semi").sort("group")["finding"]


def _extra(pairs: pl.DataFrame) -> pl.DataFrame:
    return (
        pairs.rename({"order": "order_number"})
        .rename({"order_id": "order"})
        .select(pl.col(name).cast(dtype) for name, dtype in EXTRA.items())
        .sort("group", "start", "pair")
    )


def _rows(every: pl.DataFrame, sets: pl.DataFrame) -> Rows:
    """Return a row for each set: of as many shapes of a person, at most all but one."""
    shaped = sets.join(every.select("pair", "shape"), on="pair").select("finding", "shape").unique()
    alike = (
        shaped.group_by("finding")
        .agg(pl.col("shape").sort())
        .select("shape")
        .unique()
        .sort("shape")
        .with_row_index("row")
    )
    members = (
        alike.explode("shape")
        .join(every.select("pair", "shape"), on="shape")
        .select("row", "pair", weight=pl.lit(1, dtype=pl.Int64))
        .sort("row", "pair")
    )
    upper = alike.select(pl.col("shape").list.len().cast(pl.Int64) - 1).to_series().alias("upper")
    return Rows(members, upper)
