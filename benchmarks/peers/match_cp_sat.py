"""As many orders as can be, by CP-SAT: `python -m benchmarks.peers.match_cp_sat FOLDER REST SECONDS`.

A process of its own: ortools and highspy cannot be imported into one.
"""

import json
import sys
from pathlib import Path

from ortools.sat.python import cp_model

from benchmarks.peers.match_pairs import arguments, read


def main(folder: Path, rest: float, seconds: float) -> None:
    """Print how many orders are filled, the bound, and whether they meet."""
    question = read(folder, rest)
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(question.pairs.height)]
    for row in question.rows():
        model.add_at_most_one(taken[pair] for pair in row)
    model.maximize(sum(taken))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    every = len(question.orders)
    answer = {
        "filled": round(solver.objective_value) if found else 0,
        # A search that found nothing has no bound either, and says 0.
        "bound": min(int(solver.best_objective_bound + 1e-6), every) if found else every,
        "proven": status == cp_model.OPTIMAL,
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(*arguments())
