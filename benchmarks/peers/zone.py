"""The changes of Stockholm's clocks, for peers that add a step at each."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")


def changes(first: str, last: str) -> tuple[int, list[tuple[int, int]]]:
    """Return the offset in seconds at the first day, and (local second, step) of each change.

    Until the week after the last.
    """
    start = date.fromisoformat(first)
    days = (date.fromisoformat(last) - start).days + 15
    noons = [
        datetime(start.year, start.month, start.day, 12, tzinfo=UTC) + timedelta(days=i)
        for i in range(-1, days)
    ]
    offsets = [int((noon.astimezone(ZONE).utcoffset() or timedelta()).total_seconds()) for noon in noons]
    steps = [
        # Both changes of the year are at 01:00 UTC, and take effect at 03:00 on the clock.
        (int(late.replace(hour=3).timestamp()), after - before)
        for (_, late), (before, after) in zip(pairwise(noons), pairwise(offsets), strict=True)
        if before != after
    ]
    return offsets[0], steps
