"""What binds pairs together, as rows of a 0/1 program: what nobody may have at once, and how many hours.

Every row is implied by a rule, so that none takes a good plan away. What the rows do not see, the rules find
in the plan, and it is forbidden then.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.matching.problem import Problem
from tcw.matching.search.cliques import widened
from tcw.rules.engine.in_force import InForce
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from tcw.worktime.kinds import LAST_DUTY

ENTRIES: Final = pl.Schema({"row": pl.UInt32(), "pair": pl.UInt32(), "weight": pl.Int64()})


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a 0/1 program: the sum of `weight` over the chosen pairs of `row` is at most `upper`.

    `entries`: ENTRIES, sorted by row and pair. `upper`: Int64, one for each row.
    """

    entries: pl.DataFrame
    upper: pl.Series

    def and_(self, more: "Rows") -> "Rows":
        """Return these rows and others after them."""
        moved = more.entries.with_columns(pl.col("row") + self.upper.len())
        return Rows(
            pl.concat([self.entries, moved.select(ENTRIES.names()).cast(ENTRIES)]),
            pl.concat([self.upper, more.upper]),
        )


def none() -> Rows:
    """Return no rows."""
    return Rows(pl.DataFrame(schema=ENTRIES), pl.Series("upper", [], dtype=pl.Int64))


def at_most(members: pl.DataFrame, key: list[str], most: int = 1) -> Rows:
    """Return a row for each group of `pair` by `key` of more than `most`: at most so many of them."""
    rows = (
        members.select(*key, "pair")
        .unique()
        .with_columns(size=pl.len().over(key))
        .filter(pl.col("size") > most)
    )
    numbered = rows.sort(*key, "pair").with_columns(row=pl.struct(key).rle_id().cast(pl.UInt32))
    count = numbered["row"].n_unique()
    return Rows(
        numbered.select("row", "pair", weight=pl.lit(1, dtype=pl.Int64)),
        pl.Series("upper", [most] * count, dtype=pl.Int64),
    )


def bind(question: Problem) -> Rows:
    """Return all rows of a question: one person for each order.

    Spans that no person has at once; hours of calculation periods.
    """
    pairs = question.with_pairs().with_columns(_rest(question.prepared.in_force, question))
    long = pl.col("end") - pl.col("start") >= (US_PER_DAY - pl.col("rest")) // 2
    resting = pairs.filter((pl.col("rest") > 0) & long)
    # Whose spans are all long ones is bound by rests already.
    short = pairs.filter(
        pl.col("person").is_in(pairs.filter((pl.col("rest") == 0) | ~long)["person"].implode())
    )
    exclusive = pl.concat(
        sets.select("pair", kind=pl.lit(kind), clique="clique")
        for kind, sets in enumerate(
            (
                _cliques(resting, pl.col("end") + pl.col("rest")),
                _cliques(short, pl.col("end")),
                _short_rests(pairs.with_columns(long=long)),
            )
        )
    )
    about = pairs.select("pair", "person", "shape", "start")
    sets = exclusive.join(about, on="pair").select(
        *("person", "shape", "start"), clique=pl.struct("kind", "clique").rank("dense")
    )
    together = widened(sets).join(about.select("shape", "pair"), on="shape")
    return at_most(pairs, ["order"]).and_(at_most(together, ["clique"])).and_(_hours(question))


def _rest(in_force: InForce, question: Problem) -> pl.Expr:
    """Return `rest` (Int64 µs): what a person surely rests after a long span.

    0 where the agreement lays its days otherwise.
    In rolling days (WT01) two spans with less rest between them, and less than that left of the 24 hours
    after both, leave no rest in the day that the first begins, and none in any that began before.
    """
    terms = in_force.terms
    sure = [
        int(min(one.daily_rest, one.daily_rest_with_compensation) * US_PER_HOUR)
        if one.daily_rest_mode == "rolling"
        else 0
        for one in terms
    ]
    pairs = question.with_pairs()
    placed = in_force.on(pl.col("person"), pl.col("day"), pairs.select("person", "day"))
    rest = placed["agreement"].replace_strict(list(range(len(sure))), sure, return_dtype=pl.Int64)
    return pl.when(pl.col("kind") <= LAST_DUTY).then(pl.lit(rest)).otherwise(0).alias("rest")


