"""Own items, from items.yaml: a few checks over any table, and filters that pick its rows."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import PurePosixPath

import polars as pl

from tcw.audit.changes import CELL, CHANGES_SCHEMA, SPAN, every_cell, moved, with_moves
from tcw.audit.compare import TableChanges
from tcw.audit.item import AuditContext, Item, ItemAnswer, by_rows
from tcw.audit.pairing import bare, bare_header
from tcw.audit.same_rows import AFTER, BEFORE
from tcw.audit.settings_tables import as_day, named_like
from tcw.audit.values import shown, spelled
from tcw.errors import UsageFault
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
NO_CHANGE = Phrase("item.own.as_told", "Nothing else has changed.")
LOOK = Phrase("item.own.look", "{number:row|rows} to look at.")
ASK = Phrase("item.own.ask", "A person has to answer.")
TRUE = pl.Series([True], dtype=pl.Boolean)
Missing = Callable[[str], UsageFault]
"""Makes the fault of a column that a table lacks."""


@dataclass(frozen=True, slots=True)
class UserPhrase(Phrase):
    """A sentence of the user's own, in one language or both."""

    swedish: str = ""

    def template(self, lang: Language) -> str:
        """Return the sentence, with its braces as they are."""
        return self.say(lang).replace("{", "{{").replace("}", "}}")

    def say(self, lang: Language, **facts: object) -> str:
        """Return the sentence; in the other language, where it is missing in this one."""
        del facts
        return (self.english or self.swedish) if lang == "en" else (self.swedish or self.english)


def own_items(own: OwnItems) -> tuple[Item, ...]:
    """Return the items of a file."""
    return tuple(
        Item(
            item.id,
            item.id,
            "manual" if item.check == "manual" else "automatic",
            UserPhrase(item.id, item.text.en or "", item.text.sv or ""),
            UserPhrase(item.id, item.id, item.id),
            _OwnCheck(item, place, own).judge,
        )
        for place, item in enumerate(own.content.items)
    )


@dataclass(frozen=True, slots=True)
class _OwnCheck:
    """One item of a file, and its place in it."""

    item: OwnItem
    position: int
    own: OwnItems

    def judge(self, context: AuditContext) -> ItemAnswer:
        """Answer the item."""
        if self.item.check in ("changed_only", "unchanged"):
            return self._changes(context)
        if self.item.check == "manual" and self.item.table is None:
            return ItemAnswer("manual", Message(ASK))
        export = context.after if self.item.side == "after" else context.before
        table = _table_called(export.tables.values(), self.item.table or "")
        if table is None and self._compared(context) is None:
            return self._without_table(context)
        if self.item.check == "every_row":
            return self._every_row(table, context.as_of)
        if self.item.check == "manual":
            return self._manual(table, context.as_of)
        # Only the other side has the table: here it has no rows.
        rows = pl.DataFrame() if table is None else as_written(table, self._where(table, context.as_of))
        return by_rows(rows, ROWS, NO_ROWS)

    def _every_row(self, table: ExportTable | None, as_of: date) -> ItemAnswer:
        """Fail for every row of `where` that does not meet `must`."""
        if table is None:
            return ItemAnswer("pass", Message(MET, {"rows": Count(0)}))
        where = self._where(table, as_of)
        met = meets(table, self.item.must, as_of, self._missing("must", table))
        evidence = as_written(table, where & ~met)
        rows = Count(int(where.sum()))
        if evidence.is_empty():
            return ItemAnswer("pass", Message(MET, {"rows": rows}))
        return ItemAnswer(
            "fail", Message(NOT_MET, {"number": Count(evidence.height), "rows": rows}), evidence
        )

    def _manual(self, table: ExportTable | None, as_of: date) -> ItemAnswer:
        if table is None:
            return ItemAnswer("manual", Message(ASK))
        evidence = as_written(table, self._where(table, as_of))
        return ItemAnswer("manual", Message(LOOK, {"number": Count(evidence.height)}), evidence)

    def _changes(self, context: AuditContext) -> ItemAnswer:
        """Fail for changes in rows of `where` and in `columns` (unchanged), or for all others (changed_only).

        Example: the table has the changes below, `where` picks the rows of agreement A1, and `columns` has
            only Slut.

            | change                 | changed_only | unchanged |
            | ---------------------- | ------------ | --------- |
            | Slut of a row of A1    |              | fails     |
            | Start of a row of A1   | fails        |           |
            | Slut of a row of A2    | fails        |           |
            | a row of A1, added     | fails        | fails     |
        """
        changes = self._compared(context)
        if changes is None:
            return self._without_table(context)
        every = every_cell(changes).with_columns(row_=self._in_rows(changes, context.as_of))
        columns = self._columns(changes)
        # A row that was added or removed changed in all its columns; so did a column.
        whole_row = pl.col("column").is_null()
        in_columns = pl.col("column").is_in(columns)
        if "date" in columns:
            # Another day shows in the start and the end.
            moved_rows = moved(changes)[BEFORE].implode()
            in_columns |= pl.col(CELL).is_in(SPAN) & pl.col(BEFORE).is_in(moved_rows)
        if not self.item.columns:
            in_columns = pl.lit(value=True)
        if self.item.check == "unchanged":
            wrong = pl.col("row_") & (in_columns | whole_row).fill_null(value=False)
        else:
            of_columns = in_columns & ~whole_row if self.item.columns else in_columns
            wrong = ~(pl.col("row_") & of_columns.fill_null(value=False))
        evidence = with_moves(every.filter(wrong), changes)
        return by_rows(
            evidence.select(name for name in CHANGES_SCHEMA if name != "column"), CHANGED, NO_CHANGE
        )

    def _where(self, table: ExportTable, as_of: date) -> pl.Series:
        return meets(table, self.item.where, as_of, self._missing("where", table))

    def _missing(self, part: str, table: ExportTable) -> Missing:
        known = ", ".join(dict.fromkeys(table.headers.values()))

        def fault(name: str) -> UsageFault:
            loc = (
                ("items", self.position, part, name) if part != "columns" else ("items", self.position, part)
            )
            return self.own.fault(loc, COLUMN, table=table.name, value=name, known=known)

        return fault

    def _compared(self, context: AuditContext) -> TableChanges | None:
        """Return the changes of the table, on whichever side it is called so, the later side first."""
        for side in ("after", "before"):
            by_table = {
                id(table): changes
                for changes in context.changes.tables
                if (table := getattr(changes.pair, side)) is not None
            }
            tables = (getattr(changes.pair, side) for changes in by_table.values())
            table = _table_called(tables, self.item.table or "")
            if table is not None:
                return by_table[id(table)]
        return None

    def _without_table(self, context: AuditContext) -> ItemAnswer:
        known = [table.name for table in context.changes.tables]
        near = get_close_matches(self.item.table or "", known, n=1)
        if near:
            return ItemAnswer("not_judged", Message(NEAR_TABLE, {"table": self.item.table, "near": near[0]}))
        facts = {"table": self.item.table, "known": ", ".join(known)}
        return ItemAnswer("not_judged", Message(NO_TABLE, facts))

    def _columns(self, changes: TableChanges) -> list[str]:
        """Return `columns` as changes name them."""
        names: list[str] = []
        tables = [table for table in (changes.pair.before, changes.pair.after) if table is not None]
        for name in self.item.columns:
            columns = [column for table in tables if (column := column_named(table, name)) is not None]
            if not columns:
                raise self._missing("columns", tables[-1])(name)
            names += [column.removeprefix(EXTRA).removeprefix(OWN) for column in columns]
        return names

    def _in_rows(self, changes: TableChanges, as_of: date) -> pl.Series:
        """Return for each change of `every_cell` whether its row, before or after, is one of `where`."""
        rows = pl.concat(
            [
                changes.of_kind("removed").select(BEFORE, AFTER),
                changes.of_kind("added").select(BEFORE, AFTER),
                changes.cells.select(BEFORE, AFTER),
            ]
        )
        in_rows = (~TRUE).new_from_index(0, rows.height)
        for mark, table in ((BEFORE, changes.pair.before), (AFTER, changes.pair.after)):
            if table is not None:
                in_rows = in_rows | self._where(table, as_of).gather(rows[mark]).fill_null(value=False)
        columns = len(changes.columns_added) + len(changes.columns_removed)
        return pl.concat([in_rows, TRUE.new_from_index(0, columns)]).alias("row_")


