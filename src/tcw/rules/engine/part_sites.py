"""What one part of the people stands on: of the tables about people, their own rows; of the whole, what is settled already.

So that judging a part costs what its people cost, however many others there are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import polars as pl

from tcw.model.intake_report import REJECTS_SCHEMA, IntakeReport
from tcw.parts.tables import rows_by_part
from tcw.rules.engine.ground import Site
from tcw.rules.measures.requirements import demanding
from tcw.worktime.clock import physical

BY_PEOPLE = ("staff", "availability", "competences", "agreement_links", "introductions")
WHOLE = ("activities", "units", "red_days")
"""Tables that rules about people read whole; of the others they read nothing, but for the orders."""


def part_sites(
    site: Site, parts: pl.DataFrame, number: int, orders: dict[int, pl.DataFrame] | None = None
) -> Iterator[Site]:
    """Yield the site of each part, in order.

    Such a site has no bookings: whoever judges the part brings them.

    Args:
        site: of the whole.
        parts: `staff_id`, `part` (UInt32, below `number`).
        number: of parts.
        orders: of `demanding`, those that the bookings of each part fill; None: all of them in every part.
    """
    tables = site.schedule.tables
    cut = {name: rows_by_part(tables[name], parts) for name in BY_PEOPLE}
    nobody = pl.lit(None, dtype=pl.String).alias("staff_id")
    witnesses = {name: found(tables[name], site).with_columns(nobody) for name, found in WITNESSES.items()}
    shared = {name: tables[name] if name in WHOLE else tables[name].clear() for name in tables}
    asking = demanding(tables["orders"])
    shared["orders"] = asking if orders is None else asking.clear()
    people, staff = rows_by_part(site.people, parts), rows_by_part(site.whole.staff, parts)
    schedule = replace(
        site.schedule,
        bookings=pl.LazyFrame(schema=site.schedule.bookings.collect_schema()),
        pieces=None,
        intake=IntakeReport((), pl.DataFrame(schema=REJECTS_SCHEMA)),
    )
    links = site.in_force.links.join(
        site.people.select("staff_id", "person").join(parts, on="staff_id").select("person", "part").unique(),
        on="person",
        maintain_order="left",
    ).partition_by("part", as_dict=True, include_key=False, maintain_order=True)
    for place in range(number):
        mine = {name: _rows(cut[name], place, tables[name]) for name in BY_PEOPLE}
        if orders is not None:
            mine["orders"] = _rows(orders, place, shared["orders"])
        for name, rows in witnesses.items():
            mine[name] = pl.concat([mine[name], rows])
        yield replace(
            site,
            schedule=replace(schedule, tables=shared | mine),
            people=_rows(people, place, site.people),
            whole=replace(
                site.whole,
                # Numbered anew: a number is a position.
                staff=_rows(staff, place, site.whole.staff).drop("staff").with_row_index("staff"),
            ),
            in_force=replace(site.in_force, links=links.pop((place,), site.in_force.links.clear())),
        )


def _rows(cut: dict[int, pl.DataFrame], place: int, table: pl.DataFrame) -> pl.DataFrame:
    """Hand out a part's rows; they are not kept for parts that are done."""
    return cut.pop(place, table.clear())


def _availability(table: pl.DataFrame, site: Site) -> pl.DataFrame:
    """Return the rows that begin first and end last: outside of what the table covers, nobody is judged."""
    instants = table.select(
        site.whole.clock.instant(physical(pl.col(name))).alias(name) for name in ("start", "end")
    )
    places = [instants["start"].arg_min(), instants["end"].arg_max()]
    return table[[place for place in places if place is not None]]


def _competences(table: pl.DataFrame, _: Site) -> pl.DataFrame:
    """Return a row with a kind, if any has one: without, register extracts cannot be told from others."""
    return table.filter(pl.col("kind").is_not_null()).head(1)


WITNESSES: Mapping[str, Callable[[pl.DataFrame, Site], pl.DataFrame]] = {
    "availability": _availability,
    "competences": _competences,
}
"""What a rule asks of a whole table is answered by a row or two of it, made nobody's, in every part."""
