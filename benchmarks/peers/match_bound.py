"""No plan fills more: the linear program that CP-SAT's model relaxes to, by HiGHS.

`python -m benchmarks.peers.match_bound FOLDER REST`.
"""

import json
import sys
from pathlib import Path

import highspy
import numpy as np

from benchmarks.peers.match_pairs import arguments, read

NEAR = 0.01
"""How far an inner point may be from the optimum: the bound is never too low."""


def main(folder: Path, rest: float) -> None:
    """Print the bound; all orders, where the program comes to no optimum."""
    question = read(folder, rest)
    rows = question.rows()
    count = question.pairs.height
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = count, len(rows)
    program.col_cost_ = np.full(count, -1.0)
    program.col_lower_, program.col_upper_ = np.zeros(count), np.ones(count)
    program.row_lower_ = np.full(len(rows), -highspy.kHighsInf)
    program.row_upper_ = np.ones(len(rows))
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = np.cumsum([0, *map(len, rows)])
    matrix.index_ = np.concatenate([np.array(row, dtype=np.int32) for row in rows])
    matrix.value_ = np.ones(len(matrix.index_))
    # The class beneath Highs: that one greets on standard output.
    solver = highspy.Highs.__base__()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the only way
    # Whole numbers make the simplex method walk along endless ties: two thousand close tasks took it longer
    # than ten minutes.
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.passModel(program)
    solver.run()
    bound = len(question.orders)
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        bound = min(bound, int(-solver.getInfo().objective_function_value + NEAR))
    json.dump({"bound": bound}, sys.stdout)


if __name__ == "__main__":
    main(*arguments()[:2])
