"""What a newcomer meets first is true: every command of the README is run, every link leads somewhere."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tcw.errors import ExitCode
from tests.command import Ended, run_main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
YOUR_EXPORTS = (ROOT / "docs" / "guides" / "your-exports.md").read_text("utf-8")
FENCE = re.compile(r"(<!-- \w+ -->\n)?^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDES = sorted([*(ROOT / "docs" / "sv").glob("*.md"), *(ROOT / "docs" / "guides").glob("*.md")])
TESTED_ELSEWHERE = {"audit.md", "large-sources.md", "nightly.md"}
"""Guides whose commands run one after another, need a cluster, or have places to fill in."""
EXAMPLES = {
    f"{guide.stem}: {' '.join(commands.split()[:3])}": commands
    for guide in GUIDES
    if guide.name not in TESTED_ELSEWHERE
    for _, commands in FENCE.findall(guide.read_text("utf-8"))
}


def test_the_readme_is_a_first_screen() -> None:
    assert len(README.splitlines()) <= 120
    assert (ROOT / "docs" / "images" / "kommun.png").stat().st_size < 300_000


@pytest.mark.parametrize(
    ("mark", "command"), [("run", "python3 dev.py demo"), ("test", "python3 dev.py test")]
)
def test_the_two_commands_stand_right_under_their_marks(mark: str, command: str) -> None:
    assert README.count(f"<!-- {mark} -->") == 1
    assert re.findall(rf"^<!-- {mark} -->\n```sh\n(.*)\n```$", README, re.MULTILINE) == [command]


def test_there_are_examples_of_every_command() -> None:
    pages = [guide.read_text("utf-8") for guide in GUIDES]
    used = {
        line.split()[1] for page in pages for _, block in FENCE.findall(page) for line in block.splitlines()
    }
    assert used == {
        "inspect",
        "kpi",
        "followup",
        "check",
        "explain",
        "rules",
        "match",
        "checklist",
        "run",
        "whatif",
        "init",
        "config",
        "sample",
    }


def called(words: list[str], folder: Path) -> Ended:
    """Run a command: `tcw inspect` as the installed program, the others in this process."""
    surroundings = {
        **os.environ,
        "TCW_PSEUDONYM_KEY": "a key of at least sixteen characters",
        "PYTHONUTF8": "1",
    }
    if words[0] != "inspect":
        return run_main(words, cwd=folder, env=surroundings)
    script = shutil.which("tcw", path=str(Path(sys.executable).parent))
    program = [script] if script else [sys.executable, "-m", "tcw"]
    done = subprocess.run(
        [*program, *words], cwd=folder, env=surroundings, check=False, capture_output=True, encoding="utf-8"
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("block", EXAMPLES.values(), ids=EXAMPLES)
def test_the_examples_do_what_they_say(block: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for line in block.splitlines():
        command, _, comment = line.partition("#")
        expected = int(told[1]) if (told := re.search(r"exit code (\d+)", comment)) else 0
        program, *words = shlex.split(command)
        assert program == "tcw"
        done = called(words, tmp_path)
        assert done.returncode == expected, f"{line}\n{done.stderr}"
        # What is written to files is told on stderr; all else has data to show.
        shown = done.stderr if {"init", "sample", "run", "snapshot"} & set(words) else done.stdout
        assert shown.strip() or "--quiet" in words, line
        for option in ("--out", "--html", "--rejects"):
            if option in words:
                assert (tmp_path / words[words.index(option) + 1]).stat().st_size > 0, line


def test_the_exit_codes_are_those_of_the_program() -> None:
    table = YOUR_EXPORTS.split("| exit code |")[1].split("##")[0]
    told = [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
    assert told == [int(code) for code in ExitCode]


def test_the_settings_shown_are_sound(tmp_path: Path) -> None:
    from tcw.intake.settings.config_file import load_config

    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", YOUR_EXPORTS, re.MULTILINE | re.DOTALL)
    file = tmp_path / "tcw.yaml"
    file.write_text(shown, encoding="utf-8")
    assert load_config(file).kpis.warnings["booking_rate"].below == 0.95


PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*/README.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
