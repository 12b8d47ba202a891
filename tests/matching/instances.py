"""Small random instances, as a loaded schedule, and every plan that the rules allow, tried one by one."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import combinations, product
from random import Random

import polars as pl

from tcw.matching import rules_oracle
from tcw.matching.orders import OrderSelection
from tcw.matching.problem import Problem
from tcw.matching.rules_oracle import EXTRA
from tcw.matching.search.objectives import Spread, objectives, spread
from tcw.model.config import Config
from tcw.model.intake_report import REJECTS_SCHEMA, IntakeReport
from tcw.model.schedule import Schedule
from tcw.model.tables import TABLES
from tcw.rules.engine import run

MONDAY = date(2026, 5, 4)
ASKED = OrderSelection(MONDAY)
SHIFTS = ((7, 9), (7, 5), (13, 8), (15, 8), (21, 10))
WEEKLY = Config.model_validate(
    {"agreements": {"vecka": {"based_on": "atl", "calculation_weeks": 1}}, "rules": {"agreement": "vecka"}}
)
"""A calculation period of a week, so that hours bind in so small an instance."""


def instance(seed: int, staff: int = 3, orders: int = 5, days: int = 4) -> dict[str, pl.DataFrame]:
    """Return the tables of a random instance."""
    dice = Random(seed)
    people = [f"{number:02}" for number in range(1, staff + 1)]
    tables = {
        "staff": pl.DataFrame(
            {
                "staff_id": people,
                "employment_type": [dice.choice(["monthly", "hourly"]) for _ in people],
                "employment_rate": [dice.choice([0.5, 1.0]) for _ in people],
                "home_unit": ["A" for _ in people],
            }
        ),
        "activities": pl.DataFrame({"activity_id": ["W"], "time_kind": ["work"], "billing": ["billable"]}),
        "introductions": pl.DataFrame(
            {
                "staff_id": [one for one in people if dice.random() < 0.7],
            }
        ).with_columns(unit_id=pl.lit("B"), tier=pl.lit("friend")),
    }
    tables["bookings"] = _spans(
        dice, [dice.choice(people) for _ in range(staff)], days, "staff_id"
    ).with_columns(activity_id=pl.lit("W"), unit_id=pl.lit("A"))
    tables["availability"] = pl.DataFrame(
        [
            (one, _moment(day, 0), _moment(day + 2, 0), dice.choice(["own", "resource", "flexible"]))
            for one in people
            for day in range(days)
            if dice.random() < 0.7
        ],
        schema=["staff_id", "start", "end", "kind"],
        orient="row",
    )
    ids = [f"V{number}" for number in range(1, orders + 1)]
    tables["orders"] = _spans(dice, ids, days, "order_id").with_columns(
        unit_id=pl.Series([dice.choice("AB") for _ in ids]),
        activity_id=pl.lit("W"),
        status=pl.lit("open"),
        priority=pl.Series([dice.choice([1, 2]) for _ in ids], dtype=pl.Int32),
    )
    return tables


def _spans(dice: Random, names: list[str], days: int, column: str) -> pl.DataFrame:
    rows = []
    for name in names:
        hour, length = dice.choice(SHIFTS)
        start = _moment(dice.randrange(days), hour)
        rows.append((name, start, start + timedelta(hours=length)))
    return pl.DataFrame(rows, schema=[column, "start", "end"], orient="row")


def _moment(day: int, hour: int) -> datetime:
    return datetime.combine(MONDAY, datetime.min.time()) + timedelta(days=day, hours=hour)


def schedule(tables: Mapping[str, pl.DataFrame], config: Config = WEEKLY) -> Schedule:
    """Return the tables as a loaded schedule."""
    whole = {
        name: pl.concat(
            [pl.DataFrame(schema=table.schema), tables.get(name, pl.DataFrame())], how="diagonal_relaxed"
        )
        .select(table.schema.names())
        .cast(dict(table.schema))  # type: ignore[arg-type]
        for name, table in TABLES.items()
        if name != "bookings"
    }
    bookings = tables["bookings"].rename({"start": "start_local", "end": "end_local"})
    if "order_id" not in bookings.columns:
        bookings = bookings.with_columns(order_id=pl.lit(None, dtype=pl.String))
    return Schedule(
        bookings=bookings.cast({"start_local": pl.Datetime("us"), "end_local": pl.Datetime("us")}).lazy(),
        tables=whole,
        config=config,
        intake=IntakeReport(files=(), rejects=pl.DataFrame(schema=REJECTS_SCHEMA)),
        first_day=bookings["start_local"].min().date(),  # type: ignore[union-attr]
        last_day=bookings["end_local"].max().date(),  # type: ignore[union-attr]
        given=frozenset(name for name, table in tables.items() if table.height),
    )


def booked(tables: Mapping[str, pl.DataFrame], taken: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """Return the tables with orders (order_id -> staff_id) booked."""
    orders = tables["orders"].filter(pl.col("order_id").is_in(list(taken)))
    more = (
        orders.select(
            pl.col("order_id").replace_strict(taken, return_dtype=pl.String).alias("staff_id"),
            "start",
            "end",
            "activity_id",
            "unit_id",
            "order_id",
        )
        if taken
        else pl.DataFrame()
    )
    return dict(tables) | {"bookings": pl.concat([tables["bookings"], more], how="diagonal_relaxed")}


def errors(tables: Mapping[str, pl.DataFrame], config: Config = WEEKLY) -> set[tuple[object, ...]]:
    """Return what `tcw check` finds at error level, by identity and how bad it is."""
    last = max(tables["orders"]["end"].max(), tables["bookings"]["end"].max()).date()  # type: ignore[type-var, union-attr]
    found = run.check(schedule(tables, config), MONDAY, last_day=last)
    assert found.failures == ()
    wrong = found.findings.frame().filter(pl.col("severity") == "error")
    return set(wrong.select("code", "staff_id", "from", "to", "subject", pl.col("shortfall").round(6)).rows())


def clean_sets(question: Problem) -> set[frozenset[int]]:
    """Return each person's every set of pairs that breaks no rule; each is judged by itself."""
    every = question.with_pairs()
    of_person = {
        person: every.filter(pl.col("person") == person)["pair"].to_list() for person in every["person"]
    }
    sets = [
        (person, chosen)
        for person, pairs in sorted(of_person.items())
        for size in range(1, len(pairs) + 1)
        for chosen in combinations(pairs, size)
    ]
    extra = pl.DataFrame(
        [(group, pair) for group, (_, chosen) in enumerate(sets) for pair in chosen],
        schema={"group": pl.UInt32, "pair": pl.UInt32},
        orient="row",
    ).join(every.rename({"order": "number", "order_id": "order"}), on="pair")
    verdict = question.oracle.judge(extra.select(pl.col(name).cast(dtype) for name, dtype in EXTRA.items()))
    wrong = set(rules_oracle.errors(verdict.findings)["group"])
    return {frozenset(chosen) for group, (_, chosen) in enumerate(sets) if group not in wrong} | {frozenset()}


