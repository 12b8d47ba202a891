"""Numbers, shares and durations as text.

Numbers: 1 234,56 · 1.234,56 · 1,234.56. The whole column decides which mark is the decimal mark.
Shares: 75 · 75 % · 0,75. The whole column decides whether a bare number is per cent or a fraction.
Durations: 7,5 · 7:30 · 129:25 · 7 h 30 min · PT7H30M · Excel's 1900-01-01 02:05:00.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from tcw.intake.values.clock import DURATION_TEXT, duration_text
from tcw.intake.values.reading import Decimal as Mark
from tcw.intake.values.reading import (
    Form,
    Hints,
    Parse,
    Reading,
    Scale,
    after,
    by_parts,
    either,
    over,
    tidied,
    used,
    when_like,
)
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

# Numbers.

THREE_DECIMALS = Phrase(
    "values.three-decimals",
    "{example} read with {mark} as decimal mark, not as thousands: set decimal in tcw.yaml if it is the "
    "other way",
)
TWO_DECIMAL_MARKS = Phrase(
    "values.two-decimal-marks",
    "both decimal comma and decimal point: each number read by its own marks, and those such as 1.234 that "
    "could be either left out",
)

NUMERIC = r"^\(?[+-]? ?[\d.,][\d .,'’]*(?:[eE][+-]?\d{1,3})?-?\)?$"
_PLAIN_INTEGER = r"^[+-]?\d{1,18}$"
_PLAIN = {".": r"^[+-]?\d+(?:\.\d+)?$", ",": r"^[+-]?\d+(?:,\d+)?$"}
# One to three digits, the mark, exactly three digits: 1.234 may be one and a bit, or over a thousand.
_UNDECIDED = {mark: rf"^[+-]?[1-9]\d{{0,2}}[{mark}]\d{{3}}$" for mark in ".,"}

_EITHER_WAY = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"


def _other_mark(mark: Mark) -> Mark:
    return "." if mark == "," else ","


def _house_style(mark: Mark) -> str:
    """Return the pattern of all numbers that a column with this decimal mark can have."""
    group = rf"[1-9]\d{{0,2}}(?:(?: \d{{3}})+|(?:['’]\d{{3}})+|(?:[{_other_mark(mark)}]\d{{3}})+)"
    return rf"^[+-]?(?:(?:{group}|\d+)(?:[{mark}]\d+)?|[{mark}]\d+)(?:[eE][+-]?\d{{1,3}})?$"


def _certainly(mark: Mark) -> str:
    """Return the pattern of numbers that have only one reading: with this decimal mark."""
    other = _other_mark(mark)
    digits = rf"(?:\d*[{mark}](?:\d{{1,2}}|\d{{4,}})|0*[{mark}]\d{{3}}|\d{{4,}}[{mark}]\d{{3}})"
    grouped = rf"[1-9]\d{{0,2}}(?:(?:[{other}]\d{{3}})+|(?:[ '’]\d{{3}})+)[{mark}]\d+"
    millions = rf"[1-9]\d{{0,2}}(?:[{other}]\d{{3}}){{2,}}"
    return rf"^[+-]?(?:{digits}|{grouped}|{millions})$"


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """How a column writes numbers, and the reading to Float64."""

    parse: Parse
    labels: tuple[str, ...]
    notes: tuple[Message, ...]


def finite(number: pl.Expr) -> pl.Expr:
    """Return finite numbers only: the texts NaN and inf are no quantities."""
    return pl.when(number.is_finite()).then(number)


def _signed(cell: pl.Expr) -> pl.Expr:
    """Return (1,5) and 1,5- (accounting and payroll) and - 1,5 as -1,5."""
    return (
        cell.str.replace(r"^\((.*)\)$", "-$1")
        .str.replace(r"^([^-].*)-$", "-$1")
        .str.replace(r"^([+-]) ", "$1")
    )


def _with_mark(pattern: str, mark: Mark) -> Parse:
    grouping = rf"[ '’{_other_mark(mark)}]"

    def parse(cell: pl.Expr) -> pl.Expr:
        digits = cell.str.replace_all(grouping, "").str.replace(mark, ".", literal=True)
        return finite(digits.cast(pl.Float64, strict=False))

    return when_like(pattern, parse)


def _plain_integers(cell: pl.Expr) -> pl.Expr:
    return cell.cast(pl.Int64, strict=False).cast(pl.Float64)


def _plain_points(cell: pl.Expr) -> pl.Expr:
    return finite(cell.cast(pl.Float64, strict=False))


def _plain_commas(cell: pl.Expr) -> pl.Expr:
    number = cell.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return pl.when(~cell.str.contains(".", literal=True) & number.is_finite()).then(number)


def plan_numbers(cells: pl.Series, hints: Hints, *, exact_points: bool = False) -> NumberPlan:
    """Decide how distinct, tidy cells write numbers, ignoring cells that are no numbers.

    `exact_points`: 1.234 is never 1 234, because a program wrote it (Excel's own numbers). Examples:

        7,5  1.234     decimal comma (7,5 has one reading only), so 1.234 is 1234
        7.5  1.234     decimal point, so 1.234 is 1.234
        1,234  2,345   no cell decides: decimal comma, with a note that names the setting
        7,5  7.5 7,25 1.234   both marks occur: each number by its own, and 1.234 stays unread
    """
    numeric = cells.filter(cells.str.contains(NUMERIC))
    if numeric.is_empty() or numeric.str.contains(_PLAIN_INTEGER).all():
        return NumberPlan(_plain_integers, ("7",) if numeric.len() else (), ())
    bare = over(numeric, _signed)
    mark, notes = _mark(bare, hints, exact_points=exact_points)
    if bare.str.contains(_PLAIN[mark]).all() and bare.equals(numeric):
        return NumberPlan(_plain_points if mark == "." else _plain_commas, (f"7{mark}5",), tuple(notes))
    readings: list[Parse] = [_with_mark(_house_style(mark), mark)]
    labels = [f"7{mark}5"]
    other = _other_mark(mark)
    if bare.str.contains(_certainly(other)).any():
        if hints.decimal is None:
            readings[0] = _decided_only(readings[0])
        readings.append(_with_mark(_certainly(other), other))
        labels.append(f"7{other}5")
        notes.append(Message(TWO_DECIMAL_MARKS))
    return NumberPlan(_after_sign(readings), tuple(labels), tuple(notes))


def _decided_only(parse: Parse) -> Parse:
    """Return the reading without numbers such as 1.234, which have two readings where both marks occur."""
    return lambda cell: pl.when(~cell.str.contains(_EITHER_WAY)).then(parse(cell))


def _after_sign(readings: Sequence[Parse]) -> Parse:
    return after(_signed, lambda cell: pl.coalesce(reading(cell) for reading in readings))


def _mark(bare: pl.Series, hints: Hints, *, exact_points: bool) -> tuple[Mark, list[Message]]:
    """Return the decimal mark, and a note where no cell decided it."""
    if hints.decimal is not None:
        return hints.decimal, []
    commas, points = (int(bare.str.contains(_certainly(mark)).sum()) for mark in (",", "."))
    if commas != points:
        return "," if commas > points else ".", []
    if exact_points:
        return ".", []
    undecided: dict[Mark, pl.Series] = {
        mark: bare.filter(bare.str.contains(_UNDECIDED[mark])) for mark in (",", ".")
    }
    mark: Mark = "," if undecided[","].len() >= undecided["."].len() else "."
    if undecided[mark].is_empty():
        return mark, []
    return mark, [Message(THREE_DECIMALS, {"example": undecided[mark][0], "mark": mark})]


def read_numbers(sample: pl.Series, hints: Hints, *, exact_points: bool = False) -> Reading:
    """Decide how distinct cells write numbers (kind `number`, Float64)."""
    cells, step = tidied(sample)
    plan = plan_numbers(cells, hints, exact_points=exact_points)
    return Reading("number", "number", plan.labels, plan.notes, after(step, plan.parse))


def read_integers(sample: pl.Series, hints: Hints, *, exact_points: bool = False) -> Reading:
    """Decide how distinct cells write whole numbers (kind `integer`, Int64). 7.0 is 7, 7.5 is null."""
    cells, step = tidied(sample)
    plan = plan_numbers(cells, hints, exact_points=exact_points)

    def parse(cell: pl.Expr) -> pl.Expr:
        if plan.parse is _plain_integers:
            return cell.cast(pl.Int64, strict=False)
        number = plan.parse(cell)
        return pl.when(number == number.round()).then(number).cast(pl.Int64, strict=False)

    return Reading("integer", "integer", plan.labels, plan.notes, after(step, parse))


# Shares.

PERCENT = Phrase("values.percent", "percentages read as whole numbers: 75 is 75 %")
FRACTION = Phrase("values.fraction", "percentages read as fractions: 0.75 is 75 %")
ONES = Phrase("values.fraction-of-one", "only 0 and 1 occur: 1 read as 100 %")
SMALL_AMONG_PERCENT = Phrase(
    "values.small-among-percent",
    "{count} different cells such as {example} may be fractions in a column of percentages and are left out: "
    "write them with a % sign",
)

_SIGN = r"(?i) ?(?:%|procent|percent|pct)$"
_SIGNED = r"(?i)\d ?(?:%|procent|percent|pct)$"
# A fraction above 1.5 would be an employment of over 150 %; a percentage below it, one of under 1.5 %.
LARGEST_FRACTION = 1.5


def read_shares(sample: pl.Series, hints: Hints, *, exact_points: bool = False) -> Reading:
    """Decide how distinct cells write shares.

    A cell with a % sign is per cent. Bare numbers are per cent when one of them is above 1.5 or the column
    has % signs, else fractions. A bare 0,75 in a column of percentages is probably 75 %, but possibly 0.75 %.
    A wrong guess would be wrong by a factor of a hundred, so the cell stays unread: the user sees it among
    the rejects, and a note says what to do.

        75  50  100     per cent
        0,75  1  0,5    fractions
        75 %  0,5       per cent; 0,5 stays unread
    """
    cells, step = tidied(sample)
    stripped = over(cells, _stripped)
    plan = plan_numbers(stripped, hints, exact_points=exact_points)
    number = over(stripped, plan.parse)
    signed = cells.str.contains(_SIGNED)
    bare = number.filter(~signed).drop_nulls()
    small = (bare.abs() <= LARGEST_FRACTION) & (bare != 0)
    scale, notes = hints.share, list(plan.notes)
    strict = scale is None
    if scale is None:
        percent = bool((~small & (bare != 0)).any()) or bool(signed.any())
        scale = "percent" if percent else "fraction"
        example = cells.filter(
            ~signed & number.is_not_null() & (number != 0) & (number.abs() <= LARGEST_FRACTION)
        )
        notes += _notes(scale, bare, example)
    labels = [f"{label} %" for label in plan.labels[:1] if signed.any()]
    labels += plan.labels if bare.len() else ()
    parse = after(step, _share(plan.parse, scale, strict=strict))
    return Reading("share", "share", tuple(labels), tuple(notes), parse)


def _notes(scale: Scale, bare: pl.Series, small: pl.Series) -> list[Message]:
    if bare.is_empty():
        return []
    if scale == "fraction":
        return [Message(FRACTION if bare.is_in([0.0, 1.0]).not_().any() else ONES)]
    if small.is_empty():
        return [Message(PERCENT)]
    facts = {"count": Count(small.len()), "example": small[0]}
    return [Message(PERCENT), Message(SMALL_AMONG_PERCENT, facts)]


def _stripped(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace(_SIGN, "")


def _share(number_of: Parse, scale: Scale, *, strict: bool) -> Parse:
    def parse(cell: pl.Expr) -> pl.Expr:
        number = number_of(_stripped(cell))
        small = number.abs() <= LARGEST_FRACTION
        if scale == "fraction":
            bare: pl.Expr = pl.when(small).then(number)
        elif strict:
            bare = pl.when(~small | (number == 0)).then(number / 100)
        else:
            bare = number / 100
        return pl.when(cell.str.contains(_SIGNED)).then(number / 100).otherwise(bare)

    return parse


# Durations.

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
_COLON = (
    rf"^(?:(?P<sign>[+-]?) ?{_CLOCKLIKE}(?::(?P<s>[0-5]\d(?:[.,]\d{{1,9}})?))?"
    rf"(?: ?(?:h|tim|t)\.?)?(?P<end>-?))$"
)
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
    """Return the form of a pattern with the groups sign, d, h, m and s; missing groups count as 0."""
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
    """Read 129:25 by position: most durations with a colon look so."""
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
    """Decide how distinct cells write durations, as Float64 in `unit`.

    A number without a unit counts in `unit`. A cell's own unit is respected: 450 min in a column of hours is
    7.5.
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
    needed = used((number, *forms), cells)
    labels = [form.label for form in needed if form is not number]
    if number in needed:
        at = needed.index(number)
        labels[at:at] = numbers.labels
    notes = (*numbers.notes, *(_doubt(cells) if unit == "hours" else ()))
    return Reading(unit, unit, tuple(labels), notes, after(step, either(needed, pl.Float64())))


def _doubt(cells: pl.Series) -> tuple[Message, ...]:
    """Return a note where 7.30 may mean 7 h 30 min.

    That is so where all decimals are two digits below 60, with a .15, .30 or .45 but no .25 or .50.
    """
    decimals = cells.filter(cells.str.contains(r"^\d+[.,]\d+$"))
    parts = decimals.str.extract(r"[.,](\d+)$", 1)
    if parts.is_empty() or not parts.str.contains(r"^[0-5]\d$").all():
        return ()
    values = set(parts.to_list())
    if values & {"50", "25"} or not values & {"15", "30", "45"}:
        return ()
    example = decimals.filter(parts.is_in(["15", "30", "45"]))[0]
    return (Message(LOOKS_LIKE_CLOCK, {"example": example}),)
