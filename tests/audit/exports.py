"""Small exports on disk, and the command run on them."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from typer.testing import CliRunner, Result

from tcw.cli.app import app

STAFF = "Anst.nr;Namn;Anställningstyp;Anställningsgrad;Hemenhet\n1;Ada Berg;Månadslön;100;Norr\n2;Bo Alm;Timlön;0;Norr\n"  # noqa: E501
ACTIVITIES = "Aktivitet;Benämning;Tidslag;Debiteringstyp;Gäller till\nOMV;Omvårdnad;Arbete;Debiterbar;\n"
BOOKINGS = """Bokning;Anst.nr;Aktivitet;Start;Slut;Enhet
B1;1;OMV;2026-03-02 07:00;2026-03-02 15:00;Norr
B2;2;OMV;2026-03-03 07:00;2026-03-03 15:00;Norr
B3;1;OMV;2026-03-04 07:00;2026-03-04 15:00;Norr
"""
BASE = {"personal.csv": STAFF, "aktiviteter.csv": ACTIVITIES, "bokningar.csv": BOOKINGS}
ENGLISH = {"TCW_LANG": "en", "COLUMNS": "100", "NO_COLOR": "1"}
AS_OF = ("--as-of", "2026-07-06")


def export(folder: Path, files: Mapping[str, str] = {}, *, base: bool = True) -> Path:
    folder.mkdir()
    for name, text in {**(BASE if base else {}), **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def tcw(*words: object, **environment: str) -> Result:
    with mock.patch.dict(os.environ, ENGLISH | environment):
        return CliRunner().invoke(app, ["checklist", *map(str, words)], catch_exceptions=False)


def answered(*words: object, **environment: str) -> dict[str, Any]:
    done = tcw(*words, *AS_OF, "--format", "json", **environment)
    assert done.exit_code in {0, 1}, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def changes(*words: object, **environment: str) -> list[tuple[str | None, ...]]:
    """(table, key, column, kind, before, after) of all changes; of whole rows without their cells."""
    return [
        (one["table"], one["key"], one["column"], one["kind"], one["before"], one["after"])
        if one["column"]
        else (one["table"], one["key"], one["kind"])
        for one in answered(*words, **environment)["changes"]
    ]


def statuses(answer: dict[str, Any]) -> dict[str, str]:
    return {item["id"]: item["status"] for item in answer["items"]}
