"""Questions as JSON, solved wish after wish by CP-SAT: `python -m tests.matching.cp_sat < questions.json`.

A process of its own, for ortools and highspy cannot be imported into one. Nothing here knows how tcw solves:
who may take what together is a table of all that the rules do not flag, order by order and wish by wish as
the question's page says.
"""

import json
import sys
from typing import Any

from ortools.sat.python import cp_model


def solve(question: dict[str, Any]) -> list[int] | None:
    """Return the best vector of wishes; None where CP-SAT did not prove it."""
    model = cp_model.CpModel()
    taken = [model.new_bool_var(f"pair{number}") for number in range(question["pairs"])]
    for pairs in question["orders"]:
        model.add_at_most_one(taken[pair] for pair in pairs)
    for pairs, allowed in question["people"]:
        rows = [[int(pair in one) for pair in pairs] for one in map(set, allowed)]
        model.add_allowed_assignments([taken[pair] for pair in pairs], rows)
    best: list[int] = []
    for wish in question["wishes"]:
        worth = (
            even(model, taken, question)
            if wish is None
            else sum(a * b for a, b in zip(wish, taken, strict=True))
        )
        model.maximize(worth)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        # With its defaults, one worker does not prove these in reasonable time.
        solver.parameters.linearization_level = 2
        solver.parameters.max_time_in_seconds = 60
        if solver.solve(model) != cp_model.OPTIMAL:
            return None
        best.append(round(solver.objective_value))
        model.add(worth >= best[-1])
        model.clear_hints()
        for variable in taken:
            model.add_hint(variable, solver.value(variable))
    return best


def even(model: cp_model.CpModel, taken: list[Any], question: dict[str, Any]) -> Any:
    """Return the worth of hours poured into pieces; the first are worth most, so that the best fills them
    first.
    """
    total: list[Any] = []
    for owner in {piece[0] for piece in question["pieces"]}:
        mine = [
            (model.new_int_var(0, width, "piece"), worth)
            for one, width, worth in question["pieces"]
            if one == owner
        ]
        hours = [weight * taken[pair] for pair, one, weight in question["hours"] if one == owner]
        model.add(sum(piece for piece, _ in mine) == sum(hours))
        total += [worth * piece for piece, worth in mine]
    return sum(total)


if __name__ == "__main__":
    json.dump([solve(question) for question in json.load(sys.stdin)], sys.stdout)
