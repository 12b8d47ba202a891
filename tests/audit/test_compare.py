"""Every changed cell is found, and nothing else: by hand, and against the slow oracle on random tables."""

import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from tcw.audit.compare import compare
from tcw.audit.pairing import Pair
from tcw.audit.same_rows import AFTER, BEFORE, Key
from tcw.audit.values import spelled
from tcw.model.export import ExportTable
from tests.audit import oracle
from tests.audit.exports import ACTIVITIES, BOOKINGS, STAFF, answered, changes, export, tcw

pytestmark = pytest.mark.slow

ROLES = (
    "Roll;Behörighet;Nivå;Antal\nChef;Avtal;Läsa;7,5\nChef;Schema;Skriva;1 200\nSamordnare;Schema;Läsa;0,10\n"
)


def test_equal_exports_have_no_changes(tmp_path: Path) -> None:
    assert (
        changes(export(tmp_path / "a", {"roller.csv": ROLES}), export(tmp_path / "b", {"roller.csv": ROLES}))
        == []
    )


def test_one_cell_of_every_kind(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"roller.csv": ROLES})
    after = export(
        tmp_path / "b",
        {
            "roller.csv": ROLES.replace("Chef;Schema;Skriva", "Chef;Schema;Administrera"),
            "personal.csv": STAFF.replace("Månadslön;100", "Månadslön;75"),
            "aktiviteter.csv": ACTIVITIES.replace("Debiterbar;", "Debiterbar;2026-06-30"),
            "bokningar.csv": BOOKINGS.replace("2026-03-03 15:00", "2026-03-03 16:00"),
        },
    )
    assert sorted(changes(before, after)) == [
        ("activities", "OMV", "valid_to", "changed", None, "2026-06-30"),
        ("bookings", "B2", "end", "changed", "2026-03-03 15:00", "2026-03-03 16:00"),
        ("roller", "Chef · Schema", "Nivå", "changed", "Skriva", "Administrera"),
        ("staff", "1", "employment_rate", "changed", "100", "75"),
    ]


def test_columns_no_schema_has_are_compared_too(tmp_path: Path) -> None:
    extra = STAFF.replace("Hemenhet", "Hemenhet;Skåp").replace("Norr", "Norr;14")
    before, after = (
        export(tmp_path / "a", {"personal.csv": extra}),
        export(tmp_path / "b", {"personal.csv": extra.replace("14", "15", 1)}),
    )
    assert changes(before, after) == [("staff", "1", "Skåp", "changed", "14", "15")]


def test_a_length_that_the_span_does_not_need_is_compared_too(tmp_path: Path) -> None:
    def with_hours(*hours: str) -> dict[str, str]:
        lines = BOOKINGS.splitlines()
        return {
            "bokningar.csv": "\n".join(f"{a};{b}" for a, b in zip(lines, ("Timmar", *hours), strict=True))
        }

    before = export(tmp_path / "a", with_hours("8", "8,00", "8"))
    assert changes(before, export(tmp_path / "b", with_hours("8:00", "8", "7,5"))) == [
        ("bookings", "B3", "break_minutes", "changed", None, "30"),
    ]
    assert changes(before, export(tmp_path / "c", with_hours("8", "9", ""))) == [
        ("bookings", "B2", "hours", "changed", "8,00", "9"),
        ("bookings", "B3", "hours", "changed", "8", None),
    ]
    assert changes(before, export(tmp_path / "d")) == [
        ("bookings", None, "hours", "column_removed", None, None)
    ]
    assert changes(
        export(
            tmp_path / "e",
            {"bokningar.csv": BOOKINGS.replace("Enhet", "Datum").replace("Norr", "2026-03-02")},
        ),
        export(
            tmp_path / "f",
            {
                "bokningar.csv": BOOKINGS.replace("Enhet", "Datum")
                .replace("Norr", "2026-03-02", 2)
                .replace("Norr", "2026-03-04")
            },
        ),
    ) == [("bookings", "B3", "date", "changed", "2026-03-02", "2026-03-04")]


def test_rows_and_tables_that_came_or_went(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"roller.csv": ROLES})
    after = export(
        tmp_path / "b",
        {"bokningar.csv": BOOKINGS.replace("B3;1", "B4;1"), "menyer.csv": "Kod;Rätt\nM1;Sill\n"},
    )
    found = changes(before, after)
    assert sorted(found[:3]) == [
        ("bookings", "B3", "removed"),
        ("bookings", "B4", "added"),
        ("menyer", "M1", "added"),
    ]
    assert [one[0::2] for one in found[3:]] == [("roller", "removed")] * 3


