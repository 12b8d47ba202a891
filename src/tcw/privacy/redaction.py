"""What of two exports may be seen: people as codes, names and free texts gone, personal numbers nowhere, unless asked for.

Both sides are veiled together, so that a person has one code on both.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from tcw.errors import UsageFault
from tcw.intake.assemble import assemble
from tcw.intake.headers.aliases import shipped_aliases
from tcw.intake.snapshot.snapshot_file import accepted_of
from tcw.model.export import EXTRA, OWN, Export, ExportTable
from tcw.model.schedule import Schedule
from tcw.model.tables import TABLES
from tcw.privacy.pseudonyms import CODE_LENGTH, IDS_HIDDEN, PEOPLE_COLUMNS, REMOVED, key_of
from tcw.privacy.pseudonyms import pseudonymise as pseudonymised_schedule
from tcw.wording import Message, Phrase
from tcw.wording.masking import MASK, PERSONAL_NUMBER, masked
from tcw.wording.quantities import Count

NOT_BOTH = Phrase(
    "checklist-not-both-pseudonymised",
    "{file} is pseudonymised and the other side is not: add --pseudonymise, with the key that {file} was made with.",
)
OTHER_KEY = Phrase(
    "checklist-other-key", "{file} was pseudonymised with another key; set the one that it was made with."
)
NUMBERS_AS_IDS = Phrase(
    "snapshot-personal-numbers",
    "{source}: employees have a personal number as their id. Add --pseudonymise, so that the snapshot holds codes, or "
    "--show-personal-numbers, if it may hold the numbers.",
)
CHECKED = b"tcw snapshot"
WHOLE = f"^(?:{PERSONAL_NUMBER})$"
LEAST_NAME = 5
"""Shorter names are words, too."""


def key_check(key: bytes) -> str:
    """Return what tells whether two exports were made with one key, and nothing about the key."""
    return hmac.new(key, CHECKED, "sha256").hexdigest()[:16]


def refuse_numbers(export: Export) -> None:
    """Raise UsageFault where ids are personal numbers: a snapshot would hold them."""
    if export.schedule.staff["staff_id"].str.contains(WHOLE).any():
        raise UsageFault(NUMBERS_AS_IDS, source=export.name)


def pseudonymised(exports: Sequence[Export]) -> list[Export]:
    """Return the exports with people as keyed codes; one that is a pseudonymised snapshot stays as it is.

    The key is the last one's. Raises UsageFault: no key, or a snapshot made with another.
    """
    key = key_of(exports[-1].schedule.config.privacy)
    found = []
    for export in exports:
        if export.snapshot is not None and export.snapshot.pseudonymised:
            if export.snapshot.key_check != key_check(key):
                raise UsageFault(OTHER_KEY, file=export.name)
            found.append(export)
        else:
            found.append(_coded(export, key))
    return found


def without_numbers(exports: Sequence[Export]) -> tuple[list[Export], tuple[Message, ...]]:
    """Return the exports with ids that are personal numbers as P0001 …, alike on both sides, and personal numbers nowhere else.

    Raises UsageFault where only one side is pseudonymised.
    """
    coded = [export for export in exports if export.snapshot is not None and export.snapshot.pseudonymised]
    if coded and len(coded) < len(exports):
        raise UsageFault(NOT_BOTH, file=coded[0].name)
    ids = pl.concat([_people(export) for export in exports]).unique().drop_nulls().sort()
    numbers = ids.filter(ids.str.contains(WHOLE))
    if numbers.is_empty():
        return list(exports), ()
    codes = [f"P{place:04}" for place in range(1, numbers.len() + 1)]
    renamed = [_renamed(export, numbers, codes) for export in exports]
    return renamed, (Message(IDS_HIDDEN, {"people": Count(numbers.len())}),)


def masked_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with what looks like a personal number hidden in all its texts."""
    return frame.with_columns(pl.col(pl.String).str.replace_all(PERSONAL_NUMBER, MASK))


def for_keeping(export: Export) -> Export:
    """Return an export as a snapshot may hold it: personal numbers beside the ids left out, and said so."""
    hidden: set[tuple[str, str]] = set()
    tables: dict[str, ExportTable] = {}
    for name, table in export.tables.items():
        frame = table.frame
        if "person_id" in frame.columns:
            hidden.add((name, "person_id"))
            # One person's employments still belong together.
            codes = pl.lit("N") + pl.col("person_id").rank("dense").cast(pl.String)
            own = [
                pl.lit(None, dtype=pl.String).alias(one)
                for one in (f"{OWN}person_id",)
                if one in frame.columns
            ]
            frame = frame.with_columns(codes.alias("person_id"), *own)
        tables[name] = replace(table, frame=_masked_texts(frame, _texts(table, as_written=True)))
    kept = _remade(export, tables, export.hidden | hidden)
    return replace(kept, settings=masked(export.settings))


def as_kept(exports: Sequence[Export]) -> list[Export]:
    """Return the exports with the compared texts of all of them as snapshots have them, where one of them is a snapshot."""
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
    """Return the columns that may hold any text; ids of things may look like personal numbers, and are none."""
    schema = TABLES[table.name].columns if table.known else {}
    found = []
    for column, dtype in table.frame.schema.items():
        bare = column.removeprefix(OWN)
        free = column.startswith(EXTRA) or (bare in schema and schema[bare].kind == "text")
        if dtype == pl.String and free and (as_written or not column.startswith(OWN)):
            found.append(column)
    return found


