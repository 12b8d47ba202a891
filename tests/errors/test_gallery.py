"""Every bad input of the gallery: its exit code and its exact words, in both languages."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tcw.errors import ExitCode
from tcw.intake.discover import file_faults
from tcw.intake.discover import sources as discover
from tcw.intake.rejects import REASONS
from tcw.wording import Phrase
from tests.errors.gallery import LANGUAGES, Case, Language, cases, prepare, run

CASES = cases()
FEWEST = 45
AS_A_PROCESS = (
    "source-missing",
    "file-empty",
    "rows-too-many-rejected",
    "option-unknown-grain",
    "several-faults",
)
UNREACHABLE = {
    "file-is-folder": "folders are told apart before a file is opened",
    "file-unreadable": "needs a failing disk",
    "file-no-space": "needs a full disk",
    "file-encoding-unknown": "tcw.yaml is checked first",
    "file-sheet-unknown": "commands read every sheet; only callers of the reader name one",
    "file-no-sheets": "no reader opens a workbook without sheets",
}
"""Faults of files that no case shows, and why."""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, lang: Language, tmp_path: Path) -> None:
    if not case.runs_here:
        pytest.skip(f"needs {case.needs}")
    outcome = run(case, lang, tmp_path)
    assert outcome.texts == case.expected(lang)
    assert outcome.exit == case.exit
    assert outcome.codes == case.codes


@pytest.mark.parametrize("name", AS_A_PROCESS)
def test_as_a_process(name: str, tmp_path: Path) -> None:
    (case,) = (case for case in CASES if case.name == name)
    as_a_process(case, tmp_path, [])


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="test_case shows them to all but root")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv of util-linux")
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.needs == "no root"], ids=lambda case: case.name
)
def test_root_without_its_rights(case: Case, tmp_path: Path) -> None:
    as_a_process(case, tmp_path, ["setpriv", "--bounding-set=-dac_override,-dac_read_search"])


def as_a_process(case: Case, tmp_path: Path, before: list[str]) -> None:
    prepare(case, tmp_path)
    ended = subprocess.run(
        [*before, sys.executable, "-m", "tcw", *shlex.split(case.command)],
        cwd=tmp_path,
        env={**os.environ, "TCW_LANG": "sv", "PYTHONUTF8": "1", "COLUMNS": "100"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.stderr == case.expected("sv")["sv.txt"]
    assert ended.returncode == case.exit


def test_gallery_is_complete() -> None:
    assert len(CASES) >= FEWEST
    shown = {code for case in CASES for code in case.codes}
    faults = {phrase.code for phrase in vars(file_faults).values() if isinstance(phrase, Phrase)}
    sources = {discover.EMPTY_FOLDER.code, discover.NO_DATA.code}
    findings = {f"IN5{number}" for number in range(1, 6)}
    wanted = faults - set(UNREACHABLE) | sources | {reason.code for reason in REASONS} | findings
    assert wanted - shown == set()
    assert shown & set(UNREACHABLE) == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_is_told_in_both_languages(case: Case) -> None:
    english, swedish = (case.expected(lang)[f"{lang}.txt"] for lang in LANGUAGES)
    assert english or case.outputs
    assert len(english.splitlines()) == len(swedish.splitlines())
    if case.group != "options":
        assert all(en != sv for en, sv in zip(english.splitlines(), swedish.splitlines(), strict=True)), (
            "not translated"
        )
    assert case.exit in set(ExitCode)
