"""tcw.api gives the frames that the commands write."""

import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tcw import api
from tcw.errors import TcwError
from tcw.model.config import Config
from tests.batch.runs import AVAILABILITY, DAY, STAFF, export
from tests.command import run_main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KOMMUN = ROOT / "examples" / "kommun"
KEY = "a key that is long enough"


@pytest.fixture(scope="module")
def kommun() -> api.Source:
    return api.load(KOMMUN)


def command(*words: str, cwd: Path) -> pl.DataFrame:
    """The rows that a command writes into a file."""
    done = run_main([*words, "--format", "csv", "--csv", "plain", "--quiet"], cwd=cwd, env={})
    assert done.returncode in {0, 1}, done.stderr
    return pl.read_csv(io.StringIO(done.stdout), infer_schema=False)


def as_text(frame: pl.DataFrame) -> list[tuple[str | None, ...]]:
    """Keys and counts of a frame as CSV has them; floats are compared elsewhere."""
    return frame.select((~pl.selectors.float()).cast(pl.String)).rows()


@pytest.mark.parametrize("grain", ["employee-week", "unit", "all"])
def test_kpi_has_the_rows_of_the_command(kommun: api.Source, grain: api.Grain, tmp_path: Path) -> None:
    frame = api.kpi(kommun, grain=grain)
    told = command("kpi", str(KOMMUN), "--grain", grain, cwd=tmp_path)
    assert frame.columns == told.columns
    floats = frame.select(pl.selectors.float()).columns
    assert_frame_equal(told.select(pl.col(floats).cast(pl.Float64)), frame.select(floats), abs_tol=1e-9)
    assert frame.height == told.height > 0


def test_a_selection_is_that_of_the_options(kommun: api.Source, tmp_path: Path) -> None:
    april = api.Selection(
        first_day=date(2026, 4, 6), last_day=date(2026, 4, 26), employment_types=("monthly",), rate_min=0.5
    )
    words = ("--from", "2026-W15", "--to", "2026-W17", "--employment-type", "monthly", "--rate-min", "50")
    told = command("kpi", str(KOMMUN), "--grain", "employee", *words, cwd=tmp_path)
    frame = api.kpi(kommun, grain="employee", selection=april)
    assert frame["staff_id"].to_list() == told["staff_id"].to_list()


def test_followup_has_the_rows_of_the_command(kommun: api.Source, tmp_path: Path) -> None:
    frame = api.followup(kommun, by=["workplace", "reason"], every="month", first_day="2026-04-01")
    words = ("--by", "workplace,reason", "--every", "month", "--from", "2026-04-01")
    told = command("followup", str(KOMMUN), *words, cwd=tmp_path)
    assert frame.columns == told.columns
    assert as_text(frame) == told.drop("hours").rows()


def test_check_has_the_findings_of_the_command(kommun: api.Source, tmp_path: Path) -> None:
    frame = api.check(kommun, as_of="2026-05-04", select=["WT", "BK"])
    told = command("check", str(KOMMUN), "--as-of", "2026-05-04", "--select", "WT,BK", cwd=tmp_path)
    assert frame.columns == told.columns
    assert frame["code"].to_list() == told["code"].to_list()
    assert frame["message"].to_list() == told["message"].to_list()


def test_match_is_the_plan_of_the_command(tmp_path: Path) -> None:
    source = ROOT / "examples" / "lediga-jobb"
    plan = api.match(api.load(source), as_of="2026-05-04")
    words = ["match", str(source), "--as-of", "2026-05-04", "--out", "plan.parquet", "--quiet"]
    assert run_main(words, cwd=tmp_path, env={}).returncode == 0
    assert_frame_equal(plan.assignments, pl.read_parquet(tmp_path / "plan.parquet"))


def test_the_source_is_frames(kommun: api.Source) -> None:
    assert kommun.tables["staff"].height == 63
    assert kommun.bookings.select(pl.len()).collect().item() > 1000
    assert kommun.rejected.columns == ["file", "sheet", "row", "table", "column", "value", "reason"]


def test_coded_people_have_no_names_and_no_dates_of_birth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TCW_PSEUDONYM_KEY", KEY)
    staff = STAFF.replace("Personnummer", "Personnummer;Födelsedatum").replace("2380", "2380;1985-01-01")
    source = api.load(
        export(tmp_path / "export", personal=staff, tillganglighet=AVAILABILITY), pseudonymise=True
    )
    coded = source.tables["staff"]
    assert "001" not in coded["staff_id"].to_list()
    assert coded["birth_date"].null_count() == coded.height
    assert coded["name"].null_count() == coded.height
    assert api.match(source, as_of=DAY).assignments.height == 1


def test_settings_are_a_file_or_made_in_python(tmp_path: Path) -> None:
    folder = export(tmp_path / "export")
    (tmp_path / "other.yaml").write_text("language: sv\nnormal_week_hours: 38\n", "utf-8")
    assert api.load(folder).request.lang == "en"
    other = api.load(folder, tmp_path / "other.yaml")
    assert (other.request.lang, other.request.config.normal_week_hours) == ("sv", 38)
    assert api.load(folder, Config(normal_week_hours=37)).request.config.normal_week_hours == 37
    assert (
        api.kpi(other, grain="all")["normal_h"].to_list()
        != api.kpi(api.load(folder), grain="all")["normal_h"].to_list()
    )


def test_faults_are_raised_and_say_it_in_either_language(kommun: api.Source, tmp_path: Path) -> None:
    with pytest.raises(TcwError) as fault:
        api.load(tmp_path / "nowhere")
    assert "nowhere" in fault.value.lines("sv")[0]
    with pytest.raises(TcwError):
        api.kpi(kommun, grain="employee", min_group=5)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    api.kpi(api.load(KOMMUN), grain="all")
    assert capfd.readouterr() == ("", "")
