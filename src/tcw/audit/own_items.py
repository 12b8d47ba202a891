"""Own items, from items.yaml: a few checks over any table, and which rows of it are meant."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import PurePosixPath

import polars as pl

from tcw.audit.changes import CELL, CHANGES_SCHEMA, SPAN, as_told, every_cell, moved
from tcw.audit.compare import TableChanges
from tcw.audit.item import Answer, Ground, Item, Kind
from tcw.audit.same_rows import AFTER, BEFORE
from tcw.audit.settings_tables import named_like
from tcw.audit.values import shown, spelled
from tcw.errors import UsageFault
from tcw.intake.headers.aliases import folded, plain
from tcw.intake.settings.items_and_scenarios import OwnItems
from tcw.model.config.checklist import AS_OF, OwnItem, Test
from tcw.model.export import EXTRA, OWN, ExportTable
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Count

COLUMN = Phrase(
    "items-column", '{file}, line {line}: {key}: the table {table} has no column "{value}"; it has {known}.'
)
NO_TABLE = Phrase("item.own.no_table", 'Not judged: neither export has a table "{table}"; they have {known}.')
NEAR_TABLE = Phrase(
    "item.own.near_table", 'Not judged: neither export has a table "{table}"; did you mean {near}?'
)
ROWS = Phrase("item.own.rows", "{number:row|rows} that must not be there.")
NO_ROWS = Phrase("item.own.no_rows", "No such row.")
NOT_MET = Phrase("item.own.not_met", "{number} of {rows:row|rows} {number:~does|do} not meet it.")
MET = Phrase("item.own.met", "{rows:~The|All} {rows:row meets|rows meet} it.")
CHANGED = Phrase("item.own.changed", "{number:change|changes} that must not be there.")
AS_TOLD = Phrase("item.own.as_told", "Nothing else has changed.")
LOOK = Phrase("item.own.look", "{number:row|rows} to look at.")
ASK = Phrase("item.own.ask", "A person has to answer.")


@dataclass(frozen=True, slots=True)
class Said(Phrase):
    """A sentence of the user's own, in one language or both."""

    swedish: str = ""

    def template(self, lang: Language) -> str:
        """Return the sentence, with its braces as they are."""
        return self.say(lang).replace("{", "{{").replace("}", "}}")

    def say(self, lang: Language, **facts: object) -> str:
        """Return the sentence; where one language is missing the other is said."""
        del facts
        return (self.english or self.swedish) if lang == "en" else (self.swedish or self.english)


def own_items(own: OwnItems) -> tuple[Item, ...]:
    """Return the items of a file."""
    return tuple(_item(one, place, own) for place, one in enumerate(own.content.items))


def _item(one: OwnItem, place: int, own: OwnItems) -> Item:
    kind: Kind = "manual" if one.check == "manual" else "automatic"
    checks: dict[str, Callable[[Ground, OwnItem, _Where], Answer]] = {
        "no_rows": _no_rows,
        "every_row": _every_row,
        "changed_only": _changed_only,
        "unchanged": _unchanged,
        "manual": _manual,
    }
    where = _Where(place, own)
    return Item(
        one.id,
        one.id,
        kind,
        Said(one.id, one.text.en or "", one.text.sv or ""),
        Said(one.id, one.id, one.id),
        lambda ground: checks[one.check](ground, one, where),
    )


class _Where:
    """Where an item stands, for faults."""

    def __init__(self, place: int, own: OwnItems) -> None:
        self.place, self.own = place, own

    def column(self, part: str, table: ExportTable) -> Callable[[str], UsageFault]:
        """Return what makes the fault of a column that is not there."""
        known = ", ".join(dict.fromkeys(table.headers.values()))

        def fault(name: str) -> UsageFault:
            loc = ("items", self.place, part, name) if part != "columns" else ("items", self.place, part)
            return self.own.fault(loc, COLUMN, table=table.name, value=name, known=known)

        return fault


def _table(ground: Ground, one: OwnItem) -> ExportTable | None:
    export = ground.after if one.side == "after" else ground.before
    return _meant(export.tables.values(), one.table or "")


def _meant(tables: Iterable[ExportTable], wanted: str) -> ExportTable | None:
    """Return the table of that name, else the one of that file or sheet: `personal` is the staff of personal.csv."""
    tables = list(tables)
    named = next((table for table in tables if named_like(table.name, wanted)), None)
    return named or next(
        (
            table
            for table in tables
            if table.known
            and any(named_like(name, wanted) for name in (table.sheet or "", PurePosixPath(table.file).stem))
        ),
        None,
    )


