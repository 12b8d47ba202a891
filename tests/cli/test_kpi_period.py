"""Which weeks `tcw kpi` covers when nobody says."""

import json
from pathlib import Path

from typer.testing import CliRunner

from tcw.cli.app import app

STAFF = "Anställningsnummer;Namn;Anställningstyp;Anställningsgrad\n1;Alva;Månadslön;100\n"
ACTIVITIES = "Aktivitet;Benämning;Debiteringstyp\n10;Vård;Debiterbar\n"
NIGHT = "Anställningsnummer;Aktivitet;Datum;Starttid;Sluttid\n1;10;2026-03-09;07:00;15:00\n1;10;2026-03-15;21:00;07:00\n"  # noqa: E501


def weeks(folder: Path, *options: str) -> tuple[list[str], str]:
    (folder / "personal.csv").write_text(STAFF, "utf-8")
    (folder / "aktiviteter.csv").write_text(ACTIVITIES, "utf-8")
    (folder / "bokningar.csv").write_text(NIGHT, "utf-8")
    words = ["kpi", str(folder), "--lang", "sv", "--format", "json", "--grain", "week", *options]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    return [row["week"] for row in answer["rows"]], done.stdout


def test_the_rest_of_a_sunday_night_makes_no_week(tmp_path: Path) -> None:
    found, said = weeks(tmp_path)
    assert found == ["2026-W11"]
    assert "2026-W12 innehåller bara timmar som fortsätter från söndagen innan och är utelämnad" in said


def test_the_week_is_there_when_asked_for(tmp_path: Path) -> None:
    assert weeks(tmp_path, "--to", "2026-W12")[0] == ["2026-W11", "2026-W12"]
    assert weeks(tmp_path, "--from", "2026-W12")[0] == ["2026-W12"]
