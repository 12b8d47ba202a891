"""Which row of a sheet holds its headers, which table they are of, and which column is which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from pathlib import PurePosixPath

from tcw.intake.headers.aliases import WEAK, Aliases, Match, Unit, folded, plain, shipped_aliases
from tcw.intake.headers.day_headers import day_of
from tcw.model.tables import TABLES, called
from tcw.wording import Message, Phrase

TWICE = Phrase("headers-twice", "{column}: the headers {headers} all fit; {chosen} is used.")
JOINED = Phrase("headers-joined", "{column}: put together from {headers}.")
STAND_IN = Phrase("headers-stand-in", "{column}: no header for it, {header} is used instead.")
BROKEN = Phrase("headers-broken", "The header {header} has broken letters; it was read as {column}.")
STAMPS = Phrase(
    "headers-stamps",
    "Each row seems to be a stamp (in or out, {header}); {column} is a moment and no length. tcw needs "
    "one row per shift.",
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
    by_column: dict[str, list[tuple[bool, int, int, Match]]] = {}
    for i, header in enumerate(headers):
        match = aliases.matches(header).get(table) if header else None
        if match:
            empty = filled is not None and i < len(filled) and not filled[i]
            by_column.setdefault(match.column, []).append((empty, match.rank, i, match))
    _drop_stamps(reading, by_column, headers, aliases)
    used: set[int] = set()
    for column, candidates in by_column.items():
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
    by_column: dict[str, list[tuple[bool, int, int, Match]]],
    headers: Sequence[str],
    aliases: Aliases,
) -> None:
    """Take "Time" for no length where each row is a stamp, in or out: nine o'clock is not nine hours."""
    stamp = next((header for header in headers if plain(header) in aliases.stamps), None)
    if reading.table != "bookings" or stamp is None or "start" in by_column or "hours" not in by_column:
        return
    if all(match.weight <= WEAK for *_, match in by_column["hours"]):
        reading.notes.append(Message(STAMPS, {"header": stamp, "column": headers[by_column["hours"][0][2]]}))
        del by_column["hours"]


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


BY_HEADERS = Phrase("headers-recognised", "By its headers ({headers}) taken for {table}.")
BY_NAME = Phrase("headers-recognised-name", "By its name taken for {table} rather than {other}.")
CLOSE_CALL = Phrase(
    "headers-recognised-close",
    "By its headers ({headers}) taken for {table} ({key}); it could also be {other} ({other_key}). Say "
    "which under files: in tcw.yaml.",
)
AS_TOLD = Phrase("headers-as-told", "Taken for {table} because the configuration says so.")
NOTHING = Phrase("headers-nothing", "None of its headers belong to a table tcw reads; left alone.")
MISSING = Phrase(
    "headers-missing",
    "It looks like {table}, but lacks {missing}. Say under headers: {key}: in tcw.yaml which header that is.",
)
MISSING_NEAREST = Phrase(
    "headers-missing-nearest",
    "It looks like {table}, but lacks {missing}. Did you mean {nearest}? Then say so under headers: "
    "{key}: in tcw.yaml.",
)

ROSTER = Phrase("headers-roster", "Its headers are days: it is a roster if people stand below them.")

