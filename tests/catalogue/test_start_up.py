"""What `tcw --help` loads: people wait for it, and shells ask for it on every tab."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Not pydantic: typer itself reads options with it.
HEAVY = [
    "polars",
    "pyarrow",
    "pandas",
    "numpy",
    "fastexcel",
    "xlsxwriter",
    "openpyxl",
    "altair",
    "vl_convert",
    "dataframely",
    "yaml",
    "babel",
    "holidays",
    "defusedxml",
    "highspy",
]
PROGRAM = """
import sys
from typer.testing import CliRunner
from tcw.cli.app import app
result = CliRunner().invoke(app, sys.argv[1:])
assert result.exit_code == 0, result.output
print()
print(*sorted(name for name in sys.modules if "." not in name))
"""


def loaded(*words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["kpi", "--help"],
        ["followup", "--help"],
        ["inspect", "--help"],
        ["checklist", "--help"],
    ],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    assert loaded(*words) & set(HEAVY) == set()


def test_the_test_sees_what_is_loaded() -> None:
    assert "polars" in loaded("kpi", "examples/kommun", "--format", "csv", "--quiet")
