"""`tcw match` on a town and on tasks that fit closely, next to plain programs that know fewer conditions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.answers import AnswersDifferError
from benchmarks.data import Data
from benchmarks.match_data import MONDAY, tasks, town
from benchmarks.measuring import MIB, Command, Row, Run, in_turn, python, run

MOST = 2_000
"""Orders at most; where --rows says more, it means bookings, and FEW orders are filled. With many more, the
peers come to nothing."""
FEW = 500
TIMES = 3
LIMIT = 30
"""Seconds that tcw and CP-SAT may search."""
AS_OF = f"{MONDAY:%Y-%m-%d}"
ENDED = (0, 4)


@dataclass(frozen=True, slots=True)
class Question:
    """A source, hours of rest between a person's orders (by tcw's rules, too), and how many orders."""

    name: str
    folder: Path
    rest: int
    orders: int


def benchmark(data: Data, rows: int, times: int) -> tuple[list[Row], list[str]]:
    """Return the rows of the table, and a line of filled orders for each source.

    Raises:
        AnswersDifferError: tcw fills more than can be, or fewer than a peer whose plan breaks none of its
            rules.
    """
    size = rows if rows <= MOST else FEW
    found: list[Row] = []
    lines: list[str] = []
    for question in _questions(data.folder, size):
        mine, told = _compared(question, min(times, TIMES))
        found += mine
        lines.append(told)
    return found, lines


def _questions(folder: Path, size: int) -> list[Question]:
    """Make a town with six orders for each of its people, and workers with nine tasks each."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, rest in (("town", 11), ("tasks", 0)):
        source = folder / f"match-{name}-{size}"
        if not source.exists():
            part = folder / f".{source.name}"
            if name == "town":
                town(part, max(size // 6, 10), size, max(size // 200, 1))
            else:
                tasks(part, max(size // 9, 5))
            part.rename(source)
        only = source.parent / f"{source.name}.yaml"
        only.write_text("matching:\n  wishes: []\n", "utf-8")
        orders = pl.scan_parquet(source / "orders.parquet").select(pl.len()).collect().item()
        made.append(Question(name, source, rest, orders))
    return made


def _compared(question: Question, times: int) -> tuple[list[Row], str]:
    all_wishes, only_filled = (_tcw(question, more) for more in ((), _only(question)))
    greedy, cp_sat, bound = (
        _peer(question, name, more)
        for name, more in (("match_greedy", ()), ("match_cp_sat", (LIMIT,)), ("match_bound", ()))
    )
    ours = [run(command, exit_codes=ENDED) for command in (only_filled, all_wishes)]
    theirs = [run(command) for command in (greedy, cp_sat, bound)]
    plans = [json.loads(one.output) for one in ours]
    filled = [len(plan["assignments"]) for plan in plans]
    one_by_one, proven, most = (json.loads(one.output) for one in theirs)
    allowed = _allowed(question, one_by_one["plan"])
    _check(question, plans[0], filled, allowed, proven, most["bound"])
    what = f"match, {question.name}, {question.orders:,}"
    rows = [
        Row(f"{what}, filled orders only", "CP-SAT", in_turn(only_filled, cp_sat, times, exit_codes=ENDED)),
        Row(
            f"{what}, all wishes", "one order at a time", in_turn(all_wishes, greedy, times, exit_codes=ENDED)
        ),
    ]
    known = _known(proven, question.orders)
    line = (
        f"match, {question.name}: of {question.orders:,} orders, tcw fills {filled[0]:,} "
        f"({_proof(plans[0])}, {_used(ours[0])}), with all wishes {filled[1]:,} ({plans[1]['status']}, "
        f"{_used(ours[1])}); one order at a time {one_by_one['filled']:,}, of which {allowed:,} with "
        f"people whom tcw check does not flag for it; CP-SAT {proven['filled']:,} ({known}, "
        f"{_used(theirs[1])}); by the linear program at most {most['bound']:,} ({_used(theirs[2])})"
    )
    return rows, line


def _tcw(question: Question, more: Sequence[str]) -> list[str]:
    words = ("--as-of", AS_OF, "--format", "json", "--quiet", "--lang", "en", "--time-limit", LIMIT)
    return python("-m", "tcw", "match", question.folder, *words, *more)


def _only(question: Question) -> tuple[str, str]:
    return "--config", str(question.folder.parent / f"{question.folder.name}.yaml")


def _peer(question: Question, name: str, more: Sequence[object]) -> list[str]:
    return python("-m", f"benchmarks.peers.{name}", question.folder, question.rest, *more)


def _known(answer: dict[str, Any], orders: int) -> str:
    """Say what CP-SAT knows of its plan; that no more than all orders can be filled, everybody knows."""
    if answer["proven"]:
        return "proven"
    return "not proven" if answer["bound"] >= orders else f"at most {answer['bound']:,}"


def _used(done: Run) -> str:
    return f"{done.seconds:.1f} s, {done.peak / MIB:,.0f} MiB"


def _proof(plan: dict[str, Any]) -> str:
    filled = [wish for wish in plan["wishes"] if wish["name"] == "filled"]
    return (
        "proven"
        if all(wish["proven"] for wish in filled)
        else f"at most {sum(wish['bound'] for wish in filled):,}"
    )


def _allowed(question: Question, plan: dict[str, str]) -> int:
    """Return how many of a peer's orders go to people in whom tcw's rules find no more than before.

    A plan that tcw could have made.
    """
    copy = question.folder.parent / f"{question.folder.name}-booked"
    copy.mkdir(exist_ok=True)
    for file in question.folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    named = pl.DataFrame(list(plan.items()), schema=["order_id", "staff_id"], orient="row")
    taken = pl.read_parquet(copy / "orders.parquet").join(named, on="order_id")
    bookings = pl.read_parquet(copy / "bookings.parquet")
    booked = taken.with_columns(pl.lit("W").alias("activity_id")).select(bookings.columns)
    pl.concat([bookings, booked]).write_parquet(copy / "bookings.parquet")
    flagged = _flagged(copy) - _flagged(question.folder)
    return named.filter(~pl.col("staff_id").is_in([one for one, *_ in flagged])).height


def _flagged(folder: Path) -> set[tuple[object, ...]]:
    command: Command = python(
        "-m", "tcw", "check", folder, "--as-of", AS_OF, "--format", "json", "--quiet", "--lang", "en"
    )
    found = json.loads(run(command, exit_codes=(0, 1)).output)["findings"]
    return {
        tuple(one[name] for name in ("staff_id", "code", "from", "to", "measured"))
        for one in found
        if one["severity"] == "error"
    }


def _check(
    question: Question,
    plan: dict[str, Any],
    filled: Sequence[int],
    allowed: int,
    cp_sat: dict[str, Any],
    most: int,
) -> None:
    """Compare answers.

    The peers know fewer conditions, so that they bound tcw's from above, and their plans count as far as the
    rules allow them.
    """
    bound = min(cp_sat["bound"], most)
    told = f"{question.folder.name}: tcw fills {filled[0]:,} and with all wishes {filled[1]:,}"
    if max(filled) > bound:
        raise AnswersDifferError(f"{told}; with fewer conditions at most {bound:,}")
    if min(filled) < allowed:
        raise AnswersDifferError(f"{told}; one order at a time, {allowed:,} are allowed")
    if _proof(plan) == "proven" and filled[0] < filled[1]:
        raise AnswersDifferError(f"{told}; the first is proven to be the most")
