"""The wishes, in strict order, as whole numbers for each pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.matching.offers import TIERS
from tcw.matching.problem import Problem
from tcw.matching.standing import OFFICE

FILLED: Final = "filled"
FAIRNESS: Final = "fairness"
LOWEST_IDS: Final = "ids"
EARLIER: Final = 64
"""So many orders in a row are told apart by the last wish."""
WORTH_OF_CLASS: Final = tuple(range(OFFICE, -1, -1))
"""Resource shifts and monthly paid within the contract 3, part-timers above it 2, hourly paid 1, office staff 0."""


@dataclass(frozen=True, slots=True)
class Objective:
    """A wish: the sum of `worth` (Int64, not negative, one for each pair) over the chosen pairs is to be as large as can be.

    `part`: the priority class, for filled orders. `quiet`: it is there so that the answer is the only one, and nobody is told.
    """

    name: str
    worth: pl.Series
    part: int | None = None
    quiet: bool = False


def objectives(
    question: Problem, wishes: Sequence[str], previous: pl.DataFrame | None = None
) -> list[Objective]:
    """Return all wishes, the weightiest first; fairness has no worth here (see `tcw.matching.search.fairness`).

    Args:
        question: with its pairs.
        wishes: those of tcw.yaml, in order.
        previous: `order_id`, `staff_id` of the last plan: then stability comes right after filled orders.
    """
    pairs = question.with_pairs()
    ordered = [wish for wish in wishes if wish != "stability"]
    if previous is not None and "stability" in wishes:
        ordered = ["stability", *ordered]
    found = _filled(pairs)
    for wish in ordered:
        if wish == "employment":
            worth = pairs["class"].replace_strict(
                list(range(len(WORTH_OF_CLASS))), list(WORTH_OF_CLASS), return_dtype=pl.Int64
            )
            found.append(Objective(wish, worth))
        elif wish == "tier":
            found.append(Objective(wish, len(TIERS) - pairs["tier"].cast(pl.Int64)))
        elif wish == "continuity":
            found.append(Objective(wish, pairs["continuity"].cast(pl.Int64)))
        elif wish == "stability" and previous is not None:
            found.append(Objective(wish, _kept(question, pairs, previous)))
        elif wish == FAIRNESS:
            found.append(Objective(wish, pl.zeros(pairs.height, dtype=pl.Int64, eager=True)))
    found.append(Objective(LOWEST_IDS, _lowest(pairs), quiet=True))
    return found


def _lowest(pairs: pl.DataFrame) -> pl.Series:
    """Return what is worth more the lower the staff id is among an order's candidates, and more so with earlier orders."""
    rank = pl.int_range(pl.len()).over("order").cast(pl.Int64)
    early = 2 * EARLIER - pl.col("order").cast(pl.Int64) % EARLIER
    return (
        pairs.select("order", rank=rank)
        .select((pl.col("rank").max() + 1 - pl.col("rank")) * early)
        .to_series()
    )


def _filled(pairs: pl.DataFrame) -> list[Objective]:
    """Return one wish for each priority class, highest first."""
    classes = pairs["priority"].unique().sort().to_list()
    return [Objective(FILLED, (pairs["priority"] == one).cast(pl.Int64), one) for one in classes]


def _kept(question: Problem, pairs: pl.DataFrame, previous: pl.DataFrame) -> pl.Series:
    named = pairs.join(
        question.ground.timeline.staff.select("staff", "staff_id"),
        on="staff",
        how="left",
        maintain_order="left",
    )
    return named.join(
        previous.select("order_id", "staff_id", kept=pl.lit(1, dtype=pl.Int64)).unique(),
        on=["order_id", "staff_id"],
        how="left",
        maintain_order="left",
    )["kept"].fill_null(0)