def test_spelling_is_no_change(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"roller.csv": ROLES})
    after = export(
        tmp_path / "b",
        {
            "roller.csv": "\ufeff"
            + ROLES.replace("7,5", "7.50").replace("1 200", "1200").replace("0,10", "0,1"),
            "personal.csv": STAFF.replace("100", "100 %"),
            "bokningar.csv": BOOKINGS.replace("2026-03-02 07:00", "2026-03-02T07:00:00"),
        },
    )
    assert changes(before, after) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("7,50", "7.5", True),
        ("1 200", "1200", True),
        ("007", "7", False),
        ("2026-03-01", "20260301", True),
        ("01.03.2026", "1/3 2026", True),
        ("2026-03-01 00:00", "2026-03-01", True),
        ("75 %", "0,75", True),
        ("2026/03/01", "2026-03-01", True),
        ("26-03-01", "2026-03-01", True),
        ("26-03-01", "2026-01-03", False),
        ("1 mars 2026", "2026-03-01", True),
        ("01 Oct 2026", "1 okt. 2026", True),
        ("31 hus 2026", "31 jan 2026", False),
        ("7:30", "07:30", True),
        ("1899-12-31 07:30:00", "07:30", True),
        ("07:30:00", "7:30", True),
        ("07:30:10", "07:30", False),
        ("Ja", "ja", False),
        ("1e3", "1000", False),
        ("−5", "-5,0", True),
        ("", " ", True),
    ],
)
def test_values_and_their_spelling(one: str, other: str, same: bool) -> None:
    values = pl.DataFrame({"text": [one, other]}).select(spelled(pl.col("text"))).to_series()
    assert values.eq_missing(values.reverse()).all() == same


def test_renamed_columns_are_recognised(tmp_path: Path) -> None:
    text = "Kod;Namn;Gäller till;Ansvarig\n1;Ett;2026-12-31;Enhetschef\n2;Två;;Samordnare\n3;Tre;;Vik"
    before = export(tmp_path / "a", {"listor.csv": text})
    after = export(
        tmp_path / "b",
        {
            "listor.csv": text.replace("Gäller till", "T.o.m.").replace("Ansvarig", "Ägare"),
            "bokningar.csv": BOOKINGS.replace("Anst.nr", "Anställningsnummer"),
        },
    )
    answer = answered(before, after)
    assert answer["changes"] == []
    notes = " ".join(answer["notes"])
    assert "Gäller till is called T.o.m. now" in notes
    assert "Ansvarig is taken for Ägare" in notes


def test_a_column_that_came_or_went_is_one_change(tmp_path: Path) -> None:
    text = "Kod;Namn;Typ av rast\n1;Ett;kort\n2;Två;lång\n"
    before, after = (
        export(tmp_path / "a", {"listor.csv": text}),
        export(tmp_path / "b", {"listor.csv": "Kod;Namn\n1;Ett\n2;Två\n"}),
    )
    assert changes(before, after) == [("listor", None, "Typ av rast", "column_removed", None, None)]
    assert changes(after, before) == [("listor", None, "Typ av rast", "column_added", None, None)]


def test_a_repeated_key_is_told_and_its_rows_compared_whole(tmp_path: Path) -> None:
    twice = BOOKINGS + "B1;2;OMV;2026-03-09 07:00;2026-03-09 15:00;Norr\n"
    before = export(tmp_path / "a", {"bokningar.csv": twice})
    after = export(
        tmp_path / "b", {"bokningar.csv": twice + "B1;2;OMV;2026-03-10 07:00;2026-03-10 15:00;Norr\n"}
    )
    answer = answered(before, after)
    assert [(one["table"], one["key"], one["kind"]) for one in answer["changes"]] == [
        ("bookings", "B1", "added")
    ]
    assert "the key Bokning is missing or repeated in" in " ".join(answer["notes"])


def test_rows_that_cannot_be_read_are_compared_as_text(tmp_path: Path) -> None:
    after = export(
        tmp_path / "b", {"bokningar.csv": BOOKINGS.replace("2026-03-03 07:00", "2026-03-99 07:00")}
    )
    found = changes(export(tmp_path / "a"), after)
    assert ("bookings", "B2", "removed") in found
    assert any(one[0] == "bookings.rejected" and one[-1] == "added" for one in found)


