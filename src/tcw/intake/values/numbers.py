"""Numbers as text: 1 234,56 · 1.234,56 · 1,234.56; which mark is the decimal one is the column's decision."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tcw.intake.values.forms import over, tidied, when_like
from tcw.intake.values.reading import Decimal as Mark
from tcw.intake.values.reading import Hints, Parse, Reading
from tcw.wording import Message, Phrase

THREE_DECIMALS = Phrase(
    "values.three-decimals",
    "{example} read with {mark} as decimal mark, not as thousands: set decimal in tcw.yaml if it is the other way",
)
TWO_DECIMAL_MARKS = Phrase(
    "values.two-decimal-marks",
    "both decimal comma and decimal point: each number read by its own marks, and those such as 1.234 that "
    "could be either left out",
)

NUMERIC = r"^\(?[+-]? ?[\d.,][\d .,'’]*(?:[eE][+-]?\d{1,3})?-?\)?$"
_PLAIN_INTEGER = r"^[+-]?\d{1,18}$"
_PLAIN = {".": r"^[+-]?\d+(?:\.\d+)?$", ",": r"^[+-]?\d+(?:,\d+)?$"}
# One to three digits, the mark, exactly three digits: 1.234 is one and a bit, or over a thousand.
_UNDECIDED = {mark: rf"^[+-]?[1-9]\d{{0,2}}[{mark}]\d{{3}}$" for mark in ".,"}

_EITHER_WAY = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"


def _other(mark: Mark) -> Mark:
    return "." if mark == "," else ","


def _house_style(mark: Mark) -> str:
    """Return the pattern of numbers in a column with this decimal mark, thousands grouped or not."""
    group = rf"[1-9]\d{{0,2}}(?:(?: \d{{3}})+|(?:['’]\d{{3}})+|(?:[{_other(mark)}]\d{{3}})+)"
    return rf"^[+-]?(?:(?:{group}|\d+)(?:[{mark}]\d+)?|[{mark}]\d+)(?:[eE][+-]?\d{{1,3}})?$"


def _certainly(mark: Mark) -> str:
    """Return the pattern of numbers that can only be read with this decimal mark, whatever their column."""
    other = _other(mark)
    digits = rf"(?:\d*[{mark}](?:\d{{1,2}}|\d{{4,}})|0*[{mark}]\d{{3}}|\d{{4,}}[{mark}]\d{{3}})"
    grouped = rf"[1-9]\d{{0,2}}(?:(?:[{other}]\d{{3}})+|(?:[ '’]\d{{3}})+)[{mark}]\d+"
    millions = rf"[1-9]\d{{0,2}}(?:[{other}]\d{{3}}){{2,}}"
    return rf"^[+-]?(?:{digits}|{grouped}|{millions})$"


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """How a column writes numbers: its decimal mark, and the reading to Float64."""

    parse: Parse
    labels: tuple[str, ...]
    notes: tuple[Message, ...]


def finite(number: pl.Expr) -> pl.Expr:
    """Return the number where it is one: the texts NaN and inf are no quantities."""
    return pl.when(number.is_finite()).then(number)


def _signed(cell: pl.Expr) -> pl.Expr:
    """Return (1,5) and 1,5- of accounting and payroll, and a sign set apart, as -1,5."""
    return (
        cell.str.replace(r"^\((.*)\)$", "-$1")
        .str.replace(r"^([^-].*)-$", "-$1")
        .str.replace(r"^([+-]) ", "$1")
    )


def _with_mark(pattern: str, mark: Mark) -> Parse:
    grouping = rf"[ '’{_other(mark)}]"

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
    """Decide how distinct, tidy cells write numbers; cells that are no numbers have no say.

    `exact_points`: 1.234 is never 1 234, because a program wrote it (Excel's own numbers).
    """
    numeric = cells.filter(cells.str.contains(NUMERIC))
    if numeric.is_empty() or numeric.str.contains(_PLAIN_INTEGER).all():
        return NumberPlan(_plain_integers, ("7",) if numeric.len() else (), ())
    bare = over(numeric, _signed)
    mark, notes = _mark(bare, hints, exact_points=exact_points)
    if bare.str.contains(_PLAIN[mark]).all() and bare.equals(numeric):
        return NumberPlan(_plain_points if mark == "." else _plain_commas, (f"7{mark}5",), tuple(notes))
    ways: list[Parse] = [_with_mark(_house_style(mark), mark)]
    labels = [f"7{mark}5"]
    other = _other(mark)
    if bare.str.contains(_certainly(other)).any():
        if hints.decimal is None:
            ways[0] = _decided_only(ways[0])
        ways.append(_with_mark(_certainly(other), other))
        labels.append(f"7{other}5")
        notes.append(Message(TWO_DECIMAL_MARKS))
    return NumberPlan(_after_sign(ways), tuple(labels), tuple(notes))


def _decided_only(parse: Parse) -> Parse:
    """Return the reading without numbers such as 1.234, which a column of two styles does not decide."""
    return lambda cell: pl.when(~cell.str.contains(_EITHER_WAY)).then(parse(cell))


def _after_sign(ways: Sequence[Parse]) -> Parse:
    def parse(cell: pl.Expr) -> pl.Expr:
        bare = _signed(cell)
        return pl.coalesce(way(bare) for way in ways)

    return parse


def _mark(bare: pl.Series, hints: Hints, *, exact_points: bool) -> tuple[Mark, list[Message]]:
    """Return the decimal mark, and a note when numbers such as 1.234 were read on no evidence."""
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
    parse = plan.parse if step is None else lambda cell: plan.parse(step(cell))
    return Reading("number", "number", plan.labels, plan.notes, parse)


def read_integers(sample: pl.Series, hints: Hints, *, exact_points: bool = False) -> Reading:
    """Decide how distinct cells write whole numbers (kind `integer`, Int64); 7.0 is 7, 7.5 is null."""
    cells, step = tidied(sample)
    plan = plan_numbers(cells, hints, exact_points=exact_points)

    def parse(cell: pl.Expr) -> pl.Expr:
        text = cell if step is None else step(cell)
        if plan.parse is _plain_integers:
            return text.cast(pl.Int64, strict=False)
        number = plan.parse(text)
        return pl.when(number == number.round()).then(number).cast(pl.Int64, strict=False)

    return Reading("integer", "integer", plan.labels, plan.notes, parse)
