"""`tcw run` does what the single commands do: baseline, accepted findings, parts, files for programs."""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.batch.runs import AVAILABILITY, BOOKINGS, CONFIG, DAY, STAFF, content, export, here, results
from tests.command import run_main

pytestmark = pytest.mark.slow

TWO_SHIFTS = BOOKINGS + "B5;001;DAG;Norr;2026-03-03 14:00;2026-03-03 23:00\n"


def with_settings(source: Path, lines: str) -> Path:
    (source / "tcw.yaml").write_text(
        CONFIG.replace("settle_seconds: 0", f"settle_seconds: 0, {lines}"), "utf-8"
    )
    return source


def command(*words: object, cwd: Path) -> bytes:
    done = run_main([*map(str, words), "--lang", "en", "--quiet"], cwd=cwd, env={})
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout.encode()


@pytest.mark.parametrize("by", ["option", "settings"])
def test_findings_of_an_earlier_night_do_not_count(by: str, tmp_path: Path) -> None:
    source, out = export(tmp_path / "export", bokningar=TWO_SHIFTS), tmp_path / "out"
    assert here(source, out, "--step", "check").code == 1
    earlier = results(out)[0] / "findings.parquet"
    if by == "option":
        ended = here(source, out, "--step", "check", "--baseline", str(earlier))
    else:
        (source / "earlier.parquet").write_bytes(earlier.read_bytes())
        with_settings(source, "baseline: earlier.parquet")
        (source / "tcw.yaml").write_text(
            (source / "tcw.yaml").read_text("utf-8") + "files: {earlier.parquet: {ignore: true}}\n"
        )
        ended = here(source, out, "--step", "check")
    assert ended.code == 0, ended.told
    states = pl.read_parquet(results(out)[-1] / "findings.parquet")["state"].drop_nulls().unique().to_list()
    assert states == ["remaining"]


def test_accepted_findings_do_not_count(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export", bokningar=TWO_SHIFTS), tmp_path / "out"
    here(source, out, "--step", "check")
    found = pl.read_parquet(results(out)[0] / "findings.parquet").filter("counts")
    assert found.height
    rows = found.select(
        "code",
        "staff_id",
        "from",
        "to",
        "subject",
        who=pl.lit("chief"),
        when=pl.lit("2026-03-01"),
        why=pl.lit("known"),
    )
    rows.write_csv(tmp_path / "accepted.csv")
    ended = here(source, out, "--step", "check", "--accepted", str(tmp_path / "accepted.csv"))
    assert ended.names()[-1] == "run-placed", ended.told
    again = pl.read_parquet(results(out)[-1] / "findings.parquet")
    assert "accepted" in again["state"].to_list()


def test_a_baseline_that_changed_is_a_reason_for_a_new_result(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export", bokningar=TWO_SHIFTS), tmp_path / "out"
    here(source, out, "--step", "check")
    earlier = tmp_path / "earlier.parquet"
    earlier.write_bytes((results(out)[0] / "findings.parquet").read_bytes())
    words = ("--step", "check", "--baseline", str(earlier), "--if-changed")
    assert here(source, out, *words).names()[-1] == "run-placed"
    assert here(source, out, *words).names()[-1] == "run-unchanged"
    pl.read_parquet(earlier).clear().write_parquet(earlier)
    assert here(source, out, *words).names()[-1] == "run-placed"


def test_a_baseline_that_is_not_there(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    ended = here(source, out, "--step", "check", "--step", "kpi", "--baseline", str(tmp_path / "no.parquet"))
    assert ended.code == 2
    assert "run-step-failed" in ended.names()
    assert "kpi.xlsx" in content(results(out)[0])


def test_the_last_plan_is_kept_to(tmp_path: Path) -> None:
    """Two people are as good; the plan that is handed in takes the one whom the assistant would not take
    first.
    """
    staff = STAFF + "004;Dan Ask;0;Timlön;Söder;19960404-2384\n"
    available = AVAILABILITY + "004;2026-03-06 06:00;2026-03-06 16:00;Egen\n"
    source, out = export(tmp_path / "export", personal=staff, tillganglighet=available), tmp_path / "out"
    assert here(source, out, "--step", "match").code == 0
    first = pl.read_parquet(results(out)[0] / "plan.parquet")
    other = next(person for person in ("003", "004") if person != first["staff_id"][0])
    previous = tmp_path / "previous.parquet"
    first.with_columns(staff_id=pl.lit(other)).write_parquet(previous)
    assert here(source, out, "--step", "match", "--previous", str(previous)).code == 0
    assert pl.read_parquet(results(out)[1] / "plan.parquet")["staff_id"].to_list() == [other]


def test_parts_give_the_same_bytes(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export", bokningar=TWO_SHIFTS), tmp_path / "out"
    (tmp_path / "scratch").mkdir()
    here(source, out)
    here(source, out, "--parts", "2", "--scratch", str(tmp_path / "scratch"))
    first, second = (content(result) for result in results(out))
    # The sheets show the settings in force, and parts are one; Parquet has its rows in other groups.
    sheets = {"check.xlsx", "kpi.xlsx", "kpi.html", "findings.parquet"}
    findings = [pl.read_parquet(result / "findings.parquet") for result in results(out)]
    assert findings[0].height > 0
    assert findings[0].equals(findings[1])
    assert {name: first[name] for name in first if name not in sheets} == {
        name: second[name] for name in second if name not in sheets
    }
    assert list((tmp_path / "scratch").iterdir()) == []


def test_files_for_programs_are_those_of_the_commands(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export", bokningar=TWO_SHIFTS), tmp_path / "out"
    names = ["check.json", "kpi.csv", "kpi.json", "kpi.parquet", "followup.json", "followup.parquet"]
    with_settings(source, f"kpi_grain: unit, files: [{', '.join(names)}]")
    assert here(source, out).code == 1
    (result,) = results(out)
    assert set(names) <= set(content(result))
    assert (result / "kpi.csv").read_bytes() == command(
        "kpi", source, "--grain", "unit", "--format", "csv", cwd=tmp_path
    )
    checked = json.loads(command("check", source, "--as-of", DAY, "--format", "json", cwd=tmp_path))
    assert json.loads((result / "check.json").read_text("utf-8")) == checked
    followed = json.loads(command("followup", source, "--every", "month", "--format", "json", cwd=tmp_path))
    assert json.loads((result / "followup.json").read_text("utf-8")) == followed
    assert pl.read_parquet(result / "kpi.parquet").height == 2


def test_a_file_nobody_can_write_is_refused(tmp_path: Path) -> None:
    source = with_settings(export(tmp_path / "export"), "files: [kpi.docx]")
    ended = here(source, tmp_path / "out")
    assert ended.code == 2
    assert "kpi.docx" in ended.told
