"""What a tcw.yaml means once it is read, and that no file whatever brings anything but a fault."""

import tempfile
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.errors import TcwError
from tcw.intake.settings.config_file import find_config, load_config
from tcw.model.config import Config, settings_in_force
from tcw.model.config.exports import ALLOWED, TABLE_NAMES
from tcw.model.tables import TABLES


def load(text: str | bytes) -> Config:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tcw.yaml"
        file.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
        return load_config(file)


WHOLE = """\
language: sv
timezone: Europe/Helsinki
normal_week_hours: 38,25
max_rejects: 2,5 %
duplicate_bookings: drop
files:
  "pass*.csv": {table: bookings, encoding: windows-1252, delimiter: ";", header_row: 3, date_order: dmy, decimal: ",", ignore: false}
  bok.xlsx#Blad: {delimiter: tab, ignore: ja}
headers:
  bookings: {staff_id: ["Anst nr"], unit_id: Plats}
words: {billing: {billable: ["Deb"]}, status: {worked: OK, open: [Ny]}}
grid: {year: 2026, codes: {D: {activity: DAG, start: 7.00, end: 0730, break_minutes: 30}, N: {start: "21", end: 24:00}, F: ignore}}
activities:
  LUNCH: {billing: excluded}
  007: {name: no, counts_as_worked: nej, valid_from: 2026-03-02}
assume: {employment_rate: 100 %, billing: billable}
kpis:
  show: [booking_rate, absence_rate, booking_rate]
  difference: relative
  absence_in_booked_time: true
  averages: mean_of_ratios
  rate_weighting: working_days
  employment_type: monthly
  rate_min: 0.5
  rate_max: "1,0"
  warnings: {booking_rate: {below: 95%}, absence_rate: {above: "7,5 %"}, booking_vs_employment: {below: −10 %, above: 0}}
red_days:
  source: export
  half_days: {12-24: 100 %, "02-29": 0.5}
  days: {2026-05-15: 50 %}
  working_days: [sat, sun]
followup: {min_group: 5}
privacy: {key_env: NYCKEL, key_file: hemligt/nyckel.txt}
"""  # noqa: E501


def test_everything_set() -> None:
    config = load(WHOLE)
    assert (config.language, config.timezone, config.normal_week_hours) == ("sv", "Europe/Helsinki", 38.25)
    assert (config.max_rejects, config.duplicate_bookings) == (0.025, "drop")
    shifts, sheet = config.files["pass*.csv"], config.files["bok.xlsx#Blad"]
    assert (shifts.encoding, shifts.delimiter, shifts.header_row, shifts.ignore) == ("cp1252", ";", 3, False)
    assert (sheet.delimiter, sheet.ignore, sheet.table) == ("\t", True, None)
    assert config.headers == {"bookings": {"staff_id": ["Anst nr"], "unit_id": ["Plats"]}}
    assert config.words == {"billing": {"billable": ["Deb"]}, "status": {"worked": ["OK"], "open": ["Ny"]}}
    day, night = config.grid.codes["D"], config.grid.codes["N"]
    assert (config.grid.year, day.activity, day.start, day.end, day.break_minutes) == (
        2026,
        "DAG",
        time(7),
        time(7, 30),
        30,
    )
    assert (night.start, night.end, config.grid.codes["F"].ignore) == (time(21), time(0), True)
    seven = config.activities["007"]
    assert (seven.name, seven.counts_as_worked, seven.valid_from) == ("no", False, date(2026, 3, 2))
    assert config.activities["LUNCH"].model_dump(exclude_none=True) == {"billing": "excluded"}
    assert (config.assume.employment_rate, config.assume.billing) == (1.0, "billable")
    kpis = config.kpis
    assert kpis.show == ["booking_rate", "absence_rate"]
    assert (kpis.difference, kpis.averages, kpis.rate_weighting) == (
        "relative",
        "mean_of_ratios",
        "working_days",
    )
    assert (kpis.absence_in_booked_time, kpis.employment_type) == (True, "monthly")
    assert (kpis.rate_min, kpis.rate_max) == (0.5, 1.0)
    levels = {figure: (level.below, level.above) for figure, level in kpis.warnings.items()}
    assert levels == {
        "booking_rate": (0.95, None),
        "absence_rate": (None, 0.075),
        "booking_vs_employment": (-0.1, 0),
    }
    assert config.red_days.half_days == {"12-24": 1, "02-29": 0.5}
    assert config.red_days.days == {date(2026, 5, 15): 0.5}
    assert config.red_days.iso_weekdays == {6, 7}
    assert config.followup.min_group == 5
    assert config.privacy.key_env == "NYCKEL"


