"""A loaded source as the checklist compares it: typed values beside the cells as the file has them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import polars as pl

from tcw.intake.accept import Accepted
from tcw.intake.assemble import SPAN_COLUMNS
from tcw.intake.headers.aliases import folded, plain
from tcw.intake.headers.recognise import OWN as OWN_RESULT
from tcw.intake.load import Loaded, RecognisedSheet
from tcw.intake.rejects import NOT_DATA
from tcw.model.export import EXTRA, OWN, Export, ExportTable
from tcw.model.tables import REJECTED_END, TABLES
from tcw.wording import Phrase

COLUMN = Phrase("checklist-column-without-name", "column {number}")
GENERIC_SHEET = re.compile(r"(?:sheet|blad|ark|tabell|table)\s*\d*", re.IGNORECASE)
DATED = re.compile(
    r"[\W_]*(?:\d{4}[-_]?(?:\d{2}[-_]?\d{2}|[vw]\d{1,2})|\d{6,14}|[vw]?\d+)(?=[\W_]|$)", re.IGNORECASE
)
"""A date, a week or a number at the end of a word in a file name: it differs from one export to the next."""


@dataclass(frozen=True, slots=True)
class _SheetRows:
    """The rows that one sheet contributes to a table."""

    name: str
    frame: pl.DataFrame
    compared: tuple[str, ...]
    layout: tuple[tuple[str, str], ...]
    file: str
    sheet: str | None
    canonical: bool = False
    """The table has a schema in `tcw.model.tables`."""


def export_of(name: str, loaded: Loaded, settings: str = "") -> Export:
    """Return a loaded source as an export.

    Args:
        name: what the user calls it.
        loaded: the source.
        settings: the text of its tcw.yaml.
    """
    by_raw = {id(item.typed.sheet): item for item in loaded.accepted}
    parts: list[_SheetRows] = []
    for sheet in loaded.sheets:
        item = by_raw.get(id(sheet.raw))
        if item is not None:
            parts += _canonical(sheet, item)
        elif sheet.recognition.table is None and sheet.recognition.why.phrase is not OWN_RESULT:
            parts.append(_unrecognised(sheet, loaded.sheets))
    return Export(name, _joined(parts), loaded.schedule, settings=settings)


def stem_of(name: str) -> str:
    """Return a table or file name without what differs between exports: dates, capitals, accents."""
    return folded(plain(DATED.sub("", name))) or folded(plain(name))


def _canonical(sheet: RecognisedSheet, item: Accepted) -> Iterable[_SheetRows]:
    """Return the accepted rows of a sheet with a schema, and its rejected ones as a table of texts."""
    recognition, headers = sheet.recognition, sheet.headers
    assert recognition.table is not None
    schema = TABLES[recognition.table].columns
    typed = item.frame.rename(SPAN_COLUMNS, strict=False).collect()
    own = {index: f"{OWN}{column}" for column, index in (recognition.beside | recognition.columns).items()}
    columns = _column_names(headers, own)
    cells = _cells(sheet, columns)
    # Columns that are parts of another (first name, last name) are in that one already.
    joined = {index for indices in recognition.joined.values() for index in indices}
    extras = tuple(name for index, name in columns.items() if index not in own and index not in joined)
    values = tuple(column for column in typed.columns if column != "row" and column in schema)
    frame = typed.join(cells, on="row", how="left", maintain_order="left")
    origin = sheet.raw.origin
    yield _SheetRows(
        recognition.table,
        frame.select(*values, *columns.values()),
        (*values, *extras),
        tuple((headers[index] or name, name) for index, name in columns.items()),
        origin.file,
        origin.sheet,
        canonical=True,
    )
    refused = item.rejects.filter(pl.col("reason").is_in(list(NOT_DATA)).not_())["row"]
    if refused.len():
        rows = _cells(sheet, texts := _column_names(headers, {})).filter(
            pl.col("row").is_in(refused.implode())
        )
        names = tuple(texts.values())
        yield _SheetRows(
            f"{recognition.table}{REJECTED_END}",
            rows.select(names),
            names,
            tuple((headers[index] or name, name) for index, name in texts.items()),
            origin.file,
            origin.sheet,
        )


def _unrecognised(sheet: RecognisedSheet, sheets: Sequence[RecognisedSheet]) -> _SheetRows:
    """Return a sheet that is no table with a schema: all its cells as text."""
    origin = sheet.raw.origin
    columns = _column_names(sheet.headers, {})
    cells = _cells(sheet, columns).drop("row")
    blank = [
        name
        for name in cells.columns
        if not sheet.headers[_index(columns, name)] and cells[name].null_count() == cells.height
    ]
    names = tuple(name for name in cells.columns if name not in blank)
    siblings = sum(other.raw.origin.file == origin.file for other in sheets)
    name = PurePosixPath(origin.file).stem
    if origin.sheet and not GENERIC_SHEET.fullmatch(origin.sheet.strip()):
        name = origin.sheet.strip()
    elif origin.sheet and siblings > 1:
        name = f"{name} {origin.sheet.strip()}"
    layout = tuple((sheet.headers[_index(columns, name)] or name.removeprefix(EXTRA), name) for name in names)
    return _SheetRows(name, cells.select(names), names, layout, origin.file, origin.sheet)


def _index(columns: Mapping[int, str], name: str) -> int:
    return next(index for index, column in columns.items() if column == name)


def _column_names(headers: Sequence[str], own: Mapping[int, str]) -> dict[int, str]:
    """Return each column's name in the frame, by its index. Equal headers get a number."""
    seen: Counter[str] = Counter()
    names: dict[int, str] = {}
    for index, header in enumerate(headers):
        name = own.get(index) or f"{EXTRA}{' '.join(header.split()) or COLUMN.say('en', number=index + 1)}"
        seen[name] += 1
        names[index] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return names


