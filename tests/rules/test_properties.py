"""What must hold of every schedule, whatever the limits: rules compared with themselves on changed
schedules."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.oracle.rules.clock import instant
from tests.oracle.rules.records import Agreement, Booking, Source
from tests.rules.judging import CODES, check, rows_of
from tests.rules.schedules import random_source

pytestmark = pytest.mark.slow

TOGETHER = 40
SEEDS = range(3)
APRIL = (date(2026, 4, 13), date(2026, 5, 4))
"""Mondays with no clock change within five weeks."""
WORKING_TIME = tuple(code for code in CODES if code.startswith("WT"))
BY_BOOKING = {"WT13"}
"""Rules of working time with a finding for each booking: two bookings have two."""
FAR_AWAY = date(2027, 6, 1)


def findings(
    source: Source, folder: Path, codes: tuple[str, ...] = CODES, days: int = 0
) -> Counter[tuple[Any, ...]]:
    """Every finding without its bookings, which may have others; `days` are taken from its period."""
    later = timedelta(days=days)
    people = {row.staff_id: row.person_id or row.staff_id for row in source.staff}
    result = check(source, folder, codes)
    assert not result.failures, result.failures[0].trace
    return Counter(
        (
            row["code"],
            people.get(row["staff_id"], row["staff_id"]),
            row["from"] and str(row["from"] - later),
            row["to"] and str(row["to"] - later),
            None if row["measured"] is None else round(row["measured"], 4),
            None if row["limit"] is None else round(row["limit"], 4),
            row["phase"],
            row["severity"],
            row["subject"],
            row["waived_by"],
        )
        for row in rows_of(result)
    )


def told(one: Counter[tuple[Any, ...]], other: Counter[tuple[Any, ...]]) -> str:
    return f"only before: {list((one - other).items())[:6]}\nonly after: {list((other - one).items())[:6]}"


def settled(source: Source) -> Source:
    """With a horizon that no booking moves, and all bookings before `as_of`."""
    given = replace(source.settings, first_day=date(2026, 1, 1), last_day=date(2026, 12, 31), as_of=FAR_AWAY)
    return replace(source, settings=given)


def clocked(source: Source) -> list[Booking]:
    return [row for row in source.bookings if row.start is not None]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_is_no_matter(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)
    source = random_source(rng, TOGETHER)

    def mixed(rows: Any) -> Any:
        return tuple(rng.sample(rows, len(rows))) if rows else rows

    # Rows of staff are told apart by their order alone where they contradict each other.
    tables = ("activities", "bookings", "links", "competences", "availability", "introductions", "orders")
    other = replace(source, **{name: mixed(getattr(source, name)) for name in tables})
    before, after = findings(source, tmp_path / "one"), findings(other, tmp_path / "other")
    assert before == after, told(before, after)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_copy_of_a_booking_is_a_double_booking_and_no_more_work(seed: int, tmp_path: Path) -> None:
    rng = Random(100 + seed)
    source = random_source(rng, TOGETHER)
    copied = [row for row in clocked(source) if row.status != "cancelled" and rng.random() < 0.2]
    copies = [replace(row, booking_id=f"{row.booking_id}-kopia") for row in copied]
    other = replace(source, bookings=(*source.bookings, *copies))
    codes = tuple(code for code in WORKING_TIME if code not in BY_BOOKING)
    before, after = findings(source, tmp_path / "one", codes), findings(other, tmp_path / "other", codes)
    assert before == after, told(before, after)
    doubled = findings(other, tmp_path / "doubled", ("BK01",)) - findings(
        source, tmp_path / "once", ("BK01",)
    )
    assert doubled


def all_alike(row: Booking) -> Booking:
    """Without a pause, and neither said to be planned nor worked: a gap's bookings are the last and the first
    beside it.
    """
    status = "cancelled" if row.status == "cancelled" else None
    return replace(row, break_minutes=row.break_minutes and 0, status=status)


@pytest.mark.parametrize("seed", SEEDS)
def test_bookings_that_touch_are_as_good_as_one(seed: int, tmp_path: Path) -> None:
    """Cut bookings without a pause in two: no finding on working time changes."""
    rng = Random(200 + seed)
    source = settled(random_source(rng, TOGETHER))
    source = replace(source, bookings=tuple(all_alike(row) for row in source.bookings))
    # An absence of 20 hours or more counts by the day, two shorter ones by the hour; so only work is cut.
    absences = {"Semester", "Sjuk", "Ledig"}
    parts: list[Booking] = []
    for row in source.bookings:
        middle = None
        if row.start and row.end and row.activity_id not in absences:
            middle = row.start + timedelta(minutes=15 * rng.randint(1, 60))
        whole = middle is None or row.start is None or row.end is None
        if whole or not instant(row.start) < instant(middle) < instant(row.end):
            parts.append(row)
            continue
        parts += [replace(row, end=middle), replace(row, booking_id=f"{row.booking_id}-2", start=middle)]
    assert len(parts) > len(source.bookings)
    codes = tuple(code for code in WORKING_TIME if code not in BY_BOOKING)
    other = replace(source, bookings=tuple(parts))
    before, after = findings(source, tmp_path / "one", codes), findings(other, tmp_path / "other", codes)
    assert before == after, told(before, after)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_week_later_the_same_is_found_a_week_later(seed: int, tmp_path: Path) -> None:
    source = random_source(Random(300 + seed), TOGETHER, APRIL)
    # Months and years do not move with the schedule.
    weeks = tuple(by_weeks(terms) for terms in (*source.agreements, Agreement("utan")))
    source = replace(source, agreements=weeks, settings=replace(source.settings, agreement="utan"))
    before = findings(source, tmp_path / "one")
    after = findings(later(source, 7), tmp_path / "other", days=7)
    assert before == after, told(before, after)


def by_weeks(terms: Agreement) -> Agreement:
    return replace(
        terms,
        on_call_basis="four_weeks",
        overtime_basis="four_weeks",
        average_weeks=terms.average_weeks or 4,
        overtime_year=None,
        additional_year=None,
    )


def later(source: Source, days: int) -> Source:
    """Every date and time so many days later."""

    def moved(record: Any) -> Any:
        changes = {
            name: value + timedelta(days=days)
            for name, value in vars(record).items()
            if isinstance(value, date | datetime) and name != "birth_date"
        }
        return replace(record, **changes)

    def birthday(record: Any) -> Any:
        return replace(record, birth_date=record.birth_date and record.birth_date + timedelta(days=days))

    names = (
        "activities",
        "bookings",
        "agreements",
        "links",
        "competences",
        "availability",
        "introductions",
        "orders",
    )
    tables = {
        name: rows and tuple(moved(row) for row in rows)
        for name, rows in ((name, getattr(source, name)) for name in names)
    }
    return replace(
        source,
        **tables,
        staff=tuple(birthday(moved(row)) for row in source.staff),
        red_days=tuple((day + timedelta(days=days), share) for day, share in source.red_days),
        settings=moved(source.settings),
    )


@pytest.mark.parametrize("mode", ["week", "rolling", "window"])
def test_less_work_never_means_less_rest(mode: str, tmp_path: Path) -> None:
    """Take bookings away: every short rest that is left lies where there was one.

    Of weekly rest this holds in modes week and rolling, of daily rest in fixed windows. It does not hold
    elsewhere, and cannot: in mode straddle a rest that begins earlier may begin in the week before; in mode
    rolling of daily rest the 24 hours begin where work begins, so without an early shift they lie elsewhere;
    and in mode shift_gap a hole in the middle of long work is a gap that is too short, where there was no gap
    to measure before. Compensation and long passes make one rest depend on others.
    """
    rng = Random(400)
    daily = mode == "window"
    terms = Agreement(
        "ett",
        daily_rest_mode=mode if daily else "rolling",
        weekly_rest_mode=mode if not daily else "week",
        break_at_most=Agreement().break_at_most * 0,
    )
    source = settled(random_source(rng, TOGETHER))
    source = replace(
        source, links=None, agreements=(terms,), settings=replace(source.settings, agreement="ett")
    )
    left = tuple(row for row in source.bookings if rng.random() < 0.7)
    codes = ("WT01",) if daily else ("WT03",)
    before = periods(source, tmp_path / "one", codes)
    after = periods(replace(source, bookings=left), tmp_path / "other", codes)
    assert after
    people = {row.staff_id: row.person_id or row.staff_id for row in source.staff}
    for who, begin, end in after:
        mine = [one for one in before if people.get(one[0], one[0]) == people.get(who, who)]
        inside = any(b <= begin and end <= e for _, b, e in mine)
        assert inside, (who, begin, end, mine)


def periods(source: Source, folder: Path, codes: tuple[str, ...]) -> list[tuple[str, datetime, datetime]]:
    return [(row["staff_id"], row["from"], row["to"]) for row in rows_of(check(source, folder, codes))]
