"""A person's days around a finding, a line per day: what is booked when, and where the finding lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl

from tcw.wording import Language, Phrase
from tcw.worktime.kinds import ABSENCE, LAST_DUTY, ON_CALL, STANDBY

MINUTES = 1440
MOST_DAYS = 8
"""A window of months is shown by its last days."""
SHORT_DAYS = {
    "sv": ("mån", "tis", "ons", "tor", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
LEGEND = {
    "work": Phrase("legend.work", "work"),
    "on_call": Phrase("legend.on_call", "on-call"),
    "standby": Phrase("legend.standby", "standby"),
    "absence": Phrase("legend.absence", "absence"),
    "about": Phrase("legend.about", "what the finding is about"),
}
Span = tuple[float, float]
"""From and to, in minutes after midnight."""


@dataclass(frozen=True, slots=True)
class DayLine:
    """One local day: spans by kind (work, on_call, standby, absence), and what the finding is about."""

    day: date
    spans: tuple[tuple[str, Span], ...]
    about: Span | None

    def label(self, lang: Language) -> str:
        """Return "mån 2/3" or "Mon 2 Mar"."""
        name = SHORT_DAYS[lang][self.day.weekday()]
        return (
            f"{name} {self.day.day}/{self.day.month}"
            if lang == "sv"
            else f"{name} {self.day.day} {self.day:%b}"
        )


def period_text(begin: object, stop: object) -> str:
    """Return "2026-03-24 13:00–15:00", with the second date where it is another; empty without times."""
    if not isinstance(begin, datetime) or not isinstance(stop, datetime):
        return ""
    if begin.date() == stop.date():
        return f"{begin:%Y-%m-%d %H:%M}–{stop:%H:%M}"
    return f"{begin:%Y-%m-%d %H:%M} – {stop:%Y-%m-%d %H:%M}"


def kind_name(kind: int) -> str | None:
    """Return what a kind of time is drawn as; None when it is not drawn."""
    if kind <= LAST_DUTY:
        return "work"
    return {ON_CALL: "on_call", STANDBY: "standby", ABSENCE: "absence"}.get(kind)


def day_lines(begin: datetime, stop: datetime, bookings: pl.DataFrame) -> list[DayLine]:
    """Return a line per day from the day of `begin` to that of `stop`, at most the last MOST_DAYS.

    `bookings`: `start`, `end` (Datetime, local), `kind`, of one finding of
    `tcw.rules.engine.findings.CheckResult.surroundings`.
    """
    last = (stop - timedelta(microseconds=1)).date() if stop > begin else begin.date()
    first = max(begin.date(), last - timedelta(days=MOST_DAYS - 1))
    booked = [
        (kind_name(kind), start, end) for start, end, kind in bookings.select("start", "end", "kind").rows()
    ]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [_line(day, begin, stop, booked) for day in days]


def _line(
    day: date, begin: datetime, stop: datetime, booked: Sequence[tuple[str | None, datetime, datetime]]
) -> DayLine:
    midnight = datetime.combine(day, time())
    spans = tuple(
        (kind, span)
        for kind, start, end in booked
        if kind is not None and (span := _clipped(start, end, midnight)) is not None
    )
    return DayLine(day, spans, _clipped(begin, stop, midnight))


def _clipped(start: datetime, end: datetime, midnight: datetime) -> Span | None:
    """Return the part of a span that lies in the day, in minutes; None when there is none."""
    low = max((start - midnight) / timedelta(minutes=1), 0.0)
    high = min((end - midnight) / timedelta(minutes=1), float(MINUTES))
    return (low, high) if high > low else None


def cells(line: DayLine, width: int) -> list[tuple[str, bool]]:
    """Return a day as `width` cells.

    What most of each is booked for ("" for nothing), and whether it is in the finding.
    """
    step = MINUTES / width
    drawn = []
    for place in range(width):
        middle = (place + 0.5) * step
        kind = next((name for name, (low, high) in line.spans if low <= middle < high), "")
        inside = line.about is not None and line.about[0] <= middle < line.about[1]
        drawn.append((kind, inside))
    return drawn
