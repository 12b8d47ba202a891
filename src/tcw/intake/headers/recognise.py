"""Which table a sheet is, by its headers, and which of its columns are which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePosixPath

from tcw.intake.headers.aliases import Aliases, Unit, folded, plain
from tcw.intake.headers.candidate import SPAN, Candidate, read_as
from tcw.intake.roster.roster_day import day_of
from tcw.model.tables import TABLES, called
from tcw.wording import Message, Phrase

BY_HEADERS = Phrase("headers-recognised", "By its headers ({headers}) taken for {table}.")
BY_NAME = Phrase("headers-recognised-name", "By its name taken for {table} rather than {other}.")
CLOSE_CALL = Phrase(
    "headers-recognised-close",
    "By its headers ({headers}) taken for {table} ({key}); it could also be {other} ({other_key}). Say which under files: in tcw.yaml.",
)
AS_TOLD = Phrase("headers-as-told", "Taken for {table} because the configuration says so.")
NOTHING = Phrase("headers-nothing", "None of its headers belong to a table tcw reads; left alone.")
MISSING = Phrase(
    "headers-missing",
    "It looks like {table}, but lacks {missing}. Say under headers: {key}: in tcw.yaml which header that is.",
)
MISSING_NEAREST = Phrase(
    "headers-missing-nearest",
    "It looks like {table}, but lacks {missing}. Did you mean {nearest}? Then say so under headers: {key}: in tcw.yaml.",
)

ROSTER = Phrase("headers-roster", "Its headers are days: it is a roster if people stand below them.")

SETTINGS = Phrase(
    "headers-settings",
    "By its name taken for settings, which tcw checklist compares. If it is a table, say which under files: in tcw.yaml.",
)
OWN = Phrase("headers-own", "It is a result that tcw itself wrote, and is not read as an export.")
OWN_HEADERS = (
    frozenset({"code", "severity", "staff_id", "measured", "limit", "shortfall"}),  # tcw check
    frozenset({"billable_h", "non_billable_h", "absence_h", "bookable_h", "normal_h"}),  # tcw kpi
    frozenset({"file", "sheet", "row", "table", "column", "value", "reason"}),  # --rejects
    frozenset({"order_id", "staff_id", "assistant", "mode", "availability", "continuity"}),  # tcw match
)
"""Headers of tcw's own files: one that lies among the exports would be taken for bookings or staff."""