def test_defaults() -> None:
    config = load_config(None)
    assert config.normal_week_hours == 40
    assert config.max_rejects == 0.01
    assert config.red_days.half_days == {}
    assert len(config.kpis.show) == 8
    assert config.kpis.warnings == {}


@pytest.mark.parametrize(
    "empty",
    ["", "# bara en kommentar\n", "---\n", "\ufeff", "~", "kpis:\nfiles:\n", "kpis: {}\nlanguage: null"],
)
def test_empty_means_defaults(empty: str) -> None:
    assert load(empty) == Config()


def test_byte_order_mark_and_windows_line_ends() -> None:
    assert (
        load("\ufefftimezone: Europe/Helsinki\r\nkpis:\r\n  difference: relative\r\n").kpis.difference
        == "relative"
    )


def test_aliases_of_modest_size_are_followed() -> None:
    config = load("files:\n  a.csv: &csv {table: staff, encoding: cp850}\n  b.csv: *csv\n")
    assert config.files["b.csv"] == config.files["a.csv"]


def test_key_file_is_relative_to_the_config(tmp_path: Path) -> None:
    (tmp_path / "tcw.yaml").write_text("privacy: {key_file: nyckel.txt}")
    assert load_config(tmp_path / "tcw.yaml").privacy.key_file == str(tmp_path / "nyckel.txt")
    (tmp_path / "tcw.yaml").write_text("privacy: {key_file: /etc/nyckel}")
    assert load_config(tmp_path / "tcw.yaml").privacy.key_file == "/etc/nyckel"


def test_find_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "exporter"
    source.mkdir()
    (source / "pass.csv").touch()
    assert find_config(source) is None
    (tmp_path / "tcw.yml").touch()
    assert find_config(source) == tmp_path / "tcw.yml"
    (source / "tcw.yaml").touch()
    assert find_config(source) == source / "tcw.yaml"
    assert find_config(source / "pass.csv") == source / "tcw.yaml"
    monkeypatch.chdir(source)
    assert find_config(Path("pass.csv")) == Path("tcw.yaml")
    (source / "tcw.yaml").unlink()
    assert find_config(Path()) == tmp_path.resolve() / "tcw.yml"


def test_settings_in_force() -> None:
    told = settings_in_force(load(WHOLE))
    assert told["kpis.difference"] == "relative"
    assert told["max_rejects"] == "2.5 %"
    assert told["normal_week_hours"] == "38.25"
    assert told["kpis.show"] == "booking_rate, absence_rate"
    assert told["kpis.warnings.booking_vs_employment.below"] == "-10 %"
    assert told["kpis.absence_in_booked_time"] == "true"
    assert told["red_days.days.2026-05-15"] == "50 %"
    assert told["grid.codes.D.start"] == "07:00"
    assert told["files.bok.xlsx#Blad.delimiter"] == "tab"
    assert "kpis.rate_min" not in settings_in_force(Config())
    assert all(isinstance(value, str) and value for value in told.values())


def test_settings_written_as_yaml_read_the_same() -> None:
    config = load(WHOLE)
    again = load(yaml.safe_dump(config.model_dump(mode="json"), allow_unicode=True))
    # The key's path was made relative to the first file's folder.
    assert again.model_dump(exclude={"privacy"}) == config.model_dump(exclude={"privacy"})


def test_tables_and_words_are_those_of_the_schemas() -> None:
    assert tuple(TABLES) == TABLE_NAMES
    word_columns = {
        name for table in TABLES.values() for name, column in table.columns.items() if column.kind == "word"
    }
    assert set(ALLOWED) == word_columns


