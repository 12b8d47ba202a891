"""Orders (beställningar): what absence leaves vacant, who filled it, and what is still open."""

from dataclasses import dataclass

import polars as pl

from tcw.sample import activities as act
from tcw.sample.shifts import PRESENT
from tcw.sample.town import (
    ASSISTANT_NURSE,
    DAY,
    EVENING,
    FIRST_HOURLY_POST,
    NIGHT,
    PEOPLE_PER_UNIT,
    Town,
    shift_times,
)

_COVERED = (DAY, EVENING, NIGHT)
_OPEN_AHEAD = 0.7  # of the absences nobody covers
_GIVEN_UP = 0.06  # of those in the past: the order was cancelled or stopped
_VACANT_SHIFT = 0.08  # of all unit-days ahead: a shift nobody has on their roster
_RETURNED = 0.03  # of the booked orders ahead
_MOST_INTERESTS = 3
_SPECIAL_PRIORITY = 4
_OTHER_REASONS = {
    act.BY_VACANCY: 0.4,
    act.BY_SICKNESS: 0.3,
    act.BY_VACATION: 0.2,
    act.BY_SICK_CHILD: 0.07,
    act.BY_CRISIS: 0.03,
}

NO_ONE = -1


@dataclass(frozen=True, slots=True)
class Vacancies:
    """A week's orders and the bookings that fill them.

    `orders`: `order` (Int64, its number), `unit`, `day`, `shift`, `reason`, `replaces`, `previous` (Int32
    staff numbers, NO_ONE for none), `status` (String), `priority`, `nursing`, `delegation`, `advertised`, and
    times. `fillers`: the filler rows of `shifts_of_week` with `order`, `reason`, `returned`.
    """

    orders: pl.DataFrame
    fillers: pl.DataFrame


def vacancies_of_week(shifts: pl.DataFrame, town: Town, week: int, first_order: int) -> Vacancies:
    """Match who stepped in with who was away, in the same unit, day and shift; number the orders from one."""
    key = ["at", "day", "shift"]
    rank = pl.int_range(pl.len(), dtype=pl.Int32).over(key).alias("rank")
    away = (
        shifts.filter((pl.col("absence") != PRESENT) & pl.col("shift").is_in(_COVERED))
        .sort("i", "day", "from_minute")
        .select(*key, rank, replaces="i", cause="absence")
    )
    fillers = (
        shifts.filter("filler")
        .sort("i", "day", "from_minute")
        .with_columns(rank)
        .join(away, on=[*key, "rank"], how="left", maintain_order="left")
        .with_columns(reason=_reason(town), replaces=pl.col("replaces").fill_null(NO_ONE))
    )
    ahead = 7 * week >= town.plan.as_of_day
    dice = town.dice
    fillers = fillers.with_columns(
        returned=dice.chance("returned", _RETURNED if ahead else 0.0, pl.col("i"), pl.col("day"))
    )
    booked = fillers.select(
        "at",
        "day",
        "shift",
        "reason",
        "replaces",
        previous=pl.when("returned").then("i").otherwise(NO_ONE).cast(pl.Int32),
        status=pl.when("returned").then(pl.lit("returned")).otherwise(pl.lit("booked")),
        nursing=(pl.col("category") == ASSISTANT_NURSE)
        & dice.chance("nursing", 0.6, pl.col("i"), pl.col("day")),
        delegation=pl.lit(value=False),
        filler=pl.int_range(pl.len(), dtype=pl.Int64),
    )
    vacant = pl.concat(
        [_uncovered(away, fillers, key, town, ahead=ahead), _unstaffed(town, week, ahead=ahead)]
    )
    orders = (
        pl.concat([booked, vacant.select(booked.columns)])
        .join(shift_times(), on="shift", maintain_order="left")
        .sort("day", "from_minute", "at", "status", "replaces", "filler")
        .with_row_index("order")
        .with_columns(pl.col("order").cast(pl.Int64) + first_order)
        .with_columns(
            priority=1 + dice.below("priority", _SPECIAL_PRIORITY, pl.col("order")),
            advertised=dice.chance("advertised", 0.7, pl.col("order")),
        )
    )
    numbers = orders.filter(pl.col("filler") >= 0).sort("filler")["order"]
    return Vacancies(orders.drop("filler"), fillers.with_columns(numbers.alias("order")))


