"""Replacing people by codes: keyed ones when asked for, plain numbers where ids are personal numbers."""

import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from tcw.errors import UsageFault
from tcw.model.config import Privacy
from tcw.model.schedule import Schedule
from tcw.privacy.masking import IS_PERSONAL_NUMBER
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NO_KEY = Phrase(
    "pseudonym-no-key",
    "--pseudonymise needs a key: set the environment variable {variable} (at least {least} characters), "
    "or privacy: key_file: in tcw.yaml. The same key gives the same codes next time.",
)
KEY_FILE = Phrase("pseudonym-key-file", "The key file of privacy: key_file: cannot be read: {path}.")
IDS_HIDDEN = Phrase(
    "personal-numbers-hidden",
    "{people:employee has a personal number as id; it is|employees have a personal number as their id; "
    "they are} shown as P0001 and so on. --show-personal-numbers shows the numbers, --pseudonymise gives "
    "codes that stay the same.",
)
SHORTEST_KEY = 12
CODE_LENGTH = 12
CODE = "P-"
"""What the code of a person begins with."""
PEOPLE_COLUMNS = ("staff_id", "previous_staff_id", "replaces_staff_id")
"""Columns that hold staff ids."""
PERSONAL_COLUMNS = ("name", "phone", "email", "birth_date", "note", "message")
"""Columns beside a staff id that are emptied."""
HIDDEN = "…"


def key_of(privacy: Privacy) -> bytes:
    """Return the key from the configured file, else from the environment.

    Raises UsageFault: no key, a key of fewer than SHORTEST_KEY characters, or a file that cannot be read.
    """
    text = os.environ.get(privacy.key_env, "")
    if privacy.key_file is not None:
        path = Path(privacy.key_file)
        try:
            text = path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise UsageFault(KEY_FILE, path=path) from None
    if len(text) < SHORTEST_KEY:
        raise UsageFault(NO_KEY, variable=privacy.key_env, least=SHORTEST_KEY)
    return text.encode()


def pseudonymise(schedule: Schedule, key: bytes, *, ages: bool = False) -> Schedule:
    """Return the schedule with codes for staff and person ids, and without names, addresses and free texts.

    Codes are HMAC-SHA256 of the id, cut to 12 hexadecimal digits after "P-". Values of rejected rows are
    hidden, since they can hold anything. With `ages`, dates of birth stay, for rules that need them and show
    none.
    """
    ids = _staff_ids(schedule)
    rejects = schedule.intake.rejects.with_columns(
        value=pl.when(pl.col("value").is_not_null()).then(pl.lit(HIDDEN))
    )
    return _recoded(
        replace(schedule, intake=replace(schedule.intake, rejects=rejects)),
        {name: _pseudonymised_table(table, key, ages=ages) for name, table in schedule.tables.items()},
        ids.with_columns(code=codes(ids["staff_id"], key)),
        lambda balances: codes(balances, key),
    )


def without_personal_numbers(schedule: Schedule) -> tuple[Schedule, tuple[Message, ...]]:
    """Return the schedule with P0001, P0002 … for ids that are personal numbers, and a note if there are any.

    Looks at the staff table only, so that a source whose ids are ordinary costs nothing. The codes follow the
    order of the ids, so that the same source gets the same ones.
    """
    is_number = pl.col("staff_id").str.contains(IS_PERSONAL_NUMBER)
    if not schedule.staff.select(is_number.any()).item():
        return schedule, ()
    numbers = _staff_ids(schedule).filter(is_number).sort("staff_id")
    plain_codes = numbers.with_row_index("number", offset=1).select(
        "staff_id", code=pl.format("P{}", pl.col("number").cast(pl.String).str.zfill(4))
    )
    old, new = plain_codes["staff_id"], plain_codes["code"]
    tables = {
        name: table.with_columns(
            pl.col(column).replace(old, new) for column in PEOPLE_COLUMNS if column in table.columns
        )
        for name, table in schedule.tables.items()
    }
    hidden = _recoded(schedule, tables, plain_codes, lambda ids: ids.replace(old, new))
    return hidden, (Message(IDS_HIDDEN, {"people": Count(plain_codes.height)}),)


def codes(values: pl.Series, key: bytes, prefix: str = CODE) -> pl.Series:
    """Return a keyed code for each text; every distinct text is hashed once."""
    distinct = values.unique().drop_nulls()
    coded = pl.Series([f"{prefix}{digest(text, key)}" for text in distinct], dtype=pl.String)
    return values.replace_strict(distinct, coded, default=None, return_dtype=pl.String)


def digest(text: str, key: bytes) -> str:
    """Return the keyed hash of a text, cut to the length of a code."""
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:CODE_LENGTH]


def _staff_ids(schedule: Schedule) -> pl.DataFrame:
    booked = schedule.bookings.select(pl.col("staff_id").unique()).collect(engine="streaming")
    return pl.concat([schedule.staff.select("staff_id"), booked]).unique("staff_id")


def _pseudonymised_table(table: pl.DataFrame, key: bytes, *, ages: bool) -> pl.DataFrame:
    coded = [
        codes(table[column], key).alias(column)
        for column in (*PEOPLE_COLUMNS, "person_id")
        if column in table.columns
    ]
    emptied = [
        pl.lit(None, dtype=table.schema[column]).alias(column)
        for column in PERSONAL_COLUMNS
        if {"staff_id", column} <= set(table.columns) and not (ages and column == "birth_date")
    ]
    return table.with_columns(*coded, *emptied)


def _recoded(
    schedule: Schedule,
    tables: Mapping[str, pl.DataFrame],
    code_of: pl.DataFrame,
    recode: Callable[[pl.Series], pl.Series],
) -> Schedule:
    """Return the schedule with other tables, and with codes in its bookings and in `time_bank: balances:`."""
    recoded_bookings = _RecodedBookings(code_of)
    config, balances = schedule.config, schedule.config.time_bank.balances
    if balances:
        people = recode(pl.Series(list(balances), dtype=pl.String)).to_list()
        recoded_balances = dict(zip(people, balances.values(), strict=True))
        time_bank = config.time_bank.model_copy(update={"balances": recoded_balances})
        config = config.model_copy(update={"time_bank": time_bank})
    return replace(
        schedule,
        tables=tables,
        bookings=recoded_bookings(schedule.bookings),
        pieces=schedule.pieces and schedule.pieces.through(recoded_bookings),
        config=config,
    )


@dataclass(frozen=True, slots=True)
class _RecodedBookings:
    """Bookings with `staff_id` replaced by its code where there is one. `code_of`: `staff_id`, `code`."""

    code_of: pl.DataFrame

    def __call__(self, bookings: pl.LazyFrame) -> pl.LazyFrame:
        """Return bookings with codes."""
        joined = bookings.join(self.code_of.lazy(), on="staff_id", how="left", maintain_order="left")
        return joined.with_columns(staff_id=pl.coalesce("code", "staff_id")).drop("code")
