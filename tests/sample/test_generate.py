"""A sample is what the schemas say, the same every time, and legal but for what is planted."""

import os
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import holidays
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.errors import UsageFault
from tcw.model.tables import REQUIRED, TABLES
from tcw.sample.activities import ACTIVITIES
from tcw.sample.dice import Dice
from tcw.sample.generate import BIG_TABLES, Tables, generate
from tcw.sample.plan import SamplePlan
from tcw.sample.red_days import red_days_between
from tcw.sample.town import ROSTERS, SHIFTS

MADE = [table for table in TABLES if table not in {"requests", "time_bank"}]
"""A sample has no memory of requests, and no balances."""


def gathered(plan: SamplePlan) -> Tables:
    first, *weeks = generate(plan)
    return first | {table: pl.concat([week[table] for week in weeks]) for table in BIG_TABLES}


ROOT = Path(__file__).parents[2]
PLAN = SamplePlan(staff=300, weeks=8, seed=3)
DUTY = {"work", "additional", "overtime", "on_call"}


@pytest.fixture(scope="module")
def sample() -> Tables:
    return gathered(PLAN)


def test_every_table_is_there_with_rows(sample: Tables) -> None:
    assert set(sample) == set(MADE)
    assert {name for name, frame in sample.items() if frame.is_empty()} == set()


@pytest.mark.parametrize("table", list(MADE))
def test_columns_have_the_names_and_types_of_the_schemas(sample: Tables, table: str) -> None:
    schema = TABLES[table].schema
    assert {name: schema[name] for name in sample[table].columns} == dict(sample[table].schema)


@pytest.mark.parametrize("table", list(MADE))
def test_nothing_required_is_missing(sample: Tables, table: str) -> None:
    required = [name for name, column in TABLES[table].columns.items() if column.required]
    assert required
    assert sample[table].select(pl.col(required).null_count()).row(0) == (0,) * len(required)


def test_words_are_those_the_schemas_name(sample: Tables) -> None:
    for table, column in (
        ("staff", "employment_type"),
        ("activities", "time_kind"),
        ("activities", "billing"),
        ("activities", "service_type"),
        ("bookings", "status"),
        ("orders", "status"),
        ("availability", "kind"),
        ("competences", "kind"),
        ("introductions", "tier"),
    ):
        meant = TABLES[table].columns[column]
        for word in sample[table][column].unique():
            assert word in meant.doc, (table, column, word)


def test_references_hold(sample: Tables) -> None:
    keys = {"staff_id": "staff", "activity_id": "activities", "unit_id": "units", "order_id": "orders"}
    for table, frame in sample.items():
        for column, home in keys.items():
            if column in frame.columns and table != home:
                known = sample[home][column].unique().implode()
                strangers = frame.filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(known))
                assert strangers.is_empty(), (table, column)
    for table, column in (("bookings", "booking_id"), ("orders", "order_id"), ("units", "unit_id")):
        assert sample[table][column].is_unique().all(), table


