"""What stands in a cell of a roster: clock times, a code, a break, hours, and several of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

import polars as pl

SHIFT = "Pass"
"""The activity of a cell that has times and no code."""
CLOCK = r"(\d{1,2})(?:[:.]?(\d{2}))?(?::\d{2})?"
SPAN = rf"{CLOCK}\s*(?:-|–|—|−|\btill\b|\btil\b)\s*{CLOCK}"
BREAK = r"(?i)(?:\b(?:rast|r)\s*[:.]?\s*(\d{2,3})\b(?:\s*min\b)?|\(\s*(\d{1,3})\s*(?:min)?\s*\))"
HOURS = r"^(\d{1,2}(?:[.,]\d{1,2}|:[0-5]\d:[0-5]\d)?)\s*(?:h|tim)?$"
"""7,5 or 7:30:00, as time trackers write lengths; 7:30 alone may as well be a beginning, and is none."""
NOTHING = r"^[-–—−.\s]*$"
CARRIED = ("activity_id", "unit_id", "start", "end", "break_minutes")
"""What a row may say once for all its shifts, in columns beside the person."""


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What a code in a cell stands for; what is None is what the cell or the row says."""

    activity: str | None = None
    start: time | None = None
    end: time | None = None
    break_minutes: int | None = None


def one_row_per_shift(shifts: pl.DataFrame) -> pl.DataFrame:
    """Return one row per shift: a cell has one on each line, and may have several on one."""
    several = pl.col("part").str.count_matches(SPAN) > 1
    parts = (
        shifts.with_columns(part=pl.col("cell").str.replace_all(r"\r\n?|;", "\n").str.split("\n"))
        .explode("part", empty_as_null=True)
        .with_columns(
            part=pl.when(several)
            .then(pl.col("part").str.replace_all(f"({SPAN})", "\n$1").str.strip_chars(" \n").str.split("\n"))
            .otherwise(pl.concat_list("part"))
        )
        .explode("part", empty_as_null=True)
        .with_columns(part=pl.col("part").str.strip_chars(" ,+&/\t\u00a0"))
        .filter(pl.col("part").str.contains(NOTHING).not_())
    )
    clocks = [
        pl.col("part").str.extract(SPAN, group).alias(name)
        for group, name in enumerate(("h1", "m1", "h2", "m2"), 1)
    ]
    rest = (
        pl.col("part")
        .str.replace(SPAN, " ")
        .str.replace(BREAK, " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars(" ,/+-–")
    )
    return (
        parts.with_columns(clocks)
        .with_columns(
            cell_start=_clock("h1", "m1"),
            cell_end=_clock("h2", "m2"),
            cell_break=pl.coalesce(
                pl.col("part").str.extract(BREAK, 1), pl.col("part").str.extract(BREAK, 2)
            ),
            code=rest,
        )
        .drop("h1", "m1", "h2", "m2", "part")
    )


def _clock(hour: str, minute: str) -> pl.Expr:
    return pl.when(pl.col(hour).is_not_null()).then(
        pl.col(hour).str.zfill(2) + ":" + pl.col(minute).fill_null("00")
    )


def with_meanings(shifts: pl.DataFrame, codes: Mapping[str, CodeMeaning | None]) -> pl.DataFrame:
    """Return the shifts with what their codes stand for, `ignored` and `unmapped` (Boolean) beside."""
    known = [
        (
            code.strip().casefold(),
            meaning.activity if meaning else None,
            f"{meaning.start:%H:%M}" if meaning and meaning.start else None,
            f"{meaning.end:%H:%M}" if meaning and meaning.end else None,
            str(meaning.break_minutes) if meaning and meaning.break_minutes is not None else None,
            meaning is None,
        )
        for code, meaning in codes.items()
    ]
    names = ("key", "k_activity", "k_start", "k_end", "k_break")
    schema = {**dict.fromkeys(names, pl.String), "ignored": pl.Boolean}
    meanings = pl.DataFrame(known, schema=schema, orient="row").unique("key", keep="last")
    carried = {
        name: pl.col(f"r_{name}") if f"r_{name}" in shifts.columns else pl.lit(None, pl.String)
        for name in CARRIED
    }
    coded = shifts.with_columns(key=pl.col("code").str.to_lowercase()).join(
        meanings, on="key", how="left", maintain_order="left"
    )
    coded = coded.with_columns(mapped=pl.col("ignored").is_not_null())
    mapped = pl.col("mapped")
    timed = pl.col("cell_start").is_not_null()
    number = pl.when(mapped.not_() & timed.not_()).then(pl.col("code").str.extract(HOURS, 1))
    coded = coded.with_columns(hours=number).with_columns(
        code=pl.when(pl.col("hours").is_null() & (pl.col("code") != "")).then("code"),
        start=pl.coalesce("cell_start", "k_start", pl.when(pl.col("hours").is_null()).then(carried["start"])),
        end=pl.coalesce("cell_end", "k_end", pl.when(pl.col("hours").is_null()).then(carried["end"])),
        break_minutes=pl.coalesce("cell_break", "k_break", carried["break_minutes"]),
        ignored=pl.col("ignored").fill_null(value=False),
    )
    return coded.select(
        "row",
        staff_id="r_staff_id",
        activity_id=pl.coalesce("k_activity", "code", carried["activity_id"], pl.lit(SHIFT)),
        date=pl.col("date").dt.to_string("%Y-%m-%d"),
        start="start",
        end="end",
        hours="hours",
        break_minutes="break_minutes",
        unit_id=carried["unit_id"],
        cell="cell",
        code="code",
        ignored="ignored",
        unmapped=mapped.not_() & pl.col("code").is_not_null() & pl.col("start").is_null(),
        bare=pl.col("code").is_null() & pl.col("k_activity").is_null() & carried["activity_id"].is_null(),
    )