def _masked_texts(frame: pl.DataFrame, texts: Sequence[str]) -> pl.DataFrame:
    """Hide personal numbers in texts; columns without any are left alone."""
    if not texts or frame.is_empty():
        return frame
    found = frame.select(pl.col(name).str.contains(PERSONAL_NUMBER).any() for name in texts).row(0)
    names = [name for name, has in zip(texts, found, strict=True) if has]
    return frame.with_columns(pl.col(name).str.replace_all(PERSONAL_NUMBER, MASK) for name in names)


def _people(export: Export) -> pl.Series:
    booked = export.schedule.bookings.select("staff_id").unique().collect()["staff_id"]
    return pl.concat([export.schedule.staff["staff_id"], booked])


def _renamed(export: Export, numbers: pl.Series, codes: Sequence[str]) -> Export:
    """Replace ids by codes, wherever a cell is one."""
    new = pl.Series(codes, dtype=pl.String)
    tables = {
        name: replace(
            table,
            frame=table.frame.with_columns(
                pl.col(column).replace(numbers, new)
                for column in table.frame.columns
                if table.frame.schema[column] == pl.String
            ),
        )
        for name, table in export.tables.items()
    }
    return _remade(export, tables, export.hidden)


def _coded(export: Export, key: bytes) -> Export:
    """Replace people by codes, and everything personal beside them by codes of what it says, so that a change still shows."""
    ids = _people(export).unique().drop_nulls()
    names = export.schedule.staff["name"].drop_nulls().unique()
    names = names.filter(names.str.len_chars() >= LEAST_NAME)
    numbers = export.schedule.staff["person_id"].drop_nulls().unique()
    tables = {
        name: replace(table, frame=_coded_frame(table, key, ids, [*names, *numbers]))
        for name, table in export.tables.items()
    }
    schedule = pseudonymised_schedule(export.schedule, key, ages=True)
    # Balances of the time bank stand beside ids.
    config = export.schedule.config.model_dump(
        mode="json", exclude_unset=True, exclude={"time_bank": {"balances"}}
    )
    settings = json.dumps(config, ensure_ascii=False, indent=1) if export.settings else ""
    return replace(export, tables=tables, schedule=schedule, settings=masked(settings))


def _coded_frame(table: ExportTable, key: bytes, ids: pl.Series, spoken: Sequence[str]) -> pl.DataFrame:
    frame = table.frame
    people = "staff_id" in frame.columns
    done: dict[str, pl.Series] = {}
    for column in frame.columns:
        bare = column.removeprefix(OWN)
        values = frame[column]
        if bare in PEOPLE_COLUMNS or bare == "person_id":
            done[column] = _codes(values.cast(pl.String), key, "P-")
        elif people and (bare in REMOVED or column.startswith(EXTRA)):
            if values.dtype != pl.String:
                done[column] = pl.Series(column, [None] * frame.height, dtype=values.dtype)
            else:
                done[column] = _codes(values, key, "#")
        elif values.dtype == pl.String:
            done[column] = _spoken(values, key, ids, spoken, holds_people=_holds_people(column, values, ids))
    return frame.with_columns(series.alias(column) for column, series in done.items())


def _holds_people(column: str, values: pl.Series, ids: pl.Series) -> bool:
    """Tell whether a column of an unknown table is about people: by its header, or because all it holds are ids."""
    if not column.startswith(EXTRA):
        return False
    match = shipped_aliases().matches(column.removeprefix(EXTRA)).get("staff")
    named = match is not None and match.column in {"staff_id", "person_id"}
    distinct = values.drop_nulls().unique()
    return bool(distinct.len() and (named or distinct.is_in(ids.implode()).all()))


def _spoken(
    values: pl.Series, key: bytes, ids: pl.Series, spoken: Sequence[str], *, holds_people: bool
) -> pl.Series:
    """Replace ids in columns of people, and names and personal numbers anywhere."""
    if holds_people:
        return _codes(values, key, "P-")
    del ids
    frame = values.to_frame("text")
    if spoken:
        codes = [f"P-{_digest(text, key)}" for text in spoken]
        frame = frame.with_columns(pl.col("text").str.replace_many(list(spoken), codes))
    return frame.select(pl.col("text").str.replace_all(PERSONAL_NUMBER, MASK)).to_series()


def _digest(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:CODE_LENGTH]


def _codes(values: pl.Series, key: bytes, prefix: str) -> pl.Series:
    """Return a code for each text; every distinct one is hashed once."""
    distinct = values.unique().drop_nulls()
    codes = pl.Series([f"{prefix}{_digest(text, key)}" for text in distinct], dtype=pl.String)
    return values.replace_strict(distinct, codes, default=None, return_dtype=pl.String)


def _remade(export: Export, tables: Mapping[str, ExportTable], hidden: frozenset[tuple[str, str]]) -> Export:
    """Return the export with other tables, and a schedule made of them."""
    assembled = assemble(
        [accepted_of(table) for table in tables.values() if table.known], export.schedule.config
    )
    schedule: Schedule = replace(export.schedule, bookings=assembled.bookings, tables=assembled.tables)
    return replace(export, tables=tables, schedule=schedule, hidden=hidden)