def test_a_key_of_the_settings_goes_first(tmp_path: Path) -> None:
    text = "Namn;Kod\nEtt;1\nTvå;2\n"
    files = {"listor.csv": text, "tcw.yaml": "checklist: {keys: {listor: [Kod]}}\n"}
    before = export(tmp_path / "a", files)
    after = export(tmp_path / "b", files | {"listor.csv": text.replace("Två", "Tvåan")})
    assert changes(before, after) == [("listor", "2", "Namn", "changed", "Två", "Tvåan")]


def test_settings_alone_can_be_compared(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"roller.csv": ROLES}, base=False)
    after = export(tmp_path / "b", {"roller.csv": ROLES.replace("7,5", "8")}, base=False)
    answer = answered(before, after)
    assert [one["column"] for one in answer["changes"]] == ["Antal"]
    assert {item["id"]: item["status"] for item in answer["items"]}["C13"] == "not_judged"


def test_a_workbook_against_a_folder(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, text in (
        ("Personal", STAFF),
        ("Aktiviteter", ACTIVITIES),
        ("Bokningar", BOOKINGS),
        ("Roller", ROLES),
    ):
        sheet = book.create_sheet(name)
        for line in text.splitlines():
            sheet.append(line.split(";"))
    book.save(tmp_path / "after.xlsx")
    before = export(tmp_path / "a", {"roller.csv": ROLES})
    assert changes(before, tmp_path / "after.xlsx") == []


def test_both_sides_the_same_is_said(tmp_path: Path) -> None:
    folder = export(tmp_path / "a")
    assert "are the same; there is nothing to compare" in tcw(folder, folder, "--as-of", "2026-07-06").stderr


CELLS = ("", "1", "01", "1,0", "2", "x", "Ja", "2026-03-01", "20260301", "1 000", "1000")


def _random_rows(chance: random.Random, number: int) -> list[oracle.Row]:
    return [{name: chance.choice(CELLS) for name in "kabc"} for _ in range(number)]


def _table(rows: list[oracle.Row]) -> ExportTable:
    frame = pl.DataFrame(rows, schema=dict.fromkeys("kabc", pl.String)).select(
        pl.col(name).replace("", None).alias(f"x:{name}") for name in "kabc"
    )
    names = tuple(frame.columns)
    return ExportTable(
        "t",
        has_schema=False,
        frame=frame,
        compared=names,
        layout=tuple((name[2:], name) for name in names),
        file="t.csv",
    )


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("key", [("k",), ("k", "a")])
def test_against_the_oracle(seed: int, key: tuple[str, ...]) -> None:
    chance = random.Random(seed)
    before = _random_rows(chance, chance.randrange(9))
    after = [dict(row) for row in before if chance.random() < 0.8] + _random_rows(chance, chance.randrange(4))
    for row in after:
        if chance.random() < 0.4:
            row[chance.choice("kabc")] = chance.choice(CELLS)
    chance.shuffle(after)
    pair = Pair("t", _table(before), _table(after), tuple((f"x:{name}", f"x:{name}") for name in "kabc"))
    found = compare(pair, Key(tuple((f"x:{name}", f"x:{name}") for name in key), "config"))
    assert _counted(found.rows, found.cells, before, after, key) == oracle.compared(before, after, key)


def _counted(
    rows: pl.DataFrame,
    cells: pl.DataFrame,
    before: list[oracle.Row],
    after: list[oracle.Row],
    key: tuple[str, ...],
) -> Counter[tuple[object, ...]]:
    """What was found, as the oracle words it; a loose row paired with one nearly like it is one gone and one
    new.
    """

    def of(row: oracle.Row) -> tuple[object, ...]:
        return tuple(oracle.value(row[name]) for name in key)

    counts = [Counter(of(row) for row in side) for side in (before, after)]
    loose = {one for side in counts for one, number in side.items() if number > 1 or one[0] is None}
    result: Counter[tuple[object, ...]] = Counter()
    for kind, sides, mark in (("removed", before, BEFORE), ("added", after, AFTER)):
        for place in rows.filter(pl.col("kind").is_in([kind, "changed"]))[mark].drop_nulls():
            row = sides[place]
            one = of(row)
            if one in loose:
                result[f"{kind} whole", tuple(map(oracle.value, row.values()))] += 1
            elif rows.filter(pl.col(mark) == place)["kind"].item() == kind:
                result[kind, one] += 1
    for cell in cells.iter_rows(named=True):
        one = of(before[cell[BEFORE]])
        if one not in loose:
            result["changed", one, cell["column"][2:], cell["before"] or "", cell["after"] or ""] += 1
    return result
