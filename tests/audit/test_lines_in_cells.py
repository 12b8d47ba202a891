"""A message of several lines stands in its cell line by line, on every sheet that shows it."""

from pathlib import Path

from openpyxl import load_workbook

from tests.audit.exports import AS_OF, export, tcw

TEXTS = 'Meddelande;Kanal;Text\nBokad;sms;"Hej!\nDu är bokad {datum}.\nSvara senast i morgon.\nVänliga hälsningar"\n'  # noqa: E501
POINTS = 13


def test_rows_are_as_high_as_their_lines(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"meddelanden.csv": TEXTS})
    after = export(tmp_path / "b", {"meddelanden.csv": TEXTS.replace("Hej!", "Hej! " + "Bråttom! " * 20)})
    tcw(before, after, *AS_OF, "--out", tmp_path / "audit.xlsx")
    book = load_workbook(tmp_path / "audit.xlsx")
    # Before, four lines; after, the first of them takes three; both in one cell, nine.
    for name, lines in (("C12 Messages", 6), ("meddelanden", 9), ("Restore plan", 5)):
        sheet = book[name]
        cell = next(cell for row in sheet.iter_rows() for cell in row if "\n" in str(cell.value or ""))
        assert (sheet.row_dimensions[cell.row or 0].height or 0) >= lines * POINTS, name
        assert cell.alignment.wrap_text, name
    plain = book["Checklist"]
    assert (plain.row_dimensions[5].height or 0) < 5 * POINTS
