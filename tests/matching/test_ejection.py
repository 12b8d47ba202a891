"""Tasks that fit closely together: as many are filled as can be."""

import json
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.match_data import tasks
from tcw.cli.app import app
from tcw.matching.search.ejection_chain import ejection_chain
from tcw.matching.search.highs import Control

FULL = 0.9
"""The published instances are about as full."""
Numbers = np.ndarray[Any, np.dtype[Any]]


def _packed(seed: int, people: int, length: int) -> tuple[Numbers, list[tuple[int, int]]]:
    """Return spans dealt out to people with few gaps, and the pairs (order, person) that may be: those and
    some more.
    """
    dice = Random(seed)
    spans: list[tuple[int, int]] = []
    owners: list[int] = []
    for one in range(people):
        at = 0
        while at < length:
            end = min(at + dice.randint(1, 4), length)
            if dice.random() < FULL:
                spans.append((at, end))
                owners.append(one)
            at = end
    pairs = [
        (order, one)
        for order in range(len(spans))
        for one in range(people)
        if one == owners[order] or dice.random() < 0.3
    ]
    return np.array(spans), pairs


@pytest.mark.parametrize("seed", range(6))
def test_tasks_with_hardly_a_gap_are_all_filled(seed: int) -> None:
    people, length = 12, 20
    spans, pairs = _packed(seed, people, length)
    order = np.array([one for one, _ in pairs])
    person = np.array([one for _, one in pairs])
    # A row for each hour of each person, and one for each order.
    entries = [
        (column, int(who) * length + hour)
        for column, (number, who) in enumerate(zip(order, person, strict=True))
        for hour in range(*spans[number])
    ]
    entries += [(column, people * length + int(number)) for column, number in enumerate(order)]
    entries.sort()
    column, row = (np.array(one) for one in zip(*entries, strict=True))
    upper = np.ones(people * length + len(spans))
    found = ejection_chain(
        (column, row, np.ones(column.size)),
        upper,
        order,
        np.zeros(order.size, dtype=bool),
        np.ones(order.size, dtype=bool),
        np.ones(len(spans), dtype=np.int64),
        lambda chosen: int(chosen.sum()) == len(spans),
        Control(),
    )
    assert found is not None
    assert sorted(order[found]) == list(range(len(spans)))
    for one in range(people):
        mine = sorted(tuple(spans[number]) for number in order[found & (person == one)])
        assert all(before[1] <= after[0] for before, after in pairwise(mine))


def test_it_is_told_when_not_all_can_be_filled() -> None:
    found = ejection_chain(
        (np.array([0, 1]), np.array([0, 0]), np.ones(2)),
        np.ones(1),
        np.array([0, 1]),
        np.zeros(2, dtype=bool),
        np.ones(2, dtype=bool),
        np.ones(2, dtype=np.int64),
        lambda chosen: int(chosen.sum()) == 2,
        Control(),
    )
    assert found is None


def test_a_day_of_close_tasks_is_filled_and_proven(tmp_path: Path) -> None:
    source = tasks(tmp_path / "tasks", 24)
    (source / "tcw.yaml").write_text("matching:\n  wishes: []\n", "utf-8")
    words = ["match", str(source), "--as-of", "2026-05-04", "--format", "json", "--quiet"]
    plan = json.loads(CliRunner().invoke(app, words).stdout)
    assert plan["unfilled"] == []
    assert plan["status"] == "optimal"