def interests_of(orders: pl.DataFrame, town: Town) -> pl.DataFrame:
    """Return who wants an advertised open order: `order`, `i`, `minutes_before` it starts (Int32)."""
    dice, order = town.dice, pl.col("order")
    advertised = orders.filter(pl.col("advertised") & pl.col("status").is_in(["open", "returned"]))
    first, size = town.planning_area(town.area_of(pl.col("at")))
    interests = [
        advertised.filter(dice.chance("interest", 0.5, order, turn)).select(
            "order",
            i=(
                (FIRST_HOURLY_POST + turn) * town.units
                + first
                + dice.below("interested unit", 1 << 20, order, turn) % size
            ).cast(pl.Int32),
            minutes_before=dice.below("registered", 5 * 24 * 60, order, turn) + 24 * 60,
        )
        for turn in range(min(_MOST_INTERESTS, PEOPLE_PER_UNIT - FIRST_HOURLY_POST))
    ]
    return pl.concat(interests).filter(pl.col("i") < town.plan.staff).sort("order", "i")


def _reason(town: Town) -> pl.Expr:
    """The reason of the absence; where several step in for one person, the rest have reasons by chance."""
    cause = pl.col("cause")
    crisis = town.dice.chance("crisis", 0.12, pl.col("replaces").fill_null(0), pl.col("day"))
    return (
        pl.when(cause == act.SICK)
        .then(pl.when(crisis).then(act.BY_CRISIS).otherwise(act.BY_SICKNESS))
        .when(cause == act.VACATION)
        .then(act.BY_VACATION)
        .when(cause == act.SICK_CHILD)
        .then(act.BY_SICK_CHILD)
        .when(cause.is_null())
        .then(town.dice.pick("reason", _OTHER_REASONS, pl.col("i"), pl.col("day")))
        .otherwise(act.BY_VACANCY)
        .cast(pl.Int8)
    )


def _uncovered(
    away: pl.DataFrame, fillers: pl.DataFrame, key: list[str], town: Town, *, ahead: bool
) -> pl.DataFrame:
    """Orders for absences that nobody covers: open ahead, given up in the past."""
    dice, who = town.dice, (pl.col("replaces"), pl.col("day"))
    past = pl.when(dice.chance("stopped", 0.5, *who)).then(pl.lit("stopped")).otherwise(pl.lit("cancelled"))
    return (
        away.join(fillers, on=[*key, "rank"], how="anti", maintain_order="left")
        .with_columns(i="replaces")
        .filter(dice.chance("ordered", _OPEN_AHEAD if ahead else _GIVEN_UP, *who))
        .with_columns(
            reason=_reason(town),
            previous=pl.lit(NO_ONE, dtype=pl.Int32),
            status=pl.lit("open") if ahead else past,
            nursing=dice.chance("needs nursing", 0.6, *who),
            delegation=dice.chance("needs delegation", 0.25, *who),
            filler=pl.lit(NO_ONE, dtype=pl.Int64),
        )
        .drop("rank", "cause", "i")
    )


def _unstaffed(town: Town, week: int, *, ahead: bool) -> pl.DataFrame:
    """Open orders ahead for shifts that are nobody's."""
    dice = town.dice
    days = pl.DataFrame({"day": range(7 * week, 7 * week + 7)}, schema={"day": pl.Int32})
    where = (pl.col("at"), pl.col("day"))
    return (
        pl.select(at=pl.int_range(town.units, dtype=pl.Int32))
        .join(days, how="cross")
        .filter(dice.chance("vacant shift", _VACANT_SHIFT if ahead else 0.0, *where))
        .select(
            "at",
            "day",
            shift=dice.below("vacant which", len(_COVERED), *where).cast(pl.Int8),
            replaces=pl.lit(NO_ONE, dtype=pl.Int32),
            reason=pl.lit(act.BY_VACANCY, dtype=pl.Int8),
            previous=pl.lit(NO_ONE, dtype=pl.Int32),
            status=pl.lit("open"),
            nursing=dice.chance("vacant nursing", 0.6, *where),
            delegation=dice.chance("vacant delegation", 0.25, *where),
            filler=pl.lit(NO_ONE, dtype=pl.Int64),
        )
    )
