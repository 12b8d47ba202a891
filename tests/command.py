"""tcw as its console script runs it, without what starting a Python costs: `main` in this process, in
surroundings of its own.

What only a process can show (signals, closed streams, file modes, locks, what is imported) is tested with
processes.
"""

import contextlib
import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tcw.cli.app import main
from tcw.cli.shell.faults import speak


@dataclass(frozen=True)
class Ended:
    """As subprocess.CompletedProcess."""

    returncode: int
    stdout: str
    stderr: str


def run_main(words: list[str], *, cwd: Path, env: Mapping[str, str]) -> Ended:
    """Run `tcw WORDS` in a folder and an environment, speaking what the environment says."""
    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    speak(None)
    try:
        with (
            mock.patch.object(sys, "argv", ["tcw", *words]),
            mock.patch.dict("os.environ", env, clear=True),
            contextlib.chdir(cwd),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
        ):
            main()
    except SystemExit as ended:
        code = ended.code
    finally:
        speak(None)
    assert isinstance(code, int)
    return Ended(code, *(_text(stream) for stream in (stdout, stderr)))


def _text(stream: io.TextIOWrapper) -> str:
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()
