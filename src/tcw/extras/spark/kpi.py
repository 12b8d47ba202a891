"""`tcw kpi` on a cluster: the people cut into parts, each computed by `tcw.kpis` where there is room."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import polars as pl

from tcw.extras.spark.bookings import Bookings
from tcw.extras.spark.cluster import Cluster, Told
from tcw.kpis.compute import Plan
from tcw.kpis.portions import NEEDED, Filed, Share, filed, number_by_staff, shares_of
from tcw.parts.blocks import Block, Placing, read_blocks


@dataclass(frozen=True, slots=True)
class Compute:
    """Computes a part. `folder`: where its rows go."""

    schema: pl.Schema
    folder: Path

    def __call__(self, given: tuple[Share, list[Block]]) -> Filed:
        """Compute a part; what is large of it is in files."""
        share, blocks = given
        made = share.compute(read_blocks(blocks, self.schema).lazy())
        # Two tries of one part may be under way at once.
        return filed(made, self.folder, uuid4().hex)


def computed(
    cluster: Cluster, bookings: Bookings, plan: Plan, parts: int, told: Told | None = None
) -> Iterator[Filed]:
    """Yield what each part of the people comes to, in their order, when all are done."""
    booked = bookings.ask(number_by_staff).group_by("staff_id").agg(pl.col("number").sum())
    shares = shares_of(plan, booked, parts)
    blocks = bookings.moved(placing_of(shares), NEEDED, told and (lambda done: told(done / 2)))
    folder = cluster.folder / "computed"
    folder.mkdir()
    schema = plan.schedule.bookings.collect_schema()
    columns = pl.Schema({name: dtype for name, dtype in schema.items() if name in NEEDED})
    given = ((share, blocks.of(place)) for place, share in enumerate(shares))
    job = Compute(columns, folder)
    yield from cluster.each("parts", job, given, told and (lambda done: told((1 + done) / 2)))


def placing_of(shares: list[Share]) -> Placing:
    """Return which part everybody is in: people by the order of their ids, those nobody knows in the last."""
    known = [share.staff[0] for share in shares if share.codes != (0, 0)]
    last = shares[-1]
    others = last.staff if last.codes == (0, 0) else last.staff.clear()
    return Placing(
        pl.Series(known, dtype=pl.String),
        others.alias("staff_id").to_frame().with_columns(part=pl.lit(len(known), dtype=pl.UInt32)),
    )
