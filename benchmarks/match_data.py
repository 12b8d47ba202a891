"""Made-up sources for the booking assistant: a town's vacancies, and personnel task scheduling.

The second follows the published instances of Krishnamoorthy, Ernst and Baatar (Algorithms for large scale
shift minimisation personnel task scheduling problems, 2012): tasks fixed in time, each to be done by one of
the workers qualified for it, nobody doing two at once, about 90 % of each worker's time taken. A plan that
does all tasks is dealt out first, so that all can be done; then workers are qualified for others', too.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import polars as pl

MONDAY = datetime(2026, 5, 4)  # noqa: DTZ001 - local time
SHIFTS = ((7.0, 8.5), (7.0, 6.0), (13.0, 8.5), (15.0, 7.5), (21.0, 10.0))
DAYS = 28


def town(folder: Path, staff: int, orders: int, areas: int, seed: int = 1) -> Path:
    """Write a source of so many staff, orders in four weeks and planning areas of five units.

    Return the folder.
    """
    dice = Random(seed)  # noqa: S311 - the same numbers each time
    units = [f"U{area:02}{unit}" for area in range(areas) for unit in range(5)]
    people = [f"{number:05}" for number in range(staff)]
    home = {one: units[place % len(units)] for place, one in enumerate(people)}
    hourly = {one: dice.random() < 0.6 for one in people}
    rate = {one: dice.choice([0.5, 0.75, 1.0]) for one in people}
    bookings, availability, introductions = [], [], []
    for one in people:
        near = [unit for unit in units if unit[:3] == home[one][:3] and unit != home[one]]
        introductions += list(
            zip([one] * 3, dice.sample(near, 3), ("family", "friend", "acquaintance"), strict=True)
        )
        for week in range(-4, 4):
            for day in [] if hourly[one] else sorted(dice.sample(range(7), max(round(5 * rate[one]) - 1, 1))):
                start = MONDAY + timedelta(days=7 * week + day, hours=7)
                bookings.append((one, "W", start, start + timedelta(hours=8), home[one]))
        for day in range(DAYS):
            if dice.random() < (0.3 if hourly[one] else 0.15):
                start = MONDAY + timedelta(days=day, hours=6)
                kind = "own" if hourly[one] else dice.choice(["resource", "flexible", "own"])
                availability.append((one, start, start + timedelta(hours=dice.choice([10, 17, 27])), kind))
    vacant = []
    for number in range(orders):
        hour, length = dice.choice(SHIFTS)
        start = MONDAY + timedelta(days=dice.randrange(DAYS), hours=hour)
        vacant.append(
            (
                *(f"V{number:06}", dice.choice(units), start, start + timedelta(hours=length), "W", "open"),
                dice.randint(1, 4),
            )
        )
    return _written(
        folder,
        units=_frame({"unit_id": units, "planning_area": [unit[:3] for unit in units]}),
        staff=_staff(people, ["hourly" if hourly[one] else "monthly" for one in people]).with_columns(
            home_unit=pl.Series([home[one] for one in people]),
            employment_rate=pl.Series([None if hourly[one] else rate[one] for one in people]),
        ),
        introductions=_rows(introductions, ["staff_id", "unit_id", "tier"]),
        bookings=_rows(bookings, ["staff_id", "activity_id", "start", "end", "unit_id"]),
        availability=_rows(availability, ["staff_id", "start", "end", "kind"]),
        orders=_rows(vacant, ["order_id", "unit_id", "start", "end", "activity_id", "status", "priority"]),
    )


def tasks(
    folder: Path, workers: int, *, days: int = 1, hours: float = 12.0, skilled: float = 0.33, seed: int = 1
) -> Path:
    """Write tasks that so many workers can just do, `hours` from 7 each day, each qualified for that share.

    Return the folder.
    """
    dice = Random(seed)  # noqa: S311 - the same numbers each time
    people = [f"{number:04}" for number in range(workers)]
    vacant: list[tuple[str, datetime, datetime, str]] = []
    for one in people:
        for day in range(days):
            at, end = 0.0, hours
            while True:
                at += dice.choice([0, 0, 0.25, 0.5])
                length = dice.choice([0.5, 0.75, 1.0, 1.5, 2.0])
                if at + length > end:
                    break
                start = MONDAY + timedelta(days=day, hours=7 + at)
                vacant.append((f"T{len(vacant):05}", start, start + timedelta(hours=length), one))
                at += length
    competences = [
        (one, f"K{task}")
        for task, _, _, own in vacant
        for one in people
        if one == own or dice.random() < skilled
    ]
    available = [
        (one, MONDAY + timedelta(days=day), MONDAY + timedelta(days=day + 1), "own")
        for one in people
        for day in range(days)
    ]
    return _written(
        folder,
        units=_frame({"unit_id": ["A"], "planning_area": ["A"]}),
        staff=_staff(people, ["hourly"] * workers).with_columns(home_unit=pl.lit("A")),
        bookings=_rows(
            [(people[0], "W", MONDAY - timedelta(days=60), MONDAY - timedelta(days=60, hours=-4), "A")],
            ["staff_id", "activity_id", "start", "end", "unit_id"],
        ),
        availability=_rows(available, ["staff_id", "start", "end", "kind"]),
        competences=_rows(competences, ["staff_id", "competence_id"]),
        orders=_rows(
            [(task, "A", start, end, "W", "open", f"K{task}") for task, start, end, _ in vacant],
            ["order_id", "unit_id", "start", "end", "activity_id", "status", "competences"],
        ),
    )


def _staff(people: list[str], types: list[str]) -> pl.DataFrame:
    return _frame({"staff_id": people, "employment_type": types}).with_columns(
        valid_from=pl.lit(date(2024, 1, 1))
    )


def _frame(columns: dict[str, list[str]]) -> pl.DataFrame:
    return pl.DataFrame(columns)


def _rows(rows: Sequence[tuple[object, ...]], columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns, orient="row")


def _written(folder: Path, **tables: pl.DataFrame) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    activities = pl.DataFrame(
        {"activity_id": ["W"], "time_kind": ["work"], "billing": ["billable"], "counts_as_worked": [True]}
    )
    for name, table in {"activities": activities, **tables}.items():
        table.write_parquet(folder / f"{name}.parquet")
    return folder
