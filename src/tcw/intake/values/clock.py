"""Clock times as text: 07:30, 7.30, 0730, 7:30 AM, 24:00, fractions of a day, Excel's times on 1899-12-31."""

from dataclasses import dataclass
from functools import cache

import polars as pl

from tcw.intake.values.reading import Form, Parse, after, by_parts, either, looked_up, over, used, when_like
from tcw.wording import Message, Phrase

MICROSECONDS = 1_000_000
HOUR, MINUTE, DAY = 3600 * MICROSECONDS, 60 * MICROSECONDS, 86_400 * MICROSECONDS
NOON = 12

WHOLE_HOURS = Phrase("values.clock-whole-hours", "whole numbers read as clock hours (7 is 07:00)")
DAY_FRACTIONS = Phrase("values.clock-day-fractions", "numbers read as fractions of a day (0.3125 is 07:30)")

CLOCK_WORD = r"(?i)^(?:kl(?:ockan|\.)? *)"
_HALF = r" ?(?P<half>[apef])\.? ?m\.?"
_HMS = r"(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
_SHORT = r"^\d{1,2}:\d{2}$"
_LONG = r"^\d{1,2}:\d{2}:\d{2}$"
_SHORT_DOTTED = r"^\d{1,2}\.\d{2}$"
_CLOCKLIKE = r"^\d{1,2}[:.]\d{2}"
_DIGITS = r"^\d{3,4}$"
_SIX_DIGITS = r"^(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})$"
_WHOLE = r"^\d{1,2}$"
_FRACTION = r"^(?:0?[.,]\d+|[01](?:[.,]0+)?)$"


def since_midnight(microseconds: pl.Expr) -> pl.Expr:
    """Return microseconds since midnight as a Duration; null outside 00:00 to 24:00."""
    return pl.when(microseconds.is_between(0, DAY)).then(microseconds.cast(pl.Duration("us")))


def _number(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Int64, strict=False)


def _hours_minutes(hours: pl.Expr, minutes: pl.Expr) -> pl.Expr:
    return since_midnight(pl.when(minutes < 60).then(hours * HOUR + minutes * MINUTE))  # noqa: PLR2004 - minutes


def _ends(cell: pl.Expr, separator: int) -> pl.Expr:
    """Read hours and minutes by position: this is twice as fast as by groups of a pattern."""
    return _hours_minutes(_number(cell.str.head(-2 - separator)), _number(cell.str.tail(2)))


def _long_ends(cell: pl.Expr) -> pl.Expr:
    seconds = _number(cell.str.tail(2))
    total = _ends(cell.str.head(-3), 1).cast(pl.Int64) + pl.when(seconds < 60).then(seconds * MICROSECONDS)  # noqa: PLR2004 - seconds
    return since_midnight(total)


def _of_groups(label: str, pattern: str, strptime: str | None = None) -> Form:
    """Return the form of a pattern with the groups h, m, s, f (fraction of a second) and half (am, fm …)."""

    def parse(cell: pl.Expr) -> pl.Expr:
        hours = _number(pl.field("h"))
        if "<half>" in pattern:
            half = pl.field("half").str.to_lowercase()
            # Some programs write 13:30 PM and 00:30 AM. Their meaning is clear.
            hours = (
                pl.when(half.is_in(["p", "e"]) & (hours < NOON))
                .then(hours + NOON)
                .when(half.is_in(["a", "f"]) & (hours == NOON))
                .then(0)
                .when(half.is_in(["a", "f"]) & (hours > NOON))
                .then(None)
                .otherwise(hours)
            )
        minutes = _number(pl.field("m")).fill_null(0) if "<m>" in pattern else pl.lit(0)
        total = _hours_minutes(hours, minutes).cast(pl.Int64)
        if "<s>" in pattern:
            seconds = _number(pl.field("s")).fill_null(0)
            total += pl.when(seconds < 60).then(seconds * MICROSECONDS)  # noqa: PLR2004 - seconds
        if "<f>" in pattern:
            fraction = _number(pl.field("f").str.pad_end(6, "0").str.head(6)).fill_null(0)
            total += fraction
        return by_parts(cell, pattern, since_midnight(total))

    return Form(label, pattern, parse, strptime)


