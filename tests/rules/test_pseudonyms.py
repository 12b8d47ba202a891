"""With codes for people, a finding names the same bookings as without."""

import csv
import os
from pathlib import Path

from tests.command import run_main

KOMMUN = str(Path(__file__).parents[2] / "examples" / "kommun")
WORDS = [
    "check",
    KOMMUN,
    "--as-of",
    "2026-05-04",
    "--select",
    "BK",
    "--format",
    "csv",
    "--csv",
    "plain",
    "-q",
]


def test_bookings_are_named_as_without_codes(tmp_path: Path) -> None:
    env = {**os.environ, "TCW_PSEUDONYM_KEY": "a key of at least sixteen characters"}
    named = []
    for more in ([], ["--pseudonymise"]):
        done = run_main([*WORDS, *more], cwd=tmp_path, env=env)
        rows = list(csv.DictReader(done.stdout.lstrip("\ufeff").splitlines()))
        named.append(sorted((row["code"], row["from"], row["booking_ids"]) for row in rows))
    assert len(named[0]) > 10
    assert named[0] == named[1]
