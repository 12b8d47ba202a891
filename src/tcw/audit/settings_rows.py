"""Rows of tables without a schema, as far as their headers tell what stands in them."""

import polars as pl

from tcw.audit.values import spelled
from tcw.intake.headers.aliases import folded, plain, shipped_aliases
from tcw.model.export import EXTRA, ExportTable

CODE_HEADERS = ("kod", "code", "id", "nr", "nummer")
NAME_HEADERS = ("namn", "name", "benamning", "beskrivning", "description", "text")
ACTIVE_HEADERS = ("aktiv", "active", "oppen", "open")
NO = ("nej", "no", "false", "falskt", "0", "n")


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


TELLING_RANK = 60
"""Headers of staff_id named so early in headers.toml mean nothing else."""
