"""What each person is booked on, as a calendar file (RFC 5545): for their phone.

Written here and not by a library, since a plan has thousands of events: they are made as columns, in a
hundredth of the time. The tests read them with one.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl

from tcw import __version__
from tcw.matching.plan import Plan
from tcw.model.schedule import Schedule
from tcw.reports.tables.names import with_names
from tcw.wording import Language, Phrase

BREAK = Phrase("calendar.break", "Break {minutes} min.")
ORDER = Phrase("calendar.order", "Order {order}.")
CONTROLS: Final = r"[\x00-\x09\x0B-\x1F\x7F\x{FFFE}\x{FFFF}]"
UTC: Final = "%Y%m%dT%H%M%SZ"
END: Final = "\r\n"
OCTETS: Final = 74
"""Of a line; a folded one begins with a blank more."""
WIDER: Final = ((r"[^\x00-\x{7FF}]", OCTETS // 4), (r"[^\x00-\x7F]", OCTETS // 2))
"""Characters of more octets, and how many of them fit whatever they are."""


def calendars(plan: Plan, schedule: Schedule, as_of: date, lang: Language) -> Iterator[tuple[str, bytes]]:
    """Return staff id and calendar of everybody who is booked, by staff id.

    Times are UTC instants, right over clock changes whatever the calendar's program knows of Swedish time. An
    event's UID is made of its order, so that a plan made again updates what the person has; `as_of` stands
    for when it was made. Nobody's name or number is in it.
    """
    events = _named_bookings(plan, schedule).select(
        "staff_id", event=_event(schedule.config.timezone, as_of, lang)
    )
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//tcw//tcw {__version__}//{lang.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    texts = events.group_by("staff_id", maintain_order=True).agg(
        text=pl.concat_str(
            pl.lit("".join(f"{line}{END}" for line in head)),
            pl.col("event").str.join(""),
            pl.lit(f"END:VCALENDAR{END}"),
        )
    )
    for staff_id, text in zip(texts["staff_id"], texts["text"], strict=True):
        yield staff_id, text.encode()


def _named_bookings(plan: Plan, schedule: Schedule) -> pl.DataFrame:
    booked = plan.assignments.filter(pl.col("mode") == "book")
    return (
        with_names(booked, schedule)
        .sort("staff_id", "start", "order_id")
        .select(
            "staff_id",
            "order_id",
            "start",
            "end",
            "break_minutes",
            unit=pl.coalesce("unit_name", "unit_id"),
            activity=pl.coalesce("activity_name", "activity_id"),
        )
    )


def _event(zone: str, as_of: date, lang: Language) -> pl.Expr:
    order, pause = (
        _filled(phrase.template(lang), place, pl.col(column).cast(pl.String))
        for phrase, place, column in ((ORDER, "{order}", "order_id"), (BREAK, "{minutes}", "break_minutes"))
    )
    has_break = pl.col("break_minutes").fill_null(0) > 0
    lines = (
        pl.lit("BEGIN:VEVENT"),
        _line("UID", pl.concat_str(pl.lit("tcw-"), pl.col("order_id"))),
        pl.lit(f"DTSTAMP:{as_of:%Y%m%d}T000000Z"),
        _line("DTSTART", _instant(pl.col("start"), zone).dt.to_string(UTC)),
        _line("DTEND", _instant(pl.col("end"), zone).dt.to_string(UTC)),
        _line("SUMMARY", pl.concat_str("activity", "unit", separator=", ", ignore_nulls=True)),
        _line("LOCATION", pl.col("unit")),
        _line(
            "DESCRIPTION",
            pl.when(has_break).then(pl.concat_str(pause, order, separator=" ")).otherwise(order),
        ),
        pl.lit("TRANSP:OPAQUE"),
        pl.lit("END:VEVENT"),
    )
    return pl.concat_str([pl.concat_str(line, pl.lit(END)) for line in lines])


def _filled(template: str, name: str, value: pl.Expr) -> pl.Expr:
    before, _, after = template.partition(name)
    return pl.concat_str(pl.lit(before), value, pl.lit(after))


def _instant(local: pl.Expr, zone: str) -> pl.Expr:
    """Return the instant of a local time; one that the clock skips over is read with the offset before."""
    instant = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = (local + pl.duration(hours=1)).dt.replace_time_zone(
        zone, ambiguous="earliest", non_existent="null"
    )
    return pl.coalesce(instant, later).dt.convert_time_zone("UTC")


def _line(name: str, value: pl.Expr) -> pl.Expr:
    """Return a line of text: escaped (RFC 5545, 3.3.11), and folded at 75 octets (3.1)."""
    escaped = (
        value.str.replace_all("\r\n", "\n", literal=True)
        .str.replace_all(CONTROLS, "")
        .str.replace_all(r"([\\;,])", r"\${1}")
        .str.replace_all("\n", "\\n", literal=True)
    )
    line = pl.concat_str(pl.lit(f"{name}:"), escaped)
    folded = _folded(line, OCTETS)
    for wider, most in reversed(WIDER):
        folded = pl.when(line.str.contains(wider)).then(_folded(line, most)).otherwise(folded)
    return folded


def _folded(line: pl.Expr, most: int) -> pl.Expr:
    return line.str.replace_all(f"(.{{{most}}})", f"${{1}}{END} ").str.strip_suffix(f"{END} ")
