"""A solver of another kind finds the same vector of wishes: CP-SAT on models that share nothing with
tcw's but the rules' judgement.

TCW_CP_SAT=100 tries so many instances. Without ortools (it comes with tcw[dev]) it is skipped.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tcw.matching.problem import Problem, problem
from tcw.matching.search.objectives import objectives, spread
from tcw.matching.solve import match
from tests.matching.instances import ASKED, clean_sets, instance, schedule, vector
from tests.matching.test_optimal import chosen

pytestmark = pytest.mark.slow

INSTANCES = int(os.environ.get("TCW_CP_SAT", "5"))
FIRST_SEED = 500


def modelled(question: Problem) -> dict[str, Any]:
    every = question.with_pairs()
    sets = clean_sets(question)
    owned = {
        person: every.filter(pl.col("person") == person)["pair"].to_list()
        for person in every["person"].unique().sort()
    }
    pieces = spread(question)
    return {
        "pairs": every.height,
        "orders": [
            every.filter(pl.col("order") == order)["pair"].to_list()
            for order in every["order"].unique().sort()
        ],
        "people": [(pairs, [sorted(one) for one in sets if one <= set(pairs)]) for pairs in owned.values()],
        "wishes": [
            None if wish.name == "fairness" else wish.worth.to_list()
            for wish in objectives(question, question.prepared.schedule.config.matching.wishes)
        ],
        "hours": pieces.hours.rows(),
        "pieces": pieces.pieces.rows(),
    }


@pytest.mark.skipif(find_spec("ortools") is None, reason="ortools is not installed: pip install -e '.[dev]'")
def test_cp_sat_finds_the_same_wishes() -> None:
    questions, ours = [], []
    for seed in range(FIRST_SEED, FIRST_SEED + INSTANCES):
        question = problem(schedule(instance(seed, staff=4, orders=9, days=5)), ASKED)
        plan = match(question, compare=False, relax=False)
        assert plan.status == "optimal", seed
        questions.append(modelled(question))
        ours.append(vector(question, chosen(question, plan)))
    solved = subprocess.run(
        [sys.executable, "-m", "tests.matching.cp_sat"],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert solved.returncode == 0, solved.stderr
    theirs = json.loads(solved.stdout)
    assert dict(enumerate(theirs, FIRST_SEED)) == dict(enumerate(ours, FIRST_SEED))
    # The rules bind, and orders compete: else this would prove little.
    assert (
        sum(len(one["orders"]) > sum(two[:2]) for one, two in zip(questions, ours, strict=True))
        >= INSTANCES // 5
    )
