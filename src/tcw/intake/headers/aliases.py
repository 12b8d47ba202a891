"""What exports call the columns of tcw: `headers.toml`, looked up the way people and programs misspell it."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, Literal

from tcw.errors import UsageFault
from tcw.model.tables import TABLES
from tcw.wording import Phrase

Unit = Literal["h", "min", "s", "%"]

UNKNOWN_TABLE = Phrase(
    "headers-unknown-table",
    "Setting headers: there is no table {table}. Did you mean {nearest}?",
)
UNKNOWN_COLUMN = Phrase(
    "headers-unknown-column",
    "Setting headers: table {table} has no column {column}. Did you mean {nearest}?",
)

BESIDE = {"orders": ("date", "end_date"), "availability": ("date", "end_date")}
"""Columns an export may have that the schema has not: a date beside start and end as clock times."""

WORD_COLUMNS = {
    ("bookings", "status"): "status",
    ("bookings", "billing"): "billing",
    ("activities", "billing"): "billing",
    ("activities", "time_kind"): "time_kind",
    ("activities", "service_type"): "service_type",
    ("staff", "employment_type"): "employment_type",
    ("availability", "kind"): "availability_kind",
    ("orders", "status"): "order_status",
    ("competences", "kind"): "competence_kind",
    ("introductions", "tier"): "tier",
    ("requests", "answer"): "answer",
}

WEAK = 0.2
COMMON = 0.4
LONGEST_HEADER = 80  # a longer cell is prose or data

_UNITS: dict[str, Unit] = {
    **dict.fromkeys(("h", "tim", "timme", "timmar", "t", "hour", "hours", "hr", "hrs"), "h"),
    **dict.fromkeys(("decimal", "dec", "decimalt"), "h"),
    **dict.fromkeys(("hhmm", "hmm", "hhmmss", "hmmss", "ttmm", "ttmmss", "tmm"), "h"),
    **dict.fromkeys(("m", "min", "minut", "minuter", "minute", "minutes", "mins"), "min"),
    **dict.fromkeys(("s", "sek", "sekunder", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("procent", "percent", "proc"), "%"),
}  # fmt: skip
_BRACKETED = re.compile(r"(.+?)\s*[(\[{<]([^)\]}>]*)[)\]}>][\s:*?]*")
_TRAILING = re.compile(r"(.+?)[\s_.,/-]+([a-z]+|%)[\s:*?]*")
_FOLD = str.maketrans("åäàáâæöøòóôéèêëüùúûíìîçñ", "aaaaaaoooooeeeeuuuuiiicn")
_SEPARATORS = re.compile(r"[\s_\-./:*,;()\[\]'\"]+")
_BROKEN = re.compile(r"[^0-9a-z]+")
_WHOLE_LETTERS = re.compile(r"[åäöéü]", re.IGNORECASE)
_LETTER_GONE = re.compile(r"\w[?{}|\[\]\\]\w|^[?{}|\[\]\\]\w")


def plain(text: str) -> str:
    """Return only the letters and digits of a header, word or name, in lower case; % is "procent"."""
    text = unicodedata.normalize("NFC", text).casefold().replace("%", "procent")
    return "".join(filter(str.isalnum, text))


def folded(key: str) -> str:
    """Return a `plain` text without rings, dots and accents, as systems write that cannot spell them."""
    return key.translate(_FOLD)


def _with_gaps(text: str) -> str:
    """Return a text with a "?" for every letter that is not a to z, however it was broken on the way."""
    return _BROKEN.sub("?", _SEPARATORS.sub("", unicodedata.normalize("NFC", text).casefold()))


def _readings(text: str) -> list[tuple[str, Unit | None]]:
    """Return the header's possible names, the whole first, then without its unit."""
    whole = plain(text)
    readings: list[tuple[str, Unit | None]] = [(whole, None)] if whole else []
    lower = text.strip().casefold()
    bracketed = _BRACKETED.fullmatch(lower)
    if bracketed:
        readings.append((plain(bracketed[1]), _UNITS.get(plain(bracketed[2]))))
        lower = bracketed[1]
    trailing = _TRAILING.fullmatch(lower)
    if trailing and plain(trailing[2]) in _UNITS:
        readings.append((plain(trailing[1]), _UNITS[plain(trailing[2])]))
    return readings


@dataclass(frozen=True, slots=True)
class Match:
    """A header taken for a column: the rank of its alias, how telling it is, and the unit it names."""

    column: str
    rank: int
    weight: float
    unit: Unit | None = None
    broken: bool = False
    """Letters were missing or wrong; it matched what was left."""


