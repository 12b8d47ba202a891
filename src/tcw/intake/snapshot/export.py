"""From a loaded source to an export as the checklist compares it: typed values beside the cells as they were written."""

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
"""A date, a week or a number at the end of a word of a file's name: each export has another."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One sheet's share of a table."""

    name: str
    frame: pl.DataFrame
    compared: tuple[str, ...]
    layout: tuple[tuple[str, str], ...]
    file: str
    sheet: str | None
    known: bool = False


def export_of(name: str, loaded: Loaded, settings: str = "") -> Export:
    """Return a loaded source as an export. `name` is what the user calls it, `settings` the text of its tcw.yaml."""
    by_raw = {id(item.typed.sheet): item for item in loaded.accepted}
    pieces: list[_Piece] = []
    for sheet in loaded.sheets:
        item = by_raw.get(id(sheet.raw))
        if item is not None:
            pieces += _known(sheet, item)
        elif sheet.recognition.table is None and sheet.recognition.why.phrase is not OWN_RESULT:
            pieces.append(_unknown(sheet, loaded.sheets))
    return Export(name, _joined(pieces), loaded.schedule, settings=settings)


def stem_of(name: str) -> str:
    """Return a table's or file's name without what differs from one export to the next: dates, capitals, accents."""
    return folded(plain(DATED.sub("", name))) or folded(plain(name))


def _known(sheet: RecognisedSheet, item: Accepted) -> Iterable[_Piece]:
    """Return the accepted rows of a sheet, and the rejected ones as a table of texts."""
    recognition, headers = sheet.recognition, sheet.headers
    assert recognition.table is not None
    schema = TABLES[recognition.table].columns
    typed = item.frame.rename(SPAN_COLUMNS, strict=False).collect()
    own = {index: f"{OWN}{column}" for column, index in (recognition.beside | recognition.columns).items()}
    columns = _named(headers, own)
    cells = _cells(sheet, columns)
    # Columns that are only parts of another (first name, last name) are in it already.
    parts = {index for places in recognition.joined.values() for index in places}
    extras = tuple(name for index, name in columns.items() if index not in own and index not in parts)
    values = tuple(column for column in typed.columns if column != "row" and column in schema)
    frame = typed.join(cells, on="row", how="left", maintain_order="left")
    layout = tuple((headers[index] or name, name) for index, name in columns.items())
    origin = sheet.raw.origin
    yield _Piece(
        recognition.table,
        frame.select(*values, *columns.values()),
        (*values, *extras),
        layout,
        origin.file,
        origin.sheet,
        known=True,
    )
    refused = item.rejects.filter(pl.col("reason").is_in(list(NOT_DATA)).not_())["row"]
    if refused.len():
        lost = _cells(sheet, texts := _named(headers, {})).filter(pl.col("row").is_in(refused.implode()))
        names = tuple(texts.values())
        yield _Piece(
            f"{recognition.table}{REJECTED_END}",
            lost.select(names),
            names,
            tuple((headers[index] or name, name) for index, name in texts.items()),
            origin.file,
            origin.sheet,
        )


def _unknown(sheet: RecognisedSheet, sheets: Sequence[RecognisedSheet]) -> _Piece:
    """Return a sheet that is no table of tcw's, all its cells as text."""
    origin = sheet.raw.origin
    columns = _named(sheet.headers, {})
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
    layout = tuple((sheet.headers[_index(columns, one)] or one.removeprefix(EXTRA), one) for one in names)
    return _Piece(name, cells.select(names), names, layout, origin.file, origin.sheet)


def _index(columns: Mapping[int, str], name: str) -> int:
    return next(index for index, column in columns.items() if column == name)


def _named(headers: Sequence[str], own: Mapping[int, str]) -> dict[int, str]:
    """Return each column's name in the frame, by its place; equal headers are told apart by a number."""
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
    """Return a cell as people write it: Parquet keeps its own types."""
    value = pl.col(cell)
    if isinstance(dtype, pl.List):
        return value.list.eval(pl.element().cast(pl.String)).list.join(", ", ignore_nulls=True)
    if isinstance(dtype, pl.Datetime):
        return value.dt.to_string("%Y-%m-%d %H:%M")
    return value.cast(pl.String)


def _joined(pieces: Sequence[_Piece]) -> dict[str, ExportTable]:
    """Put the sheets of one table under each other: those of a canonical table, and files that differ in a date only."""
    groups: dict[object, list[_Piece]] = {}
    for piece in pieces:
        key: object = piece.name
        if not piece.known and not piece.name.endswith(REJECTED_END):
            key = (stem_of(piece.name), frozenset(plain(header) for header, _ in piece.layout))
        groups.setdefault(key, []).append(piece)
    tables: dict[str, ExportTable] = {}
    for group in groups.values():
        first = group[0]
        name = first.name
        number = 2
        while name.casefold() in {taken.casefold() for taken in tables}:
            name, number = f"{first.name} ({number})", number + 1
        layout = {column: header for piece in group for header, column in piece.layout}
        table = ExportTable(
            name,
            first.known,
            pl.concat([piece.frame for piece in group], how="diagonal_relaxed"),
            tuple(dict.fromkeys(column for piece in group for column in piece.compared)),
            tuple((header, column) for column, header in layout.items()),
            first.file,
            first.sheet,
        )
        tables[name] = _in_order(table)
    return tables


def _in_order(table: ExportTable) -> ExportTable:
    """Put a canonical table's columns in its schema's order, others as they stand."""
    if not table.known:
        return table
    schema = list(TABLES[table.name].columns)
    known = [column for column in schema if column in table.compared]
    return replace(table, compared=(*known, *(column for column in table.compared if column not in schema)))


def as_texts(table: ExportTable) -> ExportTable:
    """Return a table with a schema as one without: the cells as written, by their headers."""
    columns = {f"{EXTRA}{header}": column for header, column in table.layout}
    return ExportTable(
        table.name,
        known=False,
        frame=table.frame.select(pl.col(column).alias(name) for name, column in columns.items()),
        compared=tuple(columns),
        layout=tuple((name.removeprefix(EXTRA), name) for name in columns),
        file=table.file,
        sheet=table.sheet,
    )