def test_the_same_plan_gives_the_same_frames_whatever_the_threads(sample: Tables, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from tests.sample.test_generate import PLAN, gathered\n"
        "for name, frame in gathered(PLAN).items(): frame.write_parquet(f'{sys.argv[1]}/{name}.parquet')"
    )
    others = 1 if pl.thread_pool_size() > 1 else 4
    environment = os.environ | {"POLARS_MAX_THREADS": str(others), "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, tmp_path], env=environment, cwd=ROOT, check=True)
    for name, frame in sample.items():
        assert frame.equals(pl.read_parquet(tmp_path / f"{name}.parquet")), name


def test_another_seed_gives_another_sample(sample: Tables) -> None:
    other = gathered(SamplePlan(staff=300, weeks=8, seed=4))
    assert not other["bookings"].equals(sample["bookings"])
    assert other["activities"].equals(sample["activities"])


def test_bookings_come_sorted_by_start_then_staff(sample: Tables) -> None:
    bookings = sample["bookings"]
    assert bookings.equals(bookings.sort("start", "staff_id", maintain_order=True))


def duties(sample: Tables) -> pl.DataFrame:
    """Working time per person, over all employments, in order."""
    staff = sample["staff"].unique("staff_id", keep="first").select("staff_id", "person_id")
    return (
        sample["bookings"]
        .join(sample["activities"].select("activity_id", "time_kind"), on="activity_id")
        .join(staff, on="staff_id")
        .filter(pl.col("time_kind").is_in(DUTY) & (pl.col("status") != "cancelled"))
        .sort("person_id", "start", "end")
        .with_columns(before=pl.col("end").shift(1).over("person_id"))
        .with_columns(rest=(pl.col("start") - pl.col("before")).dt.total_minutes() / 60)
    )


def test_only_planted_bookings_overlap(sample: Tables) -> None:
    overlapping = duties(sample).filter(pl.col("rest") < 0)
    training = next(a.activity_id for a in ACTIVITIES if a.name == "Utbildning")
    assert 0 < overlapping.height < 0.002 * sample["bookings"].height
    assert set(overlapping.filter(pl.col("activity_id") == training)["start"].dt.hour()) == {13}
    # The booking after the planted one may start inside it too, when the day is told visit by visit.
    assert overlapping.filter(pl.col("start").dt.hour() < 13).is_empty()


def test_only_planted_rests_are_short(sample: Tables) -> None:
    short = duties(sample).filter((pl.col("rest") > 4) & (pl.col("rest") < 11))
    assert 0 < short.height < 0.005 * sample["bookings"].height
    assert set(short["rest"]) == {9.5}


def test_rosters_are_legal_in_every_cycle() -> None:
    """Eleven hours between shifts, 36 in every calendar week, at most six days in a row; cyclic."""
    letters = {shift.letter: (shift.start, shift.end) for shift in SHIFTS} | {"X": (420, 1200)}
    for roster in ROSTERS:
        days = "".join(roster.shifts.split()) * 3
        spans = [
            (day * 1440 + letters[letter][0], day * 1440 + letters[letter][1], letter)
            for day, letter in enumerate(days)
            if letter != "-"
        ]
        rests = [(after[0] - before[1]) / 60 for before, after in pairwise(spans)]
        assert min(rests) >= 11, roster
        work = [span for span in spans if span[2] != "S"]
        for week in range(7, len(days) - 6, 7):
            inside = [(s, e) for s, e, _ in work if e > week * 1440 and s < (week + 7) * 1440]
            edges = [(0, week * 1440), *inside, ((week + 7) * 1440, 0)]
            longest = max(b[0] - a[1] for a, b in pairwise(edges))
            assert longest >= 36 * 60, (roster, week)
        assert max(len(run) for run in days.replace("S", "-").split("-")) <= 6, roster


def test_hourly_staff_have_no_rate_and_the_others_do(sample: Tables) -> None:
    staff = sample["staff"]
    hourly = staff["employment_type"] == "hourly"
    assert staff.filter(hourly)["employment_rate"].is_null().all()
    assert staff.filter(~hourly)["employment_rate"].is_in([1.0, 0.85, 0.8, 0.75, 0.5]).all()
    assert 0.15 < hourly.mean() < 0.25  # type: ignore[operator]


def test_periods_of_an_employment_follow_each_other(sample: Tables) -> None:
    changed = sample["staff"].filter(pl.col("staff_id").is_duplicated())
    assert changed.height >= 2
    for _, periods in changed.group_by("staff_id"):
        first, second = periods.sort("valid_from").iter_rows(named=True)
        assert second["valid_from"] == first["valid_to"] + timedelta(days=1)
        assert second["employment_rate"] != first["employment_rate"]


def test_bookings_lie_inside_the_employment(sample: Tables) -> None:
    periods = (
        sample["staff"]
        .group_by("staff_id")
        .agg(pl.col("valid_from").min(), pl.col("valid_to").fill_null(date(9999, 1, 1)).max())
    )
    outside = (
        sample["bookings"]
        .join(periods, on="staff_id")
        .filter(~pl.col("start").dt.date().is_between("valid_from", "valid_to"))
    )
    assert outside.is_empty()
    assert periods.filter(pl.col("valid_from") > PLAN.start).height > 0
    assert periods.filter(pl.col("valid_to") < PLAN.start + timedelta(weeks=8)).height > 0


def test_people_are_fictive(sample: Tables) -> None:
    for number in sample["staff"]["person_id"]:
        digits = [int(digit) for digit in number.replace("-", "")[2:]]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[::2]]
        assert (sum(doubled) + sum(digits[1::2])) % 10 != 0, "a valid personal number"
        assert 980 <= int(number[9:12]) <= 999
    assert sample["staff"]["phone"].str.contains(r"^070-17406(0[5-9]|[1-9]\d)$").all()
    assert sample["staff"]["email"].str.ends_with("@example.com").all()


def test_some_people_have_two_employments(sample: Tables) -> None:
    people = sample["staff"].group_by("person_id").agg(pl.col("employment_type").n_unique())
    assert people.filter(pl.col("employment_type") == 2).height > 0


def test_what_lies_ahead_is_planned_and_what_lies_behind_is_done(sample: Tables) -> None:
    bookings = sample["bookings"].with_columns(ahead=pl.col("start").dt.date() >= PLAN.as_of)
    assert set(bookings.filter("ahead")["status"]) == {"planned", "cancelled"}
    assert set(bookings.filter(~pl.col("ahead"))["status"]) == {"worked"}
    assert set(sample["orders"].filter(pl.col("start") < PLAN.as_of)["status"]).isdisjoint(
        {"open", "returned"}
    )
    assert (sample["availability"]["start"].dt.date() >= PLAN.as_of).all()