def test_words_are_those_intake_knows() -> None:
    from tcw.intake.headers.aliases import WORD_COLUMNS, words_for

    known: dict[str, set[str]] = {}
    for table, column in WORD_COLUMNS:
        known.setdefault(column, set()).update(words_for(table, column))
    assert {column: set(words) for column, words in ALLOWED.items()} == known


def test_schema_describes_every_setting() -> None:
    schema = Config.model_json_schema()

    def described(properties: dict[str, Any]) -> None:
        for name, one in properties.items():
            section = schema["$defs"].get(one.get("$ref", "").removeprefix("#/$defs/"), {})
            assert one.get("description") or section.get("description"), name

    described(schema["properties"])
    for section in schema["$defs"].values():
        described(section.get("properties", {}))
    assert schema["$defs"]["GridCode"]["additionalProperties"] is False
    assert "booking_rate" in str(schema["$defs"]["Kpis"]["properties"]["warnings"])


@given(st.floats(0, 10, allow_subnormal=False))
def test_shares_survive_writing(share: float) -> None:
    rate = round(share, 6)
    config = Config.model_validate({"assume": {"employment_rate": rate}})
    text = settings_in_force(config)["assume.employment_rate"]
    assert text.endswith(" %")
    assert Config.model_validate({"assume": {"employment_rate": text}}) == config


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("95 %", 0.95),
        ("95%", 0.95),
        ("0.95", 0.95),
        ('"0,95"', 0.95),
        ("7,5 %", 0.075),
        ("0", 0),
        ("1.0", 1),
        ("100\N{NO-BREAK SPACE}%", 1),
        ("0,1 %", 0.001),
    ],
)
def test_ways_to_write_a_share(text: str, share: float) -> None:
    assert load(f"max_rejects: {text}\n").max_rejects == share


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1e-2", "5 procent", "%", "- 5 %", "0.5.5", "٥ %", "1", "true"]
)
def test_ways_not_to_write_a_share(text: str) -> None:
    with pytest.raises(TcwError):
        load(f"max_rejects: {text}\n")


@pytest.mark.parametrize(
    ("text", "hours"), [("40", 40), ("37,5", 37.5), ("38:15", 38.25), ("36.33 h", 36.33)]
)
def test_ways_to_write_a_week(text: str, hours: float) -> None:
    assert load(f"normal_week_hours: {text}\n").normal_week_hours == hours


def only_faults(data: str | bytes) -> None:
    try:
        load(data)
    except TcwError as fault:
        for lang in ("en", "sv"):
            for line in fault.lines(lang):
                assert "\n" not in line
                line.encode()


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes(data: bytes) -> None:
    only_faults(data)


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text(text: str) -> None:
    only_faults(text)


MARKS = "[]{},:'|>#%@~!\n\t\"\\"
WORDS = [
    "kpis",
    "files",
    "a",
    ": ",
    "\n  ",
    "- ",
    "? ",
    "&a ",
    "*a",
    "!!int ",
    "<<: ",
    "95 %",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
]


@given(st.lists(st.sampled_from([*WORDS, *MARKS]), max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_yaml(text: str) -> None:
    only_faults(text)


PIECES = st.recursive(
    st.none() | st.text(max_size=5) | st.sampled_from(["95 %", "sv", "1", "ignore", "07:00", "2026-05-15"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*Config.model_fields, "D", "booking_rate", "below", "12-24"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(list(Config.model_fields)),
        PIECES
        | st.dictionaries(
            st.sampled_from(
                ["show", "warnings", "codes", "half_days", "days", "bookings", "billing", "year", "x"]
            ),
            PIECES,
        ),
        min_size=1,
    )
)
@settings(max_examples=80, deadline=None)
def test_any_settings(tree: dict[str, object]) -> None:
    only_faults(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))


@given(st.text(max_size=60), st.integers(0, len(WHOLE)), st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_any_damage(text: str, at: int, cut: int) -> None:
    only_faults(WHOLE[:at] + text + WHOLE[at + cut :])
