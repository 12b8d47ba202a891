"""Another day for a booking or an order is one change; what else changed in it is told beside."""

from pathlib import Path

from openpyxl import load_workbook

from tests.audit.exports import AS_OF, BOOKINGS, answered, changes, export, tcw

DAYS = """Bokning;Anst.nr;Aktivitet;Datum;Start;Slut;Enhet
B1;1;OMV;2026-03-02;07:00;15:00;Norr
B2;2;OMV;2026-03-03;21:00;07:00;Norr
B3;1;OMV;2026-03-04;07:00;15:00;Norr
"""
ORDERS = "Beställning;Enhet;Aktivitet;Start;Slut\nV1;Norr;OMV;2026-03-16 21:00;2026-03-17 07:00\n"


def test_another_day_is_one_change(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"bestallningar.csv": ORDERS})
    after = export(
        tmp_path / "b",
        {
            "bestallningar.csv": ORDERS.replace("-17", "-18").replace("-16", "-17"),
            # Moved, and to another unit; moved, and longer; an hour later.
            "bokningar.csv": BOOKINGS.replace("03-02", "03-09")
            .replace("15:00;Norr", "15:00;Söder", 1)
            .replace("2026-03-03", "2026-03-05")
            .replace("03-05 15:00", "03-05 16:00")
            .replace("03-04 07:00;2026-03-04 15:00", "03-04 08:00;2026-03-04 16:00"),
        },
    )
    assert changes(before, after) == [
        ("bookings", "B1", "date", "changed", "2026-03-02", "2026-03-09"),
        ("bookings", "B1", "unit_id", "changed", "Norr", "Söder"),
        ("bookings", "B2", "start", "changed", "2026-03-03 07:00", "2026-03-05 07:00"),
        ("bookings", "B2", "end", "changed", "2026-03-03 15:00", "2026-03-05 16:00"),
        ("bookings", "B3", "start", "changed", "2026-03-04 07:00", "2026-03-04 08:00"),
        ("bookings", "B3", "end", "changed", "2026-03-04 15:00", "2026-03-04 16:00"),
        ("orders", "V1", "date", "changed", "2026-03-16", "2026-03-17"),
    ]
    headers = {one["column"]: one["header"] for one in answered(before, after)["changes"]}
    assert headers["date"] == "Start, Slut"


def test_the_day_s_own_cell_is_the_one_to_change_back(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"bokningar.csv": DAYS})
    after = export(tmp_path / "b", {"bokningar.csv": DAYS.replace("03-03", "03-10")})
    book = tmp_path / "audit.xlsx"
    answer = answered(before, after, "--out", book)
    told = [(one["header"], one["before"], one["after"]) for one in answer["changes"]]
    assert told == [("Datum", "2026-03-03", "2026-03-10")]
    workbook = load_workbook(book)
    rows = list(workbook["Bookings"].iter_rows(values_only=True))
    assert next(row for row in rows if "B2" in row)[4:7] == ("2026-03-03 → 2026-03-10", "21:00", "07:00")
    counts = next(row for row in workbook["Summary"].iter_rows(values_only=True) if row[0] == "bookings")
    assert counts[1:5] == (0, 0, 1, 1)


def test_moments_are_marked_and_undone_in_both_their_cells(tmp_path: Path) -> None:
    lasting = {"tcw.yaml": "checklist: {lasting: []}\n"}
    before = export(tmp_path / "a", {"bestallningar.csv": ORDERS} | lasting)
    after = export(
        tmp_path / "b", {"bestallningar.csv": ORDERS.replace("-17", "-18").replace("-16", "-17")} | lasting
    )
    book = tmp_path / "audit.xlsx"
    tcw(before, after, *AS_OF, "--out", book)
    workbook = load_workbook(book)
    row = next(row for row in workbook["Orders"].iter_rows(values_only=True) if "V1" in row)
    assert row[4:6] == ("2026-03-16 21:00 → 2026-03-17 21:00", "2026-03-17 07:00 → 2026-03-18 07:00")
    undo = next(row for row in workbook["Restore plan"].iter_rows(values_only=True) if "V1" in row)
    assert undo[:2] == ("change back", "Start, Slut")


def test_own_items_see_it_by_any_of_its_columns(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"bokningar.csv": DAYS})
    after = export(tmp_path / "b", {"bokningar.csv": DAYS.replace("03-03", "03-10")})
    lists = tmp_path / "items.yaml"
    lists.write_text(
        "items:\n"
        + "".join(
            f"  - {{id: {name}, text: x, check: unchanged, table: bookings, columns: [{column}]}}\n"
            for name, column in (("day", "Datum"), ("begins", "Start"), ("unit", "Enhet"))
        ),
        "utf-8",
    )
    items = {one["id"]: one for one in answered(before, after, "--list", lists)["items"]}
    assert [items[name]["status"] for name in ("day", "begins", "unit")] == ["fail", "fail", "pass"]
    assert items["day"]["evidence_rows"] == 1
