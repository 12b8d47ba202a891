"""The headers of a sheet, tried as one table's."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tcw.intake.headers.aliases import WEAK, Aliases, Match, Unit, plain
from tcw.model.tables import TABLES
from tcw.wording import Message, Phrase

TWICE = Phrase("headers-twice", "{column}: the headers {headers} all fit; {chosen} is used.")
JOINED = Phrase("headers-joined", "{column}: put together from {headers}.")
STAND_IN = Phrase("headers-stand-in", "{column}: no header for it, {header} is used instead.")
BROKEN = Phrase("headers-broken", "The header {header} has broken letters; it was read as {column}.")
STAMPS = Phrase(
    "headers-stamps",
    "Each row seems to be a stamp (in or out, {header}); {column} is a moment and no length. tcw needs one row per shift.",
)

SPAN = "start + end / date + hours"
STRONG = 0.4
"""A header that weighs this much tells something."""


@dataclass(slots=True)
class Candidate:
    """The headers, read as one table's."""

    table: str
    columns: dict[str, int] = field(default_factory=dict)
    joined: dict[str, tuple[int, ...]] = field(default_factory=dict)
    alternatives: dict[str, tuple[int, ...]] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    notes: list[Message] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    score: float = 0.0
    strong: int = 0
    used: frozenset[int] = frozenset()
    hinted: bool = False
    guessed: bool = False


def read_as(table: str, headers: Sequence[str], aliases: Aliases, filled: Sequence[bool] | None) -> Candidate:
    """Read the headers as the table's."""
    reading = Candidate(table)
    found: dict[str, list[tuple[bool, int, int, Match]]] = {}
    for i, header in enumerate(headers):
        match = aliases.matches(header).get(table) if header else None
        if match:
            empty = filled is not None and i < len(filled) and not filled[i]
            found.setdefault(match.column, []).append((empty, match.rank, i, match))
    _drop_stamps(reading, found, headers, aliases)
    used: set[int] = set()
    for column, candidates in found.items():
        candidates.sort(key=lambda candidate: candidate[:3])
        *_, chosen, match = candidates[0]
        reading.columns[column] = chosen
        used.update(i for _, _, i, _ in candidates)
        reading.score += match.weight
        reading.strong += match.weight >= STRONG
        if match.unit:
            reading.units[column] = match.unit
        if match.broken:
            reading.notes.append(Message(BROKEN, {"header": headers[chosen], "column": column}))
        if len(candidates) > 1:
            reading.alternatives[column] = tuple(i for _, _, i, _ in candidates)
            every = ", ".join(headers[i] for i in reading.alternatives[column])
            facts = {"column": column, "headers": every, "chosen": headers[chosen]}
            reading.notes.append(Message(TWICE, facts))
    used |= _join_parts(reading, headers, aliases)
    _stand_in(reading, headers, aliases)
    reading.used = frozenset(used)
    reading.missing = _missing(reading)
    return reading


def _drop_stamps(
    reading: Candidate,
    found: dict[str, list[tuple[bool, int, int, Match]]],
    headers: Sequence[str],
    aliases: Aliases,
) -> None:
    """Take "Time" for no length where each row is a stamp, in or out: nine o'clock is not nine hours."""
    stamp = next((header for header in headers if plain(header) in aliases.stamps), None)
    if reading.table != "bookings" or stamp is None or "start" in found or "hours" not in found:
        return
    if all(match.weight <= WEAK for *_, match in found["hours"]):
        reading.notes.append(Message(STAMPS, {"header": stamp, "column": headers[found["hours"][0][2]]}))
        del found["hours"]


def _join_parts(reading: Candidate, headers: Sequence[str], aliases: Aliases) -> frozenset[int]:
    """Put a missing column together from its parts: first name and last name."""
    where = {plain(header): i for i, header in reversed(list(enumerate(headers)))}
    for column, groups in aliases.parts.get(reading.table, {}).items():
        group = next((group for group in groups if all(part in where for part in group)), None)
        if group and column not in reading.columns:
            indices = tuple(where[part] for part in group)
            reading.joined[column] = indices
            reading.score += STRONG
            reading.strong += 1
            names = ", ".join(headers[i] for i in indices)
            reading.notes.append(Message(JOINED, {"column": column, "headers": names}))
            return frozenset(indices)
    return frozenset()


def _stand_in(reading: Candidate, headers: Sequence[str], aliases: Aliases) -> None:
    """Let another column stand in for a required one that is missing: a name for an id."""
    for column, others in aliases.instead.get(reading.table, {}).items():
        if column in reading.columns or column in reading.joined:
            continue
        other = next((other for other in others if other in reading.columns or other in reading.joined), None)
        if other is None:
            continue
        if other in reading.joined:
            reading.joined[column] = reading.joined[other]
            header = ", ".join(headers[i] for i in reading.joined[other])
        else:
            reading.columns[column] = reading.columns[other]
            header = headers[reading.columns[other]]
        reading.guessed = True
        reading.notes.append(Message(STAND_IN, {"column": column, "header": header}))


def _missing(reading: Candidate) -> tuple[str, ...]:
    """Return the required columns the table lacks; a span may be given in several ways."""
    has = {*reading.columns, *reading.joined}
    spanned = "start" in TABLES[reading.table].columns
    required = [
        column
        for column, definition in TABLES[reading.table].columns.items()
        if definition.required and not (spanned and column in {"start", "end"})
    ]  # fmt: skip
    missing = [column for column in required if column not in has]
    if spanned:
        length = reading.table == "bookings" and has & {"hours", "minutes", "seconds"}
        whole = "start" in has and ("end" in has or length)
        if not (whole or ("date" in has and length)):
            missing.append(SPAN)
    return tuple(missing)