def _fraction(cell: pl.Expr) -> pl.Expr:
    part = cell.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    # Excel keeps fifteen digits: a fraction of a day is exact to the second, not to the microsecond.
    return since_midnight((part * 86_400).round().cast(pl.Int64, strict=False) * MICROSECONDS)


def _looked_up(cell: pl.Expr) -> pl.Expr:
    """Look up 07:30 in a list of all minutes, in half the time of reading it by position."""
    return looked_up(cell, *every_minute())


@cache
def every_minute() -> tuple[pl.Series, pl.Series]:
    """Return 00:00 … 24:00, those before ten also as 7:30, and their Durations since midnight."""
    minutes = range(24 * 60 + 1)
    texts = [(f"{at // 60:02d}:{at % 60:02d}", at) for at in minutes]
    texts += [(text.removeprefix("0"), at) for text, at in texts if text[0] == "0"]
    since = pl.Series([at * MINUTE for _, at in texts], dtype=pl.Int64).cast(pl.Duration("us"))
    return pl.Series([text for text, _ in texts]), since


COLON = Form("07:30", _SHORT, _looked_up, "%H:%M")
DOTTED = Form("7.30", _SHORT_DOTTED, when_like(_SHORT_DOTTED, lambda cell: _ends(cell, 1)), "%H.%M")
DIGITS = Form("0730", _DIGITS, when_like(_DIGITS, lambda cell: _ends(cell, 0)))
SIX_DIGITS = _of_groups("073000", _SIX_DIGITS)
WHOLE = Form("7", _WHOLE, when_like(_WHOLE, lambda cell: since_midnight(_number(cell) * HOUR)))
FRACTION = Form("0.3125", _FRACTION, when_like(_FRACTION, _fraction))

SPELLED = (
    COLON,
    Form("07:30:00", _LONG, when_like(_LONG, _long_ends), "%H:%M:%S"),
    _of_groups(
        "07:30:00.000", r"^(?P<h>\d{1,2}):(?P<m>\d{2}):(?P<s>\d{2})[.,](?P<f>\d{1,9})$", "%H:%M:%S%.f"
    ),
    DOTTED,
    _of_groups("7.30.00", r"^(?P<h>\d{1,2})\.(?P<m>\d{2})\.(?P<s>\d{2})$"),
    _of_groups("7:30 AM", rf"(?i)^{_HMS}{_HALF}$"),
    _of_groups("7 AM", rf"(?i)^(?P<h>\d{{1,2}}){_HALF}$"),
    _of_groups("07h30", r"(?i)^(?P<h>\d{1,2}) ?h ?(?P<m>\d{2})(?: ?m(?:in)?)?$"),
    DIGITS,
)
AFTER_A_DATE = (*SPELLED, SIX_DIGITS)


# What Excel makes of clock times and durations when it writes them as text: times on days around 1900.

_CLOCK = r"[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?$"
CLOCK_TEXT = rf"^(?:1899-12-3[01]|1900-01-01){_CLOCK}"
DURATION_TEXT = rf"^(?:1899-12-3[01]|190\d-\d\d-\d\d){_CLOCK}"
# Programs disagree on the day of a time without a date. A 1899-12-30 among the cells shows the early one.
EARLY_EPOCH, USUAL_EPOCH = "1899-12-30", "1899-12-31"


def _instant(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace("T", " ", literal=True).str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us"
    )


def _epoch(cells: pl.Series) -> pl.Expr:
    early = bool(cells.str.starts_with(EARLY_EPOCH).any())
    return pl.lit(EARLY_EPOCH if early else USUAL_EPOCH).str.to_datetime("%Y-%m-%d", time_unit="us")


