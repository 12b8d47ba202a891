"""What a run leaves, and when it does nothing."""

import contextlib
import json
import os
import stat
from pathlib import Path

import pytest

from tests.batch.runs import (
    BOOKINGS,
    CONFIG,
    DAY,
    apart,
    check_whole,
    content,
    export,
    here,
    manifest,
    results,
)

ALL = {
    "check.xlsx",
    "check.html",
    "findings.parquet",
    "findings.csv",
    "bookings.csv",
    "notifications.csv",
    "plan.parquet",
    "kpi.xlsx",
    "kpi.html",
    "followup.xlsx",
    "followup.csv",
    "rejects.csv",
}
TWO_SHIFTS = BOOKINGS + "B5;001;DAG;Norr;2026-03-03 14:00;2026-03-03 23:00\n"


def test_everything_is_there(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    ended = here(source, out)
    assert ended.code == 0, ended.told
    (result,) = results(out)
    assert result.name == f"{DAY}_0001"
    assert set(content(result)) >= ALL
    told = manifest(result)
    assert [step["name"] for step in told["steps"]] == ["check", "match", "kpi", "followup"]
    assert {step["status"] for step in told["steps"]} == {"done"}
    assert all(step["seconds"] >= 0 for step in told["steps"])
    assert {one["name"]: one["rows"] for one in told["inputs"]} == {
        "personal.csv": 3,
        "aktiviteter.csv": 2,
        "bokningar.csv": 4,
        "bestallningar.csv": 1,
        "tillganglighet.csv": 1,
    }
    assert all(len(one["sha256"]) == 64 for one in told["inputs"])
    assert (told["exit_code"], told["number"], told["as_of"]) == (0, 1, DAY)
    assert told["config"]["matching.across_areas"] == "true"
    assert json.loads((out / "latest.json").read_text("utf-8")) == {"folder": result.name, "number": 1}
    check_whole(out)
    assert "003" in (result / "bookings.csv").read_text("utf-8-sig")


def test_the_same_night_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    # One in a process of its own, which has other threads than this one.
    assert [here(source, out).code, apart(source, out).code] == [0, 0]
    first, second = results(out)
    assert content(first) == content(second)
    assert manifest(first)["fingerprint"] == manifest(second)["fingerprint"]


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_only_the_owner_may_look(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    umask = os.umask(0)
    try:
        here(source, out, "--log-file", str(tmp_path / "tcw.log"))
    finally:
        os.umask(umask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "tcw.log").stat().st_mode) == 0o600
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in out.rglob("*")}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_nothing_is_done_when_nothing_changed(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export", bokningar=TWO_SHIFTS), tmp_path / "out"
    first = here(source, out, "--step", "check", "--if-changed")
    again = here(source, out, "--step", "check", "--if-changed")
    assert (first.code, again.code) == (1, 1), "the findings are there still"
    assert again.names()[-1] == "run-unchanged"
    assert len(results(out)) == 1


@pytest.mark.parametrize("change", ["input", "config", "day", "option", "damage", "file more"])
def test_something_is_done_when_something_changed(change: str, tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    words = ["--step", "followup", "--if-changed"]
    here(source, out, *words)
    match change:
        case "input":
            (source / "bokningar.csv").write_text(BOOKINGS.replace("15:00", "15:30"), "utf-8")
        case "config":
            (source / "tcw.yaml").write_text(CONFIG + "normal_week_hours: 38\n", "utf-8")
        case "day":
            words += ["--as-of", "2026-03-05"]
        case "option":
            words += ["--csv", "sv"]
        case "damage":
            (results(out)[0] / "followup.csv").write_text("", "utf-8")
        case "file more":
            (source / "mer.csv").write_text(BOOKINGS.replace("\nB", "\nC"), "utf-8")
    assert here(source, out, *words).code == 0
    assert len(results(out)) == 2


def test_a_setting_of_the_housekeeping_changes_nothing(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    here(source, out, "--step", "followup", "--if-changed")
    (source / "tcw.yaml").write_text(
        CONFIG.replace("settle_seconds: 0", "settle_seconds: 0, keep: 3"), "utf-8"
    )
    assert here(source, out, "--step", "followup", "--if-changed").names()[-1] == "run-unchanged"


def test_old_results_are_pruned_and_nothing_else(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    for _ in range(3):
        here(source, out, "--step", "followup")
    # A stranger's folder of the same form, a result with a note of somebody's, and a link.
    (out / "2020-01-01_0000").mkdir()
    (out / "2020-01-01_0000" / "run.json").write_text('{"kind": "something else", "number": 0}')
    (out / "2019-01-01").mkdir()
    (results(out)[2] / "note.txt").write_text("keep me")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "run.json").write_text((results(out)[1] / "run.json").read_text("utf-8"), "utf-8")
    (out / "2026-03-04_0000").symlink_to(elsewhere)
    ended = here(source, out, "--step", "followup", "--keep", "1")
    assert ended.code == 0
    assert {path.name for path in out.iterdir() if not path.name.startswith(".")} == {
        "2020-01-01_0000",
        "2019-01-01",
        "2026-03-04_0000",
        f"{DAY}_0002",
        f"{DAY}_0004",
        "latest.json",
    }
    assert (elsewhere / "run.json").exists()
    assert {"run-pruned", "run-spared"} <= set(ended.names())


def test_nothing_is_pruned_after_a_failure(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    here(source, out, "--step", "followup")
    (source / "bokningar.csv").write_text("Bokning;Anställningsnummer;Aktivitet;Start;Slut\n", "utf-8")
    ended = here(source, out, "--step", "check", "--step", "followup", "--keep", "1")
    assert ended.code == 3
    assert len(results(out)) >= 1
    check_whole(out)


def test_a_failing_step_leaves_the_others_and_the_worst_code_wins(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export", bokningar=TWO_SHIFTS), tmp_path / "out"
    # min_group makes the follow-up by every key of a person fail: nobody may ask for it.
    (source / "tcw.yaml").write_text(CONFIG + "rules: {select: [NOSUCH]}\n", "utf-8")
    ended = here(source, out)
    assert ended.code == 2
    (result,) = results(out)
    status = {step["name"]: (step["status"], step["exit_code"]) for step in manifest(result)["steps"]}
    assert status["check"] == ("failed", 2)
    assert status["kpi"][0] == status["followup"][0] == status["match"][0] == "done"
    assert "kpi.xlsx" in content(result)
    assert "check.xlsx" not in content(result)


def test_no_plan_is_4_and_stands_over_findings(tmp_path: Path) -> None:
    nobody = "Anställningsnummer;Start;Slut;Tillgänglighetstyp\n003;2026-04-06 06:00;2026-04-06 16:00;Egen\n"
    source = export(tmp_path / "export", bokningar=TWO_SHIFTS, tillganglighet=nobody)
    (source / "tcw.yaml").write_text(CONFIG.replace("matching", "#"), "utf-8")
    ended = here(source, tmp_path / "out")
    assert ended.code == 4, ended.told
    (result,) = results(tmp_path / "out")
    codes = {step["name"]: step["exit_code"] for step in manifest(result)["steps"]}
    assert codes == {"check": 1, "match": 4, "kpi": 0, "followup": 0}
    assert set(content(result)) >= ALL - {"bookings.csv"}


@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("warning", 1), ("never", 0)])
def test_fail_on(fail_on: str, code: int, tmp_path: Path) -> None:
    source = export(tmp_path / "export", bokningar=TWO_SHIFTS)
    assert here(source, tmp_path / "out", "--step", "check", "--fail-on", fail_on).code == code


def test_red_key_figures_are_warnings(tmp_path: Path) -> None:
    source = export(tmp_path / "export")
    (source / "tcw.yaml").write_text(CONFIG + "kpis: {warnings: {booking_rate: {below: 99 %}}}\n", "utf-8")
    assert here(source, tmp_path / "out", "--step", "kpi").code == 0
    assert here(source, tmp_path / "out", "--step", "kpi", "--fail-on", "warning").code == 1


def test_a_log_is_json_lines_unless_a_person_reads_it(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    log = tmp_path / "tcw.log"
    ended = here(source, out, "--step", "followup", "--log-file", str(log))
    assert ended.names() == ["run-started", "run-loaded", "run-step-done", "run-placed"]
    assert set(ended.events()[0]) >= {"time", "level", "event", "message"}
    assert ended.events()[1]["rows"] == 11
    assert log.read_text("utf-8") == ended.told
    plain = here(source, out, "--step", "followup", "--log-format", "text", "--log-file", str(log), "--quiet")
    assert plain.told == ""
    assert "{" not in log.read_text("utf-8").removeprefix(ended.told)


def test_faults_are_told_in_the_log_too(tmp_path: Path) -> None:
    source = export(tmp_path / "export")
    (source / "tcw.yaml").write_text("run: {keep: 0, steps: [checks]}\n", "utf-8")
    log = tmp_path / "tcw.log"
    ended = here(source, tmp_path / "out", "--log-file", str(log))
    assert ended.code == 2
    assert {event["level"] for event in ended.events()} == {"error"}
    assert "tcw.yaml, line 1" in ended.told
    assert log.read_text("utf-8") == ended.told


def test_pseudonyms(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    ended = apart(source, out, "--pseudonymise", TCW_PSEUDONYM_KEY="sixteen characters")
    assert ended.code == 0, ended.told
    (result,) = results(out)
    for path in result.rglob("*"):
        if path.suffix in {".csv", ".html", ".json", ".ics"}:
            text = path.read_text("utf-8")
            for secret in ("Anna Ek", "Bo Al", "Cia Ull", "850101", "900202", "950303"):
                assert secret not in text, (path.name, secret)
    assert here(source, out, "--pseudonymise").code == 2, "without a key there are none"


def test_an_output_folder_inside_the_source_is_no_input(tmp_path: Path) -> None:
    source = export(tmp_path / "export")
    for _ in range(2):
        assert here(source, source / "results", "--step", "followup").code == 0
    first, second = results(source / "results")
    assert content(first) == content(second)


def test_a_terminal_gets_words_and_no_json(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    import subprocess
    import sys

    from tests.batch.runs import words

    source = export(tmp_path / "export")
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tcw", *words(source, tmp_path / "out", "--step", "followup")],
        stderr=slave,
        env={**os.environ, "TCW_LANG": "en", "TERM": "xterm"},
    )
    os.close(slave)
    told = b""
    with contextlib.suppress(OSError):  # a terminal whose other end is closed
        while piece := os.read(master, 10_000):
            told += piece
    os.close(master)
    assert process.wait(60) == 0
    assert b"followup: 3 rows" in told
    assert b'{"time"' not in told
