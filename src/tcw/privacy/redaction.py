"""What of two exports may be seen: people as codes, no names, free texts or personal numbers.

Both sides are redacted together, so that a person has one code on both. Redaction changes tables; who calls
it hands over `reassemble`, which makes the schedule of an export anew from its tables.
"""

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from tcw.errors import UsageFault
from tcw.model.export import EXTRA, OWN, Export, ExportTable, SnapshotFacts
from tcw.model.tables import TABLES
from tcw.privacy.masking import IS_PERSONAL_NUMBER, PERSONAL_NUMBER, masked, masked_text
from tcw.privacy.pseudonyms import CODE, IDS_HIDDEN, PEOPLE_COLUMNS, PERSONAL_COLUMNS, codes, digest, key_of
from tcw.privacy.pseudonyms import pseudonymise as pseudonymised_schedule
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NOT_BOTH = Phrase(
    "checklist-not-both-pseudonymised",
    "{file} is pseudonymised and the other side is not: "
    "add --pseudonymise, with the key that {file} was made with.",
)
OTHER_KEY = Phrase(
    "checklist-other-key", "{file} was pseudonymised with another key; set the one that it was made with."
)
NUMBERS_AS_IDS = Phrase(
    "snapshot-personal-numbers",
    "{source}: employees have a personal number as their id. Add --pseudonymise, so that the snapshot "
    "holds codes, or --show-personal-numbers, if it may hold the numbers.",
)
CHECKED = b"tcw snapshot"
SHORTEST_NAME = 5
"""Shorter names are words, too."""
Reassemble = Callable[[Export], Export]
"""Returns the export with a schedule made of its tables."""


def key_check(key: bytes) -> str:
    """Return what tells whether two exports were made with one key, and nothing about the key."""
    return hmac.new(key, CHECKED, "sha256").hexdigest()[:16]


def refuse_numbers(export: Export) -> None:
    """Raise UsageFault where ids are personal numbers: a snapshot would hold them."""
    if export.schedule.staff["staff_id"].str.contains(IS_PERSONAL_NUMBER).any():
        raise UsageFault(NUMBERS_AS_IDS, source=export.name)


def pseudonymised(exports: Sequence[Export], is_person_header: Callable[[str], bool]) -> list[Export]:
    """Return the exports with people as keyed codes; one that is a pseudonymised snapshot stays as it is.

    The key is the last one's. `is_person_header` tells the headers of columns that hold people's ids.
    Raises UsageFault: no key, or a snapshot made with another.
    """
    key = key_of(exports[-1].schedule.config.privacy)
    for export in exports:
        snapshot = _coded_snapshot(export)
        if snapshot is not None and snapshot.key_check != key_check(key):
            raise UsageFault(OTHER_KEY, file=export.name)
    return [
        export if _coded_snapshot(export) else _coded(export, key, is_person_header) for export in exports
    ]


def _coded_snapshot(export: Export) -> SnapshotFacts | None:
    """Return what the snapshot says of itself where the export is a pseudonymised one."""
    return export.snapshot if export.snapshot is not None and export.snapshot.pseudonymised else None


def without_numbers(
    exports: Sequence[Export], reassemble: Reassemble
) -> tuple[list[Export], tuple[Message, ...]]:
    """Return the exports with P0001 … for ids that are personal numbers, alike on both sides.

    Raises UsageFault where only one side is pseudonymised.
    """
    coded = [export for export in exports if _coded_snapshot(export)]
    if coded and len(coded) < len(exports):
        raise UsageFault(NOT_BOTH, file=coded[0].name)
    ids = pl.concat([_staff_ids(export) for export in exports]).unique().drop_nulls().sort()
    numbers = ids.filter(ids.str.contains(IS_PERSONAL_NUMBER))
    if numbers.is_empty():
        return list(exports), ()
    plain_codes = pl.Series([f"P{number:04}" for number in range(1, numbers.len() + 1)])
    renamed = [reassemble(_renamed(export, numbers, plain_codes)) for export in exports]
    return renamed, (Message(IDS_HIDDEN, {"people": Count(numbers.len())}),)


def for_keeping(export: Export, reassemble: Reassemble) -> Export:
    """Return an export as a snapshot may hold it: personal numbers beside the ids left out, and said so."""
    hidden: set[tuple[str, str]] = set()
    tables: dict[str, ExportTable] = {}
    for name, table in export.tables.items():
        frame = table.frame
        if "person_id" in frame.columns:
            hidden.add((name, "person_id"))
            # One person's employments still belong together.
            numbered = pl.lit("N") + pl.col("person_id").rank("dense").cast(pl.String)
            frame = frame.with_columns(numbered.alias("person_id"))
            if f"{OWN}person_id" in frame.columns:
                frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(f"{OWN}person_id"))
        tables[name] = replace(table, frame=_masked_texts(frame, _texts(table, as_written=True)))
    redacted = replace(export, tables=tables, hidden=export.hidden | hidden, settings=masked(export.settings))
    return reassemble(redacted)