SETTINGS_HINT = "settings"
"""What a name hints at that is no table of ours."""
NAME_HINT = 1.5
"""What a telling file name is worth, next to headers worth 0.2 to 1 each."""
CLEAR = 0.1
"""A lead smaller than this is a close call."""
ENOUGH = 2
"""Recognised cells that make a row a header row; text cells that may make it one."""
MOST_FOREIGN = 0.4
"""A table that needs only one or two columns is believed when at least this share of the headers is its own."""
MAX_NAMED = 6
FEWEST_DATES, FEWEST_DAYS = 3, 5
"""So many columns of dates, or of days of any kind, make a roster."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which table a sheet is, and which of its columns are which. Indices count columns from 0."""

    table: str | None
    columns: dict[str, int]
    """Canonical column of the table's schema -> index. One index may serve two columns (a name as the id)."""
    unused: tuple[int, ...]
    """Columns that have a header and are nothing."""
    score: float
    sure: bool
    why: Message
    """Which headers decided, or what is missing."""
    runner_up: str | None = None
    missing: tuple[str, ...] = ()
    """Required columns not found, when the table is None but one is meant; `SPAN` stands for the span."""
    meant: str | None = None
    """The table meant when columns are missing."""
    beside: dict[str, int] = field(default_factory=dict)
    """Columns outside the schema that make others: see `tcw.intake.headers.aliases.BESIDE`."""
    joined: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Canonical columns, not in `columns`, whose cells are put together from several, joined by a blank."""
    alternatives: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """All columns for a canonical one that has more than one, the chosen one first; where its cell is empty,
    another may have it (time trackers: task, else project)."""
    units: dict[str, Unit] = field(default_factory=dict)
    """Units that headers name: "Längd (min)" is min."""
    notes: tuple[Message, ...] = ()


def recognise(
    headers: Sequence[str],
    file: str,
    sheet: str | None,
    *,
    aliases: Aliases,
    table: str | None = None,
    filled: Sequence[bool] | None = None,
) -> Recognition:
    """Return which table the headers belong to, decided by columns found and then by file and sheet name.

    `table` is what the configuration says it is. `filled` says which columns have any values: of several that
    fit, an empty one is not chosen.
    """
    hints = _hinted(file, sheet, aliases)
    if table is None and (foreign := _no_export(headers, hints)) is not None:
        return Recognition(None, {}, _rest(headers, frozenset()), 0.0, sure=True, why=Message(foreign))
    readings = [read_as(name, headers, aliases, filled) for name in ((table,) if table else TABLES)]
    for reading in readings:
        reading.hinted = reading.table in hints
    if table:
        told = readings[0]
        if told.missing:
            return _incomplete(told, headers, aliases)
        return _recognition(told, headers, None, Message(AS_TOLD, {"table": called(table)}), sure=True)

    def rank(reading: Candidate) -> float:
        return reading.score + NAME_HINT * reading.hinted

    complete = sorted((r for r in readings if _believable(r, headers)), key=rank, reverse=True)
    partial = max((r for r in readings if _looks_meant(r, headers)), key=rank, default=None)
    best = complete[0] if complete else None
    if partial and (best is None or (rank(partial) > rank(best) + CLEAR and not best.hinted)):
        return _incomplete(partial, headers, aliases)
    if best is None:
        touched = any(aliases.matches(header) for header in headers if header)
        return Recognition(
            None, {}, _rest(headers, frozenset()), 0.0, sure=not touched or not hints, why=Message(NOTHING)
        )
    second = complete[1] if len(complete) > 1 else None
    clear = second is None or best.score >= second.score + CLEAR
    named = _named(best, headers)
    if clear:
        why = Message(BY_HEADERS, {"table": called(best.table), "headers": named})
    elif second and best.hinted and not second.hinted:
        why = Message(BY_NAME, {"table": called(best.table), "other": called(second.table)})
    else:
        other = second.table if second else ""
        keys = {"key": best.table, "other_key": other}
        facts: dict[str, object] = {"table": called(best.table), "headers": named, "other": called(other)}
        why = Message(CLOSE_CALL, facts | keys)
    decided = clear or (best.hinted and not (second and second.hinted))
    return _recognition(best, headers, second, why, sure=decided and not best.guessed)


def _no_export(headers: Sequence[str], hints: frozenset[str]) -> Phrase | None:
    """Return why headers are those of no table: they are days, of a file that tcw itself writes, or of settings."""
    if _are_days(headers):
        return ROSTER
    known = set(headers)
    if any(own <= known for own in OWN_HEADERS):
        return OWN
    return SETTINGS if hints == {SETTINGS_HINT} else None


def _are_days(headers: Sequence[str]) -> bool:
    """Tell whether the columns are the days of a roster."""
    days = [day for header in headers if header and (day := day_of(header))]
    dated = sum(1 for day in days if day.month)
    return (dated >= FEWEST_DATES or len(days) >= FEWEST_DAYS) and len(days) * 2 >= sum(map(bool, headers))


def _believable(reading: Candidate, headers: Sequence[str]) -> bool:
    """Tell whether a complete table is one: a settings list has a name column too."""
    if reading.missing:
        return False
    if "start" in TABLES[reading.table].columns or reading.hinted:
        return True
    count = len(reading.used)
    alone = reading.table in {"staff", "red_days", "units", "activities"} and count < ENOUGH
    return reading.strong > 0 and not alone and count >= MOST_FOREIGN * sum(map(bool, headers))


def _looks_meant(reading: Candidate, headers: Sequence[str]) -> bool:
    """Tell whether an incomplete table was meant to be it, so that the user hears what is missing."""
    if not reading.missing:
        return False
    if reading.hinted:
        return True
    count = len(reading.used)
    return count >= ENOUGH and reading.strong > 0 and count >= MOST_FOREIGN * sum(map(bool, headers))


def _hinted(file: str, sheet: str | None, aliases: Aliases) -> frozenset[str]:
    """Return the tables that the sheet's name hints at, else the file's, those with the longest hint."""
    for text in (sheet, PurePosixPath(file).stem):
        if not text:
            continue
        whole = folded(plain(text))
        words = [folded(plain(word)) for word in re.split(r"[\W_\d]+", text)]
        lengths: dict[str, int] = {}
        for table, names in {**aliases.names, SETTINGS_HINT: tuple(sorted(aliases.settings))}.items():
            for name in (table, *names):
                hint = folded(plain(name))
                if hint in words or (len(hint) > 4 and hint in whole):  # noqa: PLR2004 - "pass" is in "compass"
                    lengths[table] = max(lengths.get(table, 0), len(hint))
        if lengths:
            longest = max(lengths.values())
            return frozenset(table for table, length in lengths.items() if length == longest)
    return frozenset()


def _named(reading: Candidate, headers: Sequence[str]) -> str:
    named = [headers[i] for i in sorted(reading.used)]
    return ", ".join(named[:MAX_NAMED]) + (" …" if len(named) > MAX_NAMED else "")


def _rest(headers: Sequence[str], used: frozenset[int]) -> tuple[int, ...]:
    return tuple(i for i, header in enumerate(headers) if header and i not in used)


def _incomplete(reading: Candidate, headers: Sequence[str], aliases: Aliases) -> Recognition:
    """Say which columns the table lacks, and which unused headers come near."""
    unused = _rest(headers, reading.used)
    spelled = {plain(headers[i]): headers[i] for i in unused}
    wanted = {
        part
        for column in reading.missing
        for part in (("start", "end", "date", "hours") if column == SPAN else (column,))
    }
    near: list[str] = []
    for key, match in aliases.by_table[reading.table].items():
        if match.column in wanted:
            near += [h for h in get_close_matches(key, spelled, n=1, cutoff=0.75) if h not in near]
    facts = {"table": called(reading.table), "key": reading.table, "missing": ", ".join(reading.missing)}
    why = Message(MISSING, facts)
    if near:
        why = Message(MISSING_NEAREST, facts | {"nearest": ", ".join(spelled[key] for key in near)})
    return Recognition(
        None,
        {},
        _rest(headers, frozenset()),
        reading.score,
        sure=False,
        why=why,
        missing=reading.missing,
        meant=reading.table,
        notes=tuple(reading.notes),
    )


def _recognition(
    reading: Candidate, headers: Sequence[str], second: Candidate | None, why: Message, *, sure: bool
) -> Recognition:
    schema = TABLES[reading.table].columns
    return Recognition(
        reading.table,
        {column: i for column, i in reading.columns.items() if column in schema},
        _rest(headers, reading.used),
        reading.score,
        sure=sure,
        why=why,
        runner_up=second.table if second else None,
        beside={column: i for column, i in reading.columns.items() if column not in schema},
        joined=reading.joined,
        alternatives=reading.alternatives,
        units=reading.units,
        notes=tuple(reading.notes),
    )
