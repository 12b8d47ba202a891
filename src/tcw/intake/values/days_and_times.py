"""Reading columns of the kinds `moment` and `date`: which sort of date or time most cells are."""

from collections.abc import Sequence

import polars as pl

from tcw.intake.values.clock import plan_clock
from tcw.intake.values.forms import Form, after, either, over, tidied, when_like
from tcw.intake.values.moments import OFFSET, SERIAL_FORM, MomentPlan, direct, plan_moments
from tcw.intake.values.reading import Hints, Parse, Reading
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

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
    """Decide how distinct cells write moments: `shape` is what most of them are. Raises Ambiguity."""
    texts, step = tidied(sample)
    clock = plan_clock(texts)
    clocks = _count(texts, clock.parse)
    if hints.clocks and clocks and 2 * clocks >= texts.len():
        return Reading("moment", "clock", _labels(clock.forms), clock.notes, after(step, clock.parse))
    plan = plan_moments(texts, hints)
    days = _count(texts, plan.dates.parse)
    instants = _count(texts, plan.instant)
    naive = _count(texts, plan.naive) + _count(texts, SERIAL_FORM.parse)
    if instants > naive + days:
        return _instants(plan, step, texts, others=clocks + naive + days)
    if (days and not naive) or _only_midnights(texts, plan, readable=naive + days):
        return _days(plan, step, texts, others=clocks + instants)
    return _naives(plan, step, texts, days=days, others=clocks + instants)


def read_dates(sample: pl.Series, hints: Hints) -> Reading:
    """Decide how distinct cells write dates; a clock time after them is left out. Raises Ambiguity."""
    texts, step = tidied(sample)
    plan = plan_moments(texts, hints)
    ways: list[Parse] = []
    notes = list(plan.dates.notes)
    labels = _labels(plan.dates.forms)
    if _count(texts, plan.dates.parse):
        ways.append(plan.dates.parse)
    if naive := _count(texts, plan.naive) + _count(texts, SERIAL_FORM.parse):
        midnights = texts.filter(texts.str.contains(_MIDNIGHT))
        if _count(midnights, plan.naive) == naive:
            ways.append(_at_midnight(texts, plan))
        else:
            ways += [_date_of(direct(texts, plan, plan.naive)), _date_of(SERIAL_FORM.parse)]
            notes.append(Message(CLOCK_LEFT_OUT))
    if _count(texts, plan.instant):
        ways.append(_local_date_of(plan.instant, hints.zone))
        notes.append(Message(LOCAL_DATES, {"zone": hints.zone}))
    return Reading("date", "date", labels, tuple(notes), after(step, _first_of(ways, pl.Date())))


def _only_midnights(texts: pl.Series, plan: MomentPlan, readable: int) -> bool:
    """Tell whether this is Excel's text of a column of dates: 2026-03-02 00:00:00 throughout."""
    midnights = texts.filter(texts.str.contains(_MIDNIGHT))
    return readable > 0 and _count(midnights, plan.naive) + _count(texts, plan.dates.parse) == readable


def _count(cells: pl.Series, parse: Parse) -> int:
    read = over(cells, parse)
    return read.len() - read.null_count()


def _labels(forms: Sequence[Form]) -> tuple[str, ...]:
    return tuple(form.label for form in forms)


def _minority(count: int) -> list[Message]:
    return [Message(SHAPE_MINORITY, {"count": Count(count)})] if count else []


def _first_of(ways: Sequence[Parse], dtype: pl.DataType) -> Parse:
    if not ways:
        return either((), dtype)
    return ways[0] if len(ways) == 1 else lambda cell: pl.coalesce(way(cell) for way in ways)


def _date_of(moment: Parse) -> Parse:
    return lambda cell: moment(cell).dt.date()


def _at_midnight(texts: pl.Series, plan: MomentPlan) -> Parse:
    """Return the dates of midnights only, so that a clock time further down is noticed and not dropped."""
    return when_like(_MIDNIGHT, _date_of(direct(texts, plan, plan.naive)))


def _local_date_of(instant: Parse, zone: str) -> Parse:
    return lambda cell: instant(cell).dt.convert_time_zone(zone).dt.date()


def _days(plan: MomentPlan, step: Parse | None, texts: pl.Series, *, others: int) -> Reading:
    ways: list[Parse] = [plan.dates.parse] if plan.dates.forms else []
    if plan.clocks:
        ways.append(_at_midnight(texts, plan))
    if not _count(texts, plan.dates.parse):
        ways = ways[1:]
    notes = (*plan.dates.notes, *_minority(others))
    return Reading(
        "moment", "date", _labels(plan.dates.forms), notes, after(step, _first_of(ways, pl.Date()))
    )


def _instants(plan: MomentPlan, step: Parse | None, texts: pl.Series, *, others: int) -> Reading:
    local = over(texts, lambda cell: cell.str.extract(OFFSET, 1)).drop_nulls()
    labels = tuple(f"{label}+01:00" for label in plan.labels(local))
    parse = direct(texts, plan, plan.instant)
    return Reading("moment", "instant", labels, (*plan.dates.notes, *_minority(others)), after(step, parse))


def _naives(plan: MomentPlan, step: Parse | None, texts: pl.Series, *, days: int, others: int) -> Reading:
    notes = [*plan.dates.notes, *_minority(others)]
    labels = plan.labels(texts)
    ways: list[Parse] = [direct(texts, plan, plan.naive)] if labels else []
    if _count(texts, SERIAL_FORM.parse):
        ways.append(SERIAL_FORM.parse)
        labels += (SERIAL_FORM.label,)
    if days:
        ways.append(lambda cell: plan.dates.parse(cell).cast(pl.Datetime("us")))
        labels += _labels(plan.dates.forms)
        notes.append(Message(DAYS_AMONG_MOMENTS, {"count": Count(days)}))
    return Reading(
        "moment", "datetime", labels, tuple(notes), after(step, _first_of(ways, pl.Datetime("us")))
    )
