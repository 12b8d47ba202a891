"""`tcw --help`, next to importing the library it is made with."""

from benchmarks.data import Data
from benchmarks.measuring import Row, in_turn, python

TARGET = 2.5
MORE_TIMES = 4
"""A start is short, and needs more runs for the same certainty."""


def benchmark(_data: Data, _rows: int, times: int) -> list[Row]:
    """Return `tcw --help` against `import typer`."""
    pairs = in_turn(python("-m", "tcw", "--help"), python("-c", "import typer"), MORE_TIMES * times)
    return [Row("--help", "import typer", pairs, TARGET)]
