"""What each person is booked on, as a calendar file (RFC 5545): for their phone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import polars as pl

from tcw import __version__
from tcw.matching.plan import Plan
from tcw.model.schedule import Schedule
from tcw.wording import Language, Phrase

BREAK = Phrase("calendar.break", "Break {minutes} min.")
ORDER = Phrase("calendar.order", "Order {order}.")
UID_LENGTH = 32


def calendars(plan: Plan, schedule: Schedule, as_of: date, lang: Language) -> Iterator[tuple[str, bytes]]:
    """Return staff id and calendar of everybody who is booked, by staff id.

    Times are UTC instants, right over clock changes whatever the calendar's program knows of Swedish time. An event's UID is made of order
    and person, so that a plan made again updates what the person has; `as_of` stands for when it was made. Nobody's name is in it.
    """
    places = _named(plan, schedule)
    for (staff_id,), mine in places.partition_by("staff_id", as_dict=True, maintain_order=True).items():
        yield str(staff_id), _calendar(mine, ZoneInfo(schedule.config.timezone), as_of, lang)


def _named(plan: Plan, schedule: Schedule) -> pl.DataFrame:
    units = schedule.units.unique("unit_id", keep="last", maintain_order=True)
    activities = schedule.activities.unique("activity_id", keep="last", maintain_order=True)
    return (
        plan.assignments.filter(pl.col("mode") == "book")
        .join(units.select("unit_id", unit_name="name"), on="unit_id", how="left")
        .join(activities.select("activity_id", activity_name="name"), on="activity_id", how="left")
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


def _calendar(mine: pl.DataFrame, zone: ZoneInfo, as_of: date, lang: Language) -> bytes:
    """Return one person's calendar. The library has an object for each event, so they are made one by one."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", f"-//tcw//tcw {__version__}//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    stamp = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    for booked in mine.to_dicts():
        event = Event()
        event.add("uid", _uid(booked["order_id"], booked["staff_id"]))
        event.add("dtstamp", stamp)
        event.add("dtstart", booked["start"].replace(tzinfo=zone).astimezone(UTC))
        event.add("dtend", booked["end"].replace(tzinfo=zone).astimezone(UTC))
        event.add("summary", ", ".join(text for text in (booked["activity"], booked["unit"]) if text))
        event.add("location", booked["unit"])
        pause = [BREAK.say(lang, minutes=booked["break_minutes"])] if booked["break_minutes"] else []
        event.add("description", " ".join([*pause, ORDER.say(lang, order=booked["order_id"])]))
        event.add("transp", "OPAQUE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _uid(order_id: str, staff_id: str) -> str:
    """Return an id that is the same each time, and tells nobody the staff id, which may be a personal number."""
    return sha256(f"{order_id}\n{staff_id}".encode()).hexdigest()[:UID_LENGTH] + "@tcw"
