"""Rosters: people down, days across, and whatever stands in the cells."""

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from tests.fuzz.harness import checked, fuzzed
from tests.fuzz.ingredients import CELLS
from tests.fuzz.test_text_tables import written

pytestmark = pytest.mark.slow

SHIFTS = st.sampled_from(
    ["07:00-16:00", "07–16 D", "7.30-16 R30", "D", "F", "", "7,5", "07-12\n13-16", "21:00-07:00 N", "25-99", "00:00-24:00", "16:00-07:00;17-18",  # noqa: E501
     "99:99-99:99", "7-16 (999)", "-", "D/F", "07:00-16:00 07:00-16:00", "till", "7 till 16", "999999999h", "24"]  # noqa: E501
)  # fmt: skip
WEEKDAYS = ["mån", "tis", "ons", "tor", "fre", "lör", "sön"]
MONTHS = [
    "",
    "Mars 2026",
    "mars",
    "v. 10",
    "Vecka 10 2026",
    "2026",
    "Februari 2027",
    "v. 53 2025",
    "december",
]


@st.composite
def rosters(draw: st.DrawFn) -> list[list[str]]:
    first = draw(
        st.sampled_from([date(2026, 3, 2), date(2026, 2, 26), date(2025, 12, 29), date(2028, 2, 27)])
    )
    days = [first + timedelta(days=n) for n in range(draw(st.integers(3, 10)))]
    ways = {
        "iso": [f"{day:%Y-%m-%d}" for day in days],
        "short": [f"{day.day}/{day.month}" for day in days],
        "day": [str(day.day) for day in days],
        "weekday": [WEEKDAYS[day.weekday()] for day in days],
        "both": [f"{WEEKDAYS[day.weekday()]} {day.day}/{day.month}" for day in days],
        "letter": [WEEKDAYS[day.weekday()][0].upper() for day in days],
        "excel": [str((day - date(1899, 12, 30)).days) for day in days],
    }
    left = draw(st.sampled_from([["Namn"], ["Anst.nr", "Namn"], [""], ["Anst.nr", "Enhet", "Aktivitet"]]))
    rows: list[list[str]] = []
    for _ in range(draw(st.integers(1, 2))):
        rows += draw(st.lists(st.sampled_from(MONTHS).map(lambda title: [title]), max_size=2))
        lines = draw(st.lists(st.sampled_from(list(ways)), min_size=1, max_size=2, unique=True))
        for line in lines:
            head = list(ways[line])
            if draw(st.integers(0, 4)) == 0:
                head[draw(st.integers(0, len(head) - 1))] = draw(CELLS)
            rows.append([*left, *head])
        for _ in range(draw(st.integers(0, 4))):
            cells = [draw(st.one_of(SHIFTS, SHIFTS, SHIFTS, CELLS)) for _ in days]
            rows.append([*[draw(st.sampled_from(["001", "Åsa", "", "002"])) for _ in left], *cells])
    return rows


@given(
    rosters(),
    st.sampled_from(";\t"),
    st.one_of(st.none(), st.integers(2025, 2027)),
    st.sampled_from([".csv", ".xls"]),
)
@fuzzed(60)
def test_rosters(rows: list[list[str]], delimiter: str, year: int | None, extension: str) -> None:
    grid = {
        "year": year,
        "codes": {"D": {"activity": "DAG", "start": "07:00", "end": "16:00"}, "F": "ignore"},
    }
    text = written(rows, delimiter, "\n", quote_all=False)
    files = {f"schema{extension}": text.encode("utf-8", "replace")}
    if year is not None:
        files["tcw.yaml"] = yaml.safe_dump({"grid": grid}).encode()
    read = checked(files)
    if read is None:
        event("refused")
        return
    (file,) = read.loaded.schedule.intake.files
    unfolded = any(note.phrase.code == "grid-unfolded" for note in file.notes)
    event(f"{'unfolded' if unfolded else 'read'} as {file.table}")
