"""Which table of one side is which of the other, and which column is which: names change between exports."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from tcw.intake.headers.aliases import Aliases, folded, plain
from tcw.intake.snapshot.export import as_texts, stem_of
from tcw.model.export import EXTRA, Export, ExportTable
from tcw.model.tables import called
from tcw.wording import Message, Phrase

RENAMED = Phrase("checklist-renamed", "{table}: the column {before} is called {after} now.")
RENAMED_BY_VALUES = Phrase(
    "checklist-renamed-by-values",
    "{table}: the column {before} is taken for {after}, because their values are the same; checklist: renamed: in tcw.yaml decides.",
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
"""So many equal headers make two files one table, whatever they are called."""
MOST_ALIKE = 0.9
"""Share of equal values that makes two columns one."""
FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A table on both sides, or on one. `columns` pairs the compared columns by name: before, after."""

    name: str
    before: ExportTable | None
    after: ExportTable | None
    columns: tuple[tuple[str, str], ...] = ()
    notes: tuple[Message, ...] = field(default=())

    @property
    def known(self) -> bool:
        """True for a table that tcw has a schema for."""
        return (self.after or self.before or _nothing()).known

    def only(self, side: str) -> tuple[str, ...]:
        """Return the compared columns that only "before" or only "after" has."""
        table, place = (self.before, 0) if side == "before" else (self.after, 1)
        paired = {columns[place] for columns in self.columns}
        return tuple(column for column in (table.compared if table else ()) if column not in paired)


def _nothing() -> ExportTable:
    return ExportTable("", known=False, frame=pl.DataFrame(), compared=(), layout=(), file="")


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
    found: list[tuple[ExportTable, ExportTable, tuple[Message, ...]]] = []
    rules: list[Callable[[ExportTable, ExportTable], bool]] = [
        lambda left, right: left.known == right.known and left.name == right.name,
        lambda left, right: (
            not (left.known or right.known) and folded(plain(left.name)) == folded(plain(right.name))
        ),
        lambda left, right: not (left.known or right.known) and stem_of(left.name) == stem_of(right.name),
        lambda left, right: left.known != right.known and _same_file(left, right),
        lambda left, right: not (left.known or right.known) and _same_headers(left, right),
    ]
    for alike in rules:
        for left, right in _single(lefts.values(), rights.values(), alike):
            del lefts[left.name], rights[right.name]
            found.append(_told(left, right))
    hidden = before.hidden | after.hidden
    pairs = [_columns(left, right, notes, aliases, renamed, hidden) for left, right, notes in found]
    pairs += [Pair(name, table, None) for name, table in lefts.items()]
    pairs += [Pair(name, None, table) for name, table in rights.items()]
    return sorted(pairs, key=lambda pair: (not pair.known, pair.name.casefold()))


def _single(
    lefts: Iterable[ExportTable],
    rights: Iterable[ExportTable],
    alike: Callable[[ExportTable, ExportTable], bool],
) -> list[tuple[ExportTable, ExportTable]]:
    """Return the pairs that are alike, each alone in being so."""
    lefts, rights = list(lefts), list(rights)
    pairs = [(left, right) for left in lefts for right in rights if alike(left, right)]
    return [
        (left, right)
        for left, right in pairs
        if sum(one is left for one, _ in pairs) == 1 and sum(other is right for _, other in pairs) == 1
    ]


def _told(left: ExportTable, right: ExportTable) -> tuple[ExportTable, ExportTable, tuple[Message, ...]]:
    """Compare a table that only one side could be read as with the texts of the other."""
    if left.known == right.known:
        return left, right, ()
    known, other = (left, right) if left.known else (right, left)
    note = Message(AS_TEXT, {"table": called(known.name), "file": other.file})
    return (as_texts(left) if left.known else left), (as_texts(right) if right.known else right), (note,)


def _headers(table: ExportTable) -> frozenset[str]:
    return frozenset(folded(plain(header)) for header, _ in table.layout)


