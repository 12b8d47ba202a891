"""A search that is stopped, by the clock or by Ctrl-C, gives a plan that no rule flags; the number of workers
is no matter.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Timer

import pytest

from benchmarks.match_data import tasks
from tcw.matching.problem import problem
from tcw.matching.search import loop as search
from tcw.matching.solve import match
from tests.matching.instances import ASKED, booked, errors, instance, schedule

pytestmark = pytest.mark.slow

COMPONENTS = 4


def test_no_time_gives_the_greedy_plan_with_bounds() -> None:
    tables = instance(7, staff=6, orders=14, days=9)
    plan = match(problem(schedule(tables), ASKED), time_limit=0)
    assert plan.status == "feasible"
    assert not plan.interrupted
    assert plan.assignments.height == plan.compare.filter(mode="greedy")["filled"].item()
    assert (plan.wishes["bound"] >= plan.wishes["value"]).all()
    taken = dict(plan.assignments.select("order_id", "staff_id").rows())
    assert errors(booked(tables, taken)) - errors(tables) == set()


def test_what_a_stopped_search_tells_is_what_its_plan_reaches(tmp_path: Path) -> None:
    """Stopped between the linear program that bounds a wish and the whole numbers that reach it."""
    source = tasks(tmp_path / "export", 60)
    command = [sys.executable, "-m", "tcw", "match", str(source), "--as-of", "2026-05-04", "--format", "json"]
    for seconds in ("2", "4"):
        done = subprocess.run([*command, "--time-limit", seconds], capture_output=True, text=True, check=True)
        plan = json.loads(done.stdout)
        filled = [wish for wish in plan["wishes"] if wish["name"] == "filled"]
        assert sum(wish["value"] for wish in filled) == len(plan["assignments"])
        assert all(wish["value"] == wish["bound"] for wish in plan["wishes"] if wish["proven"])


def test_the_plan_does_not_depend_on_the_number_of_workers() -> None:
    tables = instance(11, staff=8, orders=20, days=12)
    one, two = (match(problem(schedule(tables), ASKED), workers=workers) for workers in (1, COMPONENTS))
    for name in ("assignments", "wishes", "compare"):
        assert getattr(one, name).equals(getattr(two, name)), name


def test_an_interrupted_search_gives_the_best_plan_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while a solver works: the main thread hears it at once, and gives the plan at hand."""
    question = problem(schedule(instance(7, staff=6, orders=14, days=9)), ASKED)
    for_ever = Event()

    def hang(*_: object, **__: object) -> None:
        for_ever.wait()

    monkeypatch.setattr(search, "optimise", hang)
    Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        plan = match(question)
    finally:
        for_ever.set()
    assert plan.interrupted
    assert plan.status == "feasible"
    assert plan.assignments.height > 0


def test_an_interrupt_before_any_plan_is_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    question = problem(schedule(instance(7, staff=6, orders=14, days=9)), ASKED)
    for_ever = Event()
    monkeypatch.setattr(search, "check", lambda *_: for_ever.wait())
    Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            match(question)
    finally:
        for_ever.set()


@pytest.mark.skipif(
    sys.platform == "win32", reason="a signal to one process: Windows sends it to all of a console"
)
def test_ctrl_c_to_a_real_process(tmp_path: Path) -> None:
    """Too large to be proven in this time: whatever is printed is a plan, feasible, and says that it was
    interrupted.
    """
    source = tasks(tmp_path / "export", 60)
    command = [
        sys.executable,
        "-m",
        "tcw",
        "match",
        str(source),
        "--as-of",
        "2026-05-04",
        "--format",
        "json",
        "--lang",
        "en",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(1)
        deadline = time.monotonic() + 60
        while _threads(process.pid) < COMPONENTS and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.2)
        time.sleep(8)
        process.send_signal(signal.SIGINT)
        output, told = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode in {0, 130}, told
    assert "Traceback" not in told
    if process.returncode == 0:
        plan = json.loads(output)
        assert plan["status"] in {"feasible", "optimal"}
        assert plan["assignments"]
        assert plan["status"] == "optimal" or "Interrupted" in told


def _threads(pid: int) -> int:
    tasks_of = Path(f"/proc/{pid}/task")
    return len(list(tasks_of.iterdir())) if tasks_of.exists() else COMPONENTS
