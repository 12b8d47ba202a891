"""Which table of one side is which of the other, and which column is which: names change between exports."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import polars as pl

from tcw.intake.headers.aliases import Aliases, folded, plain
from tcw.intake.snapshot.export import as_texts, stem_of
from tcw.model.export import EXTRA, Export, ExportTable
from tcw.model.tables import called
from tcw.wording import Message, Phrase

RENAMED = Phrase("checklist-renamed", "{table}: the column {before} is called {after} now.")
RENAMED_BY_VALUES = Phrase(
    "checklist-renamed-by-values",
    "{table}: the column {before} is taken for {after}, because their values are the same; "
    "checklist: renamed: in tcw.yaml decides.",
)
AS_TEXT = Phrase(
    "checklist-as-text",
    "{table}: only one side could be read as {table}; its cells are compared as text with those of {file}.",
)
LEFT_OUT = Phrase(
    "checklist-left-out",
    "{table}: the column {column} is not compared: a snapshot leaves it out, for privacy.",
)
LEAST_HEADERS = 2
"""Two files with the same headers are one table, whatever they are called, if they have at least so many."""
MOST_ALIKE = 0.9
"""Two columns are one if they share at least this part of their values …"""
FEWEST_ROWS = 3
"""… and have at least so many values, and so many different ones."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """A table on both sides, or on one. `columns` pairs the compared columns by name: before, after."""

    name: str
    before: ExportTable | None
    after: ExportTable | None
    columns: tuple[tuple[str, str], ...] = ()
    notes: tuple[Message, ...] = field(default=())

    @property
    def sides(self) -> tuple[ExportTable, ExportTable]:
        """Both tables, of a pair that has both."""
        assert self.before is not None
        assert self.after is not None
        return self.before, self.after

    @property
    def latest(self) -> ExportTable:
        """The later table; of a table that was removed, the earlier one."""
        table = self.after or self.before
        assert table is not None
        return table

    @property
    def is_one_sided(self) -> bool:
        """Whether only one side has the table."""
        return self.before is None or self.after is None

    @property
    def has_schema(self) -> bool:
        """Whether tcw has a schema for the table."""
        return self.latest.has_schema

    def only(self, side: str) -> tuple[str, ...]:
        """Return the compared columns that only "before" or only "after" has."""
        table, place = (self.before, 0) if side == "before" else (self.after, 1)
        paired = {columns[place] for columns in self.columns}
        return tuple(column for column in (table.compared if table else ()) if column not in paired)


def bare(name: str) -> str:
    """Return a name without what spelling may change: capitals, accents, blanks and punctuation."""
    return folded(plain(name))


def bare_header(column: str) -> str:
    """Return the `bare` name of a frame's column: the header, of a column without a schema."""
    return bare(column.removeprefix(EXTRA))


def paired(
    before: Export, after: Export, aliases: Aliases, renamed: Mapping[str, Sequence[str]]
) -> list[Pair]:
    """Return every table of either side, those with a schema first.

    Args:
        before: one side.
        after: the other.
        aliases: what headers are called, shipped and of tcw.yaml.
        renamed: header -> other headers for the same, of tcw.yaml.
    """
    lefts, rights = dict(before.tables), dict(after.tables)
    tables: list[tuple[ExportTable, ExportTable, tuple[Message, ...]]] = []
    # The surest rule first. Each pairs only tables that no rule before it has paired.
    rules: list[Callable[[ExportTable, ExportTable], bool]] = [
        lambda left, right: left.has_schema == right.has_schema and left.name == right.name,
        lambda left, right: not (left.has_schema or right.has_schema) and bare(left.name) == bare(right.name),
        lambda left, right: (
            not (left.has_schema or right.has_schema) and stem_of(left.name) == stem_of(right.name)
        ),
        lambda left, right: left.has_schema != right.has_schema and _same_file(left, right),
        lambda left, right: not (left.has_schema or right.has_schema) and _same_headers(left, right),
    ]
    for alike in rules:
        for left, right in _unambiguous(lefts.values(), rights.values(), alike):
            del lefts[left.name], rights[right.name]
            tables.append(_readable_alike(left, right))
    hidden = before.hidden | after.hidden
    pairs = [_with_columns(left, right, notes, aliases, renamed, hidden) for left, right, notes in tables]
    pairs += [Pair(name, table, None) for name, table in lefts.items()]
    pairs += [Pair(name, None, table) for name, table in rights.items()]
    return sorted(pairs, key=lambda pair: (not pair.has_schema, pair.name.casefold()))


def _unambiguous(lefts: Iterable[T], rights: Iterable[T], alike: Callable[[T, T], bool]) -> list[tuple[T, T]]:
    """Return the pairs that are alike, each of whose members is like no other."""
    rights = list(rights)
    pairs = [(left, right) for left in lefts for right in rights if alike(left, right)]
    return [
        (left, right)
        for left, right in pairs
        if sum(a is left for a, _ in pairs) == 1 and sum(b is right for _, b in pairs) == 1
    ]


