"""The people of a schedule cut into parts, and what is sent along with each part.

Of the tables about people a part has its own rows; of the whole it has what the survey has settled. So
judging a part costs what its people cost, however many others there are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import polars as pl

from tcw.model.intake_report import REJECTS_SCHEMA, IntakeReport
from tcw.model.pieces import Everywhere
from tcw.parts.people import parted, rows_by_part
from tcw.rules.engine.prepare import SurveyedSchedule
from tcw.rules.measures.requirements import demanding
from tcw.worktime.clock import physical

TABLES_BY_PEOPLE = ("staff", "availability", "competences", "agreement_links", "introductions")
WHOLE_TABLES = ("activities", "units", "red_days")
"""Tables that rules about people read whole; of the others they read nothing, but for the orders."""


def parts_of_people(survey: SurveyedSchedule, number: int) -> tuple[pl.DataFrame, int]:
    """Return `staff_id` and `part` (UInt32) of everybody, and how many parts there are: about `number`.

    Parts have about as many bookings each.
    Parts are in the order of persons; all employments of a person are in one part.
    """
    people = parted(survey.people, "person", number).select("staff_id", "part")
    last = people["part"].max()
    return people, last + 1 if isinstance(last, int) else 0


def orders_by_part(
    survey: SurveyedSchedule, people: pl.DataFrame, ask: Everywhere
) -> dict[int, pl.DataFrame]:
    """Return the orders that ask for a competence, by the parts whose bookings fill them."""
    orders = demanding(survey.schedule.tables["orders"])
    if orders.is_empty() or "order_id" not in survey.schedule.bookings.collect_schema():
        return {}
    filled = ask(
        lambda bookings: (
            bookings.filter(pl.col("order_id").is_not_null(), pl.col("staff_id").is_not_null())
            .select("order_id", "staff_id")
            .unique()
        )
    )
    fillers = filled.join(people, on="staff_id", maintain_order="left").select("order_id", "part").unique()
    return rows_by_part(orders, fillers, "order_id")


def surveys_by_part(
    survey: SurveyedSchedule, parts: pl.DataFrame, number: int, orders: dict[int, pl.DataFrame] | None = None
) -> Iterator[SurveyedSchedule]:
    """Yield the survey of each part, in order. It has no bookings: whoever judges the part gets them.

    Args:
        survey: of the whole.
        parts: `staff_id`, `part` (UInt32, below `number`).
        number: of parts.
        orders: of those that ask for a competence, those that the bookings of each part fill; None: all
            of them in every part.
    """
    tables = survey.schedule.tables
    by_part = {name: rows_by_part(tables[name], parts) for name in TABLES_BY_PEOPLE}
    nobody = pl.lit(None, dtype=pl.String).alias("staff_id")
    witnesses = {
        name: choose(tables[name], survey).with_columns(nobody) for name, choose in WITNESSES.items()
    }
    shared = {name: tables[name] if name in WHOLE_TABLES else tables[name].clear() for name in tables}
    shared_orders = demanding(tables["orders"])
    shared["orders"] = shared_orders if orders is None else shared_orders.clear()
    people, staff = rows_by_part(survey.people, parts), rows_by_part(survey.whole.staff, parts)
    schedule = replace(
        survey.schedule,
        bookings=pl.LazyFrame(schema=survey.schedule.bookings.collect_schema()),
        pieces=None,
        intake=IntakeReport((), pl.DataFrame(schema=REJECTS_SCHEMA)),
    )
    persons = survey.people.select("staff_id", "person").join(parts, on="staff_id").select("person", "part")
    links = rows_by_part(survey.in_force.links, persons.unique(), "person")
    for part in range(number):
        own = {name: _rows(by_part[name], part, tables[name]) for name in TABLES_BY_PEOPLE}
        if orders is not None:
            own["orders"] = _rows(orders, part, shared["orders"])
        for name, rows in witnesses.items():
            own[name] = pl.concat([own[name], rows])
        # Numbered anew: a number is a position.
        own_staff = _rows(staff, part, survey.whole.staff).drop("staff").with_row_index("staff")
        yield replace(
            survey,
            schedule=replace(schedule, tables=shared | own),
            people=_rows(people, part, survey.people),
            whole=replace(survey.whole, staff=own_staff),
            in_force=replace(survey.in_force, links=_rows(links, part, survey.in_force.links)),
            is_part=True,
        )


def _rows(by_part: dict[int, pl.DataFrame], part: int, table: pl.DataFrame) -> pl.DataFrame:
    """Hand out a part's rows; they are not kept for parts that are done."""
    return by_part.pop(part, table.clear())


def _availability(table: pl.DataFrame, survey: SurveyedSchedule) -> pl.DataFrame:
    """Return the rows that begin first and end last: outside of what the table covers, nobody is judged."""
    instants = table.select(
        survey.whole.clock.instant(physical(pl.col(name))).alias(name) for name in ("start", "end")
    )
    positions = [instants["start"].arg_min(), instants["end"].arg_max()]
    return table[[position for position in positions if position is not None]]


def _competences(table: pl.DataFrame, _: SurveyedSchedule) -> pl.DataFrame:
    """Return a row that has a kind, if there is one: only then can register extracts be told from others."""
    return table.filter(pl.col("kind").is_not_null()).head(1)


WITNESSES: Mapping[str, Callable[[pl.DataFrame, SurveyedSchedule], pl.DataFrame]] = {
    "availability": _availability,
    "competences": _competences,
}
"""What a rule asks of a whole table is answered by a row or two of it, made nobody's, in every part."""
