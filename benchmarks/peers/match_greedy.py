"""One order at a time, the first candidate who is free.

`python -m benchmarks.peers.match_greedy FOLDER REST`.
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.peers.match_pairs import arguments, read


def main(folder: Path, rest: float) -> None:
    """Print how many orders are filled, and by whom."""
    question = read(folder, rest)
    gap = timedelta(hours=rest)
    taken: dict[int, list[tuple[datetime, datetime]]] = {}
    plan: dict[int, int] = {}
    for order, staff, start, end in (
        question.pairs.sort("start", "order", "staff").select("order", "staff", "start", "end").iter_rows()
    ):
        mine = taken.setdefault(staff, [])
        if order not in plan and all(start >= after + gap or end + gap <= before for before, after in mine):
            plan[order] = staff
            mine.append((start, end))
    named = {question.orders[order]: question.staff[staff] for order, staff in plan.items()}
    json.dump({"filled": len(plan), "plan": named}, sys.stdout)


if __name__ == "__main__":
    main(*arguments()[:2])