def clock_text(cells: pl.Series) -> Parse:
    """Return the reading of 1899-12-31 07:30:00 as 07:30, and of the midnight a day later as 24:00."""
    epoch = _epoch(cells)
    return when_like(CLOCK_TEXT, lambda cell: since_midnight((_instant(cell) - epoch).cast(pl.Int64)))


def duration_text(cells: pl.Series) -> Parse:
    """Return the reading of 1900-01-01 02:05:00 as 26 h 5 min: Duration("us") since day 0, 1899-12-31.

    For Excel 1900 is a leap year, so dates from 1 March on are one day further from day 0 than they look:
    1900-02-28 00:00:00 is 59 days, 1900-03-01 00:00:00 is 61.
    """
    epoch = _epoch(cells)
    early = bool(cells.str.starts_with(EARLY_EPOCH).any())

    def parse(cell: pl.Expr) -> pl.Expr:
        instant = _instant(cell)
        since = instant - epoch
        if early:
            return since
        march = pl.lit("1900-03-01").str.to_datetime("%Y-%m-%d", time_unit="us")
        return pl.when(instant >= march).then(since + pl.duration(days=1)).otherwise(since)

    return when_like(DURATION_TEXT, parse)


# The plan of a column.


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """The forms of clock times in a column, most used first."""

    forms: tuple[Form, ...]
    worded: bool
    """Some cells begin with "kl", which `forms` do not know."""
    notes: tuple[Message, ...] = ()

    def parse(self, cell: pl.Expr) -> pl.Expr:
        """Return the Duration since midnight, null where the cell is not a clock time."""
        return after(without_word if self.worded else None, either(self.forms, pl.Duration("us")))(cell)


def without_word(cell: pl.Expr) -> pl.Expr:
    """Return the cell without the Swedish "kl." before a clock time."""
    return cell.str.replace(CLOCK_WORD, "")


def plan_clock(cells: pl.Series) -> ClockPlan:
    """Choose the forms of clock times for distinct, tidy cells."""
    worded = bool(cells.str.contains(CLOCK_WORD).any())
    bare = over(cells, without_word) if worded else cells
    fractions = _are_fractions(bare)
    forms = [form for form in SPELLED if not (fractions and form is DOTTED)]
    notes: list[Message] = []
    if fractions:
        forms.append(FRACTION)
        notes.append(Message(DAY_FRACTIONS))
    elif (whole := bare.filter(bare.str.contains(_WHOLE))).len() and over(
        whole, WHOLE.parse
    ).null_count() == 0:
        forms.append(WHOLE)
        notes.append(Message(WHOLE_HOURS))
    if bare.str.contains(CLOCK_TEXT).any():
        forms.append(Form("1899-12-31 07:30:00", CLOCK_TEXT, clock_text(bare)))
    return ClockPlan(tuple(used(forms, bare)), worded, tuple(notes))


def _are_fractions(bare: pl.Series) -> bool:
    """Say whether decimal numbers are fractions of a day (0.3125) and not dotted clock times (0.30).

    They are where more of them cannot be clock times than other cells are clock times, or there are no
    others.

        0.3125 0.5            fractions: 07:30 and 12:00
        0.30 0.15             fractions: a column of times with none from 01:00 on is unlikely
        0.30 7.30 16.00       dotted clock times: 00:30, 07:30, 16:00
    """
    like = bare.filter(bare.str.contains(_FRACTION))
    decimal = like.filter(like.str.contains(r"[.,]\d*[1-9]"))
    if decimal.is_empty():
        return False
    clocks = bare.filter(bare.str.contains(_CLOCKLIKE) & ~bare.str.contains(_FRACTION))
    impossible = ~decimal.str.contains(r"^0\.[0-5]\d$")
    return clocks.is_empty() or int(impossible.sum()) > clocks.len()
