"""What a column of an export means, beside what it holds."""

from typing import Any, Literal

import dataframely as dy

Kind = Literal[
    "id",  # text that names something; leading zeros stay
    "text",
    "moment",  # a date with a clock time, or a clock time alone beside a date column
    "date",
    "hours",  # a duration: 7,5 · 7:30 · 129:25
    "minutes",  # a duration in minutes, or 0:30
    "seconds",
    "share",  # a fraction; exports say 75, 75 % or 0,75
    "number",
    "integer",
    "yes_no",
    "list",  # several ids in one cell
    "word",  # one of a few words, translated through headers.toml
]


def meaning(kind: Kind, swedish: str, doc: str) -> dict[str, Any]:
    """Return dataframely metadata for a column: how to read it, its Swedish name, what it is."""
    return {"kind": kind, "swedish": swedish, "doc": doc}


def kind_of(column: dy.Column) -> Kind:
    """Return how the column's cells are to be read."""
    kind: Kind = (column.metadata or {})["kind"]
    return kind
