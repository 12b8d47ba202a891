"""Where the time of the three engines goes: the three biggest costs of each, in processor seconds."""

import json

from benchmarks.check import AS_OF, FINDINGS
from benchmarks.data import Data
from benchmarks.match import AS_OF as MATCHED
from benchmarks.match import ENDED
from benchmarks.match_data import town
from benchmarks.measuring import MIB, Command, python, run
from benchmarks.profiled import REST

COSTS = 3
MOST = 10_000
"""People and orders at most."""


def benchmark(data: Data, rows: int) -> list[str]:
    """Return a line for `tcw kpi`, `tcw check` and `tcw match`.

    The last on as many people and orders, MOST at most, in areas of a hundred.
    """
    source = data.source(rows, "parquet")
    size = min(rows, MOST)
    vacant = data.folder / f"profile-town-{size}"
    if not vacant.exists():
        town(vacant.with_suffix(".part"), size, size, max(size // 100, 1)).rename(vacant)
    return [
        _told(f"kpi, {rows:,} bookings", ("kpi", source, "--quiet", "--parts", "1"), (0,)),
        _told(
            f"check, {rows:,} bookings",
            ("check", source, "--as-of", AS_OF, "--format", "parquet", "--quiet", "--parts", "1"),
            FINDINGS,
        ),
        _told(
            f"match, {size:,} people, {size:,} orders",
            ("match", vacant, "--as-of", MATCHED, "--format", "json", "--quiet"),
            ENDED,
        ),
    ]


def _told(name: str, words: tuple[object, ...], codes: tuple[int, ...]) -> str:
    done = run(_command(words))
    told = json.loads(done.output)
    if told["code"] not in codes:
        message = f"{name}: ended with {told['code']}"
        raise RuntimeError(message)
    taken = {phase: seconds for phase, seconds in told["seconds"].items() if phase != REST}
    total = sum(told["seconds"].values())
    largest = sorted(taken.items(), key=lambda one: -one[1])[:COSTS]
    parts = "; ".join(f"{phase} {seconds:.1f} s ({seconds / total:.0%})" for phase, seconds in largest)
    return f"{name}: {total:.1f} processor s, of which {parts}; peak {done.peak / MIB:,.0f} MiB"


def _command(words: tuple[object, ...]) -> Command:
    return python("-m", "benchmarks.profiled", *words)
