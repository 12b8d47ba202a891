"""Replacing people by codes: keyed ones when asked for, plain numbers where ids are personal numbers."""

import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from tcw.errors import UsageFault
from tcw.model.config import Config, Privacy
from tcw.model.schedule import Schedule
from tcw.wording import Message, Phrase
from tcw.wording.masking import PERSONAL_NUMBER
from tcw.wording.quantities import Count

NO_KEY = Phrase(
    "pseudonym-no-key",
    "--pseudonymise needs a key: set the environment variable {variable} (at least {least} characters), or privacy: key_file: in "
    "tcw.yaml. The same key gives the same codes next time.",
)
KEY_FILE = Phrase("pseudonym-key-file", "The key file of privacy: key_file: cannot be read: {path}.")
IDS_HIDDEN = Phrase(
    "personal-numbers-hidden",
    "{people:employee has a personal number as id; it is|employees have a personal number as their id; they are} shown as P0001 and so on. --show-personal-numbers shows "
    "the numbers, --pseudonymise gives codes that stay the same.",
)
LEAST = 12
CODE_LENGTH = 12
PEOPLE_COLUMNS = ("staff_id", "previous_staff_id", "replaces_staff_id")
REMOVED = ("name", "phone", "email", "birth_date", "note", "message")
HIDDEN = "…"


def key_of(privacy: Privacy) -> bytes:
    """Return the key from the configured file, else from the environment.

    Raises UsageFault: no key, a key of fewer than LEAST characters, or a file that cannot be read.
    """
    text = os.environ.get(privacy.key_env, "")
    if privacy.key_file is not None:
        path = Path(privacy.key_file)
        try:
            text = path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise UsageFault(KEY_FILE, path=path) from None
    if len(text) < LEAST:
        raise UsageFault(NO_KEY, variable=privacy.key_env, least=LEAST)
    return text.encode()


def pseudonymise(schedule: Schedule, key: bytes, *, ages: bool = False) -> Schedule:
    """Return the schedule with staff and person ids replaced by codes, and names, addresses and free texts removed.

    Codes are HMAC-SHA256 of the id, cut to 12 hexadecimal digits after "P-". Values of rejected rows are hidden,
    since they can hold anything. With `ages`, dates of birth stay, for rules that need them and show none.
    """
    tables = {name: _coded(table, key, ages=ages) for name, table in schedule.tables.items()}
    ids = _everybody(schedule)
    recoded = _Recoded(ids.with_columns(code=_codes(ids["staff_id"], key)))
    rejects = schedule.intake.rejects.with_columns(
        value=pl.when(pl.col("value").is_not_null()).then(pl.lit(HIDDEN))
    )
    return replace(
        schedule,
        tables=tables,
        bookings=recoded(schedule.bookings),
        pieces=schedule.pieces and schedule.pieces.through(recoded),
        config=_with_coded_balances(schedule.config, lambda ids: _codes(ids, key)),
        intake=replace(schedule.intake, rejects=rejects),
    )


def _with_coded_balances(config: Config, code: Callable[[pl.Series], pl.Series]) -> Config:
    """Return the settings with the people of `time_bank: balances:` replaced as elsewhere."""
    told = config.time_bank.balances
    if not told:
        return config
    coded = code(pl.Series(list(told), dtype=pl.String)).to_list()
    balances = dict(zip(coded, told.values(), strict=True))
    return config.model_copy(update={"time_bank": config.time_bank.model_copy(update={"balances": balances})})


def without_personal_numbers(schedule: Schedule) -> tuple[Schedule, tuple[Message, ...]]:
    """Return the schedule with ids that are personal numbers replaced by P0001, P0002 …, and a note when there are any.

    Looks at the staff table only, so that a source whose ids are ordinary costs nothing. Numbers go by the order of
    the ids; the same source gives the same ones.
    """
    whole = f"^(?:{PERSONAL_NUMBER})$"
    if not schedule.staff["staff_id"].str.contains(whole).any():
        return schedule, ()
    found = _everybody(schedule).filter(pl.col("staff_id").str.contains(whole)).sort("staff_id")
    codes = found.with_row_index("place", offset=1).select(
        "staff_id", code=pl.format("P{}", pl.col("place").cast(pl.String).str.zfill(4))
    )
    tables = {
        name: table.with_columns(
            pl.col(column).replace(codes["staff_id"], codes["code"])
            for column in PEOPLE_COLUMNS
            if column in table.columns
        )
        for name, table in schedule.tables.items()
    }
    recoded = _Recoded(codes)
    hidden = replace(
        schedule,
        tables=tables,
        bookings=recoded(schedule.bookings),
        pieces=schedule.pieces and schedule.pieces.through(recoded),
        config=_with_coded_balances(
            schedule.config, lambda ids: ids.replace(codes["staff_id"], codes["code"])
        ),
    )
    return hidden, (Message(IDS_HIDDEN, {"people": Count(codes.height)}),)


def _everybody(schedule: Schedule) -> pl.DataFrame:
    booked = schedule.bookings.select(pl.col("staff_id").unique()).collect(engine="streaming")
    return pl.concat([schedule.staff.select("staff_id"), booked]).unique("staff_id")


@dataclass(frozen=True, slots=True)
class _Recoded:
    """Bookings with `staff_id` replaced by `code` where there is one."""

    codes: pl.DataFrame

    def __call__(self, bookings: pl.LazyFrame) -> pl.LazyFrame:
        """Return bookings with codes."""
        joined = bookings.join(self.codes.lazy(), on="staff_id", how="left")
        return joined.with_columns(staff_id=pl.coalesce("code", "staff_id")).drop("code")


def _coded(table: pl.DataFrame, key: bytes, *, ages: bool) -> pl.DataFrame:
    people = "staff_id" in table.columns
    coded = [
        _codes(table[column], key).alias(column)
        for column in (*PEOPLE_COLUMNS, "person_id")
        if column in table.columns
    ]
    removed = [
        pl.lit(None, dtype=table.schema[column]).alias(column)
        for column in REMOVED
        if people and column in table.columns and not (ages and column == "birth_date")
    ]
    return table.with_columns(*coded, *removed)


def _codes(ids: pl.Series, key: bytes) -> pl.Series:
    """Return the code of each id; every distinct id is hashed once."""
    distinct = ids.unique().drop_nulls()
    digests = [hmac.new(key, text.encode(), "sha256").hexdigest()[:CODE_LENGTH] for text in distinct]
    codes = pl.Series([f"P-{digest}" for digest in digests], dtype=pl.String)
    return ids.replace_strict(distinct, codes, default=None, return_dtype=pl.String)
