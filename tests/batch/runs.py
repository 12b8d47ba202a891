"""Running `tcw run` on a small export, in this process or another, and judging what stands in its output
folder.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from tcw.cli.app import app
from tcw.cli.shell import usage
from tcw.cli.shell.faults import report, speak

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"\d{4}-\d{2}-\d{2}_\d{4,}")
DAY = "2026-03-04"
STAFF = """Anställningsnummer;Namn;Anställningsgrad;Anställningstyp;Enhet;Personnummer
001;Anna Ek;100;Månadslön;Norr;19850101-2380
002;Bo Al;75;Månadslön;Norr;19900202-2384
003;Cia Ull;0;Timlön;Söder;19950303-2389
"""
ACTIVITIES = """Aktivitet;Benämning;Debiteringstyp
DAG;Dagpass;Debiterbar
MOTE;Arbetsplatsträff;Ej debiterbar
"""
BOOKINGS = """Bokning;Anställningsnummer;Aktivitet;Enhet;Start;Slut
B1;001;DAG;Norr;2026-03-02 07:00;2026-03-02 15:00
B2;002;DAG;Norr;2026-03-02 07:00;2026-03-02 15:00
B3;001;MOTE;Norr;2026-03-03 13:00;2026-03-03 15:00
B4;002;DAG;Söder;2026-03-05 07:00;2026-03-05 15:00
"""
ORDERS = """Beställning;Enhet;Aktivitet;Start;Slut;Status;Prioritet
O1;Söder;DAG;2026-03-06 07:00;2026-03-06 15:00;Vakant;1
"""
AVAILABILITY = """Anställningsnummer;Start;Slut;Tillgänglighetstyp
003;2026-03-06 06:00;2026-03-06 16:00;Egen
"""
CONFIG = "language: en\nrun: {settle_seconds: 0}\nmatching: {across_areas: true}\n"
FILES = {
    "personal.csv": STAFF,
    "aktiviteter.csv": ACTIVITIES,
    "bokningar.csv": BOOKINGS,
    "bestallningar.csv": ORDERS,
    "tillganglighet.csv": AVAILABILITY,
    "tcw.yaml": CONFIG,
}


def export(folder: Path, **more: str) -> Path:
    """Write the small export; `more` are files by their name without .csv."""
    folder.mkdir()
    for name, text in {**FILES, **{f"{name}.csv": text for name, text in more.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Ended:
    code: int
    told: str

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.told.splitlines()]

    def names(self) -> list[str]:
        return [event["event"] for event in self.events()]


def words(source: Path, out: Path, *more: str) -> list[str]:
    return ["run", str(source), "--out", str(out), "--as-of", DAY, *more]


def here(source: Path, out: Path, *more: str) -> Ended:
    """Run in this process."""
    stderr = io.StringIO()
    speak(None)
    with mock.patch.dict(os.environ, {"TCW_LANG": "en"}), contextlib.redirect_stderr(stderr):
        code = report(
            lambda: usage.run(lambda: app(words(source, out, *more), prog_name="tcw", standalone_mode=False)),
            debug=False,
        )
    check_private(stderr.getvalue())
    return Ended(int(code), stderr.getvalue())


def apart(source: Path, out: Path, *more: str, before: tuple[str, ...] = (), **surroundings: str) -> Ended:
    """Run as a process of its own."""
    done = begun(source, out, *more, before=before, **surroundings)
    _, told = done.communicate(timeout=120)
    check_private(told)
    return Ended(done.returncode, told)


def begun(
    source: Path, out: Path, *more: str, before: tuple[str, ...] = (), **surroundings: str
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*before, sys.executable, "-m", "tcw", *words(source, out, *more)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "TCW_LANG": "en", **surroundings},
    )


def check_private(told: str) -> None:
    """No log of any run names anybody."""
    for secret in ("Anna", "Ek;", " Ek", "Bo Al", "Cia", "Ull", "850101", "900202", "950303"):
        assert secret not in told, secret


def results(out: Path) -> list[Path]:
    return sorted(
        (path for path in out.iterdir() if NAME.fullmatch(path.name)),
        key=lambda path: int(path.name.rpartition("_")[2]),
    )


def hidden(out: Path) -> list[str]:
    return sorted(
        path.name for path in out.iterdir() if path.name.startswith(".tcw-") and "lock" not in path.name
    )


def manifest(result: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((result / "run.json").read_text("utf-8"))
    return told


def content(result: Path) -> dict[str, str]:
    """SHA-256 of every file of a result but run.json."""
    return {
        path.relative_to(result).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(result.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def check_whole(out: Path) -> None:
    """Every result is complete to the byte, and latest.json names one of them."""
    for result in results(out):
        told = {name: facts["sha256"] for name, facts in manifest(result)["files"].items()}
        assert told == content(result), result.name
        assert told
    latest = json.loads((out / "latest.json").read_text("utf-8"))
    assert (out / latest["folder"] / "run.json").is_file()
