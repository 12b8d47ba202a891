"""What examples/nightly ships is what the schedulers want, and its commands are commands."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from defusedxml import ElementTree

from tcw.intake.settings.config_file import load_config
from tests.batch.runs import DAY, ROOT, export, results

NIGHTLY = ROOT / "examples" / "nightly"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def commands() -> dict[str, str]:
    crontab = (NIGHTLY / "crontab").read_text("utf-8").splitlines()
    (line,) = (line for line in crontab if re.match(r"[0-9*]", line))
    service = (NIGHTLY / "tcw-nightly.service").read_text("utf-8")
    cmd = (NIGHTLY / "tcw-nightly.cmd").read_text("utf-8")
    return {
        "crontab": line.split(maxsplit=5)[5],
        "service": re.findall(r"^ExecStart=(.*)$", service, re.MULTILINE)[0],
        "cmd": re.findall(r'^("C:.*tcw\.exe".*)$', cmd.replace("\r", ""), re.MULTILINE)[0].replace("\\", "/"),
    }


@pytest.mark.parametrize("name", commands())
def test_the_commands_run(name: str, tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "results"
    _, *words = shlex.split(commands()[name])
    assert words[0] == "run"
    words[1] = str(source)
    words[words.index("--out") + 1] = str(out)
    if "--log-file" in words:
        words[words.index("--log-file") + 1] = str(tmp_path / "tcw.log")
    done = subprocess.run(
        [sys.executable, "-m", "tcw", *words, "--as-of", DAY, "--step", "followup"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert len(results(out)) == 1
    assert ("--quiet" in words) == (done.stderr == "")


def test_cmd_has_the_line_ends_of_windows() -> None:
    content = (NIGHTLY / "tcw-nightly.cmd").read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") > 3
    assert content.isascii()


def test_the_settings_are_sound() -> None:
    run = load_config(NIGHTLY / "tcw.yaml").run
    assert (run.keep, run.min_group, run.settle_seconds) == (31, 5, 60)


def test_the_task_is_one() -> None:
    """Sections in the order of Microsoft's schema (taskType), a daily start, and the file beside it."""
    content = (NIGHTLY / "tcw-nightly.xml").read_bytes()
    assert content.isascii(), "without a declared encoding, schtasks reads it as it stands"
    task = ElementTree.fromstring(content)
    assert task.tag == f"{TASK}Task"
    sections = [one.tag.removeprefix(TASK) for one in task]
    assert sections == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    trigger = [one.tag.removeprefix(TASK) for one in task.find(f"{TASK}Triggers/{TASK}CalendarTrigger") or ()]
    assert trigger == ["StartBoundary", "Enabled", "ScheduleByDay"]
    actions = task.find(f"{TASK}Actions")
    principal = task.find(f"{TASK}Principals/{TASK}Principal")
    assert actions is not None
    assert principal is not None
    assert actions.get("Context") == principal.get("id")
    command = task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Command")
    assert command is not None
    assert (NIGHTLY / command.rpartition("\\")[2]).is_file()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    tcw = tmp_path / "tcw"
    tcw.write_text("#!/bin/sh\n")
    tcw.chmod(0o755)
    units = []
    for name in ("tcw-nightly.service", "tcw-nightly.timer"):
        unit = tmp_path / name
        unit.write_text((NIGHTLY / name).read_text("utf-8").replace("/opt/tcw/bin/tcw", str(tcw)), "utf-8")
        units.append(str(unit))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_for_administrators_names_every_exit_code_and_file() -> None:
    from tcw.errors import ExitCode

    page = (ROOT / "docs" / "guides" / "nightly.md").read_text("utf-8")
    assert re.findall(r"^\| (\d+) \|", page, re.MULTILINE) == [str(int(code)) for code in ExitCode]
    events = set(re.findall(r"`(run-[a-z-]+)`", page))
    known = (ROOT / "src" / "tcw" / "wording" / "sv" / "batch.toml").read_text("utf-8")
    assert {event for event in events if f'"{event}" =' not in known} == set()