def _compared(ground: Ground, one: OwnItem) -> TableChanges | None:
    """Return what became of the table meant, on whichever side it is."""
    for side in ("after", "before"):
        sides = {
            id(table): changes
            for changes in ground.changes.tables
            if (table := getattr(changes.pair, side)) is not None
        }
        found = _meant((getattr(changes.pair, side) for changes in sides.values()), one.table or "")
        if found is not None:
            return sides[id(found)]
    return None


def _absent(ground: Ground, one: OwnItem) -> Answer:
    known = [table.name for table in ground.changes.tables]
    near = get_close_matches(one.table or "", known, n=1)
    if near:
        return Answer("not_judged", Message(NEAR_TABLE, {"table": one.table, "near": near[0]}))
    return Answer("not_judged", Message(NO_TABLE, {"table": one.table, "known": ", ".join(known)}))


def _elsewhere(ground: Ground, one: OwnItem) -> bool:
    """Tell whether only the other side has the table: then it has no rows here."""
    return _compared(ground, one) is not None


def as_written(table: ExportTable, kept: pl.Series | None = None) -> pl.DataFrame:
    """Return rows of a table in the system's own columns."""
    frame = table.frame if kept is None else table.frame.filter(kept)
    names = {}
    for header, column in table.layout:
        name, number = header, 2
        while name in names:
            name, number = f"{header} ({number})", number + 1
        names[name] = column
    return frame.select(pl.col(column).alias(f"{EXTRA}{name}") for name, column in names.items())


def _no_rows(ground: Ground, one: OwnItem, where: _Where) -> Answer:
    table = _table(ground, one)
    if table is None:
        return Answer("pass", Message(NO_ROWS)) if _elsewhere(ground, one) else _absent(ground, one)
    evidence = as_written(table, meets(table, one.where, ground.as_of, where.column("where", table)))
    if evidence.is_empty():
        return Answer("pass", Message(NO_ROWS))
    return Answer("fail", Message(ROWS, {"number": Count(evidence.height)}), evidence)


def _every_row(ground: Ground, one: OwnItem, where: _Where) -> Answer:
    table = _table(ground, one)
    if table is None:
        return (
            Answer("pass", Message(MET, {"rows": Count(0)}))
            if _elsewhere(ground, one)
            else _absent(ground, one)
        )
    asked = meets(table, one.where, ground.as_of, where.column("where", table))
    met = meets(table, one.must, ground.as_of, where.column("must", table))
    evidence = as_written(table, asked & ~met)
    rows = Count(int(asked.sum()))
    if evidence.is_empty():
        return Answer("pass", Message(MET, {"rows": rows}))
    return Answer("fail", Message(NOT_MET, {"number": Count(evidence.height), "rows": rows}), evidence)


def _manual(ground: Ground, one: OwnItem, where: _Where) -> Answer:
    if one.table is None:
        return Answer("manual", Message(ASK))
    table = _table(ground, one)
    if table is None:
        return Answer("manual", Message(ASK)) if _elsewhere(ground, one) else _absent(ground, one)
    evidence = as_written(table, meets(table, one.where, ground.as_of, where.column("where", table)))
    return Answer("manual", Message(LOOK, {"number": Count(evidence.height)}), evidence)


def _changed_only(ground: Ground, one: OwnItem, where: _Where) -> Answer:
    """Fail for every change outside the rows of `where`, and for every change in them outside `columns`."""
    return _judged(ground, one, where, lambda rows, columns: ~(rows & columns))


def _unchanged(ground: Ground, one: OwnItem, where: _Where) -> Answer:
    """Fail for every change in the rows of `where` and in `columns`."""
    return _judged(ground, one, where, lambda rows, columns: rows & columns)


def _judged(
    ground: Ground, one: OwnItem, where: _Where, wrong: Callable[[pl.Expr, pl.Expr], pl.Expr]
) -> Answer:
    changes = _compared(ground, one)
    if changes is None:
        return _absent(ground, one)
    both = every_cell(changes).with_columns(row_=_in_rows(changes, one, ground, where))
    columns = _named_columns(changes, one.columns, where)
    # A row that came or went changed all its columns; so did a column.
    named = pl.col("column").is_in(columns)
    if "date" in columns:
        # Another day shows in the start and the end.
        named |= pl.col(CELL).is_in(SPAN) & pl.col(BEFORE).is_in(moved(changes)[BEFORE].implode())
    here = pl.lit(value=True) if not one.columns else named
    whole = pl.col("column").is_null()
    here = here | whole if one.check == "unchanged" else here & ~(whole & pl.lit(value=bool(one.columns)))
    found = both.filter(wrong(pl.col("row_"), here.fill_null(value=False)))
    evidence = as_told(found, changes).select(name for name in CHANGES_SCHEMA if name != "column")
    if evidence.is_empty():
        return Answer("pass", Message(AS_TOLD))
    return Answer("fail", Message(CHANGED, {"number": Count(evidence.height)}), evidence)


