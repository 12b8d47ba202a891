"""Dates with clock times, with or without an offset from UTC: taking a cell apart and reading its parts."""

from dataclasses import dataclass

import polars as pl

from tcw.intake.values.clock import AFTER_A_DATE
from tcw.intake.values.dates import FIRST, LAST, DatePlan, plan_dates, without_weekday
from tcw.intake.values.forms import Form, by_parts, either, over, used, when_like
from tcw.intake.values.reading import Hints, Parse

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
# 07:00-12:00 after a space is a span of hours, not a time in an American zone: those write seconds or a T.
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
    """Return the Datetime of an Excel day number with a fraction, to the second."""
    day = cell.str.head(5).cast(pl.Int64, strict=False)
    fraction = ("0." + cell.str.slice(6)).cast(pl.Float64, strict=False)
    since = pl.duration(days=day, seconds=(fraction * 86_400).round().cast(pl.Int64, strict=False))
    return plausible_moment(pl.lit("1899-12-30").str.to_datetime("%Y-%m-%d", time_unit="us") + since)


def _since_1970(cell: pl.Expr) -> pl.Expr:
    """Return the instant of a count of milliseconds since 1970, as ClickUp and JavaScript write moments."""
    milliseconds = cell.cast(pl.Int64, strict=False)
    return (milliseconds * 1000).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


# 2001-09-09 … 2100: shorter numbers are something else.
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
        """Return an example of each pair of ways that occurs in the cells, most used first."""
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
    # A date with spaces ("2 mars 2026") comes apart too, so the whole cells are asked as well.
    days = pl.concat([parts["date"], parts["cell"]]).drop_nulls().unique(maintain_order=True)
    clocks = parts["clock"].drop_nulls().unique(maintain_order=True)
    return MomentPlan(plan_dates(days, hints), tuple(used(AFTER_A_DATE, clocks)))


def direct(texts: pl.Series, plan: MomentPlan, composed: Parse) -> Parse:
    """Return `composed`, put behind a single parse of whole cells where most of them are written one way.

    The single parse is many times as fast as taking cells apart; it is taken only where it agrees with that on
    every cell of the sample.
    """
    found = _most_used_pattern(texts, plan)
    if found is None:
        return composed
    parse = _one_parse(texts, *found)
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
    ways = [
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
    if not ways:
        return None
    cell = pl.col("cell")
    # A few hundred cells tell which way is the most used; whether it is right is asked of all.
    few = texts.head(500).to_frame("cell")
    counts = few.select(cell.str.contains(way[0]).sum().alias(str(at)) for at, way in enumerate(ways)).row(0)
    most = max(range(len(ways)), key=lambda at: counts[at])
    return ways[most] if 2 * counts[most] >= few.height and few.height else None


def _one_parse(texts: pl.Series, pattern: str, strptime: str, zone: str) -> Parse:
    # With every number padded, the length alone tells what Polars' parser would wrongly forgive.
    padded = (strptime + zone) in _PADDED and bool((texts.str.len_bytes() == _PADDED_LENGTH).all())

    def parse(cell: pl.Expr) -> pl.Expr:
        fits = cell.str.len_bytes() == _PADDED_LENGTH if padded else cell.str.contains(pattern)
        moment = cell.str.to_datetime(strptime + zone, strict=False, time_unit="us", cache=False)
        if zone == "Z":
            moment = moment.dt.replace_time_zone("UTC")
        # Staged in a struct because Polars would else parse once for every mention of the moment.
        parsed = pl.field("moment")
        kept = pl.when(pl.field("fits") & parsed.dt.date().is_between(FIRST, LAST)).then(parsed)
        staged = pl.struct(fits.alias("fits"), moment.alias("moment"))
        return staged.struct.with_fields(kept.alias("kept")).struct.field("kept")

    return parse


def _minutes_from_utc() -> pl.Expr:
    """Return the minutes that the field `offset`, `name` or `utc` is ahead of UTC."""
    digits = pl.field("offset").str.replace(":", "", literal=True).str.pad_end(5, "0")
    hours, minutes = (digits.str.slice(at, 2).cast(pl.Int64, strict=False) for at in (1, 3))
    size = pl.when(minutes < 60).then(hours * 60 + minutes)  # noqa: PLR2004 - minutes of an hour
    size = pl.when(size <= _LARGEST_OFFSET).then(size)
    named = pl.field("name").replace_strict(_NAMED_OFFSETS, default=None, return_dtype=pl.Int64)
    return (
        pl.when(digits.is_not_null())
        .then(pl.when(digits.str.starts_with("-")).then(-size).otherwise(size))
        .when(pl.field("utc").is_not_null())
        .then(0)
        .otherwise(named)
    )
