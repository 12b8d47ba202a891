"""Windows that touch or overlap count as one, whatever their kinds and units, if they allow the unit and so
long a shift: every minute by itself.
"""

import json
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import NamedTuple

import polars as pl
from typer.testing import CliRunner

from tcw.cli.app import app
from tcw.matching.availability import KINDS
from tcw.matching.problem import problem
from tests.matching.cases import write
from tests.matching.instances import ASKED, MONDAY, instance, schedule

MINUTE = timedelta(minutes=1)
OFFERED = ("resource", "flexible", "own", "office")


class Window(NamedTuple):
    staff_id: str
    start: datetime
    end: datetime
    kind: str
    units: list[str] | None
    max_hours: float | None

    def allows(self, unit: str, length: timedelta) -> bool:
        long_enough = not self.max_hours or length <= timedelta(hours=self.max_hours)
        return long_enough and (not self.units or unit in self.units)


def windows(dice: Random, staff: list[str]) -> list[Window]:
    """Days cut into pieces that touch, overlap or leave a minute, of several kinds and for several units."""
    found = []
    for one in staff:
        at = datetime.combine(MONDAY, datetime.min.time())
        while at < datetime.combine(MONDAY, datetime.min.time()) + timedelta(days=5):
            end = at + timedelta(hours=dice.choice([2, 4, 6, 9, 14]))
            kind = dice.choice(OFFERED if dice.random() < 0.5 else OFFERED[:1])
            most = dice.choice([None, None, None, 0, 7, 9.5])
            found.append(
                Window(one, at, end, kind, dice.choice([None, None, ["A"], ["B", "A"], ["B"]]), most)
            )
            at = end + dice.choice([-90, 0, 0, 0, 1]) * MINUTE
    return found


