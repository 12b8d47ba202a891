"""Words that first occur far down a file too large to be looked through beforehand."""

from pathlib import Path

import pytest

from tcw.intake import accept, typed
from tcw.intake.load import load
from tcw.model.config import Config

ROWS = [
    *["1;10;2026-03-02;08:00;16:00;Utförd;0,5"] * 6,
    "1;10;2026-03-02;08:00;16:00;Planerad;0,5",
    "1;10;2026-03-02;08:00;16:00;PLANERAD;0,5",
    "1;10;2026-03-02;08:00;16:00;avbokad;0:30",
    "1;10;2026-03-02;08:00;16:00;a v b o k a d;0,5",
]


@pytest.mark.parametrize("rows", [ROWS, [*ROWS, "1;10;2026-03-02;08:00;16:00;gurka;0,5"]], ids=["all", "odd"])
def test_late_words_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[str]) -> None:
    monkeypatch.setattr(typed, "SAMPLE_ROWS", 3)
    monkeypatch.setattr(typed, "SMALL", 0)
    monkeypatch.setattr(accept, "SMALL", 0)
    header = "Anställningsnummer;Aktivitet;Datum;Starttid;Sluttid;Status;Timmar"
    (tmp_path / "bokningar.csv").write_text("\n".join([header, *rows]), "utf-8")
    loaded = load(tmp_path, Config(), strict=False)
    read = loaded.schedule.bookings.collect()
    assert read["status"].to_list() == ["worked"] * 6 + ["planned"] * 2 + ["cancelled"] * 2
    assert loaded.schedule.intake.rejects["value"].to_list() == [
        row.split(";")[5] for row in rows[len(ROWS) :]
    ]
