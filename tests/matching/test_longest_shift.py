"""The longest shift of a window: who is told as available, against every quarter of an hour looked at by itself; and how it is told."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import polars as pl
import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tcw.matching.offers import KINDS
from tcw.matching.problem import problem
from tests.matching.cases import write
from tests.matching.instances import ASKED, MONDAY, instance, schedule

QUARTER = timedelta(minutes=15)
Window = tuple[str, datetime, datetime, str, float | None]


def windows(dice: Random, staff: list[str]) -> list[Window]:
    """Days cut into pieces that touch or not, of one kind or two."""
    found: list[Window] = []
    for one in staff:
        at = 0.0
        while at < 24 * 4:
            end = at + dice.choice([3, 6, 9, 16])
            kind, most = dice.choice(["flexible", "flexible", "own"]), dice.choice([None, None, 0, 6, 8, 9.5])
            found.append((one, moment(at), moment(end), kind, most))
            at = end + dice.choice([-2, 0, 0, 0, 1])
    return found


def moment(hours: float) -> datetime:
    return datetime.combine(MONDAY, datetime.min.time()) + timedelta(hours=hours)


def covered(every: list[Window], staff: str, kind: str, start: datetime, end: datetime) -> bool:
    mine = [
        (begins, stops)
        for one, begins, stops, offered, most in every
        if (one, offered) == (staff, kind) and (not most or end - start <= timedelta(hours=most))
    ]
    quarters = [start + place * QUARTER for place in range((end - start) // QUARTER)]
    return all(any(begins <= at and at + QUARTER <= stops for begins, stops in mine) for at in quarters)


def both(seed: int) -> tuple[set[tuple[str, str, str]], set[tuple[str, str, str]], int]:
    """Return who is told as available for which order in which way, who should be, and how many only the longest shift keeps away."""
    tables = instance(seed, orders=8)
    staff = tables["staff"]["staff_id"].to_list()
    every = windows(Random(seed), staff)
    columns = ["staff_id", "start", "end", "kind", "max_hours"]
    tables["availability"] = pl.DataFrame(
        every,
        schema=dict(zip(columns, (pl.String, pl.Datetime, pl.Datetime, pl.String, pl.Float64), strict=True)),
        orient="row",
    )
    question = problem(schedule(tables), ASKED)
    numbers = question.ground.timeline.staff
    told = question.offers.pairs.filter("covered", "reached").join(numbers, on="staff")
    found = {
        (order, one, KINDS[offer])
        for order, one, offer in told.join(question.orders, on="order")
        .select("order_id", "staff_id", "offer")
        .rows()
    }
    near = set(question.offers.reach.join(numbers, on="person").select("staff_id", "unit_id").rows())
    possible = [
        (order, one, kind, start, end)
        for order, unit, start, end in tables["orders"].select("order_id", "unit_id", "start", "end").rows()
        for one in staff
        for kind in ("flexible", "own")
        if (one, unit) in near
    ]
    expected = {
        (order, one, kind)
        for order, one, kind, start, end in possible
        if covered(every, one, kind, start, end)
    }
    without: list[Window] = [(*row[:4], None) for row in every]
    wide = sum(covered(without, one, kind, start, end) for _, one, kind, start, end in possible)
    return found, expected, wide - len(expected)


def test_windows_cover_what_every_quarter_of_it_is_in() -> None:
    kept_away = filled = 0
    for seed in range(6):
        found, expected, bound = both(seed)
        assert found == expected, seed
        kept_away += bound
        filled += len(expected)
    assert kept_away > 10
    assert filled > 10


BLOCKS = {
    "staff": "Anst.nr;Anställningstyp\n1;Timlön\n2;Timlön\n",
    "availability": "Anst.nr;Start;Slut;Typ;Längsta pass\n1;2026-05-05 06:00;2026-05-05 23:00;Akut;7,5\n",
    "orders": "Beställning;Arbetsplats;Start;Slut\nV1;A;2026-05-05 07:00;2026-05-05 16:00\n",
}


def asked(tmp_path: Path, *words: str) -> str:
    write(BLOCKS, tmp_path)
    done = CliRunner().invoke(app, ["match", str(tmp_path), "--as-of", "2026-05-04", *words])
    assert done.exit_code in {0, 4}, done.output
    return done.stdout


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "at most 7 h 30 min a shift"), ("sv", "högst 7 h 30 min per pass")]
)
def test_the_pair_tells_the_longest_shift(lang: str, said: str, tmp_path: Path) -> None:
    answer = json.loads(asked(tmp_path, "--explain", "V1:1", "--format", "json", "--lang", lang))
    told = {one["code"]: one for one in answer["conditions"]}["not-available"]
    assert not told["holds"]
    assert len(told["evidence"]) == 1
    assert told["evidence"][0].endswith(said)


def test_the_smallest_change_is_what_the_shift_is_too_long(tmp_path: Path) -> None:
    answer = json.loads(asked(tmp_path, "--format", "json", "--lang", "en"))
    first = answer["unfilled"][0]["relaxations"][0]
    assert [(one["kind"], one["amount"]) for one in first["changes"]] == [("availability", 1.5)]
    assert first["staff_ids"] == ["1"]
