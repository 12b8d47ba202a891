"""A ratio is worth nothing where the answers differ."""

import json
from collections.abc import Mapping, Sequence

NEAR = 1e-9


class AnswersDifferError(Exception):
    """tcw and a peer do not say the same."""


def figures(output: bytes) -> list[dict[str, float]]:
    """Return the figures of `tcw kpi --format json`, without what rows are about."""
    rows = json.loads(output)["rows"]
    return [{key: value for key, value in row.items() if key != "week"} for row in rows]


def check(ours: Sequence[Mapping[str, float]], theirs: Sequence[Mapping[str, float]], peer: str) -> int:
    """Return how many numbers were compared.

    Raises AnswersDifferError unless they are equal to 1e-9 of their size.
    """
    if len(ours) != len(theirs):
        message = f"tcw has {len(ours)} rows, {peer} {len(theirs)}"
        raise AnswersDifferError(message)
    for at, (mine, yours) in enumerate(zip(ours, theirs, strict=True)):
        for key, value in mine.items():
            other = yours[key]
            if value is other:
                continue
            if value is None or other is None or abs(value - other) > NEAR * max(abs(value), abs(other)):
                message = f"row {at}, {key}: tcw {value}, {peer} {other}"
                raise AnswersDifferError(message)
    return sum(len(row) for row in ours)