def _cells(sheet: RecognisedSheet, columns: Mapping[int, str]) -> pl.DataFrame:
    """Return `row` and the columns as text."""
    schema = sheet.raw.cells.collect_schema()
    texts = [_text(f"c{index}", schema[f"c{index}"]).alias(name) for index, name in columns.items()]
    return sheet.raw.cells.select("row", *texts).collect(engine="streaming")


def _text(cell: str, dtype: pl.DataType) -> pl.Expr:
    """Return a cell as people write it, because Parquet cells have types of their own."""
    value = pl.col(cell)
    if isinstance(dtype, pl.List):
        return value.list.eval(pl.element().cast(pl.String)).list.join(", ", ignore_nulls=True)
    if isinstance(dtype, pl.Datetime):
        return value.dt.to_string("%Y-%m-%d %H:%M")
    return value.cast(pl.String)


def _joined(parts: Sequence[_SheetRows]) -> dict[str, ExportTable]:
    """Join the sheets of each table: those of one schema, and those whose files differ only in a date."""
    groups: dict[object, list[_SheetRows]] = {}
    for part in parts:
        key: object = part.name
        if not part.canonical and not part.name.endswith(REJECTED_END):
            key = (stem_of(part.name), frozenset(plain(header) for header, _ in part.layout))
        groups.setdefault(key, []).append(part)
    tables: dict[str, ExportTable] = {}
    for group in groups.values():
        first = group[0]
        name = first.name
        number = 2
        while name.casefold() in {other.casefold() for other in tables}:
            name, number = f"{first.name} ({number})", number + 1
        layout = {column: header for part in group for header, column in part.layout}
        table = ExportTable(
            name,
            first.canonical,
            pl.concat([part.frame for part in group], how="diagonal_relaxed"),
            tuple(dict.fromkeys(column for part in group for column in part.compared)),
            tuple((header, column) for column, header in layout.items()),
            first.file,
            first.sheet,
        )
        tables[name] = _in_order(table)
    return tables


def _in_order(table: ExportTable) -> ExportTable:
    """Return a table with the columns of its schema first, in the schema's order."""
    if not table.has_schema:
        return table
    schema = list(TABLES[table.name].columns)
    in_schema = [column for column in schema if column in table.compared]
    return replace(
        table, compared=(*in_schema, *(column for column in table.compared if column not in schema))
    )


def as_texts(table: ExportTable) -> ExportTable:
    """Return a table with a schema as one without: the cells as the file has them, by their headers."""
    columns = {f"{EXTRA}{header}": column for header, column in table.layout}
    return ExportTable(
        table.name,
        has_schema=False,
        frame=table.frame.select(pl.col(column).alias(name) for name, column in columns.items()),
        compared=tuple(columns),
        layout=tuple((name.removeprefix(EXTRA), name) for name in columns),
        file=table.file,
        sheet=table.sheet,
    )
