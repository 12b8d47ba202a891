"""The commands themselves, in this process: an exit code that is documented, and no traceback for whatever is
given.
"""

import contextlib
import io
import os
import shlex
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcw.cli.app import app
from tcw.cli.shell.faults import speak
from tcw.errors import ExitCode, TcwError
from tests.fuzz import workbooks
from tests.fuzz.harness import check_fault, check_line, folder_of, fuzzed, soon
from tests.fuzz.ingredients import header_of, rows_of

pytestmark = pytest.mark.slow

COMMANDS = [
    "inspect export --lang sv",
    "inspect export --format json --rejects rejects.csv",
    "kpi export --format csv",
    "kpi export --grain all --format json --lang sv",
    "kpi export/fil.csv",
    "followup export --by workplace,reason --every month",
]
ASSUMED = b"assume: {employment_rate: 100 %, billing: billable}\nmax_rejects: 100 %\n"
EXPECTED = {int(code) for code in (ExitCode.CLEAN, ExitCode.FINDINGS, ExitCode.USAGE, ExitCode.INPUT)}


def run(command: str, files: dict[str, bytes]) -> int:
    """Run a command over a folder `export` of these files; what is no TcwError and no exit comes through."""
    stdout, stderr = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), io.StringIO()
    speak(None)
    with (
        folder_of(files) as source,
        soon(),
        contextlib.chdir(source.parent),
        mock.patch.dict(os.environ, {"TCW_LANG": "en", "COLUMNS": "100", "NO_COLOR": "1"}),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
    ):
        try:
            code = app(shlex.split(command), prog_name="tcw", standalone_mode=False)
        except TcwError as fault:
            check_fault(fault)
            code = fault.exit_code
    for line in stderr.getvalue().splitlines():
        check_line(line or "-")
    told = stdout.buffer.getvalue().decode()
    if "--format" not in command:
        for line in told.split("\n"):
            check_line(line or "-")
    return int(code or 0)


@given(header_of(), st.sampled_from(COMMANDS), st.booleans(), st.data())
@fuzzed(40)
def test_any_table(header: list[tuple[str, str]], command: str, assumed: bool, data: st.DataObject) -> None:
    rows = data.draw(rows_of([column for _, column in header]))
    text = "".join(";".join(row) + "\n" for row in [[name for name, _ in header], *rows])
    files = {"fil.csv": text.encode("utf-8", "replace")}
    if assumed:
        files["tcw.yaml"] = ASSUMED
    assert run(command, files) in EXPECTED


@pytest.mark.parametrize("command", COMMANDS)
def test_sound(command: str) -> None:
    text = b"Anst.nr;Aktivitet;Start;Slut\n000;DAG;2026-03-02 07:00;2026-03-02 16:00\n"
    assert run(command, {"fil.csv": text, "tcw.yaml": ASSUMED, "bok.xlsx": workbooks.xlsx()}) in {0, 1}
