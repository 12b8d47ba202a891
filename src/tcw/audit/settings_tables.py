"""Tables without a schema: what they are about and what their rows mean, by names and headers."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from typing import Literal

import polars as pl

from tcw.audit.changes import Changes
from tcw.audit.compare import TableChanges
from tcw.audit.pairing import bare, bare_header
from tcw.audit.values import spelled
from tcw.intake.headers.aliases import shipped_aliases
from tcw.intake.snapshot.export import stem_of
from tcw.model.config import Checklist
from tcw.model.export import EXTRA, ExportTable

Family = Literal["reasons", "messages", "permissions", "time_bank", "agreements"]
WORDS: Mapping[Family, tuple[str, ...]] = {
    "reasons": ("orsak", "reason"),
    "messages": ("meddelande", "message", "smstext", "textmall", "forfragningstext"),
    "time_bank": ("tidbank", "timebank"),
    "permissions": (
        "behorighet",
        "rattighet",
        "permission",
        "roll",
        "role",
        "funktionsgrupp",
        "functiongroup",
        "access",
        "atkomst",
    ),
    "agreements": ("avtal", "agreement"),
}
"""Family -> parts of `bare` names and headers. An earlier family goes first."""
CODE_HEADERS = ("kod", "code", "id", "nr", "nummer")
NAME_HEADERS = ("namn", "name", "benamning", "beskrivning", "description", "text")
ACTIVE_HEADERS = ("aktiv", "active", "oppen", "open")
NO = ("nej", "no", "false", "falskt", "0", "n")
NAMES_SCHEMA = pl.Schema(
    {"code": pl.String(), "name": pl.String(), "valid_to": pl.Date(), "active": pl.Boolean()}
)
"""A list of named things, as a settings table has it."""
TELLING_RANK = 60
"""Headers of staff_id that headers.toml names so early mean nothing else."""


def family_of(table: ExportTable, settings: Checklist) -> Family | None:
    """Return what a table without a schema is about: by tcw.yaml, by its name, by its first two headers.

    None for a table with a schema, and where nothing tells.
    """
    if table.has_schema:
        return None
    configured: Mapping[Family, Iterable[str]] = {
        "permissions": settings.permissions,
        "reasons": settings.reasons,
        "messages": settings.messages,
        "time_bank": settings.time_bank,
    }
    for family, patterns in configured.items():
        if any(named_like(table.name, pattern) for pattern in patterns):
            return family
    stem = stem_of(table.name)
    headers = [bare(header) for header, _ in table.layout[:2]]
    by_name = (family for family, words in WORDS.items() if any(word in stem for word in words))
    by_header = (family for family, words in WORDS.items() if any(head.startswith(words) for head in headers))
    return next(by_name, None) or next(by_header, None)


def named_like(name: str, pattern: str) -> bool:
    """Return whether a name fits a pattern: * stands for any text, capitals and accents do not matter."""
    return fnmatch(bare(name), "*".join(bare(part) for part in pattern.split("*")))


def of_family(changes: Changes, family: Family, settings: Checklist) -> list[TableChanges]:
    """Return the changes of the tables of a family, on whichever side they are."""
    return [table for table in changes.tables if family_of(table.pair.latest, settings) == family]


def column_with(table: ExportTable, *words: str) -> str | None:
    """Return the first compared column whose header has one of the words in it."""
    return next((name for name in table.compared if any(word in bare_header(name) for word in words)), None)


def end_of(table: ExportTable) -> pl.Expr:
    """Return the last day on which a row is valid (Date), null where the table has no such column."""
    column = _end_column(table)
    if column is None:
        return pl.lit(None, dtype=pl.Date)
    return pl.col(column) if table.frame.schema[column] == pl.Date else as_day(pl.col(column))


def as_day(text: pl.Expr) -> pl.Expr:
    """Return the day that a text begins with (Date), however it is spelled; null for other texts."""
    return spelled(text).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def _end_column(table: ExportTable) -> str | None:
    if "valid_to" in table.compared:
        return "valid_to"
    aliases = shipped_aliases()
    for column in table.compared:
        meanings = {match.column for match in aliases.matches(column.removeprefix(EXTRA)).values()}
        if "valid_to" in meanings:
            return column
    return None


def names_of(table: ExportTable | None) -> pl.DataFrame | None:
    """Return a list of named things (NAMES_SCHEMA); None of a table without columns."""
    if table is None or not table.compared:
        return None
    headers = {column: bare_header(column) for column in table.compared}
    code = next(
        (
            column
            for column, header in headers.items()
            if header in CODE_HEADERS or header.endswith(("kod", "id", "nr"))
        ),
        None,
    )
    rest = [column for column in table.compared if column not in {code, _end_column(table)}]
    name = next(
        (column for column in rest if headers[column].startswith(NAME_HEADERS)), rest[0] if rest else code
    )
    active = next((column for column, header in headers.items() if header.startswith(ACTIVE_HEADERS)), None)
    if name == active and code is not None:
        name = code
    blank = pl.lit(None, dtype=pl.String)
    return table.frame.select(
        code=pl.col(code) if code else blank,
        name=pl.col(name) if name else blank,
        valid_to=end_of(table),
        active=~(pl.col(active).str.to_lowercase() if active else blank).is_in(NO),
    )


def staff_column(table: ExportTable, staff: pl.Series) -> str | None:
    """Return the column that holds people: by its header, or because it holds nothing but staff ids."""
    if table.has_schema:
        return "staff_id" if "staff_id" in table.compared else None
    aliases = shipped_aliases()
    ids = staff.drop_nulls().unique().implode()
    for column in table.compared:
        values = table.frame[column].drop_nulls().unique()
        match = aliases.matches(column.removeprefix(EXTRA)).get("staff")
        by_header = match is not None and match.column == "staff_id" and match.rank < TELLING_RANK
        # A single value may be a staff id by chance.
        if values.len() and (by_header or values.len() > 1) and values.is_in(ids).mean() == 1.0:
            return column
    return None
