"""Availability (tillgänglighet) in the weeks ahead: own, resource shifts, flexible windows, office staff."""

import polars as pl

from tcw.sample.town import DAY, EVENING, FULL_TIME, NURSE, OFFICE_WEEK, SHIFTS, Town

_OWN = (7 * 60, 21 * 60 + 30)
_FLEXIBLE = (6 * 60, 23 * 60)
_OFFICE = (8 * 60, 16 * 60 + 30)


def availability_of_week(shifts: pl.DataFrame, town: Town, week: int) -> pl.DataFrame:
    """Return who is available when, sorted by day and i.

    Returns `i`, `unit`, `borrower`, `day`, `from_minute`, `to_minute`, `kind` and `scope`. `kind` is a word
    of `tcw.model.tables.AVAILABILITY`; `scope` is 0 for any unit, 1 for the own one, 2 for the own and its
    neighbour. Nobody is available on a day they are booked. Only weeks that lie ahead have rows.
    """
    dice, i, day = town.dice, pl.col("i"), pl.col("day")
    first_day = 7 * week
    days = pl.DataFrame({"day": range(first_day, first_day + 7)}, schema={"day": pl.Int32})
    part_timer = ~pl.col("hourly") & (pl.col("rate") < FULL_TIME) & (pl.col("category") != NURSE)
    office = pl.col("roster") == OFFICE_WEEK
    offers = (
        pl.when("hourly")
        .then(dice.chance("available", 0.30, i, day))
        .when(office)
        .then(dice.chance("office available", 0.10, i, day))
        .when(part_timer)
        .then(dice.chance("resource shift", 0.06, i, day))
        .otherwise(pl.lit(value=False))
    )
    kind = (
        pl.when(office)
        .then(pl.lit("office"))
        .when("hourly")
        .then(_either(dice.chance("flexible substitute", 0.3, i, day), "flexible", "own"))
        .otherwise(_either(dice.chance("flexible", 0.2, i, day), "flexible", "resource"))
    )
    late = dice.chance("late resource shift", 0.4, i, day)
    scope = dice.pick("scope", {0: 0.7, 1: 0.2, 2: 0.1}, i, week)
    ahead = first_day >= town.plan.as_of_day
    return (
        (town.people if ahead else town.people.clear())
        .filter(pl.col("first_day") <= first_day, pl.col("last_day") >= first_day + 6)
        .join(days, how="cross")
        .filter(offers)
        .join(shifts, on=["person", "day"], how="anti", maintain_order="left")
        .select("i", "unit", "borrower", "day", kind=kind, late=late, scope=scope)
        .with_columns(
            from_minute=_minute(0, SHIFTS[DAY].start, SHIFTS[EVENING].start),
            to_minute=_minute(1, SHIFTS[DAY].end, SHIFTS[EVENING].end),
        )
        .drop("late")
        .sort("day", "from_minute", "i")
    )


def _either(condition: pl.Expr, yes: str, no: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(yes)).otherwise(pl.lit(no))


def _minute(end: int, early: int, late: int) -> pl.Expr:
    kind = pl.col("kind")
    return (
        pl.when(kind == "office")
        .then(_OFFICE[end])
        .when(kind == "own")
        .then(_OWN[end])
        .when(kind == "flexible")
        .then(_FLEXIBLE[end])
        .when("late")
        .then(late)
        .otherwise(early)
        .cast(pl.Int32)
    )
