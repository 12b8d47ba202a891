"""Dates with clock times, with or without an offset from UTC: columns of the kinds `moment` and `date`.

A cell is split into date and clock time, and each part is read by its own forms (MomentPlan). `read_moments`
and `read_dates` then decide what a column is: clock times, dates, local moments or instants.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tcw.intake.values.clock import AFTER_A_DATE, plan_clock
from tcw.intake.values.dates import FIRST, LAST, DatePlan, plan_dates, without_weekday
from tcw.intake.values.reading import (
    Form,
    Hints,
    Parse,
    Reading,
    after,
    by_parts,
    count_read,
    either,
    nothing,
    over,
    tidied,
    used,
    when_like,
)
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

_CLOCK = (
    r"(?P<clock>\d{1,2}[:.hH]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?(?: ?[aApPfFeE]\.? ?[mM]\.?)?"
    r"|\d{1,2} ?[aApP]\.?[mM]\.?|\d{6}|\d{3,4})"
)
SPLIT = rf"^(?P<date>.+?)(?:,? +|T)(?:(?i:kl)(?:ockan|\.)? *)?{_CLOCK}$"
_COMPACT = r"^(\d{8})(\d{4}|\d{6})$"
_ZONE_NAME = r"(?:\[[^\]]*\]| \([^)]*\))?$"  # Java's [Europe/Stockholm], a browser's (CET)
OFFSET = (
    r"^(?P<local>.+[T ]\d{1,2}[:.]?\d{2}(?:[:.]?\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?)"
    rf" ?(?:(?P<utc>[Zz]|UTC|GMT)?(?P<offset>[+-]\d{{2}}(?::?\d{{2}})?)?|(?P<name>CES?T)){_ZONE_NAME}"
)
HAS_OFFSET = rf"(?:[Zz]|UTC|GMT|CES?T|[+-]\d{{2}}(?::?\d{{2}})?){_ZONE_NAME}"
# 07:00-12:00 after a space is a span of hours. Times with an American offset have seconds or a T.
_SPAN = r" \d{1,2}[:.]?\d{2} ?-"
_NAMED_OFFSETS = {"CET": 60, "CEST": 120}
_LARGEST_OFFSET = 14 * 60
_DAY_SERIAL = r"^\d{5}[.,]\d+$"

_SEPARATORS = (" ", "T", ", ")
_DIRECT_CLOCKS = (
    ("%H:%M", r"\d{1,2}:\d{2}"),
    ("%H:%M:%S", r"\d{1,2}:\d{2}:[0-5]\d"),
    ("%H:%M:%S%.f", r"\d{1,2}:\d{2}:[0-5]\d\.\d{1,9}"),
    ("%H.%M", r"\d{1,2}\.\d{2}"),
    ("%I:%M %p", r"(?:0?[1-9]|1[0-2]):\d{2} (?i:[ap]m)"),
    ("%I:%M:%S %p", r"(?:0?[1-9]|1[0-2]):\d{2}:[0-5]\d (?i:[ap]m)"),
)
_PADDED = {"%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"}
_PADDED_LENGTH = len("2026-03-02 07:30")
_DIRECT_ZONES = (("", ""), ("Z", "Z"), ("%z", r"[+-](?:0\d|1[0-3]):?[0-5]\d"))


def plausible_moment(moment: pl.Expr) -> pl.Expr:
    """Return the moment where its year is 1900–2100."""
    return pl.when(moment.dt.date().is_between(FIRST, LAST)).then(moment)


def _serial(cell: pl.Expr) -> pl.Expr:
    """Return the Datetime of an Excel day number with a fraction, exact to the second."""
    day = cell.str.head(5).cast(pl.Int64, strict=False)
    fraction = ("0." + cell.str.slice(6)).cast(pl.Float64, strict=False)
    since = pl.duration(days=day, seconds=(fraction * 86_400).round().cast(pl.Int64, strict=False))
    return plausible_moment(pl.lit("1899-12-30").str.to_datetime("%Y-%m-%d", time_unit="us") + since)


def _since_1970(cell: pl.Expr) -> pl.Expr:
    """Return the instant of milliseconds since 1970, which ClickUp and JavaScript write."""
    milliseconds = cell.cast(pl.Int64, strict=False)
    return (milliseconds * 1000).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


# 2001-09-09 … 2100: smaller numbers are something else.
EPOCH = r"^(?:[1-3]\d{12}|40\d{11})$"
SERIAL_FORM = Form("46083.3125", _DAY_SERIAL, when_like(_DAY_SERIAL, _serial))


@dataclass(frozen=True, slots=True)
class MomentPlan:
    """How a column writes dates and, after them, clock times."""

    dates: DatePlan
    clocks: tuple[Form, ...]

    def naive(self, cell: pl.Expr) -> pl.Expr:
        """Return the local Datetime of a cell with a date and a clock time (24:00 is the next midnight)."""
        day = self.dates.parse(pl.field("date"))
        clock = either(self.clocks, pl.Duration("us"))(pl.field("clock"))
        return by_parts(cell.str.replace(_COMPACT, "$1 $2"), SPLIT, day.cast(pl.Datetime("us")) + clock)

    def instant(self, cell: pl.Expr) -> pl.Expr:
        """Return the instant of a cell with a date, a clock time and an offset: Datetime("us", "UTC")."""
        with_offset = pl.when(cell.str.contains(HAS_OFFSET) & ~cell.str.contains(_SPAN)).then(cell)
        parts = with_offset.str.extract_groups(OFFSET).struct.with_fields(
            self.naive(pl.field("local")).alias("naive"), _minutes_from_utc().alias("away")
        )
        utc = (pl.field("naive") - pl.duration(minutes=pl.field("away"))).dt.replace_time_zone("UTC")
        whole = parts.struct.with_fields(utc.alias("whole")).struct.field("whole")
        return pl.coalesce(whole, when_like(EPOCH, _since_1970)(cell))

    def labels(self, texts: pl.Series) -> tuple[str, ...]:
        """Return an example of each pair of date and clock forms in the cells, most used first."""
        part = pl.col("cell").str.replace(_COMPACT, "$1 $2").str.extract_groups(SPLIT).struct
        date = part.field("date")
        if self.dates.weekdays:
            date = without_weekday(date)
        pairs = [(day, clock) for day in self.dates.forms for clock in self.clocks]
        if not pairs:
            return ()
        counts = (
            texts.to_frame("cell")
            .select(
                (date.str.contains(day.pattern) & part.field("clock").str.contains(clock.pattern))
                .sum()
                .alias(str(at))
                for at, (day, clock) in enumerate(pairs)
            )
            .row(0)
        )
        ranked = sorted(zip(counts, pairs, strict=True), key=lambda pair: -pair[0])
        return tuple(f"{day.label} {clock.label}" for count, (day, clock) in ranked if count)


def plan_moments(texts: pl.Series, hints: Hints) -> MomentPlan:
    """Decide how distinct, tidy cells write dates, alone or before a clock time. Raises Ambiguity."""
    local = pl.coalesce(pl.col("cell").str.extract(OFFSET, 1), pl.col("cell"))
    part = local.str.replace(_COMPACT, "$1 $2").str.extract_groups(SPLIT).struct
    parts = texts.to_frame("cell").select(
        date=pl.coalesce(part.field("date"), "cell"), clock=part.field("clock"), cell="cell"
    )
    # The pattern also cuts a date with spaces ("2 mars 2026") in two, so the whole cells count as dates too.
    days = pl.concat([parts["date"], parts["cell"]]).drop_nulls().unique(maintain_order=True)
    clocks = parts["clock"].drop_nulls().unique(maintain_order=True)
    return MomentPlan(plan_dates(days, hints), tuple(used(AFTER_A_DATE, clocks)))


def direct(texts: pl.Series, plan: MomentPlan, composed: Parse) -> Parse:
    """Return a faster reading with the results of `composed`, where most cells have the same form.

    One `str.to_datetime` of whole cells is many times as fast as reading date and clock separately. It is
    used only where both agree on every cell of the sample. `composed` then reads the cells that the fast
    parse leaves null.
    """
    pattern = _most_used_pattern(texts, plan)
    if pattern is None:
        return composed
    parse = _one_parse(texts, *pattern)
    fast, slow = over(texts, parse), over(texts, composed)
    if fast.equals(slow):
        return parse
    if not fast.filter(fast.is_not_null()).equals(slow.filter(fast.is_not_null())):
        return composed

    def both(cell: pl.Expr) -> pl.Expr:
        moment = parse(cell)
        return pl.coalesce(moment, composed(pl.when(moment.is_null()).then(cell)))

    return both


def _most_used_pattern(texts: pl.Series, plan: MomentPlan) -> tuple[str, str, str] | None:
    """Return the pattern, `strptime` format and zone suffix that fits at least half of the cells."""
    if plan.dates.weekdays:
        return None
    candidates = [
        (
            f"{day.pattern[:-1]}{separator}{clock_pattern}{zone_pattern}$",
            f"{day.strptime}{separator}{clock}",
            zone,
        )
        for day in plan.dates.forms
        if day.strptime is not None
        for separator in _SEPARATORS
        for clock, clock_pattern in _DIRECT_CLOCKS
        for zone, zone_pattern in _DIRECT_ZONES
    ]
    if not candidates:
        return None
    cell = pl.col("cell")
    # A few hundred cells show the most used pattern. `direct` then checks it with all cells.
    few = texts.head(500).to_frame("cell")
    counts = few.select(
        cell.str.contains(way[0]).sum().alias(str(at)) for at, way in enumerate(candidates)
    ).row(0)
    most = max(range(len(candidates)), key=lambda at: counts[at])
    return candidates[most] if 2 * counts[most] >= few.height and few.height else None


def _one_parse(texts: pl.Series, pattern: str, strptime: str, zone: str) -> Parse:
    # Where every number has two digits, the length alone rejects what Polars' parser would wrongly accept.
    padded = (strptime + zone) in _PADDED and bool((texts.str.len_bytes() == _PADDED_LENGTH).all())

    def parse(cell: pl.Expr) -> pl.Expr:
        fits = cell.str.len_bytes() == _PADDED_LENGTH if padded else cell.str.contains(pattern)
        moment = cell.str.to_datetime(strptime + zone, strict=False, time_unit="us", cache=False)
        if zone == "Z":
            moment = moment.dt.replace_time_zone("UTC")
        # Staged in a struct, because Polars would else parse once for every mention of the moment.
        parsed = pl.field("moment")
        kept = pl.when(pl.field("fits") & parsed.dt.date().is_between(FIRST, LAST)).then(parsed)
        staged = pl.struct(fits.alias("fits"), moment.alias("moment"))
        return staged.struct.with_fields(kept.alias("kept")).struct.field("kept")

    return parse


def _minutes_from_utc() -> pl.Expr:
    """Return the minutes ahead of UTC, from the field `offset`, `name` or `utc`."""
    digits = pl.field("offset").str.replace(":", "", literal=True).str.pad_end(5, "0")
    hours, minutes = (digits.str.slice(at, 2).cast(pl.Int64, strict=False) for at in (1, 3))
    size = pl.when(minutes < 60).then(hours * 60 + minutes)  # noqa: PLR2004 - minutes of an hour
    size = pl.when(size <= _LARGEST_OFFSET).then(size)
    by_name = pl.field("name").replace_strict(_NAMED_OFFSETS, default=None, return_dtype=pl.Int64)
    return (
        pl.when(digits.is_not_null())
        .then(pl.when(digits.str.starts_with("-")).then(-size).otherwise(size))
        .when(pl.field("utc").is_not_null())
        .then(0)
        .otherwise(by_name)
    )


# What a column is.

DAYS_AMONG_MOMENTS = Phrase(
    "values.days-among-moments",
    "{count:cell is a date|different cells are dates} without a clock time: read as midnight",
)
SHAPE_MINORITY = Phrase(
    "values.moment-shape-minority",
    "{count} different cells are dates or times of another sort than the rest of the column and are left out",
)
CLOCK_LEFT_OUT = Phrase("values.clock-left-out", "clock times in a column of dates are left out")
LOCAL_DATES = Phrase("values.local-dates", "times with an offset from UTC read as the local date in {zone}")

_MIDNIGHT = r"[ T]00:00:00(?:\.0+)?$"


def read_moments(sample: pl.Series, hints: Hints) -> Reading:
    """Decide how distinct cells write moments. The `shape` is that of most cells. Raises Ambiguity.

    07:30, 16:00                      clock
    2026-03-02 07:30, 2026-03-03      datetime; the date alone is read as midnight, with a note
    2026-03-02 00:00:00 throughout    date: so Excel writes a column of dates
    2026-03-02T07:30+01:00            instant
    """
    texts, step = tidied(sample)
    clock = plan_clock(texts)
    clocks = count_read(texts, clock.parse)
    if hints.clocks and clocks and 2 * clocks >= texts.len():
        return Reading("moment", "clock", _labels(clock.forms), clock.notes, after(step, clock.parse))
    plan = plan_moments(texts, hints)
    days = count_read(texts, plan.dates.parse)
    instants = count_read(texts, plan.instant)
    naive = count_read(texts, plan.naive) + count_read(texts, SERIAL_FORM.parse)
    if instants > naive + days:
        return _instants(plan, step, texts, minority=clocks + naive + days)
    if (days and not naive) or _only_midnights(texts, plan, readable=naive + days):
        return _days(plan, step, texts, minority=clocks + instants)
    return _naives(plan, step, texts, days=days, minority=clocks + instants)


def read_dates(sample: pl.Series, hints: Hints) -> Reading:
    """Decide how distinct cells write dates. A clock time after a date is dropped. Raises Ambiguity."""
    texts, step = tidied(sample)
    plan = plan_moments(texts, hints)
    readings: list[Parse] = []
    notes = list(plan.dates.notes)
    labels = _labels(plan.dates.forms)
    if count_read(texts, plan.dates.parse):
        readings.append(plan.dates.parse)
    if naive := count_read(texts, plan.naive) + count_read(texts, SERIAL_FORM.parse):
        midnights = texts.filter(texts.str.contains(_MIDNIGHT))
        if count_read(midnights, plan.naive) == naive:
            readings.append(_at_midnight(texts, plan))
        else:
            readings += [_date_of(direct(texts, plan, plan.naive)), _date_of(SERIAL_FORM.parse)]
            notes.append(Message(CLOCK_LEFT_OUT))
    if count_read(texts, plan.instant):
        readings.append(_local_date_of(plan.instant, hints.zone))
        notes.append(Message(LOCAL_DATES, {"zone": hints.zone}))
    return Reading("date", "date", labels, tuple(notes), after(step, _first_of(readings, pl.Date())))


def _only_midnights(texts: pl.Series, plan: MomentPlan, readable: int) -> bool:
    """Say whether all readable cells are dates as Excel writes them: 2026-03-02 00:00:00."""
    midnights = texts.filter(texts.str.contains(_MIDNIGHT))
    return (
        readable > 0 and count_read(midnights, plan.naive) + count_read(texts, plan.dates.parse) == readable
    )


def _labels(forms: Sequence[Form]) -> tuple[str, ...]:
    return tuple(form.label for form in forms)


def _minority(count: int) -> list[Message]:
    return [Message(SHAPE_MINORITY, {"count": Count(count)})] if count else []


def _first_of(readings: Sequence[Parse], dtype: pl.DataType) -> Parse:
    if not readings:
        return nothing(dtype)
    return readings[0] if len(readings) == 1 else lambda cell: pl.coalesce(read(cell) for read in readings)


def _date_of(moment: Parse) -> Parse:
    return lambda cell: moment(cell).dt.date()


def _at_midnight(texts: pl.Series, plan: MomentPlan) -> Parse:
    """Return a reading of midnights as dates. A clock time further down stays unread and is noticed."""
    return when_like(_MIDNIGHT, _date_of(direct(texts, plan, plan.naive)))


def _local_date_of(instant: Parse, zone: str) -> Parse:
    return lambda cell: instant(cell).dt.convert_time_zone(zone).dt.date()


def _days(plan: MomentPlan, step: Parse | None, texts: pl.Series, *, minority: int) -> Reading:
    readings: list[Parse] = [plan.dates.parse] if plan.dates.forms else []
    if plan.clocks:
        readings.append(_at_midnight(texts, plan))
    if not count_read(texts, plan.dates.parse):
        readings = readings[1:]
    notes = (*plan.dates.notes, *_minority(minority))
    return Reading(
        "moment", "date", _labels(plan.dates.forms), notes, after(step, _first_of(readings, pl.Date()))
    )


def _instants(plan: MomentPlan, step: Parse | None, texts: pl.Series, *, minority: int) -> Reading:
    local = over(texts, lambda cell: cell.str.extract(OFFSET, 1)).drop_nulls()
    labels = tuple(f"{label}+01:00" for label in plan.labels(local))
    parse = direct(texts, plan, plan.instant)
    return Reading("moment", "instant", labels, (*plan.dates.notes, *_minority(minority)), after(step, parse))


def _naives(plan: MomentPlan, step: Parse | None, texts: pl.Series, *, days: int, minority: int) -> Reading:
    notes = [*plan.dates.notes, *_minority(minority)]
    labels = plan.labels(texts)
    readings: list[Parse] = [direct(texts, plan, plan.naive)] if labels else []
    if count_read(texts, SERIAL_FORM.parse):
        readings.append(SERIAL_FORM.parse)
        labels += (SERIAL_FORM.label,)
    if days:
        readings.append(lambda cell: plan.dates.parse(cell).cast(pl.Datetime("us")))
        labels += _labels(plan.dates.forms)
        notes.append(Message(DAYS_AMONG_MOMENTS, {"count": Count(days)}))
    return Reading(
        "moment", "datetime", labels, tuple(notes), after(step, _first_of(readings, pl.Datetime("us")))
    )
