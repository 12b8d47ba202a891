"""dev.py before anything is installed: what it says on a Python that is too old, and how it finds its way."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dev(tmp_path: Path) -> dict[str, Any]:
    """dev.py as a newcomer's copy has it: a fresh folder without .venv."""
    for name in ("dev.py", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return runpy.run_path(str(tmp_path / "dev.py"))


def test_an_old_python_is_told_so() -> None:
    program = "import runpy, sys; sys.version_info = (3, 10, 4, 'final', 0); runpy.run_path('dev.py')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("tcw needs Python 3.11 or later; this is Python 3.")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("words", "code"), [([], 0), (["--help"], 0), (["frobnicate"], 2)])
def test_without_a_task_it_tells_what_it_can_do(words: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "dev.py", *words], cwd=ROOT, check=False, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == code
    for task in ("demo", "test", "check", "docs"):
        assert f"python3 dev.py {task}" in done.stdout


def test_it_installs_once_and_again_when_the_project_changes(dev: dict[str, Any], tmp_path: Path) -> None:
    assert not dev["installed"]("")
    python = Path(dev["program"]("python", dev["scripts_of"](dev["VENV"])))
    python.parent.mkdir(parents=True)
    python.touch()
    dev["STAMP"].write_text(dev["wanted"]("dev"), encoding="utf-8")
    assert dev["installed"]("dev")
    assert dev["installed"](""), "what serves the tests serves the demo"
    dev["STAMP"].write_text(dev["wanted"](""), encoding="utf-8")
    assert not dev["installed"]("dev"), "what serves the demo lacks the test tools"
    with (tmp_path / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("# changed\n")
    assert not dev["installed"]("")


def test_a_machine_without_venv_is_told_what_to_install(
    dev: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev["subprocess"], "run", lambda *_, **__: subprocess.CompletedProcess([], 1))
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.\d+-venv"):
        dev["set_up"]("")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_ci_finds_the_commands_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    found = script[script.index("command_of() {") : script.index("\nfailed=()")]
    for mark in ("run", "test"):
        done = subprocess.run(
            ["bash", "-euc", f"{found}\ncommand_of {mark}"],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.stdout.startswith("python3 dev.py "), done.stderr
    done = subprocess.run(
        ["bash", "-euc", f"{found}\ncommand_of nothing"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