def _cliques(pairs: pl.DataFrame, end: pl.Expr) -> pl.DataFrame:
    """Return `clique`, `pair`: the largest sets of one person's spans that all overlap.

    A span lasts from `start` to `end`. Spans overlap when they all hold one of the instants at which one of
    them starts.
    """
    spans = pairs.select("person", "pair", "start", stop=end)
    instants = spans.select("person", at="start").unique().sort("person", "at")
    by_day = spans.with_columns(
        day=pl.int_ranges(pl.col("start") // US_PER_DAY, (pl.col("stop") - 1) // US_PER_DAY + 1)
    ).explode("day")
    met = (
        instants.with_columns(day=pl.col("at") // US_PER_DAY)
        .join(by_day, on=["person", "day"])
        .filter(pl.col("start") <= pl.col("at"), pl.col("at") < pl.col("stop"))
    )
    next_at = instants.with_columns(
        later=pl.when(pl.col("person") == pl.col("person").shift(-1)).then(pl.col("at").shift(-1))
    )
    first_end = met.group_by("person", "at").agg(ends=pl.col("stop").min())
    largest = (
        next_at.join(first_end, on=["person", "at"], how="left", maintain_order="left")
        # Where none ends before the next begins, the next set holds all of this one.
        .filter(pl.col("later").is_null() | (pl.col("ends") <= pl.col("later")))
        .with_row_index("clique")
    )
    return met.join(largest, on=["person", "at"]).select("clique", "pair")


def _short_rests(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return `clique`, `pair`: a span, and others after it that overlap each other.

    Too little rest lies between them and after them. Only where one of the two is short: those that are long
    are bound already.
    """
    resting = pairs.filter(pl.col("rest") > 0)
    near = (resting["day"].cast(pl.Int64).alias("day"),)
    spans = resting.select("person", "pair", "shape", "start", "end", "rest", "long", *near)
    shapes = spans.unique("shape", keep="first", maintain_order=True).drop("pair")
    later = shapes.select(
        "person",
        "day",
        pl.col("shape").alias("other"),
        pl.col("start").alias("begins"),
        pl.col("end").alias("stops"),
        pl.col("long").alias("other_long"),
    )
    met = (
        shapes.with_columns(day=pl.int_ranges(pl.col("day"), pl.col("day") + 3))
        .explode("day")
        .join(later, on=["person", "day"])
        .filter(
            ~(pl.col("long") & pl.col("other_long")),
            pl.col("begins") >= pl.col("end"),
            pl.col("begins") - pl.col("end") < pl.col("rest"),
            pl.col("stops") - pl.col("start") > US_PER_DAY - pl.col("rest"),
        )
        .select("shape", "other", "begins", "stops")
    )
    sets = (
        met.select("shape", at="begins")
        .unique()
        .join(met, on="shape")
        .filter(pl.col("begins") <= pl.col("at"), pl.col("at") < pl.col("stops"))
        .sort("shape", "at", "other")
    )
    numbered = sets.with_columns(clique=pl.struct("shape", "at").rle_id().cast(pl.UInt32))
    members = pl.concat(
        [numbered.select("clique", "shape"), numbered.select("clique", shape="other")]
    ).unique()
    return members.join(spans.select("shape", "pair"), on="shape").select("clique", "pair")


def _hours(question: Problem) -> Rows:
    """Return rows for calculation periods: planned ordinary hours are at most full time (PL01, WT04)."""
    before = question.oracle.periods.select("person", "day", "until", had="ordinary")
    owners = question.pairs.select("pair", "person", group="shape")
    adding = (
        question.candidates.verdict.periods.join(owners, on="group")
        .join(before, on=["person", "day", "until"], how="left")
        .with_columns(
            weight=(pl.col("ordinary") - pl.col("had").fill_null(0)) // US_PER_MINUTE,
            room=(pl.col("full") - pl.col("had").fill_null(0)) / US_PER_MINUTE,
        )
        .filter(pl.col("weight") > 0)
        .select(
            "person", "day", "until", "pair", "weight", room=(pl.col("room") + 1e-6).floor().cast(pl.Int64)
        )
    )
    key = ["person", "day", "until"]
    tight = adding.filter(pl.col("weight").sum().over(key) > pl.col("room"))
    numbered = tight.sort(*key, "pair").with_columns(row=pl.struct(key).rle_id().cast(pl.UInt32))
    upper = numbered.group_by("row").agg(pl.col("room").min()).sort("row")["room"].alias("upper")
    return Rows(numbered.select("row", "pair", "weight"), upper)
