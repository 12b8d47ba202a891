"""Separation: the rules judge a whole plan, and what they flag becomes rows that forbid it (cuts).

A plan that may not have one set of orders would have the next such set a round later. So the rules also judge
all sets of as few orders around the finding, and no set is forbidden that they allow. The result is written
as few and wide rows, so that the linear program sees almost what integers see.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

from tcw.matching.problem import Problem
from tcw.matching.rules_oracle import EXTRA, RULES_FOR_PEOPLE, Verdict, errors
from tcw.matching.search.constraints import Rows, none
from tcw.rules.rule import Rule


def check(question: Problem, chosen: pl.Series) -> Verdict:
    """Let the rules judge the people of a plan with all they take.

    `group` is the person's place among them.
    """
    taken = question.with_pairs().filter(chosen)
    groups = taken.select("person").unique().sort("person").with_row_index("group")
    return question.oracle.judge(_extra(taken.join(groups, on="person", how="left")))


def forbid(question: Problem, chosen: pl.Series, verdict: Verdict, rows: Rows) -> Rows:
    """Return rows that no plan with the same fault satisfies, and every plan without it does.

    And rows for more such faults near it.
    Of the orders that a finding is about, the fewest are sought that still make one: adding bookings takes no
    finding away. Orders of the same person, span and activity are alike to the rules, and nobody can have two
    at once, so that all of them stand in the row.
    """
    wrong = errors(verdict.findings)
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


def _more(every: pl.DataFrame, findings: pl.DataFrame) -> Rows:
    """Return rows for sets that are forbidden near findings."""
    sets = findings.group_by("set").agg(pl.col("shape").sort(), pl.col("most").first())
    numbered = sets.select("shape", "most").unique().sort("shape", "most").with_row_index("row")
    members = (
        numbered.explode("shape")
        .join(every.select("pair", "shape"), on="shape")
        .select("row", "pair", weight=pl.lit(1, dtype=pl.Int64))
        .sort("row", "pair")
    )
    return Rows(members, numbered["most"].alias("upper"))


def clashing(question: Problem, chosen: pl.Series, tested: pl.Series) -> pl.Series:
    """Return which of the pairs `tested` (Boolean) the rules flag beside what the plan books their person.

    Requests are no bookings yet.
    """
    every = question.with_pairs()
    booked = every.filter(chosen & ~every["request"]).select("person", "pair")
    beside = every.filter(tested & ~chosen).select(finding="pair", person="person")
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
    wrong = errors(question.oracle.judge(_extra(placed), rules).findings).select("group").unique()
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


TWO: Final = 2
MOST: Final = 3_000
"""Sets of a finding that are judged; where there are more, none are."""
LARGEST: Final = 4
"""Orders of a set."""
PLACES: Final = 64
"""Spans near a finding; where there are more, none are judged."""
SETS: Final = pl.Schema({"set": pl.UInt32(), "shape": pl.UInt32(), "most": pl.Int64()})

StillWrong = Callable[[pl.DataFrame], pl.Series]
"""Sets (`finding`, `pair`) -> those that the rules flag."""


def nearby(every: pl.DataFrame, rows: Rows, spans: pl.DataFrame, still_wrong: StillWrong) -> pl.DataFrame:
    """Return sets of which nobody may have more than `most`.

    Args:
        every: the pairs with their orders.
        rows: what is forbidden already.
        spans: `finding`, `person`, `from`, `to` (Int64 µs), `size`: how many orders make the finding.
        still_wrong: the rules.

    Returns:
        `set`, `shape` (UInt32), `most` (Int64: how many of the set's shapes somebody may have).
    """
    near = (
        spans.filter(pl.col("size").is_between(TWO, LARGEST))
        .join(every.group_by("shape").agg(pl.col("person", "start", "end", "pair").first()), on="person")
        .filter(pl.col("start") < pl.col("to"), pl.col("end") > pl.col("from"))
        .filter(pl.len().over("finding") <= PLACES)
        .sort("finding", "start", "end", "shape")
        .select("finding", "size", "shape", "start", "end", "pair")
    )
    exclusive = _exclusive(every, rows, near)
    parts = [pl.DataFrame(schema=SETS)]
    sets = near.select("finding", "size", shape0="shape")
    for size in range(TWO, LARGEST + 1):
        sets = _larger(sets.filter(pl.col("size") >= size), near, exclusive, size)
        if sets.is_empty():
            break
        wrong = still_wrong(_long(sets, size).join(near.select("shape", "pair").unique("shape"), on="shape"))
        bad = pl.col("set").is_in(wrong.implode())
        if size == TWO:
            exclusive = pl.concat(
                [exclusive, sets.filter(bad).select("finding", shape="shape0", other_shape="shape1")]
            )
        parts += [
            _widest(sets_judged, near, size)
            for sets_judged in sets.with_columns(bad=bad).partition_by("finding")
            if sets_judged["bad"].any()
        ]
        sets = sets.filter(~bad).drop("set")
    return (
        pl.concat(
            part.with_columns(set=pl.struct(number=pl.lit(number), of_part="set"))
            for number, part in enumerate(parts)
        )
        .with_columns(pl.col("set").rank("dense").cast(pl.UInt32))
        .sort("set", "shape")
    )


def _exclusive(every: pl.DataFrame, rows: Rows, near: pl.DataFrame) -> pl.DataFrame:
    """Return `finding`, `shape`, `other_shape` (the larger one) of which nobody can have both.

    They overlap, or a row says so.
    """
    others = near.select("finding", other_shape="shape", from_="start", to_="end")
    overlapping = (
        near.join(others, on="finding")
        .filter(
            pl.col("shape") < pl.col("other_shape"),
            pl.col("start") < pl.col("to_"),
            pl.col("end") > pl.col("from_"),
        )
        .select("finding", "shape", "other_shape")
    )
    near_pairs = every.filter(pl.col("shape").is_in(near["shape"].unique().implode())).select("pair", "shape")
    single = rows.upper.eq(1).arg_true()
    placed = (
        rows.entries.filter(pl.col("row").is_in(single.implode()))
        .join(near_pairs, on="pair")
        .select("row", "shape")
        .unique()
    )
    by_row = (
        placed.join(placed.rename({"shape": "other_shape"}), on="row")
        .filter(pl.col("shape") < pl.col("other_shape"))
        .select("shape", "other_shape")
        .unique()
        .join(near.select("finding", "shape"), on="shape")
        .join(near.select("finding", other_shape="shape"), on=["finding", "other_shape"], how="semi")
        .select("finding", "shape", "other_shape")
    )
    return pl.concat([overlapping, by_row]).unique()


def _larger(sets: pl.DataFrame, near: pl.DataFrame, exclusive: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return sets of one shape more, `set` their number, at most MOST for each finding.

    Sets of which nobody can have all are left out.
    """
    new = f"shape{size - 1}"
    larger = sets.join(near.select("finding", pl.col("shape").alias(new)), on="finding").filter(
        pl.col(new) > pl.col(f"shape{size - 2}")
    )
    for place in range(size - 1):
        larger = larger.join(
            exclusive,
            left_on=["finding", f"shape{place}", new],
            right_on=["finding", "shape", "other_shape"],
            how="anti",
        )
    return (
        larger.filter(pl.len().over("finding") <= MOST)
        .sort("finding", *(f"shape{place}" for place in range(size)))
        .with_row_index("set")
    )


def _long(sets: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return `finding` (the set's number), `shape`."""
    members = [f"shape{place}" for place in range(size)]
    return sets.select(finding="set", shape=pl.concat_list(members)).explode("shape")


def _widest(sets_judged: pl.DataFrame, near: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return wide sets (`set`, `shape`, `most`): none holds an allowed set, together they hold all forbidden.

    Nobody may then have as many of them as those sets have. Sets that hold two shapes that exclude each other
    were not judged: nobody has both.
    """
    shapes = near.filter(pl.col("finding") == sets_judged["finding"][0])["shape"]
    # In which places the shapes of a set stand, as bits.
    bits = _long(sets_judged, size).join(
        pl.DataFrame(
            {"shape": shapes, "bit": [1 << place for place in range(shapes.len())]},
            schema_overrides={"bit": pl.UInt64},
        ),
        on="shape",
    )
    mask = bits.group_by("finding").agg(pl.col("bit").sum()).sort("finding")["bit"].to_numpy()
    bad = sets_judged["bad"].to_numpy()
    allowed, left = mask[~bad], mask[bad]
    cuts: list[pl.DataFrame] = []
    while left.size:
        wide = left[0]
        for place in range(shapes.len()):
            more = wide | np.uint64(1 << place)
            if not ((allowed & ~more) == 0).any():
                wide = more
        left = left[(left & ~wide) != 0]
        inside = [place for place in range(shapes.len()) if int(wide) >> place & 1]
        cuts.append(
            pl.DataFrame({"shape": shapes.gather(inside)}).select(
                set=pl.lit(len(cuts), dtype=pl.UInt32), shape="shape", most=pl.lit(size - 1, dtype=pl.Int64)
            )
        )
    return pl.concat(cuts)
