"""`tcw --help` and `tcw explain`, next to importing the library they are made with and to bare Python."""

from benchmarks.data import Data
from benchmarks.measuring import Row, in_turn, python

TARGET = 2.5
MORE_TIMES = 4
"""A start is short, and needs more runs for the same certainty."""


def benchmark(_data: Data, _rows: int, times: int) -> list[Row]:
    """Return starts against `import typer` and an empty program."""
    typer = python("-c", "import typer")
    return [
        Row(
            f"start, tcw {words}",
            peer,
            in_turn(python("-m", "tcw", *words.split()), command, MORE_TIMES * times),
            target,
        )
        for words, peer, command, target in (
            ("--help", "import typer", typer, TARGET),
            ("explain WT01", "import typer", typer, None),
            ("--help", "bare Python", python("-c", "pass"), None),
        )
    ]
