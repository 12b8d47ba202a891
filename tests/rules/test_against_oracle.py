"""Every rule against the oracle of tests/oracle/rules, on thousands of random schedules, many to a source.

TCW_ORACLE_SCHEDULES=100000 for a long run.
"""

import json
import os
import tempfile
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from typer.testing import CliRunner

from tcw.cli.app import app
from tests.oracle.rules.records import Source
from tests.oracle.rules.world import World
from tests.rules.judging import CODES, check, compared, differences, oracle, product, rows_of
from tests.rules.schedules import random_source, sources
from tests.rules.sources import write

pytestmark = pytest.mark.slow

SCHEDULES = int(os.environ.get("TCW_ORACLE_SCHEDULES", "2000"))
FIRST = int(os.environ.get("TCW_FIRST_SEED", "0"))
TOGETHER = 200
"""Schedules of one source."""
SHOWN = 12


def told(faults: list[str]) -> str:
    return f"{len(faults)} differences\n" + "\n".join(faults[:SHOWN])


@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(SCHEDULES // TOGETHER, 1)))
def test_many_schedules_of_one_source(seed: int, tmp_path: Path) -> None:
    faults, found = compared(random_source(Random(seed), TOGETHER), tmp_path)
    assert not faults, told(faults)
    assert found > TOGETHER, "schedules without findings compare nothing"


@pytest.mark.parametrize("seed", range(FIRST, FIRST + 25))
def test_one_schedule_whose_horizon_is_its_own(seed: int, tmp_path: Path) -> None:
    faults, _ = compared(random_source(Random(10_000 + seed), 1), tmp_path)
    assert not faults, told(faults)


@hypothesis_settings(
    max_examples=max(SCHEDULES // 300, 5),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(sources())
def test_what_hypothesis_thinks_of(tmp_path_factory: pytest.TempPathFactory, source: Source) -> None:
    if not any(row.status != "cancelled" for row in source.bookings):
        return
    faults, _ = compared(source, tmp_path_factory.mktemp("source"))
    assert not faults, told(faults)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + 3))
def test_through_the_command_line(seed: int, tmp_path: Path) -> None:
    source = random_source(Random(20_000 + seed), 5)
    folder = write(source, tmp_path / "export", csv=True)
    given_settings = source.settings
    words = ["check", str(folder), "--format", "json", "--select", ",".join(CODES)]
    words += ["--as-of", str(given_settings.as_of)]
    words += ["--from", str(given_settings.first_day)] if given_settings.first_day else []
    words += ["--to", str(given_settings.last_day)] if given_settings.last_day else []
    done = CliRunner().invoke(app, words)
    assert done.exit_code in {0, 1}, f"{done.output}\n{done.exception!r}"
    rows: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    for row in rows:
        for column in ("from", "to"):
            row[column] = row[column] and row[column].replace("T", " ")
    world = World(source)
    faults = differences(product(rows, world), oracle(world, CODES)[0])
    assert not faults, told(faults)


@cache
def met(seed: int) -> tuple[set[str], set[str]]:
    """Rules that a source breaks, as the oracle and as tcw has it."""
    source = random_source(Random(seed), 20)
    with tempfile.TemporaryDirectory() as folder:
        ours = {row["code"] for row in rows_of(check(source, Path(folder)))}
    return {key.code for key in oracle(World(source), CODES)[0]}, ours


@pytest.mark.parametrize("code", CODES)
def test_the_schedules_meet_the_rule(code: str) -> None:
    """A comparison of nothing with nothing proves nothing: in some source the rule must find something."""
    for seed in range(20):
        meant, ours = met(seed)
        if code in meant:
            break
    else:
        pytest.fail("no schedule breaks this rule")
    assert code in ours
