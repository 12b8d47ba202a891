"""Sentences call the tables what people call them, in their language; programs get the codes."""

from pathlib import Path

from openpyxl import load_workbook

from tests.audit.exports import BOOKINGS, answered, export

REPEATED = BOOKINGS + "B1;2;OMV;2026-03-09 07:00;2026-03-09 15:00;Norr\n"
LINKS = "Anst.nr;Avtal;Gäller från\n1;AB;2026-01-01\n"


def test_notes_name_tables_in_the_language(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"bokningar.csv": REPEATED, "avtal.csv": LINKS})
    after = export(
        tmp_path / "b",
        {"bokningar.csv": REPEATED.replace("2026-03-09 07:00", "2026-03-99 07:00"), "avtal.csv": LINKS * 2},
    )
    answer = answered(before, after, "--lang", "sv", "--out", tmp_path / "audit.xlsx")
    notes = " ".join(answer["notes"])
    assert "bokningar: nyckeln Bokning saknas eller upprepas i 3 rader" in notes
    assert {one["table"] for one in answer["changes"]} >= {"bookings", "bookings.rejected"}
    for code in ("bookings", "agreement_links", "rejected"):
        assert code not in notes
    summary = load_workbook(tmp_path / "audit.xlsx")["Sammanfattning"]
    cells = {cell for row in summary.iter_rows(values_only=True) for cell in row}
    assert {"bokningar", "bokningar, avvisade rader", "avtalskopplingar"} <= cells