def plans(question: Problem) -> Iterator[list[int]]:
    """Yield every choice of pairs that breaks no rule."""
    every = question.with_pairs()
    clean = clean_sets(question)
    orders = [every.filter(pl.col("order") == order)["pair"].to_list() for order in question.orders["order"]]
    owner = dict(every.select("pair", "person").rows())
    for choice in product(*[[None, *pairs] for pairs in orders]):
        taken = [pair for pair in choice if pair is not None]
        if all(
            frozenset(pair for pair in taken if owner[pair] == one) in clean for one in set(owner.values())
        ):
            yield taken


def vector(question: Problem, taken: list[int]) -> list[int]:
    """What a choice of pairs is worth, wish by wish; for fairness as its page says, in plain Python."""
    wishes = objectives(question, question.prepared.schedule.config.matching.wishes)
    pieces = spread(question)
    return [
        evenness(pieces, taken) if wish.name == "fairness" else sum(wish.worth[pair] for pair in taken)
        for wish in wishes
    ]


def evenness(pieces: Spread, taken: list[int]) -> int:
    hours = dict.fromkeys(pieces.pieces["owner"], 0)
    for pair, owner, weight in pieces.hours.rows():
        hours[owner] += weight if pair in taken else 0
    total = 0
    for owner, width, worth in pieces.pieces.rows():
        used = min(hours[owner], width)
        hours[owner] -= used
        total += used * worth
    return total