@dataclass(frozen=True)
class Aliases:
    """All headers known, by table. Immutable; `with_overrides` returns another."""

    by_table: Mapping[str, Mapping[str, Match]]
    """table -> plain (or folded) header -> match"""
    gapped: Mapping[str, Mapping[str, Match]]
    """table -> header with "?" for every Swedish letter -> match"""
    names: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]]
    """table -> column -> groups of headers, plain, whose cells together make it"""
    instead: Mapping[str, Mapping[str, tuple[str, ...]]]
    stamps: frozenset[str] = frozenset()
    """headers, plain, that say whether a row is a stamp in or out"""
    settings: frozenset[str] = frozenset()
    """names, folded, of files and sheets that are settings and no table of ours"""
    _seen: dict[str, Mapping[str, Match]] = field(default_factory=dict, compare=False, repr=False)

    def matches(self, header: str) -> Mapping[str, Match]:
        """Return what the header is taken for, by table; empty when no table knows it."""
        if len(header) > LONGEST_HEADER:
            return {}
        found = self._seen.get(header)
        if found is None:
            found = {table: match for table in TABLES if (match := self._find(table, header))}
            self._seen[header] = found
        return found

    def _find(self, table: str, header: str) -> Match | None:
        known = self.by_table[table]
        question = header.rstrip().endswith("?")
        for key, unit in _readings(header):
            match = known.get(key) or known.get(folded(key))
            if match and not (question and not answers(table, match.column)):
                return _in_unit(match, unit, table)
        # "Lön" is whole, and no broken "Lån".
        if _WHOLE_LETTERS.sub("", header).isascii() and not _LETTER_GONE.search(header):
            return None
        match = self.gapped[table].get(_with_gaps(header))
        return match and Match(match.column, match.rank, match.weight, broken=True)

    def with_overrides(self, headers: Mapping[str, Mapping[str, Sequence[str]]]) -> "Aliases":
        """Return aliases where the given headers mean the given columns, whatever they meant before.

        `headers` is table -> canonical column -> headers, as the configuration has it. Raises UsageFault for
        a table or column that does not exist.
        """
        by_table = {table: dict(known) for table, known in self.by_table.items()}
        for table, columns in headers.items():
            if table not in TABLES:
                raise UsageFault(UNKNOWN_TABLE, table=table, nearest=_nearest(table, TABLES))
            for column, aliases in columns.items():
                allowed = columns_of(table)
                if column not in allowed:
                    raise UsageFault(
                        UNKNOWN_COLUMN, table=table, column=column, nearest=_nearest(column, allowed)
                    )
                for rank, alias in enumerate(aliases):
                    match = Match(column, rank - len(aliases), 1.0)
                    by_table[table][plain(alias)] = by_table[table][folded(plain(alias))] = match
        return Aliases(
            by_table, self.gapped, self.names, self.parts, self.instead, self.stamps, self.settings
        )


def answers(table: str, column: str) -> bool:
    """Tell whether the column answers a question: "Employee?" is not who, "Billable?" is whether."""
    definition = TABLES[table].columns.get(column)
    return definition is not None and definition.kind in {"yes_no", "word"}


def _in_unit(match: Match, unit: Unit | None, table: str) -> Match:
    """Return the match, in the column for the unit: "Tid (min)" is minutes although "Tid" is hours."""
    column = match.column
    if column in _LENGTHS and table == "bookings" and unit in _LENGTH_IN:
        column = _LENGTH_IN[unit]
    return Match(column, match.rank, match.weight, unit)


_LENGTHS = ("hours", "minutes", "seconds")
_LENGTH_IN: dict[Unit | None, str] = {"h": "hours", "min": "minutes", "s": "seconds"}


def _nearest(word: str, choices: Iterable[str]) -> str:
    every = list(choices)
    return (get_close_matches(word, every, n=1, cutoff=0.0) or every)[0]


def columns_of(table: str) -> tuple[str, ...]:
    """Return the columns an export of the table may have: its schema's, and those of BESIDE."""
    return (*TABLES[table].columns, *BESIDE.get(table, ()))


@cache
def _toml() -> dict[str, Any]:
    return tomllib.loads(resources.files("tcw.intake.headers").joinpath("headers.toml").read_text("utf-8"))


@cache
def shipped_aliases() -> Aliases:
    """Return the aliases of `headers.toml`, read once."""
    known = _toml()
    written: dict[str, dict[str, tuple[str, int, bool, str]]] = {}
    for table in TABLES:
        keys = written[table] = {}
        columns = known["columns"].get(table, {})
        for column in columns_of(table):
            for rank, alias in enumerate([column, *columns.get(column, ())]):
                weak = alias.startswith("~")
                keys.setdefault(plain(alias), (column, rank, weak, alias.lstrip("~")))
    weak_everywhere = {plain(header) for header in known["weak"]}
    tables_with: dict[str, int] = {}
    for keys in written.values():
        for key in keys:
            tables_with[key] = tables_with.get(key, 0) + 1

    by_table: dict[str, dict[str, Match]] = {}
    gapped: dict[str, dict[str, Match]] = {}
    for table, keys in written.items():
        by_table[table], gapped[table] = {}, {}
        for key, (column, rank, weak, alias) in keys.items():
            telling = COMMON + (1 - COMMON) / tables_with[key]
            weight = WEAK / 4 if weak else WEAK if key in weak_everywhere else telling
            match = Match(column, rank, weight)
            by_table[table][key] = match
            if not key.isascii():
                by_table[table].setdefault(folded(key), match)
                gapped[table].setdefault(_with_gaps(alias), match)
    return Aliases(
        by_table,
        gapped,
        {table: tuple(names) for table, names in known["names"].items()},
        {
            table: {
                column: tuple(tuple(plain(part) for part in group) for group in groups)
                for column, groups in columns.items()
            }
            for table, columns in known["parts"].items()
        },
        {
            table: {column: tuple(others) for column, others in columns.items()}
            for table, columns in known["instead"].items()
        },
        frozenset(plain(header) for header in known["stamps"]),
        frozenset(folded(plain(name)) for name in known["settings"]),
    )


def words_for(table: str, column: str) -> Mapping[str, Sequence[str]]:
    """Return the spellings of each canonical word of a column of kind "word", both languages.

    The canonical word itself is among its spellings. Compare with `plain` on both sides. Raises KeyError for
    a column that holds no words.
    """
    spellings: Mapping[str, Sequence[str]] = _toml()["words"][WORD_COLUMNS[table, column]]
    return {word: [word, *others] for word, others in spellings.items()}


def is_person_header(header: str) -> bool:
    """Tell whether a header means a person's id in the staff table."""
    match = shipped_aliases().matches(header).get("staff")
    return match is not None and match.column in {"staff_id", "person_id"}