def _named_columns(changes: TableChanges, names: Sequence[str], where: _Where) -> list[str]:
    found = []
    for name in names:
        tables = [table for table in (changes.pair.before, changes.pair.after) if table is not None]
        columns = [column for table in tables if (column := column_named(table, name)) is not None]
        if not columns:
            raise where.column("columns", tables[-1])(name)
        found += [column.removeprefix(EXTRA).removeprefix(OWN) for column in columns]
    return found


def _in_rows(changes: TableChanges, one: OwnItem, ground: Ground, where: _Where) -> pl.Series:
    """Return for each listed change whether its row, before or after, is one of those meant."""
    met: dict[str, pl.Series] = {}
    for mark, table in ((BEFORE, changes.pair.before), (AFTER, changes.pair.after)):
        if table is not None:
            met[mark] = meets(table, one.where, ground.as_of, where.column("where", table))
    parts = [
        changes.rows.filter(pl.col("kind") == "removed").select(BEFORE, AFTER),
        changes.rows.filter(pl.col("kind") == "added").select(BEFORE, AFTER),
        changes.cells.select(BEFORE, AFTER),
    ]
    places = pl.concat(parts)
    inside = pl.Series([False], dtype=pl.Boolean).new_from_index(0, places.height)
    for mark, rows in met.items():
        inside = inside | rows.gather(places[mark]).fill_null(value=False)
    columns = len(changes.columns_added) + len(changes.columns_removed)
    return pl.concat([inside, pl.Series([True], dtype=pl.Boolean).new_from_index(0, columns)]).alias("row_")


def column_named(table: ExportTable, name: str) -> str | None:
    """Return the column of the frame with a canonical name, or with this header."""
    if name in table.compared:
        return name
    wanted = folded(plain(name))
    for column in table.compared:
        if wanted in {folded(plain(column.removeprefix(EXTRA))), folded(plain(table.headers[column]))}:
            return column
    # A cell that a span was put together from: the day beside clock times.
    return next((column for header, column in table.layout if folded(plain(header)) == wanted), None)


def meets(
    table: ExportTable, tests: Mapping[str, Test], as_of: date, missing: Callable[[str], Exception]
) -> pl.Series:
    """Return which rows of a table meet all tests (Boolean); `missing` makes the fault of a column that is not there."""
    kept = pl.Series([True], dtype=pl.Boolean).new_from_index(0, table.frame.height)
    for name, test in tests.items():
        column = column_named(table, name)
        if column is None:
            raise missing(name)
        kept &= _met(table, column, test, as_of)
    return kept


def _met(table: ExportTable, column: str, test: Test, as_of: date) -> pl.Series:
    values = pl.DataFrame(
        {
            "value": table.frame[column].cast(pl.String)
            if not table.frame.schema[column].is_nested()
            else shown(table.frame, column),
            "shown": shown(table.frame, column),
        }
    )
    texts = [pl.col(name).fill_null("").str.strip_chars() for name in ("value", "shown")]
    number = spelled(pl.col("value")).cast(pl.Float64, strict=False)
    day = spelled(pl.col("value")).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    tests: list[pl.Expr] = []
    if test.is_ is not None:
        tests.append(_one_of(texts, test.is_))
    if test.not_ is not None:
        tests.append(~_one_of(texts, test.not_))
    if test.before is not None:
        tests.append(day < _day(test.before, as_of))
    if test.after is not None:
        tests.append(day > _day(test.after, as_of))
    if test.at_least is not None:
        tests.append(number >= test.at_least)
    if test.at_most is not None:
        tests.append(number <= test.at_most)
    if not tests:
        return pl.Series([True], dtype=pl.Boolean).new_from_index(0, table.frame.height)
    return values.select(met=pl.all_horizontal(tests).fill_null(value=False))["met"]


def _one_of(texts: list[pl.Expr], patterns: list[str]) -> pl.Expr:
    """Return whether a cell, as written or by its value, is one of the patterns."""
    whole = "|".join(
        ".*".join(re.escape(part) for part in pattern.strip().split("*")) for pattern in patterns
    )
    return pl.any_horizontal(text.str.contains(f"(?is)^(?:{whole})$") for text in texts)


def _day(text: str, as_of: date) -> date:
    return as_of if text == AS_OF else date.fromisoformat(text)
