"""Who could take which order of `benchmarks.match_data`, by hand: what the peers of `tcw match` begin with.

Far fewer conditions than tcw's, and none that tcw does not have: the unit is the home unit, one introduced
at, or (where nobody is introduced) of the same area; a window covers the order, or a part-timer is merely
free; competences are held; nothing booked overlaps or lies within the rest. Two spans of a person go together
where `rest` hours lie between them.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True, slots=True)
class Pairs:
    """`pairs`: `pair`, `order`, `staff` (dense numbers), `start`, `end`, sorted by order and staff.

    And ids by number.
    """

    pairs: pl.DataFrame
    orders: list[str]
    staff: list[str]
    rest: float

    def rows(self) -> list[list[int]]:
        """Return pairs of which one at most can be taken.

        Of each order, and of each person what holds one instant, rest included.
        """
        span = self.pairs.with_columns(end=pl.col("end") + pl.duration(hours=self.rest))
        instants = span.select("staff", at="start").unique()
        met = (
            span.join(instants, on="staff")
            .filter(pl.col("start") <= pl.col("at"), pl.col("at") < pl.col("end"))
            .group_by("staff", "at")
            .agg(pl.col("pair").sort())
        )
        by_order = self.pairs.group_by("order").agg("pair").sort("order")["pair"]
        by_person = met.sort("staff", "at")["pair"].unique(maintain_order=True)
        return [row for row in [*by_order.to_list(), *by_person.to_list()] if len(row) > 1]


def arguments() -> tuple[Path, float, float]:
    """Return the folder, hours of rest and, where given, seconds of the command line."""
    folder, rest, *more = sys.argv[1:]
    return Path(folder), float(rest), float(more[0]) if more else 60.0


def read(folder: Path, rest: float) -> Pairs:
    """Return the pairs of a source."""
    table = {file.stem: pl.read_parquet(file) for file in folder.glob("*.parquet")}
    orders, staff = table["orders"], table["staff"]
    spans = orders.select("order_id", "unit_id", "start", "end")
    reach = _reach(table)
    near = spans.join(reach, on="unit_id").join(staff.select("staff_id", "employment_type"), on="staff_id")
    windows = table["availability"].select("staff_id", begins="start", stops="end")
    covered = near.join(windows, on="staff_id").filter(
        pl.col("begins") <= pl.col("start"), pl.col("stops") >= pl.col("end")
    )
    found = [covered.select("order_id", "staff_id")]
    if "employment_rate" in staff.columns:
        part = staff.filter(pl.col("employment_rate") < 1, pl.col("employment_type") != "hourly")
        found.append(near.join(part.select("staff_id"), on="staff_id").select("order_id", "staff_id"))
    pairs = pl.concat(found).unique()
    if "competences" in orders.columns:
        wanted = orders.select("order_id", competence_id="competences")
        pairs = (
            pairs.join(wanted, on="order_id")
            .join(table["competences"], on=["staff_id", "competence_id"], how="semi")
            .select("order_id", "staff_id")
        )
    placed = pairs.join(spans.drop("unit_id"), on="order_id")
    gap = pl.duration(hours=rest)
    busy = placed.join(
        table["bookings"].select("staff_id", begins="start", stops="end"), on="staff_id"
    ).filter(pl.col("begins") < pl.col("end") + gap, pl.col("stops") + gap > pl.col("start"))
    free = placed.join(busy, on=["order_id", "staff_id"], how="anti")
    order_ids, staff_ids = (orders["order_id"].sort().to_list(), staff["staff_id"].sort().to_list())
    numbered = (
        free.with_columns(
            order=pl.col("order_id").replace_strict(order_ids, range(len(order_ids)), return_dtype=pl.UInt32),
            staff=pl.col("staff_id").replace_strict(staff_ids, range(len(staff_ids)), return_dtype=pl.UInt32),
        )
        .sort("order", "staff")
        .with_row_index("pair")
        .select("pair", "order", "staff", "start", "end")
    )
    return Pairs(numbered, order_ids, staff_ids, rest)


def _reach(table: dict[str, pl.DataFrame]) -> pl.DataFrame:
    home = table["staff"].select("staff_id", unit_id="home_unit")
    if "introductions" in table:
        return pl.concat([home, table["introductions"].select("staff_id", "unit_id")]).unique()
    areas = table["units"].select("unit_id", "planning_area")
    return (
        home.join(areas, on="unit_id")
        .select("staff_id", "planning_area")
        .join(areas, on="planning_area")
        .select("staff_id", "unit_id")
    )