def test_realistic_enough(sample: Tables) -> None:
    bookings = sample["bookings"].join(sample["activities"], on="activity_id")
    assert set(bookings["name"]) == {activity.name for activity in ACTIVITIES}
    absent = (bookings["time_kind"] == "absence").mean()
    assert absent is not None
    assert 0.03 < absent < 0.15  # type: ignore[operator]
    units = sample["staff"].unique("staff_id").select("staff_id", "home_unit")
    away = bookings.join(units, on="staff_id").filter(pl.col("unit_id") != pl.col("home_unit"))
    areas = sample["units"].select("unit_id", "planning_area")
    both = away.join(areas, on="unit_id").join(areas, left_on="home_unit", right_on="unit_id", suffix="_home")
    assert both.height > 0
    assert (both["planning_area"] == both["planning_area_home"]).all()
    nights = bookings.filter(pl.col("start").dt.date() != pl.col("end").dt.date())
    assert set(nights["start"].dt.weekday()) == set(range(1, 8))  # over midnight, on Sundays too
    assert set(bookings["order_reason"].drop_nulls()) == {
        "Sjukdom", "Extraordinär sjuk", "Semester", "VAB", "Vakans",
    }  # fmt: skip


def test_the_number_of_bookings_is_the_one_aimed_at() -> None:
    for density in (3.8, 4.3, 6.0):
        bookings = sum(
            tables["bookings"].height
            for tables in generate(SamplePlan(1000, 3, bookings_per_week=density))
            if "bookings" in tables
        )
        assert bookings == pytest.approx(density * 3000, rel=0.02)


@settings(max_examples=15, deadline=None)
@given(staff=st.integers(1, 40), weeks=st.integers(1, 6), seed=st.integers(-(2**70), 2**70))
def test_any_small_size_works(staff: int, weeks: int, seed: int) -> None:
    tables = gathered(SamplePlan(staff, weeks, seed))
    assert tables["staff"]["staff_id"].n_unique() == staff
    assert all(tables[name].columns for name in REQUIRED)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"staff": 0, "weeks": 1}, "sample-too-few"),
        ({"staff": 1, "weeks": -2}, "sample-too-few"),
        ({"staff": 10**9, "weeks": 1}, "sample-too-large"),
        ({"staff": 1, "weeks": 1, "start": date(2026, 3, 3)}, "sample-start-not-monday"),
        ({"staff": 1, "weeks": 1, "start": date(1500, 1, 1)}, "sample-start-out-of-range"),
        ({"staff": 1, "weeks": 1, "start": date(9999, 12, 27)}, "sample-start-out-of-range"),
        ({"staff": 1, "weeks": 1, "bookings_per_week": float("nan")}, "sample-bad-density"),
    ],
)
def test_impossible_plans_are_refused(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(UsageFault) as fault:
        SamplePlan(**arguments)  # type: ignore[arg-type]
    assert fault.value.code == code
    assert fault.value.lines("sv") != fault.value.lines("en")


def test_red_days_are_those_of_the_holidays_package() -> None:
    ours = {day for day, share, _ in red_days_between(date(2020, 1, 1), date(2035, 12, 31)) if share == 1.0}
    theirs = holidays.country_holidays("SE", years=range(2020, 2036), include_sundays=False)
    eves = {day for day in ours if (day.month, day.day) in {(12, 24), (12, 31)} or day.month == 6}
    assert {day for day in theirs if day.weekday() != 6} - ours == set()
    assert ours - set(theirs) - eves == set()


def test_dice_are_fair_and_independent() -> None:
    dice = Dice(1)
    keys = pl.select(i=pl.int_range(2000, dtype=pl.Int32)).join(
        pl.select(day=pl.int_range(50, dtype=pl.Int32)), how="cross"
    )
    i, day = pl.col("i"), pl.col("day")
    thrown = keys.select(
        "i",
        a=dice.chance("a", 0.3, i, day),
        b=dice.chance("b", 0.3, i, day),
        six=dice.below("six", 6, i, day),
        rate=dice.pick("rate", {7: 0.5, 8: 0.3, 9: 0.2}, i, day),
    )
    share = thrown.select(
        pl.col("a").mean(),
        both=(pl.col("a") & pl.col("b")).mean(),
        next=(pl.col("a") & pl.col("a").shift(1)).mean(),
    ).row(0)
    assert share == pytest.approx((0.3, 0.09, 0.09), abs=0.005)
    assert thrown["six"].value_counts()["count"].to_list() == pytest.approx([100_000 / 6] * 6, rel=0.03)
    rates = dict(thrown["rate"].value_counts().iter_rows())
    assert [rates[7], rates[8], rates[9]] == pytest.approx([50_000, 30_000, 20_000], rel=0.03)


def test_dice_never_change() -> None:
    """Shipped examples rest on these numbers."""
    rolled = pl.select(i=pl.int_range(3, dtype=pl.Int32)).select(Dice(1).roll("a question", pl.col("i"), 5))
    assert rolled.to_series().to_list() == [
        685140749363746170,
        11650790435014623885,
        10966327746428841120,
    ]