def _readable_alike(
    left: ExportTable, right: ExportTable
) -> tuple[ExportTable, ExportTable, tuple[Message, ...]]:
    """Return both tables as texts, with a note, where only one of them could be read by its schema."""
    if left.has_schema == right.has_schema:
        return left, right, ()
    known, unknown = (left, right) if left.has_schema else (right, left)
    note = Message(AS_TEXT, {"table": called(known.name), "file": unknown.file})
    return (
        (as_texts(left) if left.has_schema else left),
        (as_texts(right) if right.has_schema else right),
        (note,),
    )


def _headers(table: ExportTable) -> frozenset[str]:
    return frozenset(bare(header) for header, _ in table.layout)


def _same_headers(left: ExportTable, right: ExportTable) -> bool:
    headers = _headers(left)
    return len(headers) >= LEAST_HEADERS and headers == _headers(right)


def _same_file(left: ExportTable, right: ExportTable) -> bool:
    """Return whether two files are called alike and share at least half of the headers of the smaller one."""
    same_name = stem_of(left.sheet or left.file) == stem_of(right.sheet or right.file)
    headers = _headers(left), _headers(right)
    return same_name and len(headers[0] & headers[1]) * 2 >= min(map(len, headers))


def _with_columns(
    left: ExportTable,
    right: ExportTable,
    notes: tuple[Message, ...],
    aliases: Aliases,
    renamed: Mapping[str, Sequence[str]],
    hidden: frozenset[tuple[str, str]],
) -> Pair:
    """Pair the columns: by name, by spelling, by tcw.yaml, by what they are aliases of, by their values."""
    name = right.name if right.has_schema else left.name
    hidden_headers = {
        table.headers[column]
        for table in (left, right)
        for column in table.compared
        if (table.name, column) in hidden
    }
    left, right = (_without(table, hidden) for table in (left, right))
    all_notes = [
        *notes,
        *(Message(LEFT_OUT, {"table": called(name), "column": header}) for header in sorted(hidden_headers)),
    ]
    groups = [{bare(text) for text in (header, *others)} for header, others in renamed.items()]

    def meanings(column: str) -> set[str]:
        return {match.column for match in aliases.matches(column.removeprefix(EXTRA)).values()}

    # Each rule takes an earlier and a later column. The phrase says that a column was renamed.
    rules: list[tuple[Callable[[str, str], bool], Phrase | None]] = [
        (lambda old, new: old == new, None),
        (lambda old, new: old.startswith(EXTRA) and bare_header(old) == bare_header(new) != "", None),
        (lambda old, new: any({bare_header(old), bare_header(new)} <= group for group in groups), RENAMED),
        (lambda old, new: old.startswith(EXTRA) and bool(meanings(old) & meanings(new)), RENAMED),
        (lambda old, new: old.startswith(EXTRA) and _same_values(left, right, old, new), RENAMED_BY_VALUES),
    ]
    pairs: list[tuple[str, str]] = []
    for alike, phrase in rules:
        paired_names = [set(names) for names in zip(*pairs, strict=True)] or [set(), set()]
        olds = [column for column in left.compared if column not in paired_names[0]]
        news = [column for column in right.compared if column not in paired_names[1]]
        for old, new in _unambiguous(olds, news, alike):
            pairs.append((old, new))
            if phrase is not None:
                facts = {"table": called(name), "before": left.headers[old], "after": right.headers[new]}
                all_notes.append(Message(phrase, facts))
    order = {column: place for place, column in enumerate(left.compared)}
    return Pair(name, left, right, tuple(sorted(pairs, key=lambda pair: order[pair[0]])), tuple(all_notes))


def _without(table: ExportTable, hidden: frozenset[tuple[str, str]]) -> ExportTable:
    shown = tuple(column for column in table.compared if (table.name, column) not in hidden)
    return replace(table, compared=shown)


def _same_values(left: ExportTable, right: ExportTable, old: str, new: str) -> bool:
    """Return whether two columns hold the same values about as often.

    Nobody renames a column and changes all of its values at once.
    """
    before, after = left.frame[old].drop_nulls(), right.frame[new].drop_nulls()
    if min(before.len(), after.len()) < FEWEST_ROWS or before.n_unique() < FEWEST_ROWS:
        return False
    counts = [series.value_counts(name="number").rename({series.name: "value"}) for series in (before, after)]
    shared = (
        counts[0].join(counts[1], on="value").select(pl.min_horizontal("number", "number_right").sum()).item()
    )
    return bool(shared >= MOST_ALIKE * max(before.len(), after.len()))