def minutes(start: datetime, end: datetime) -> list[datetime]:
    return [start + place * MINUTE for place in range((end - start) // MINUTE)]


def inside(rows: list[Window], start: datetime, end: datetime) -> int:
    return sum(any(row.start <= at < row.end for row in rows) for at in minutes(start, end))


def ways(
    rows: list[Window], unit: str, start: datetime, end: datetime
) -> dict[frozenset[str], tuple[int, int]]:
    """Return the smallest choices of kinds that cover a span, with the minutes on resource shifts, and beside
    these on flexible windows.
    """
    mine = [row for row in rows if row.allows(unit, end - start)]
    found: dict[frozenset[str], tuple[int, int]] = {}
    for number in range(1, len(OFFERED) + 1):
        for some in map(frozenset, combinations(OFFERED, number)):
            if any(fewer < some for fewer in found):
                continue
            chosen = [row for row in mine if row.kind in some]
            if inside(chosen, start, end) == (end - start) // MINUTE:
                resource = inside([row for row in chosen if row.kind == "resource"], start, end)
                both = inside([row for row in chosen if row.kind in OFFERED[:2]], start, end)
                found[some] = resource, both - resource
    return found


def named(kinds: int) -> frozenset[str]:
    return frozenset(kind for place, kind in enumerate(KINDS) if kinds >> place & 1)


def test_who_is_told_as_available_is_so_every_minute() -> None:
    several = units_joined = 0
    for seed in range(8):
        tables = instance(seed, orders=8)
        staff = tables["staff"]["staff_id"].to_list()
        every = windows(Random(seed), staff)
        schema = {name: TYPES.get(name, pl.String()) for name in Window._fields}
        tables["availability"] = pl.DataFrame(every, schema=schema, orient="row")
        question = problem(schedule(tables), ASKED)
        numbers = question.prepared.timeline.staff
        length = (pl.col("end") - pl.col("start")) / 60_000_000
        told = (
            question.offers.pairs.filter("covered", "reached")
            .join(numbers, on="staff")
            .join(question.orders, on="order")
            .join(question.offers.mixed, on=["order", "staff", "kinds"], how="left")
            .select("order_id", "staff_id", "kinds", "offer", pl.col("resource", "flexible") * length)
        )
        found = {}
        for order, one, kinds, offer, resource, flexible in told.rows():
            assert kinds.bit_length() == offer + 1
            shared = None if resource is None else (round(resource), round(flexible))
            found[order, one, named(kinds)] = shared
        near = set(question.offers.reach.join(numbers, on="person").select("staff_id", "unit_id").rows())
        expected = {
            (order, one, kinds): shared if len(kinds) > 1 else None
            for order, unit, start, end in tables["orders"]
            .select("order_id", "unit_id", "start", "end")
            .rows()
            for one in staff
            if (one, unit) in near
            for kinds, shared in ways([row for row in every if row.staff_id == one], unit, start, end).items()
        }
        assert found == expected, seed
        several += sum(len(kinds) > 1 for _, _, kinds in expected)
        units_joined += sum(len(kinds) == 1 for _, _, kinds in expected)
    assert several > 10
    assert units_joined > 10


TYPES: dict[str, pl.DataType] = {
    "start": pl.Datetime("us"),
    "end": pl.Datetime("us"),
    "units": pl.List(pl.String),
    "max_hours": pl.Float64(),
}


def test_whoever_is_booked_outside_is_found_by_the_minute(tmp_path: Path) -> None:
    dice = Random(7)
    staff = [f"{number:02}" for number in range(12)]
    every = windows(dice, staff)
    (tmp_path / "staff.csv").write_text(
        "staff_id,employment_type,home_unit\n" + "".join(f"{one},hourly,A\n" for one in staff)
    )
    (tmp_path / "activities.csv").write_text("activity_id,time_kind,billing\nW,work,billable\n")
    (tmp_path / "availability.csv").write_text(
        "staff_id;start;end;kind;units;max_hours\n"
        + "".join(
            f"{row.staff_id};{row.start};{row.end};{row.kind};{', '.join(row.units or [])};{row.max_hours or ''}\n"  # noqa: E501
            for row in every
        )
    )
    booked = [
        (one, start, start + timedelta(hours=dice.choice([3, 6, 9])), dice.choice("AB"))
        for one in staff
        for day in range(5)
        for start in [
            datetime.combine(MONDAY, datetime.min.time()) + timedelta(days=day, hours=dice.choice([1, 7, 13]))
        ]
    ]
    (tmp_path / "bookings.csv").write_text(
        "staff_id,activity_id,start,end,unit_id\n"
        + "".join(f"{one},W,{start},{end},{unit}\n" for one, start, end, unit in booked)
    )
    words = ["check", str(tmp_path), "--select", "BK07", "--format", "json", "--lang", "en"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    found = {
        (one["staff_id"], datetime.fromisoformat(one["from"])): round(one["measured"] * 60)
        for one in json.loads(done.stdout)["findings"]
    }
    expected = {}
    for one, start, end, unit in booked:
        mine = [row for row in every if row.staff_id == one and row.allows(unit, end - start)]
        if inside(mine, start, end) < (end - start) // MINUTE:
            wide = [
                row.max_hours
                for row in every
                if row.staff_id == one
                and row.start <= start
                and end <= row.end
                and row.max_hours
                and row.allows(unit, MINUTE)
            ]
            expected[one, start] = max([inside(mine, start, end), *(round(most * 60) for most in wide)])
    assert found == expected
    assert 10 < len(found) < len(booked) - 10


def test_the_time_bank_is_credited_for_the_hours_in_the_acute_window(tmp_path: Path) -> None:
    blocks = {
        "staff": "Anst.nr;Anställningstyp\n1;Timlön\n",
        "availability": "Anst.nr;Start;Slut;Typ\n"
        "1;2026-05-05 07:00;2026-05-05 13:00;Akut\n1;2026-05-05 12:00;2026-05-05 17:00;Egen\n",
        "orders": "Beställning;Arbetsplats;Start;Slut\nV1;A;2026-05-05 10:00;2026-05-05 16:00\n",
    }
    (tmp_path / "source").mkdir()
    write(blocks, tmp_path / "source")
    words = ["match", str(tmp_path / "source"), "--as-of", "2026-05-04", "--csv", "plain", "--lang", "en"]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "plan")])
    assert done.exit_code == 0, done.output
    (entry,) = pl.read_csv(tmp_path / "plan" / "time_bank.csv").to_dicts()
    assert (entry["Hours"], entry["Change (h)"], entry["Balance after (h)"]) == (6, 3, 3)
