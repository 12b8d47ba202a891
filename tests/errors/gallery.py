"""The error gallery: a folder per bad input, run through the real command line.

A case is a folder with `case.toml` and, in `export/`, the files given to tcw:

    about = "When it happens, one sentence."
    mend = "What to do, in a sentence; may be left out where the message says it all."
    group = "files"                        # a section of docs/reference/errors.md
    command = "kpi export"                 # without the program's name
    exit = 3
    codes = ["file-empty"]                 # of the faults, the rejected rows or the findings, in order
    sound = ["personal.csv"]               # files of sound/ that are put beside them
    build = "cut_off_workbook"             # a function of build.py that makes what no text file can be
    outputs = ["rejects.csv"]              # files the command writes that are compared, too

`en.txt` and `sv.txt` are what it writes to stderr, word for word, and the findings of its JSON;
`en.rejects.csv` is an output. Every command runs in a folder of its own, so that no path in a message depends
on the machine.
"""

import contextlib
import io
import json
import os
import shlex
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from unittest import mock

from tcw.cli.app import app
from tcw.cli.shell import usage
from tcw.cli.shell.faults import report, speak
from tcw.errors import ManyFaults, TcwError
from tests.errors import build

HERE = Path(__file__).parent
Language = Literal["en", "sv"]
LANGUAGES: tuple[Language, ...] = ("en", "sv")


@dataclass(frozen=True)
class Case:
    name: str
    about: str
    group: str
    command: str
    exit: int
    codes: tuple[str, ...]
    mend: str = ""
    sound: tuple[str, ...] = ()
    build: str | None = None
    outputs: tuple[str, ...] = ()
    needs: Literal["", "posix", "no root"] = ""

    @property
    def folder(self) -> Path:
        return HERE / self.name

    @property
    def runs_here(self) -> bool:
        posix = os.name == "posix"
        return not self.needs or (posix and (self.needs == "posix" or _rights_hold()))

    def expected(self, lang: Language) -> dict[str, str]:
        """File of the case's folder -> its text."""
        names = [f"{lang}.txt", *(f"{lang}.{output}" for output in self.outputs)]
        return {name: _text(self.folder / name) for name in names}


@dataclass(frozen=True)
class Outcome:
    exit: int
    codes: tuple[str, ...]
    texts: dict[str, str]
    """As `Case.expected`."""


@cache
def _rights_hold() -> bool:
    """Tell whether the right to read is asked for: root reads everything, unless run by setpriv."""
    with tempfile.TemporaryDirectory() as folder:
        locked = Path(folder) / "locked"
        locked.touch(mode=0)
        return not os.access(locked, os.R_OK)


def cases() -> list[Case]:
    return [_case(path) for path in sorted(HERE.glob("*/case.toml"))]


def _case(path: Path) -> Case:
    told: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Case(path.parent.name, **{**told, **lists})


def prepare(case: Case, work: Path) -> None:
    """Put the case's files into work/export."""
    export = work / "export"
    if (case.folder / "export").is_dir():
        shutil.copytree(case.folder / "export", export)
    elif case.build or case.sound:
        export.mkdir()
    for name in case.sound:
        shutil.copy(HERE / "sound" / name, export / name)
    if case.build:
        build.BUILDERS[case.build](export)


def run(case: Case, lang: Language, work: Path) -> Outcome:
    """Run a case in this process, in the empty folder `work`."""
    prepare(case, work)
    codes: list[str] = []
    with _captured(lang) as (stdout, stderr), contextlib.chdir(work):
        exit_code = report(lambda: _called(shlex.split(case.command), codes), debug=False)
    findings = _findings(stdout.getvalue())
    texts = {f"{lang}.txt": stderr.getvalue() + "".join(f"{code}: {said}\n" for code, said in findings)}
    codes += [code for code, _ in findings]
    for output in case.outputs:
        path = work / output
        texts[f"{lang}.{output}"] = _text(path)
        codes += _reasons(path)
    return Outcome(int(exit_code), tuple(dict.fromkeys(codes)), texts)


def _text(path: Path) -> str:
    """A text as it stands, its byte order mark and line ends too; empty where there is none."""
    return path.read_bytes().decode() if path.exists() else ""


def _findings(stdout: bytes) -> list[tuple[str, str]]:
    if not stdout.startswith(b"{"):
        return []
    return [(found["code"], found["message"]) for found in json.loads(stdout)["intake"]["findings"]]


def _reasons(path: Path) -> list[str]:
    """The reasons of a CSV of rejected rows, which stand in its last column."""
    return [
        line.rstrip("\r").replace(";", ",").rpartition(",")[2] for line in _text(path).split("\n")[1:] if line
    ]


def _called(arguments: list[str], codes: list[str]) -> object:
    try:
        return usage.run(lambda: app(arguments, prog_name="tcw", standalone_mode=False))
    except TcwError as fault:
        codes += [one.code for one in (fault.faults if isinstance(fault, ManyFaults) else (fault,))]
        raise


@contextlib.contextmanager
def _captured(lang: Language) -> Iterator[tuple[io.BytesIO, io.StringIO]]:
    stdout, stderr = io.BytesIO(), io.StringIO()
    text = io.TextIOWrapper(stdout, "utf-8", write_through=True)
    quiet = {"TCW_LANG": lang, "COLUMNS": "100", "NO_COLOR": "1"}
    without = {name: value for name, value in os.environ.items() if name != "TCW_PSEUDONYM_KEY"}
    speak(None)
    with (
        mock.patch.dict(os.environ, without | quiet, clear=True),
        contextlib.redirect_stdout(text),
        contextlib.redirect_stderr(stderr),
    ):
        yield stdout, stderr
        text.flush()
        text.detach()