def as_kept(exports: Sequence[Export]) -> list[Export]:
    """Return the exports with compared texts masked as in a snapshot, where one of them is a snapshot."""
    if all(export.snapshot is None for export in exports):
        return list(exports)
    return [
        export
        if export.snapshot is not None
        else replace(
            export,
            tables={
                name: replace(table, frame=_masked_texts(table.frame, _texts(table, as_written=False)))
                for name, table in export.tables.items()
            },
        )
        for export in exports
    ]


def _texts(table: ExportTable, *, as_written: bool) -> list[str]:
    """Return the columns that may hold any text; ids of things may only look like personal numbers."""
    schema = TABLES[table.name].columns if table.has_schema else {}

    def is_free_text(column: str) -> bool:
        bare = column.removeprefix(OWN)
        return column.startswith(EXTRA) or (bare in schema and schema[bare].kind == "text")

    return [
        column
        for column, dtype in table.frame.schema.items()
        if dtype == pl.String and is_free_text(column) and (as_written or not column.startswith(OWN))
    ]


def _masked_texts(frame: pl.DataFrame, texts: Sequence[str]) -> pl.DataFrame:
    """Hide personal numbers in texts; columns without any are left alone."""
    if not texts or frame.is_empty():
        return frame
    has_number = frame.select(pl.col(name).str.contains(PERSONAL_NUMBER).any() for name in texts).row(0)
    names = [name for name, has in zip(texts, has_number, strict=True) if has]
    return frame.with_columns(masked_text(pl.col(name)) for name in names)


def _staff_ids(export: Export) -> pl.Series:
    booked = export.schedule.bookings.select("staff_id").unique().collect()["staff_id"]
    return pl.concat([export.schedule.staff["staff_id"], booked])


def _renamed(export: Export, numbers: pl.Series, plain_codes: pl.Series) -> Export:
    """Replace ids by codes, wherever a cell is one."""
    tables = {
        name: replace(table, frame=table.frame.with_columns(pl.col(pl.String).replace(numbers, plain_codes)))
        for name, table in export.tables.items()
    }
    return replace(export, tables=tables)


def _coded(export: Export, key: bytes, is_person_header: Callable[[str], bool]) -> Export:
    """Replace people and the personal texts beside them by codes, so that a change still shows."""
    ids = _staff_ids(export).unique().drop_nulls()
    names = export.schedule.staff["name"].drop_nulls().unique()
    names = names.filter(names.str.len_chars() >= SHORTEST_NAME)
    numbers = export.schedule.staff["person_id"].drop_nulls().unique()
    code_of = {text: CODE + digest(text, key) for text in [*names, *numbers]}

    def coded_column(column: str, values: pl.Series, *, beside_person: bool) -> pl.Series:
        bare = column.removeprefix(OWN)
        if bare in PEOPLE_COLUMNS or bare == "person_id":
            return codes(values.cast(pl.String), key)
        if beside_person and (bare in PERSONAL_COLUMNS or column.startswith(EXTRA)):
            if values.dtype == pl.String:
                return codes(values, key, "#")
            return pl.Series([None] * values.len(), dtype=values.dtype)
        if values.dtype != pl.String:
            return values
        if column.startswith(EXTRA) and holds_people(column.removeprefix(EXTRA), values):
            return codes(values, key)
        return _with_codes(values, code_of)

    def holds_people(header: str, values: pl.Series) -> bool:
        """Tell whether a column of an unknown table is about people.

        Its header says so, or all cells are ids.
        """
        distinct = values.drop_nulls().unique()
        return bool(distinct.len() and (is_person_header(header) or distinct.is_in(ids.implode()).all()))

    tables = {}
    for name, table in export.tables.items():
        frame = table.frame
        people = "staff_id" in frame.columns
        coded = [
            coded_column(column, frame[column], beside_person=people).alias(column)
            for column in frame.columns
        ]
        tables[name] = replace(table, frame=frame.with_columns(coded))
    schedule = pseudonymised_schedule(export.schedule, key, ages=True)
    # Balances of the time bank stand beside ids.
    config = export.schedule.config.model_dump(
        mode="json", exclude_unset=True, exclude={"time_bank": {"balances"}}
    )
    settings = json.dumps(config, ensure_ascii=False, indent=1) if export.settings else ""
    return replace(export, tables=tables, schedule=schedule, settings=masked(settings))


def _with_codes(values: pl.Series, code_of: Mapping[str, str]) -> pl.Series:
    """Replace names by their codes inside texts, and hide personal numbers."""
    text = pl.col("text")
    if code_of:
        text = text.str.replace_many(list(code_of), list(code_of.values()))
    return values.to_frame("text").select(masked_text(text)).to_series()
