"""Where a result comes from: what a reader needs to repeat it or to doubt it."""

from dataclasses import dataclass

import polars as pl

from tcw.reports.tables.table import Column, Table
from tcw.wording import Language, Phrase

SHEET_ABOUT = Phrase("title.about", "About")
SHEET_SOURCES = Phrase("title.sources", "Input files")
ITEM = Phrase("column.item", "Item")
CONTENT = Phrase("column.content", "Content")
VERSION = Phrase("about.version", "tcw version")
COMMAND = Phrase("about.command", "Command")
CREATED = Phrase("about.created", "Created")
PERIOD = Phrase("about.period", "Period")
FILTERS = Phrase("about.filters", "Selection")
ROWS_READ = Phrase("about.rows_read", "Rows read")
ROWS = Phrase("about.rows", "{read} = {accepted} accepted + {rejected} rejected")
EVERYTHING = Phrase("about.everything", "everything")


@dataclass(frozen=True, slots=True)
class HashedFile:
    """One input file.

    `rows` counts the rows read from all its sheets; `sha256` is the whole file's, in hex.
    """

    file: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """The run behind a result.

    `created` is the time to print, or None where a result must be the same every time it is made from the
    same input: reports have no clock of their own. `command` is shown as it is, so it must hold no secrets.
    """

    version: str
    command: str
    created: str | None = None
    sources: tuple[HashedFile, ...] = ()


def about_items(about: About, lang: Language) -> list[tuple[str, str]]:
    """Return what is known of the run as (item, content), worded."""
    items = [(VERSION.template(lang), about.version), (COMMAND.template(lang), about.command)]
    if about.created is not None:
        items.append((CREATED.template(lang), about.created))
    return items


def items_table(name: str, title: Phrase, items: list[tuple[str, str]]) -> Table:
    """Return a table of two text columns, `item` and `content`."""
    frame = pl.DataFrame(items, schema={"item": pl.String, "content": pl.String}, orient="row")
    return Table(name, title, (Column("item", ITEM), Column("content", CONTENT)), frame)


def sources_table(about: About) -> Table:
    """Return the input files: `file`, `rows`, `sha256`."""
    columns = (
        Column("file", Phrase("column.file", "File")),
        Column("rows", Phrase("column.rows_read", "Rows read"), "count", summed=True),
        Column("sha256", Phrase("column.sha256", "SHA-256"), "id"),
    )
    frame = pl.DataFrame(
        {
            "file": [source.file for source in about.sources],
            "rows": [source.rows for source in about.sources],
            "sha256": [source.sha256 for source in about.sources],
        },
        schema={"file": pl.String, "rows": pl.Int64, "sha256": pl.String},
    )
    return Table("sources", SHEET_SOURCES, columns, frame)
