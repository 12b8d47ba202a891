"""The real command on random sources, against the slow oracle: every number at every grain.

TCW_ORACLE_RUNS=500 runs more of them; TCW_ORACLE_FIRST=37 begins at another seed.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction
from math import isclose
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tcw.intake.load import load
from tests.kpis.exports import WRITERS, write
from tests.kpis.schedules import SpanKind, random_source
from tests.oracle.figures import CODES, KEYS, EmployeeWeek, Grain, Row, employee_weeks, report
from tests.oracle.records import Source

pytestmark = pytest.mark.slow

RUNS = int(os.environ.get("TCW_ORACLE_RUNS", "30"))
FIRST = int(os.environ.get("TCW_ORACLE_FIRST", "0"))
KINDS: tuple[SpanKind, ...] = ("clock", "clock", "mixed", "hours")
TOLERANCE = 1e-9

Answer = dict[tuple[str | None, ...], dict[str, Any]]


def kpi(folder: Path, grain: Grain, *options: str) -> Answer:
    """Run `tcw kpi`; return its rows by key."""
    done = CliRunner().invoke(app, ["kpi", str(folder), "--grain", grain, "--format", "json", *options])
    assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    answer = {tuple(row[key] for key in KEYS[grain]): row for row in rows}
    assert len(answer) == len(rows), "the same key twice"
    return answer


@contextmanager
def read_once() -> Iterator[None]:
    """Several commands on one source within this read it once: reading is the same for all of them."""
    kept: dict[str, Any] = {}

    def read(*words: Any, **more: Any) -> Any:
        asked = repr((words, more))
        if asked not in kept:
            kept[asked] = load(*words, **more)
        return kept[asked]

    with mock.patch("tcw.commands.loading.load", read):
        yield
    assert len(kept) == 1


def expected(
    source: Source, grain: Grain, *, mean_of_ratios: bool = False
) -> dict[tuple[str | None, ...], Row]:
    lines = report(employee_weeks(source), source, grain, mean_of_ratios=mean_of_ratios)
    return {line.key: line for line in lines}


def same(given: float | None, meant: Fraction | None) -> bool:
    if given is None or meant is None:
        return given is None and meant is None
    # tcw counts whole microseconds; a break shared between two weeks is rounded to one, which shows where a
    # figure of several thousand percent divides by next to nothing.
    return isclose(given, float(meant), abs_tol=TOLERANCE, rel_tol=10 * TOLERANCE)


def compare(answer: Answer, lines: dict[tuple[str | None, ...], Row]) -> list[str]:
    """Return every difference, in words."""
    faults = [f"{key}: not in the answer" for key in lines.keys() - answer.keys()]
    faults += [f"{key}: not in the oracle" for key in answer.keys() - lines.keys()]
    for key in lines.keys() & answer.keys():
        line, row = lines[key], answer[key]
        faults += [
            f"{key} {column}: {row[column]}, the oracle says {None if meant is None else float(meant)}"
            for column, meant in {**line.hours, **line.figures}.items()
            if not same(row[column], meant)
        ]
        if row.get("employees", line.employees) != line.employees:
            faults.append(f"{key}: {row['employees']} employees, the oracle says {line.employees}")
    return sorted(faults)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS))
def test_every_number_at_every_grain(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)
    source = random_source(rng, KINDS[seed % len(KINDS)])
    writer = list(WRITERS)[seed % len(WRITERS)]
    folder = write(source, tmp_path / "källa", writer)
    with read_once():
        faults = {grain: compare(kpi(folder, grain), expected(source, grain)) for grain in KEYS}
    assert not any(faults.values()), (writer, faults)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS // 5))
def test_mean_of_ratios(seed: int, tmp_path: Path) -> None:
    source = random_source(Random(seed))
    folder = write(source, tmp_path / "källa", "parquet")
    with read_once():
        faults = {
            grain: compare(
                kpi(folder, grain, "--mean-of-ratios"), expected(source, grain, mean_of_ratios=True)
            )
            for grain in KEYS
        }
    assert not any(faults.values()), faults


@pytest.mark.parametrize("seed", range(FIRST, FIRST + 3))
def test_every_way_of_writing_a_source_gives_the_same(seed: int, tmp_path: Path) -> None:
    source = random_source(Random(seed), "mixed")
    answers = {writer: kpi(write(source, tmp_path / writer, writer), "employee-week") for writer in WRITERS}
    hours = {
        writer: {key: [row[code] for code in CODES] for key, row in answer.items()}
        for writer, answer in answers.items()
    }
    assert all(one == hours["parquet"] for one in hours.values())


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS // 5))
def test_period_asked_for_is_widened_to_whole_weeks(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)
    source = random_source(rng)
    folder = write(source, tmp_path / "källa", "parquet")
    days = [booking.start.date() for booking in source.bookings if booking.start is not None]
    first, last = sorted(rng.choice(days) + timedelta(days=rng.randint(-9, 9)) for _ in range(2))
    options = ("--from", first.isoformat(), "--to", last.isoformat())
    rows = employee_weeks(source, first, last)
    with read_once():
        for grain in ("employee-week", "unit", "all"):
            lines = {line.key: line for line in report(rows, source, grain)}
            assert not compare(kpi(folder, grain, *options), lines), (first, last)


HALF, NINE_TENTHS = Fraction(1, 2), Fraction(9, 10)
FILTERS: dict[str, tuple[tuple[str, ...], Callable[[EmployeeWeek], bool]]] = {
    "type": (("--employment-type", "monthly"), lambda week: week.main.employment_type == "monthly"),
    "unit": (("--unit", "010"), lambda week: week.main.home_unit == "010"),
    "rate": (
        ("--rate-min", "50", "--rate-max", "90 %"),
        lambda week: week.rate is not None and HALF <= week.rate <= NINE_TENTHS,
    ),
}


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS // 5))
def test_filters_keep_whole_employee_weeks(seed: int, tmp_path: Path) -> None:
    source = random_source(Random(seed))
    folder = write(source, tmp_path / "källa", "parquet")
    every = employee_weeks(source)
    with read_once():
        for name, (options, keeps) in FILTERS.items():
            lines = {
                line.key: line
                for line in report([week for week in every if keeps(week)], source, "employee-week")
            }
            assert not compare(kpi(folder, "employee-week", *options), lines), name