def _same_headers(left: ExportTable, right: ExportTable) -> bool:
    mine = _headers(left)
    return len(mine) >= LEAST_HEADERS and mine == _headers(right)


def _same_file(left: ExportTable, right: ExportTable) -> bool:
    names = stem_of(left.sheet or left.file) == stem_of(right.sheet or right.file)
    mine, theirs = _headers(left), _headers(right)
    return names and len(mine & theirs) * 2 >= min(len(mine), len(theirs))


def _columns(
    left: ExportTable,
    right: ExportTable,
    notes: tuple[Message, ...],
    aliases: Aliases,
    renamed: Mapping[str, Sequence[str]],
    hidden: frozenset[tuple[str, str]],
) -> Pair:
    """Pair the columns: by name, by spelling, by tcw.yaml, by what they are aliases of, by their values."""
    name = right.name if right.known else left.name
    unseen = {
        table.headers[column]
        for table in (left, right)
        for column in table.compared
        if (table.name, column) in hidden
    }
    left, right = (_without(table, hidden) for table in (left, right))
    mine = {column: column for column in left.compared}
    yours = {column: column for column in right.compared}
    pairs: list[tuple[str, str]] = []
    said = [
        *notes,
        *(Message(LEFT_OUT, {"table": called(name), "column": column}) for column in sorted(unseen)),
    ]
    groups = [{folded(plain(text)) for text in (one, *others)} for one, others in renamed.items()]

    def spelling(column: str) -> str:
        return folded(plain(column.removeprefix(EXTRA)))

    def meanings(column: str) -> set[str]:
        return {match.column for match in aliases.matches(column.removeprefix(EXTRA)).values()}

    rules: list[tuple[Callable[[str, str], bool], Phrase | None]] = [
        (lambda one, other: one == other, None),
        (lambda one, other: one.startswith(EXTRA) and spelling(one) == spelling(other) != "", None),
        (lambda one, other: any({spelling(one), spelling(other)} <= group for group in groups), RENAMED),
        (lambda one, other: one.startswith(EXTRA) and bool(meanings(one) & meanings(other)), RENAMED),
        (
            lambda one, other: one.startswith(EXTRA) and _same_values(left, right, one, other),
            RENAMED_BY_VALUES,
        ),
    ]
    for alike, phrase in rules:
        hits = [(one, other) for one in mine for other in yours if alike(one, other)]
        single = [
            (one, other)
            for one, other in hits
            if sum(hit[0] == one for hit in hits) == 1 and sum(hit[1] == other for hit in hits) == 1
        ]
        for one, other in single:
            del mine[one], yours[other]
            pairs.append((one, other))
            if phrase is not None:
                facts = {"table": called(name), "before": left.headers[one], "after": right.headers[other]}
                said.append(Message(phrase, facts))
    order = {column: place for place, column in enumerate(left.compared)}
    return Pair(name, left, right, tuple(sorted(pairs, key=lambda pair: order[pair[0]])), tuple(said))


def _without(table: ExportTable, hidden: frozenset[tuple[str, str]]) -> ExportTable:
    kept = tuple(column for column in table.compared if (table.name, column) not in hidden)
    return replace(table, compared=kept)


def _same_values(left: ExportTable, right: ExportTable, one: str, other: str) -> bool:
    """Tell whether two columns hold the same values about as often: nobody renames a column and changes all of it."""
    before, after = left.frame[one].drop_nulls(), right.frame[other].drop_nulls()
    if min(before.len(), after.len()) < FEWEST_ROWS or before.n_unique() < FEWEST_ROWS:
        return False
    counts = [series.value_counts(name="number").rename({series.name: "value"}) for series in (before, after)]
    shared = (
        counts[0].join(counts[1], on="value").select(pl.min_horizontal("number", "number_right").sum()).item()
    )
    return bool(shared >= MOST_ALIKE * max(before.len(), after.len()))
