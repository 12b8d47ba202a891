"""Durations as text: 7,5 · 7:30 · 129:25 · 7 h 30 min · PT7H30M · Excel's 1900-01-01 02:05:00."""

from typing import Literal

import polars as pl

from tcw.intake.values.excel import DURATION_TEXT, duration_text
from tcw.intake.values.forms import Form, after, by_parts, either, tidied, used, when_like
from tcw.intake.values.numbers import NUMERIC, plan_numbers
from tcw.intake.values.reading import Hints, Reading
from tcw.wording import Message, Phrase

Unit = Literal["hours", "minutes", "seconds"]
SECONDS: dict[Unit, int] = {"hours": 3600, "minutes": 60, "seconds": 1}

LOOKS_LIKE_CLOCK = Phrase(
    "values.hours-look-like-clock",
    "{example} read as a decimal number of hours, but every part after the mark would do as minutes",
)

_N = r"\d+(?: \d{3})*(?:[.,]\d+)?"
_H = r"(?:h|t|tim|timmar|timme|hours?|hrs?)\.?"
_M = r"(?:m|min|mins|minuter|minut|minutes?)\.?"
_S = r"(?:s|sek|sekunder|sekund|secs?|seconds?)\.?"
_AND = r"(?:,| och| and|:)? *"
_PLAIN_COLON = r"^\d{1,6}:[0-5]\d$"
_CLOCKLIKE = r"(?P<h>\d{1,6}):(?P<m>[0-5]\d)"
# What _PLAIN_COLON does not take: a sign, seconds or a unit.
_COLON = rf"^(?:(?P<sign>[+-]?) ?{_CLOCKLIKE}(?::(?P<s>[0-5]\d(?:[.,]\d{{1,9}})?))?(?: ?(?:h|tim|t)\.?)?(?P<end>-?))$"
_UNITS = (
    rf"(?i)^(?P<sign>[+-]?) ?(?:(?P<h>{_N}) ?{_H})?{_AND}(?:(?P<m>{_N}) ?{_M})?{_AND}(?:(?P<s>{_N}) ?{_S})?$"
)
_HAS_UNIT = rf"(?i)\d ?(?:{_H}|{_M}|{_S})(?:[ ,\d]|$)"
_BARE_MINUTES = r"(?i)^(?P<sign>[+-]?) ?(?P<h>\d+) ?(?:h|t|tim)\.? ?(?P<m>[0-5]?\d)$"
_ISO = (
    r"(?i)^(?P<sign>[+-]?)P(?:(?P<d>\d+(?:[.,]\d+)?)D)?(?:T(?:(?P<h>\d+(?:[.,]\d+)?)H)?"
    r"(?:(?P<m>\d+(?:[.,]\d+)?)M)?(?:(?P<s>\d+(?:[.,]\d+)?)S)?)?$"
)
_PYTHON = r"(?i)^(?P<sign>-?)(?P<d>\d+) days?,? (?P<h>\d{1,2}):(?P<m>[0-5]\d):(?P<s>[0-5]\d(?:\.\d{1,9})?)$"
_SECONDS_OF = {"d": 86_400, "h": 3600, "m": 60, "s": 1}


def _by_groups(label: str, pattern: str, unit: Unit, only: str | None = None) -> Form:
    """Return the form of a pattern with the groups sign, d, h, m and s (each missing group counts nothing)."""
    names = [name for name in _SECONDS_OF if f"<{name}>" in pattern]

    def parse(cell: pl.Expr) -> pl.Expr:
        if only is not None:
            cell = pl.when(cell.str.contains(only)).then(cell)
        numbers = [
            pl.field(name)
            .str.replace_all(" ", "", literal=True)
            .str.replace(",", ".", literal=True)
            .cast(pl.Float64, strict=False)
            * _SECONDS_OF[name]
            for name in names
        ]
        total = pl.sum_horizontal(numbers) / SECONDS[unit]
        some = pl.any_horizontal(number.is_not_null() for number in numbers)
        minus = pl.field("sign") == "-"
        if "<end>" in pattern:
            minus |= pl.field("end") == "-"
        signed = pl.when(some & total.is_finite()).then(pl.when(minus).then(-total).otherwise(total))
        return by_parts(cell, pattern, signed)

    return Form(label, pattern, parse)


def _plain_colon(cell: pl.Expr, unit: Unit) -> pl.Expr:
    """Read 129:25 by position: most durations with a colon are no more than that."""
    minutes = cell.str.head(-3).cast(pl.Int64, strict=False) * 60 + cell.str.tail(2).cast(
        pl.Int64, strict=False
    )
    return minutes * 60 / SECONDS[unit]


def _forms(unit: Unit) -> tuple[Form, ...]:
    return (
        Form("7:30", _PLAIN_COLON, when_like(_PLAIN_COLON, lambda cell: _plain_colon(cell, unit))),
        _by_groups("7:30:00", _COLON, unit),
        _by_groups("7 h 30 min", _UNITS, unit, only=_HAS_UNIT),
        _by_groups("7h30", _BARE_MINUTES, unit),
        _by_groups("PT7H30M", _ISO, unit),
        _by_groups("1 day, 2:05:00", _PYTHON, unit),
    )


def read_durations(sample: pl.Series, unit: Unit, hints: Hints, *, exact_points: bool = False) -> Reading:
    """Decide how distinct cells write durations; a number without a unit counts in `unit`, as Float64.

    A unit in the cell is heeded: 450 min in a column of hours is 7.5.
    """
    cells, step = tidied(sample)
    numbers = plan_numbers(cells, hints, exact_points=exact_points)
    forms = list(_forms(unit))
    if cells.str.contains(DURATION_TEXT).any():
        excel = duration_text(cells)
        forms.append(
            Form(
                "1900-01-01 02:05:00",
                DURATION_TEXT,
                lambda cell: excel(cell).dt.total_microseconds() / (SECONDS[unit] * 1e6),
            )
        )
    number = Form(numbers.labels[0] if numbers.labels else "7", NUMERIC, numbers.parse)
    found = used((number, *forms), cells)
    labels = tuple(form.label for form in found if form is not number)
    if number in found:
        place = found.index(number)
        labels = (*labels[:place], *numbers.labels, *labels[place:])
    notes = (*numbers.notes, *(_doubt(cells) if unit == "hours" else ()))
    return Reading(unit, unit, labels, notes, after(step, either(found, pl.Float64())))


def _doubt(cells: pl.Series) -> tuple[Message, ...]:
    """Return a note where 7.30 may well mean half past seven: always two decimals, quarters of 60, never .50."""
    decimals = cells.filter(cells.str.contains(r"^\d+[.,]\d+$"))
    parts = decimals.str.extract(r"[.,](\d+)$", 1)
    if parts.is_empty() or not parts.str.contains(r"^[0-5]\d$").all():
        return ()
    values = set(parts.to_list())
    if values & {"50", "25"} or not values & {"15", "30", "45"}:
        return ()
    example = decimals.filter(parts.is_in(["15", "30", "45"]))[0]
    return (Message(LOOKS_LIKE_CLOCK, {"example": example}),)
