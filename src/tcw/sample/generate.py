"""A sample, week by week, in canonical tables."""

from collections.abc import Iterator

import polars as pl

from tcw.sample import activities as act
from tcw.sample.availability import availability_of_week
from tcw.sample.plan import SamplePlan
from tcw.sample.registers import registers
from tcw.sample.shifts import shifts_of_week, split_by_visit
from tcw.sample.town import Town, text_of, town_of
from tcw.sample.vacancies import interests_of, vacancies_of_week

_US_PER_MINUTE = 60_000_000
_MINUTES_PER_DAY = 24 * 60
_ROSTER_DAYS = 28  # a roster is made for four weeks
_PUBLISHED_DAYS_AHEAD = 21
ACTIVITY_IDS = tuple(activity.activity_id for activity in act.ACTIVITIES)

BIG_TABLES = ("bookings", "orders", "availability", "interests")
"""Tables that come week by week, in this order."""

Tables = dict[str, pl.DataFrame]


def generate(plan: SamplePlan) -> Iterator[Tables]:
    """Yield the tables of a sample: first those that say who and what there is, then one dict per week.

    Every frame has the columns a sample fills, named and typed as in `tcw.model.tables`, with List columns
    where the schema has them. Bookings are sorted by start, then staff; the weeks follow each other in time.
    Same plan, same frames, whatever the number of threads.
    """
    town = town_of(plan)
    yield registers(town)
    orders = bookings = 1
    for week in range(plan.weeks):
        shifts = shifts_of_week(town, week)
        vacancies = vacancies_of_week(shifts, town, week, orders)
        unordered = shifts.filter(~pl.col("filler")).with_columns(
            order=pl.lit(None, dtype=pl.Int64),
            reason=pl.lit(None, dtype=pl.Int8),
            returned=pl.lit(value=False),
        )
        booked = pl.concat([unordered, vacancies.fillers.select(unordered.columns)])
        rows = split_by_visit(booked, town.dice, round(plan.bookings_per_week * plan.staff))
        yield {
            "bookings": _bookings(rows, town, bookings),
            "orders": _orders(vacancies.orders, town),
            "availability": _availability(availability_of_week(shifts, town, week), town),
            "interests": _interests(vacancies.orders, town),
        }
        orders += vacancies.orders.height
        bookings += rows.height


def _moment(town: Town, minutes: pl.Expr) -> pl.Expr:
    """A local moment from minutes after the start of the sample."""
    start = pl.lit(town.plan.start).cast(pl.Datetime("us")).cast(pl.Int64)
    return (start + minutes.cast(pl.Int64) * _US_PER_MINUTE).cast(pl.Datetime("us"))


def _at(day: str, minute: str) -> pl.Expr:
    return pl.col(day) * _MINUTES_PER_DAY + pl.col(minute)


def _numbered(letter: str, number: pl.Expr, width: int) -> pl.Expr:
    return letter + number.cast(pl.String).str.zfill(width)


def _order_id() -> pl.Expr:
    return _numbered("V", pl.col("order"), 8).alias("order_id")


def _reason() -> pl.Expr:
    return text_of(act.REASONS, pl.col("reason"))


def _bookings(rows: pl.DataFrame, town: Town, first: int) -> pl.DataFrame:
    dice, i = town.dice, pl.col("i")
    start = _at("day", "from_minute")
    published = (
        pl.col("day") // _ROSTER_DAYS * _ROSTER_DAYS - _PUBLISHED_DAYS_AHEAD
    ) * _MINUTES_PER_DAY + 8 * 60
    on_order = start - 2 * 60 - dice.below("ordered before", 5 * _MINUTES_PER_DAY, i, pl.col("day"))
    created = (
        pl.when(pl.col("order").is_not_null())
        .then(on_order)
        .when(pl.col("activity") == act.OVERTIME)
        .then(start - 60)
        .otherwise(published + dice.below("published", 8 * 60, i, pl.col("day") // _ROSTER_DAYS))
    )
    status = (
        pl.when("returned")
        .then(pl.lit("cancelled"))
        .when(pl.col("day") < town.plan.as_of_day)
        .then(pl.lit("worked"))
        .otherwise(pl.lit("planned"))
    )
    return (
        rows.sort(start, "i", "to_minute", "activity")
        .with_row_index("number")
        .select(
            booking_id=_numbered("B", pl.col("number").cast(pl.Int64) + first, 9),
            staff_id=town.staff_id(pl.col("i")),
            activity_id=text_of(ACTIVITY_IDS, pl.col("activity")),
            start=_moment(town, start),
            end=_moment(town, _at("day", "to_minute")),
            unit_id=town.unit_id(pl.col("at")),
            break_minutes="break_minutes",
            status=status,
            order_id=_order_id(),
            order_reason=_reason(),
            created_at=_moment(town, created),
        )
    )


def _orders(rows: pl.DataFrame, town: Town) -> pl.DataFrame:
    activity = pl.when(town.is_home_care(pl.col("at"))).then(act.VISIT).otherwise(act.CARE)
    competences = (
        pl.when(pl.col("nursing") & pl.col("delegation"))
        .then(pl.lit([act.NURSING, act.DELEGATION]))
        .when("nursing")
        .then(pl.lit([act.NURSING]))
        .when("delegation")
        .then(pl.lit([act.DELEGATION]))
    )
    return rows.sort("order").select(
        order_id=_order_id(),
        unit_id=town.unit_id(pl.col("at")),
        start=_moment(town, _at("day", "from_minute")),
        end=_moment(town, _at("day", "to_minute")),
        activity_id=text_of(ACTIVITY_IDS, activity),
        competences=competences,
        reason=_reason(),
        status="status",
        priority="priority",
        advertised="advertised",
        previous_staff_id=_staff_or_null("previous", town),
        replaces_staff_id=_staff_or_null("replaces", town),
        break_minutes="break_minutes",
        message=pl.when(pl.col("priority") == 1).then(pl.lit("Kan du arbeta? Svara senast kl. 15.")),
    )


def _staff_or_null(column: str, town: Town) -> pl.Expr:
    return town.staff_id(pl.when(pl.col(column) >= 0).then(column))


def _availability(rows: pl.DataFrame, town: Town) -> pl.DataFrame:
    own, neighbour = town.unit_id(pl.col("unit")), town.unit_id(pl.col("borrower"))
    return rows.select(
        staff_id=town.staff_id(pl.col("i")),
        start=_moment(town, _at("day", "from_minute")),
        end=_moment(town, _at("day", "to_minute")),
        kind="kind",
        units=pl.when(pl.col("scope") == 1)
        .then(pl.concat_list(own))
        .when((pl.col("scope") > 1) & (pl.col("unit") != pl.col("borrower")))
        .then(pl.concat_list(own, neighbour)),
    )


def _interests(orders: pl.DataFrame, town: Town) -> pl.DataFrame:
    starts = orders.select("order", starts=_at("day", "from_minute"))
    return (
        interests_of(orders, town)
        .join(starts, on="order", maintain_order="left")
        .select(
            order_id=_order_id(),
            staff_id=town.staff_id(pl.col("i")),
            registered_at=_moment(town, pl.col("starts") - pl.col("minutes_before")),
        )
    )
