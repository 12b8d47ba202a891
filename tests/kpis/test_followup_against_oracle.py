"""The real `tcw followup` on random sources, against the slow oracle.

TCW_ORACLE_RUNS and TCW_ORACLE_FIRST as in test_against_oracle.py.
"""

import json
import os
from itertools import cycle
from math import isclose
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tests.kpis.exports import WRITERS, write
from tests.kpis.schedules import SpanKind, random_source
from tests.oracle.followup import Dimension, Key, followup

pytestmark = pytest.mark.slow

RUNS = int(os.environ.get("TCW_ORACLE_RUNS", "30")) // 3
FIRST = int(os.environ.get("TCW_ORACLE_FIRST", "0"))
KINDS: tuple[SpanKind, ...] = ("clock", "clock", "mixed", "hours")
DIMENSIONS: dict[str, Dimension] = {
    "person": "staff_id",
    "workplace": "unit_id",
    "activity": "activity_id",
    "reason": "order_reason",
    "borrowed": "borrowed",
    "substitute": "substitute",
}
GROUPINGS = (
    ("person",),
    ("workplace", "reason"),
    ("activity",),
    ("borrowed",),
    ("substitute", "workplace"),
    tuple(DIMENSIONS),
)


def answer(folder: Path, by: tuple[str, ...], every: Literal["week", "month"]) -> dict[Key, float]:
    """Run `tcw followup`; return its hours by key."""
    arguments = ["followup", str(folder), "--by", ",".join(by), "--every", every, "--format", "json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    hours = {(*(row[DIMENSIONS[name]] for name in by), row[every]): row["hours"] for row in rows}
    assert len(hours) == len(rows), "the same key twice"
    return hours


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS))
def test_hours_by_every_grouping(seed: int, tmp_path: Path) -> None:
    source = random_source(Random(seed), KINDS[seed % len(KINDS)])
    folder = write(source, tmp_path / "källa", list(WRITERS)[seed % len(WRITERS)])
    periods: cycle[Literal["week", "month"]] = cycle(("week", "month"))
    for by, every in zip(GROUPINGS, periods, strict=False):
        given = answer(folder, by, every)
        meant = followup(source, (*(DIMENSIONS[name] for name in by), "period"), every)
        faults = [
            f"{key}: {given.get(key)}, the oracle says {float(meant.get(key, 0))}"
            for key in sorted(given.keys() | meant.keys(), key=str)
            # A group of no hours may be there or not.
            if not isclose(given.get(key, 0), float(meant.get(key, 0)), abs_tol=1e-8)
        ]
        assert not faults, (by, every, faults)