SETTINGS = Phrase(
    "headers-settings",
    "By its name taken for settings, which tcw checklist compares. If it is a table, say which under "
    "files: in tcw.yaml.",
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
"""A table that needs only one or two columns is believed when at least this share of the headers is its
own."""
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
        reading = readings[0]
        if reading.missing:
            return _incomplete(reading, headers, aliases)
        return _recognition(reading, headers, None, Message(AS_TOLD, {"table": called(table)}), sure=True)

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
    shown = _some_of(best, headers)
    if clear:
        why = Message(BY_HEADERS, {"table": called(best.table), "headers": shown})
    elif second and best.hinted and not second.hinted:
        why = Message(BY_NAME, {"table": called(best.table), "other": called(second.table)})
    else:
        other = second.table if second else ""
        keys = {"key": best.table, "other_key": other}
        facts: dict[str, object] = {"table": called(best.table), "headers": shown, "other": called(other)}
        why = Message(CLOSE_CALL, facts | keys)
    decided = clear or (best.hinted and not (second and second.hinted))
    return _recognition(best, headers, second, why, sure=decided and not best.guessed)


def _no_export(headers: Sequence[str], hints: frozenset[str]) -> Phrase | None:
    """Return why headers are those of no table.

    They are days, tcw itself wrote them, or they are settings.
    """
    if _are_days(headers):
        return ROSTER
    if any(own <= set(headers) for own in OWN_HEADERS):
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


def _some_of(reading: Candidate, headers: Sequence[str]) -> str:
    used = [headers[i] for i in sorted(reading.used)]
    return ", ".join(used[:MAX_NAMED]) + (" …" if len(used) > MAX_NAMED else "")


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


CLEARER = 0.05
"""By this much two rows together must say more than one."""


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """The header row, or two rows put together by column.

    `row` and `last_row` are places in `head`: the first header row and the last; data begin after `last_row`,
    which the user sees as row `last_row + 1`.
    """

    row: int
    last_row: int
    headers: tuple[str, ...]
    """One per column, "" where blank."""
    recognised: int
    """How many of them one table knows."""
    sure: bool
    """False when too few were known, so that the first row with text was taken."""


def find_header(head: Sequence[Sequence[str | None]], *, aliases: Aliases | None = None) -> HeaderRow | None:
    """Return the header row among the first rows of a sheet, or None when there is no text to be one.

    The row of which one table knows most cells, the first of equals; two rows together when that knows more
    (a merged group title above). When no row has two known cells: the first with two texts, and not sure.
    """
    aliases = aliases or shipped_aliases()
    scores = [_recognised_cells(row, aliases) for row in head]
    best = max(range(len(head)), key=lambda i: (scores[i], -i), default=None)
    if best is None:
        return None
    row, last, headers, (score, weight) = best, best, _texts(head[best]), scores[best]
    for upper, (above, below) in enumerate(pairwise(head)):
        if any(_is_data(cell) for cell in below) or not any(count for count, _ in scores[upper : upper + 2]):
            continue
        together = _combined(above, below, aliases)
        combined, tells = _recognised_cells(together, aliases)
        # "Anställd" above "nr" says more than "nr", although it is no more columns.
        if combined > score or (combined >= score - 1 and tells > weight + CLEARER):
            row, last, headers, score, weight = upper, upper + 1, together, combined, tells
    if score >= ENOUGH:
        return HeaderRow(row, last, headers, score, sure=True)
    for i, cells in enumerate(head):
        if sum(1 for cell in cells if cell and not _is_data(cell)) >= ENOUGH:
            return HeaderRow(i, i, _texts(cells), scores[i][0], sure=False)
    if score:
        return HeaderRow(row, last, headers, score, sure=False)
    return None


def _texts(row: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(" ".join((cell or "").split()) for cell in row)


def _is_data(cell: str | None) -> bool:
    """Tell whether a cell is a number, a date or the like rather than a header."""
    return bool(cell) and bool(re.match(r"\W*\d", cell or ""))


def _recognised_cells(row: Sequence[str | None], aliases: Aliases) -> tuple[int, float]:
    """Return how many columns the cells name of the table that knows most, and how telling the cells are."""
    by_table: dict[str, dict[str, float]] = {}
    for cell in row:
        for table, match in aliases.matches(cell).items() if cell else ():
            columns = by_table.setdefault(table, {})
            columns[match.column] = max(match.weight, columns.get(match.column, 0.0))
    return max(((len(columns), sum(columns.values())) for columns in by_table.values()), default=(0, 0.0))


def _combined(above: Sequence[str | None], below: Sequence[str | None], aliases: Aliases) -> tuple[str, ...]:
    """Return two rows as one: per column the known one of both together, the lower, the upper."""
    width = max(len(above), len(below))
    uppers = [*_texts(above), *[""] * (width - len(above))]
    lowers = [*_texts(below), *[""] * (width - len(below))]
    together: list[str] = []
    group = ""  # a merged cell has its text in its first column only
    for upper, lower in zip(uppers, lowers, strict=True):
        group = upper or group
        both = f"{group} {lower}".strip() if lower else upper
        together.append(next((text for text in (both, lower, upper) if aliases.matches(text)), both))
    return tuple(together)
