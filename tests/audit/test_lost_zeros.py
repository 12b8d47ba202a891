"""Ids without their leading zeros on one side: told in one line, and never joined."""

import re
from pathlib import Path

from openpyxl import load_workbook

from tests.audit.exports import ACTIVITIES, AS_OF, BOOKINGS, STAFF, answered, export, tcw

LISTS = "Kod;Namn\n007;Bond\n008;Bill\n12;Två\n"
ZEROS = {
    "personal.csv": re.sub(r"^(\d)", r"00\1", STAFF, flags=re.MULTILINE),
    "bokningar.csv": re.sub(r"^(B\d);", r"\1;00", BOOKINGS, flags=re.MULTILINE),
    "aktiviteter.csv": ACTIVITIES,
    "listor.csv": LISTS,
}


def test_what_excel_ate_is_said_once_in_both_languages_and_everywhere(tmp_path: Path) -> None:
    before = export(tmp_path / "full", ZEROS)
    after = export(tmp_path / "eaten", {"listor.csv": LISTS.replace("00", "")})
    answer = answered(before, after, "--out", tmp_path / "audit.xlsx")
    said = (
        "eaten has ids without the leading zeros that full has (123 for 0123), probably because Excel took "
        "them off: bookings (Anst.nr, 3 rows), staff (Anst.nr, 2 rows), listor (Kod, 2 rows). These rows "
        "count as removed and added, or as changed. Format the columns as text in Excel, or export anew, "
        "and compare again."
    )
    assert [note for note in answer["notes"] if "zeros" in note] == [said]
    kinds = {(one["table"], one["kind"]) for one in answer["changes"]}
    assert {("staff", "removed"), ("staff", "added"), ("bookings", "changed")} <= kinds
    summary = load_workbook(tmp_path / "audit.xlsx")["Summary"]
    assert said in {cell for row in summary.iter_rows(values_only=True) for cell in row}
    swedish = tcw(after, before, *AS_OF, "--lang", "sv").stdout
    assert (
        "eaten har id utan de inledande nollor som full har (123 för 0123), troligen för att Excel tog "
        "bort dem: bokningar" in " ".join(swedish.split())
    )


def test_other_ids_are_other_ids(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"listor.csv": "Kod;Namn\n007;Bond\n008;Bill\n009;Tre\n"})
    after = export(tmp_path / "b", {"listor.csv": "Kod;Namn\n7;Sex\n88;Sju\n99;Åtta\n"})
    assert not [note for note in answered(before, after)["notes"] if "zeros" in note]
