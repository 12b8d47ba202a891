"""Tables without a schema: what they are about, and what stands in their rows, as far as names and headers tell."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from typing import Literal

import polars as pl

from tcw.audit.changes import Changes
from tcw.audit.compare import TableChanges
from tcw.audit.values import spelled
from tcw.intake.headers.aliases import folded, plain, shipped_aliases
from tcw.intake.snapshot.export import stem_of
from tcw.model.config import Checklist
from tcw.model.export import EXTRA, ExportTable

Family = Literal["reasons", "messages", "permissions", "time_bank", "agreements"]
WORDS: Mapping[Family, tuple[str, ...]] = {
    "reasons": ("orsak", "reason"),
    "messages": ("meddelande", "message", "smstext", "textmall", "forfragningstext"),
    "time_bank": ("tidbank", "timebank"),
    "permissions": (
        "behorighet", "rattighet", "permission", "roll", "role", "funktionsgrupp", "functiongroup", "access", "atkomst",
    ),
    "agreements": ("avtal", "agreement"),
}  # fmt: skip
"""Family -> parts of names and headers, folded; an earlier family goes first."""
CODE_HEADERS = ("kod", "code", "id", "nr", "nummer")
NAME_HEADERS = ("namn", "name", "benamning", "beskrivning", "description", "text")
ACTIVE_HEADERS = ("aktiv", "active", "oppen", "open")
NO = ("nej", "no", "false", "falskt", "0", "n")
TELLING_RANK = 60
"""Headers of staff_id named so early in headers.toml mean nothing else."""


def family_of(table: ExportTable, settings: Checklist) -> Family | None:
    """Return what a table without a schema is about; None for one with a schema, and for what nobody knows."""
    if table.known:
        return None
    told: Mapping[Family, Iterable[str]] = {
        "permissions": settings.permissions,
        "reasons": settings.reasons,
        "messages": settings.messages,
        "time_bank": settings.time_bank,
    }
    for family, patterns in told.items():
        if any(named_like(table.name, pattern) for pattern in patterns):
            return family
    stem = stem_of(table.name)
    by_name = next((family for family, words in WORDS.items() if any(word in stem for word in words)), None)
    if by_name is not None:
        return by_name
    headers = [folded(plain(header)) for header, _ in table.layout[:2]]
    return next(
        (family for family, words in WORDS.items() if any(header.startswith(words) for header in headers)),
        None,
    )


def named_like(name: str, pattern: str) -> bool:
    """Tell whether a name is the one meant; * stands for any text, capitals and accents do not matter."""
    kept = "*".join(folded(plain(part)) for part in pattern.split("*"))
    return fnmatch(folded(plain(name)), kept)


def of_family(changes: Changes, family: Family, settings: Checklist) -> list[TableChanges]:
    """Return the tables of a family, on whichever side they are."""
    found = []
    for one in changes.tables:
        table = one.pair.after or one.pair.before
        if table is not None and family_of(table, settings) == family:
            found.append(one)
    return found


def end_of(table: ExportTable) -> pl.Expr:
    """Return the last day a row holds (Date), null where nothing says."""
    column = end_column(table)
    if column is None:
        return pl.lit(None, dtype=pl.Date)
    if table.frame.schema[column] == pl.Date:
        return pl.col(column)
    return spelled(pl.col(column)).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def end_column(table: ExportTable) -> str | None:
    """Return the column with the last day a row holds."""
    if "valid_to" in table.compared:
        return "valid_to"
    aliases = shipped_aliases()
    for column in table.compared:
        meanings = {match.column for match in aliases.matches(column.removeprefix(EXTRA)).values()}
        if "valid_to" in meanings:
            return column
    return None


def names_of(table: ExportTable | None) -> pl.DataFrame | None:
    """Return `code`, `name` (String), `valid_to` (Date) and `active` (Boolean) of a list of named things; None where nothing is a name."""
    if table is None or not table.compared:
        return None
    plains = {column: folded(plain(column.removeprefix(EXTRA))) for column in table.compared}
    code = next(
        (c for c, name in plains.items() if name in CODE_HEADERS or name.endswith(("kod", "id", "nr"))), None
    )
    end = end_column(table)
    rest = [column for column in table.compared if column not in {code, end}]
    name = next((c for c in rest if plains[c].startswith(NAME_HEADERS)), rest[0] if rest else code)
    flag = next((c for c, one in plains.items() if one.startswith(ACTIVE_HEADERS)), None)
    if name == flag and code is not None:
        name = code
    blank = pl.lit(None, dtype=pl.String)
    lowered = pl.col(flag).str.to_lowercase() if flag else blank
    return table.frame.select(
        code=pl.col(code) if code else blank,
        name=pl.col(name) if name else blank,
        valid_to=end_of(table),
        active=~lowered.is_in(NO),
    )


def staff_column(table: ExportTable, staff: pl.Series) -> str | None:
    """Return the column that holds people: by its header, or because all it holds are staff ids."""
    if table.known:
        return "staff_id" if "staff_id" in table.compared else None
    aliases = shipped_aliases()
    ids = staff.drop_nulls().unique().implode()
    for column in table.compared:
        values = table.frame[column].drop_nulls().unique()
        match = aliases.matches(column.removeprefix(EXTRA)).get("staff")
        named = match is not None and match.column == "staff_id" and match.rank < TELLING_RANK
        if values.len() and (named or values.len() > 1) and values.is_in(ids).mean() == 1.0:
            return column
    return None
