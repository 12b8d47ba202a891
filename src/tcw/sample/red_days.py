"""Swedish red days and the half days a municipality usually gives, computed and not looked up.

A sample must be the same whatever version of a holidays package is installed.
"""

from datetime import date, timedelta

FULL = 1.0
HALF = 0.5


def easter_sunday(year: int) -> date:
    """Return Easter Sunday (the Meeus/Jones/Butcher algorithm)."""
    century, of_century = divmod(year, 100)
    shift = (century + 8) // 25
    moon = (19 * (year % 19) + century - century // 4 - (century - shift + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _on_or_after(day: date, isoweekday: int) -> date:
    return day + timedelta(days=(isoweekday - day.isoweekday()) % 7)


def red_days_of_year(year: int) -> list[tuple[date, float, str]]:
    """Return (date, red share of the working day, name) in order; Sundays as such are not listed.

    Source: lag (1989:253) om allmänna helgdagar, and the usual eves and half days of municipal agreements.
    """
    easter = easter_sunday(year)
    midsummer = _on_or_after(date(year, 6, 20), 6)
    all_saints = _on_or_after(date(year, 10, 31), 6)
    one = timedelta(days=1)
    return sorted(
        [
            (date(year, 1, 1), FULL, "Nyårsdagen"),
            (date(year, 1, 5), HALF, "Trettondagsafton"),
            (date(year, 1, 6), FULL, "Trettondedag jul"),
            (easter - 3 * one, HALF, "Skärtorsdagen"),
            (easter - 2 * one, FULL, "Långfredagen"),
            (easter + one, FULL, "Annandag påsk"),
            (date(year, 4, 30), HALF, "Valborgsmässoafton"),
            (date(year, 5, 1), FULL, "Första maj"),
            (easter + 39 * one, FULL, "Kristi himmelsfärdsdag"),
            (date(year, 6, 6), FULL, "Sveriges nationaldag"),
            (midsummer - one, FULL, "Midsommarafton"),
            (midsummer, FULL, "Midsommardagen"),
            (all_saints - one, HALF, "Allhelgonaafton"),
            (all_saints, FULL, "Alla helgons dag"),
            (date(year, 12, 24), FULL, "Julafton"),
            (date(year, 12, 25), FULL, "Juldagen"),
            (date(year, 12, 26), FULL, "Annandag jul"),
            (date(year, 12, 31), FULL, "Nyårsafton"),
        ]
    )


def red_days_between(first: date, last: date) -> list[tuple[date, float, str]]:
    """Return the red days of a period, both ends included, in order, one per date (the larger share)."""
    largest: dict[date, tuple[date, float, str]] = {}
    for year in range(first.year, last.year + 1):
        for red in red_days_of_year(year):
            day, share, _ = red
            if first <= day <= last and (day not in largest or largest[day][1] < share):
                largest[day] = red
    return list(largest.values())
