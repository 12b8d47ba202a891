"""`tcw check` on a cluster: the people cut into parts, each judged by the kernels of `tcw.rules` where there is room."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import polars as pl

from tcw.extras.spark.bookings import Bookings
from tcw.extras.spark.cluster import Cluster, Told
from tcw.parts.blocks import Block, Placed, Placing, read_blocks
from tcw.parts.tables import rows_by_part
from tcw.rules.catalogue import RULES
from tcw.rules.engine.ground import Site
from tcw.rules.engine.part_sites import part_sites
from tcw.rules.engine.portions import Asked, Cut, portion_of
from tcw.rules.engine.weighed import Earlier, Weighed, earlier_of, weigh
from tcw.rules.measures.requirements import demanding
from tcw.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Given:
    """What the task of one part is given."""

    site: Site
    blocks: list[Block]
    earlier: Earlier


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges a part. `folder`: where findings go."""

    codes: tuple[str, ...]
    asked: Asked
    keep: pl.Expr | None
    schema: pl.Schema
    folder: Path

    def __call__(self, given: Given) -> Weighed:
        """Judge a part; its findings are in a file."""
        rules = tuple(rule for code in self.codes for rule in RULES if rule.code == code)
        bookings = read_blocks(given.blocks, self.schema).lazy()
        found = weigh(portion_of(given.site, rules, self.asked, bookings), given.earlier, self.keep)
        # Two tries of one part may be under way at once.
        return found.filed(self.folder / f"found-{uuid4().hex}.parquet")


def placing_of(cut: Cut) -> Placing:
    """Return which part everybody is in. Persons, and so parts, are in the order of their lowest staff ids."""
    lowest = cut.people.with_columns(lowest=pl.col("staff_id").min().over("person"))
    first = lowest.group_by("part").agg(pl.col("lowest").min()).sort("part")["lowest"]
    by_order = Placing(first, lowest.select("staff_id", "part").clear())
    # A second employment stands where the person's first does.
    others = lowest.filter(pl.col("lowest") != pl.col("staff_id"))
    strays = others.filter(by_order.part_of(others["staff_id"]) != others["part"])
    return Placing(first, strays.select("staff_id", "part"))


def judged(
    cluster: Cluster,
    bookings: Bookings,
    site: Site,
    rules: tuple[Rule, ...],
    asked: Asked,
    cut: Cut,
    earlier: Earlier,
    keep: pl.Expr | None,
    told: Told | None = None,
) -> Iterator[Weighed]:
    """Yield what is found in each part, when all are done; see `tcw.rules.engine.weighed.weigh`."""
    if not cut.parts:
        return
    placing = placing_of(cut)
    # Cancelled ones, too: a row's number is its place among all of a part.
    blocks = bookings.moved(placing, told=_of(told, 0.0, 0.2), cancelled=True)
    folder = cluster.folder / "found"
    folder.mkdir()
    schema = site.schedule.bookings.collect_schema()
    job = Judge(tuple(rule.code for rule in rules), asked, keep, schema, folder)
    orders = _orders(site, bookings, placing)
    theirs = earlier.filter(earlier_of(None, site.people, rules).not_())
    given = _given(site, blocks, cut, orders, theirs)
    yield from cluster.each("judged", job, given, _of(told, 0.2, 1.0))


def _orders(site: Site, bookings: Bookings, placing: Placing) -> dict[int, pl.DataFrame]:
    """Return the orders that ask for a competence, by the parts whose bookings fill them."""
    asking = demanding(site.schedule.tables["orders"])
    if asking.is_empty() or "order_id" not in site.schedule.bookings.collect_schema():
        return {}
    filled = bookings.ask(
        lambda rows: (
            rows.filter(pl.col("order_id").is_not_null(), pl.col("staff_id").is_not_null())
            .select("order_id", "staff_id")
            .unique()
        )
    )
    places = filled.select("order_id", placing.part_of(filled["staff_id"])).unique()
    return rows_by_part(asking, places, "order_id")


def _given(
    site: Site, blocks: Placed, cut: Cut, orders: dict[int, pl.DataFrame], earlier: Earlier
) -> Iterator[Given]:
    parts = cut.people.select("staff_id", "part")
    baseline, accepted = (
        None if one is None else (one.clear(), rows_by_part(one, parts))
        for one in (earlier.baseline, earlier.accepted)
    )
    for place, mine in enumerate(part_sites(site, parts, cut.parts, orders)):
        theirs = Earlier(
            *(None if one is None else one[1].get(place, one[0]) for one in (baseline, accepted))
        )
        yield Given(mine, blocks.of(place), theirs)


def _of(told: Told | None, begin: float, end: float) -> Told | None:
    """Tell of the share done of one of several steps."""
    return None if told is None else lambda done: told(begin + done * (end - begin))