def _table_called(tables: Iterable[ExportTable], name: str) -> ExportTable | None:
    """Return the table of a name, else the one of that file or sheet: `personal` is personal.csv's staff."""
    tables = list(tables)
    by_name = (table for table in tables if named_like(table.name, name))
    by_file = (
        table
        for table in tables
        if table.has_schema
        and any(named_like(text, name) for text in (table.sheet or "", PurePosixPath(table.file).stem))
    )
    return next(by_name, None) or next(by_file, None)


def as_written(table: ExportTable, rows: pl.Series) -> pl.DataFrame:
    """Return rows of a table in the system's own columns."""
    names: dict[str, str] = {}
    for header, column in table.layout:
        name, number = header, 2
        while name in names:
            name, number = f"{header} ({number})", number + 1
        names[name] = column
    return table.frame.filter(rows).select(
        pl.col(column).alias(f"{EXTRA}{name}") for name, column in names.items()
    )


def column_named(table: ExportTable, name: str) -> str | None:
    """Return the column of the frame with a canonical name, or with this header."""
    if name in table.compared:
        return name
    for column in table.compared:
        if bare(name) in {bare_header(column), bare(table.headers[column])}:
            return column
    # A cell that is part of a span: the day beside clock times.
    return next((column for header, column in table.layout if bare(header) == bare(name)), None)


def meets(table: ExportTable, tests: Mapping[str, Test], as_of: date, missing: Missing) -> pl.Series:
    """Return which rows of a table meet all tests. Raises `missing` for a column that is not there."""
    met = TRUE.new_from_index(0, table.frame.height)
    for name, test in tests.items():
        column = column_named(table, name)
        if column is None:
            raise missing(name)
        met &= _met(table, column, test, as_of)
    return met


def _met(table: ExportTable, column: str, test: Test, as_of: date) -> pl.Series:
    as_shown = shown(table.frame, column)
    nested = table.frame.schema[column].is_nested()
    value = as_shown if nested else table.frame[column].cast(pl.String)
    values = pl.DataFrame([value.alias("value"), as_shown.alias("shown")])
    texts = [pl.col(name).fill_null("").str.strip_chars() for name in ("value", "shown")]
    number = spelled(pl.col("value")).cast(pl.Float64, strict=False)
    day = as_day(pl.col("value"))
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
        return TRUE.new_from_index(0, table.frame.height)
    return values.select(met=pl.all_horizontal(tests).fill_null(value=False))["met"]


def _one_of(texts: Sequence[pl.Expr], patterns: Sequence[str]) -> pl.Expr:
    """Return whether a cell, as written or by its value, fits one of the patterns."""
    whole = "|".join(
        ".*".join(re.escape(part) for part in pattern.strip().split("*")) for pattern in patterns
    )
    return pl.any_horizontal(text.str.contains(f"(?is)^(?:{whole})$") for text in texts)


def _day(text: str, as_of: date) -> date:
    return as_of if text == AS_OF else date.fromisoformat(text)
