"""Which agreement holds for a person on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from tcw.rules.engine.terms import Terms
from tcw.worktime.keys import day_key

FOREVER = 2**30
"""A day number after all days."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The agreements of a run.

    `terms`: every agreement that links or settings name, the default first; frames hold its position
    (UInt16).
    `links`: `person` (UInt32), `day` (Int32 days since 1970: the first on which `agreement` holds),
    `agreement` (UInt16), sorted by person and day; a person's stretches without a link are the default's.
    Where links overlap, the one that began last holds.
    `unknown`: agreements that links name and nobody has described; the default's limits hold for them.
    `positions`: each agreement as links write it -> its position in `terms`; the unknown ones are left out.
    """

    terms: tuple[Terms, ...]
    links: pl.DataFrame
    unknown: tuple[str, ...] = ()
    positions: Mapping[str, int] = field(default_factory=dict)

    def on(self, person: pl.Expr, day: pl.Expr, frame: pl.DataFrame) -> pl.DataFrame:
        """Add `agreement` (UInt16): in force for the person on the local day (Int32 days since 1970)."""
        if self.links.is_empty():
            return frame.with_columns(agreement=pl.lit(0, dtype=pl.UInt16))
        keyed = frame.with_row_index("place_").with_columns(link_=day_key(day, person))
        marks = self.links.select(link_=day_key("day"), linked_="person", agreement="agreement")
        dated = keyed.sort("link_").join_asof(marks, on="link_", strategy="backward")
        same_person = pl.col("linked_") == person
        return (
            dated.with_columns(
                agreement=pl.when(same_person).then("agreement").otherwise(0).fill_null(0).cast(pl.UInt16)
            )
            .sort("place_")
            .drop("place_", "link_", "linked_")
        )

    def term(self, name: str) -> pl.Expr:
        """Return a limit of the column `agreement` as Float64, also whole numbers and clock times."""
        values = pl.Series([float(getattr(terms, name)) for terms in self.terms], dtype=pl.Float64)
        if values.n_unique() == 1:
            return pl.lit(values[0], dtype=pl.Float64)
        return pl.col("agreement").replace_strict(
            pl.Series(range(len(self.terms)), dtype=pl.UInt16), values, return_dtype=pl.Float64
        )

    def having(self, name: str, value: object) -> pl.Expr:
        """Return whether the agreement of the column `agreement` has a setting with this value."""
        positions = [position for position, terms in enumerate(self.terms) if getattr(terms, name) == value]
        if len(positions) == len(self.terms):
            return pl.lit(value=True)
        return pl.col("agreement").is_in(positions)

    def values(self, name: str) -> set[object]:
        """Return the different values a setting has among the agreements of this run."""
        return {getattr(terms, name) for terms in self.terms}


def in_force(links: pl.DataFrame, people: pl.DataFrame, known: Mapping[str, Terms], default: str) -> InForce:
    """Return the agreements in force.

    Args:
        links: the `agreement_links` table.
        people: `staff_id`, `person`.
        known: all agreements by code.
        default: of everybody without a link.
    """
    linked = links["agreement_id"].drop_nulls().unique().sort().to_list()
    folded = {_folded(code): code for code in known}
    position_of = {default: 0}
    terms = [known[default]]
    unknown: list[str] = []
    numbers: dict[str, int] = {}
    for name in linked:
        code = known[name].code if name in known else folded.get(_folded(name))
        if code is None:
            unknown.append(name)
            numbers[name] = 0
            continue
        if code not in position_of:
            position_of[code] = len(terms)
            terms.append(known[code])
        numbers[name] = position_of[code]
    known_names = {name: position for name, position in numbers.items() if name not in unknown}
    return InForce(tuple(terms), _changes(links, people, numbers), tuple(unknown), known_names)


def _folded(name: str) -> str:
    """Return a name without capitals, blanks and punctuation, which systems leave out at will."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _changes(links: pl.DataFrame, people: pl.DataFrame, numbers: Mapping[str, int]) -> pl.DataFrame:
    """Return on which day which agreement begins to hold."""
    spans = (
        links.join(people, on="staff_id", how="inner")
        .select(
            "person",
            begins=pl.col("valid_from").to_physical().fill_null(-FOREVER).cast(pl.Int32),
            ends=(pl.col("valid_to").to_physical().fill_null(FOREVER - 1) + 1).cast(pl.Int32),
            agreement=pl.col("agreement_id").replace_strict(numbers, default=0, return_dtype=pl.UInt16)
            if numbers
            else pl.lit(0, dtype=pl.UInt16),
        )
        .filter(pl.col("begins") < pl.col("ends"))
        .unique()
    )
    days = pl.concat([spans.select("person", day="begins"), spans.select("person", day="ends")]).unique()
    holding = (
        days.join(spans, on="person", how="left")
        .filter(pl.col("begins") <= pl.col("day"), pl.col("day") < pl.col("ends"))
        .sort("person", "day", "begins", "agreement")
        .unique(["person", "day"], keep="last", maintain_order=True)
        .select("person", "day", "agreement")
    )
    return (
        days.join(holding, on=["person", "day"], how="left")
        .with_columns(pl.col("agreement").fill_null(0))
        .sort("person", "day")
        .select("person", pl.col("day").cast(pl.Int32), pl.col("agreement").cast(pl.UInt16))
    )


def decided(terms: Sequence[Terms], code: str, first: date, last: date) -> pl.DataFrame:
    """Return on which days of a period which agreement waives a rule, and by whose decision.

    Returns `agreement` (UInt16), `decided_from`, `decided_to` (Date), `waived_by` (String); one row per
    agreement that ignores the rule and names a decision.
    """
    rows = [
        (position, waiving.decision_from or first, waiving.decision_to or last, waiving.decision)
        for position, waiving in enumerate(terms)
        if code in waiving.ignores and waiving.decision is not None
    ]
    return pl.DataFrame(
        rows,
        schema={
            "agreement": pl.UInt16,
            "decided_from": pl.Date,
            "decided_to": pl.Date,
            "waived_by": pl.String,
        },
        orient="row",
    )
