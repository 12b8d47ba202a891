from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tcw.errors import InputFault
from tcw.intake.discover import paxml
from tcw.intake.discover.paxml import open_paxml
from tcw.intake.discover.raw import RawSheet
from tcw.intake.headers.aliases import shipped_aliases
from tcw.intake.headers.recognise import find_header, recognise
from tcw.wording import Phrase
from tcw.wording.phrase import swedish

TRANSACTIONS = """
  <tidtransaktioner>
    <tidtrans anstid="002" postid="7"><tidkod>ÖT1</tidkod><datum>2022-10-03</datum><timmar>4.25</timmar>
      <resenheter><resenhet dim="6" id="P9"/><resenhet dim="1" id="K1"/></resenheter></tidtrans>
    <tidtrans persnr="198209010001"><tidkod>TID</tidkod><datum>2022-10-04</datum><timmar>8</timmar></tidtrans>
  </tidtransaktioner>
  <lonetransaktioner><lonetrans anstid="002"><lonart>091</lonart><antal>45.0</antal></lonetrans></lonetransaktioner>
  <personal>
    <person anstid="001" persnr="19820901-0001"><fornamn>Mårten</fornamn><efternamn>G</efternamn><lonform>TIM</lonform>
      <sysgrad datum="2022-01-01">75</sysgrad><anstdatum>2020-01-08</anstdatum></person>
    <person anstid="003" delete="true"><fornamn>Borta</fornamn></person>
  </personal>"""


def document(
    content: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>', root: str = "<paxml>"
) -> str:
    return f"{head}\n{root}<header><version>2.0</version></header>{content}</paxml>"


def opened(path: Path, text: str | bytes) -> list[RawSheet]:
    path = path / "tid.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_paxml(path, "export/tid.xml")


def rows(sheet: RawSheet) -> list[dict[str, object]]:
    names = [name or "" for name in sheet.head[0]]
    frame = sheet.cells.collect()
    assert frame.schema["row"] == pl.UInt32
    assert set(frame.schema.dtypes()[1:-1]) == {pl.String}
    assert frame.columns == ["row", *[f"c{i}" for i in range(sheet.width)], "beyond"]
    assert not frame["beyond"].any()
    return [
        {
            "row": row[0],
            **{name: cell for name, cell in zip(names, row[1:-1], strict=True) if cell is not None},
        }
        for row in frame.iter_rows()
    ]


def said(sheet: RawSheet) -> str:
    return " ".join(note.say("en") for note in sheet.notes)


def test_time_transactions_are_bookings_and_persons_staff(tmp_path: Path) -> None:
    bookings, staff = opened(tmp_path, document(TRANSACTIONS))
    assert (bookings.origin.file, bookings.origin.sheet, bookings.medium) == (
        "export/tid.xml",
        "tidtransaktioner",
        "paxml",
    )
    assert rows(bookings) == [
        {"row": 2, "staff_id": "002", "activity_id": "ÖT1", "date": "2022-10-03", "hours": "4.25", "booking_id": "7", "unit_id": "K1"},
        {"row": 3, "staff_id": "001", "activity_id": "TID", "date": "2022-10-04", "hours": "8"},
    ]  # fmt: skip
    assert "1 pay transactions" in said(bookings)
    assert rows(staff) == [
        {"row": 2, "staff_id": "001", "name": "Mårten G", "person_id": "19820901-0001", "employment_type": "TIM", "employment_rate": "75", "valid_from": "2020-01-08"}
    ]  # fmt: skip
    assert "1 person is marked as deleted" in said(staff)
    assert not staff.hidden


def test_the_sheets_are_recognised_like_any_other(tmp_path: Path) -> None:
    for sheet, table in zip(opened(tmp_path, document(TRANSACTIONS)), ("bookings", "staff"), strict=True):
        header = find_header(sheet.head)
        assert header is not None
        found = recognise(header.headers, sheet.origin.file, sheet.origin.sheet, aliases=shipped_aliases())
        assert (found.table, found.sure) == (table, True)
        # The reader of the rows drops those up to the header row: no transaction may be among them.
        assert sheet.cells.select(pl.col("row").min()).collect().item() > header.last_row + 1


def test_names_alone_are_no_staff_export(tmp_path: Path) -> None:
    people = '<personal><person anstid="1"><fornamn>A</fornamn></person></personal>'
    time = '<tidtransaktioner><tidtrans anstid="1"><tidkod>A</tidkod><datum>2022-01-01</datum><timmar>1</timmar></tidtrans></tidtransaktioner>'
    assert [sheet.hidden for sheet in opened(tmp_path, document(time + people))] == [False, True]


def transaction(*, first: str, last: str, rest: str, schedule: str = "") -> str:
    return document(
        "<tidtransaktioner><tidtrans "
        f"anstid='1'><tidkod>SEM</tidkod><datumfrom>{first}</datumfrom><datumtom>{last}</datumtom>{rest}</tidtrans></tidtransaktioner>{schedule}"
    )


WEEK = """<schematransaktioner><schema anstid="1"><dag datum="2026-03-05" timmar="8"/><dag datum="2026-03-06" starttid="22:00" sluttid="04:00"/>
<dag datum="2026-03-07" timmar="0"/><dag datum="2026-03-09" timmar="6,5"/></schema></schematransaktioner>"""


def test_a_percentage_over_a_range_takes_its_part_of_the_scheduled_days(tmp_path: Path) -> None:
    (sheet,) = opened(
        tmp_path,
        transaction(first="2026-03-05", last="2026-03-09", rest="<omfattning>50</omfattning>", schedule=WEEK),
    )
    assert [(row["row"], row["date"], row["hours"]) for row in rows(sheet)] == [
        (2, "2026-03-05", "4"),
        (2, "2026-03-06", "3"),
        (2, "2026-03-09", "3.25"),
    ]
    assert "1 date ranges were spread" in said(sheet)


def test_hours_over_a_range_are_spread_by_the_schedule_and_none_are_lost(tmp_path: Path) -> None:
    (sheet,) = opened(
        tmp_path,
        transaction(first="2026-03-05", last="2026-03-09", rest="<timmar>41</timmar>", schedule=WEEK),
    )
    assert [row["hours"] for row in rows(sheet)] == ["16", "12", "13"]


def test_without_a_schedule_hours_stand_only_within_a_week(tmp_path: Path) -> None:
    (within,) = opened(
        tmp_path, transaction(first="2026-03-02", last="2026-03-08", rest="<timmar>38</timmar>")
    )
    assert [(row["date"], row["hours"]) for row in rows(within)] == [("2026-03-02", "38")]
    (across,) = opened(
        tmp_path, transaction(first="2026-03-02", last="2026-03-09", rest="<timmar>38</timmar>")
    )
    assert rows(across) == [{"row": 2, "staff_id": "1", "activity_id": "SEM", "hours": "38"}]
    assert "first: transaction 1" in said(across)


@pytest.mark.parametrize("rest", ["<omfattning>100</omfattning>", ""])
def test_without_a_schedule_the_length_of_a_day_is_not_guessed(tmp_path: Path, rest: str) -> None:
    (sheet,) = opened(tmp_path, transaction(first="2026-03-02", last="2026-03-06", rest=rest))
    assert rows(sheet) == [{"row": 2, "staff_id": "1", "activity_id": "SEM", "date": "2026-03-02"}]
    assert "rejected" in said(sheet)


@pytest.mark.parametrize(("first", "last"), [("2026-03-06", "2026-03-02"), ("0001-01-01", "9999-12-31")])
def test_an_absurd_range_is_one_row_without_hours(tmp_path: Path, first: str, last: str) -> None:
    (sheet,) = opened(tmp_path, transaction(first=first, last=last, rest="", schedule=WEEK))
    assert len(rows(sheet)) == 1
    assert "hours" not in rows(sheet)[0]


def test_clock_times_are_kept(tmp_path: Path) -> None:
    text = document(
        "<tidtransaktioner><tidtrans "
        "anstid='1'><tidkod>ARB</tidkod><starttid>2026-03-02T22:00:00</starttid><sluttid>2026-03-03T06:00:00</sluttid><timmar>7.5</timmar></tidtrans></tidtransaktioner>"
    )
    (sheet,) = opened(tmp_path, text)
    (row,) = rows(sheet)
    assert (row["date"], row["start"], row["end"], row["hours"]) == (
        "2026-03-02",
        "2026-03-02T22:00:00",
        "2026-03-03T06:00:00",
        "7.5",
    )


def test_what_cannot_be_read_stands_as_it_is(tmp_path: Path) -> None:
    text = document(
        "<tidtransaktioner><tidtrans anstid='1'><tidkod>ARB</tidkod><datum>i "
        "mars</datum><timmar>åtta</timmar></tidtrans></tidtransaktioner>"
    )
    (sheet,) = opened(tmp_path, text)
    assert rows(sheet) == [
        {"row": 2, "staff_id": "1", "activity_id": "ARB", "date": "i mars", "hours": "åtta"}
    ]


def test_schedules_alone_are_planned_bookings(tmp_path: Path) -> None:
    (sheet,) = opened(tmp_path, document(WEEK))
    assert sheet.origin.sheet == "schematransaktioner"
    first = rows(sheet)[0]
    assert first == {
        "row": 2,
        "staff_id": "1",
        "activity_id": "SCH",
        "date": date(2026, 3, 5).isoformat(),
        "hours": "8",
        "status": "planned",
    }
    assert [row["hours"] for row in rows(sheet)] == ["8", "6", "0", "6,5"]


@pytest.mark.parametrize(
    ("head", "root", "encoding"),
    [
        ('<?xml version="1.0" encoding="UTF-8"?>', "<paxml>", "utf-8"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "<paxml>", "utf-8-sig"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "<paxml>", "iso-8859-1"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "<paxml>", "utf-8-sig"),
        ('<?xml version="1.0" encoding="utf-16"?>', "<paxml>", "utf-16"),
        ('<?xml version="1.0" encoding="windows-1252"?>', "<paxml>", "cp1252"),
        ('<?xml version="1.0"?>', "<paxml>", "utf-8"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "<paxml>", "cp1252"),  # it lies, as real ones do
        (
            "<?xml version='1.0' encoding='UTF-8'?>",
            '<paxml xmlns="http://www.paxml.se/2.2/paxml.xsd">',
            "utf-8",
        ),
    ],
)
def test_every_encoding_and_namespace(tmp_path: Path, head: str, root: str, encoding: str) -> None:
    bookings, staff = opened(tmp_path, document(TRANSACTIONS, head, root).encode(encoding))
    assert rows(bookings)[0]["activity_id"] == "ÖT1"
    assert rows(staff)[0]["name"] == "Mårten G"


def test_attributes_and_other_spellings_are_read_too(tmp_path: Path) -> None:
    text = document(
        '<tidtransaktioner><tidtransaktion anstid="1" tidkod="ARB" datum="2026-03-02" '
        'timmar="7,5"/></tidtransaktioner>'
    )
    (sheet,) = opened(tmp_path, text)
    assert rows(sheet) == [
        {"row": 2, "staff_id": "1", "activity_id": "ARB", "date": "2026-03-02", "hours": "7,5"}
    ]


BOMB = """<?xml version="1.0"?><!DOCTYPE paxml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<paxml><tidtransaktioner><tidtrans><tidkod>&b;</tidkod></tidtrans></tidtransaktioner></paxml>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE paxml [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<paxml><tidtransaktioner><tidtrans><tidkod>&a;</tidkod></tidtrans></tidtransaktioner></paxml>"""
CUT = document(TRANSACTIONS)[:420]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (BOMB, "paxml-entities", "entities"),
        (OUTSIDE, "paxml-entities", "entities"),
        (CUT, "paxml-broken", "line"),
        ("", "paxml-broken", "line 1"),
        ('<?xml version="1.0" encoding="klingon"?><paxml/>', "paxml-encoding", "encoding"),
        ("<paxml><header/></paxml>", "paxml-nothing", "no time transactions"),
        ("<SalaryData/>", "file-other-xml", "salarydata"),
        (b"<paxml>\x00\x01", "paxml-broken", "line 1"),
    ],
)
def test_a_bad_file_is_one_clear_fault(tmp_path: Path, text: str | bytes, code: str, words: str) -> None:
    with pytest.raises(InputFault) as caught:
        opened(tmp_path, text)
    assert caught.value.code == code
    (line,) = caught.value.lines("en")
    assert words in line
    assert line.startswith("export/tid.xml")


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputFault):
        open_paxml(tmp_path / "none.xml", "none.xml")


def test_every_phrase_is_translated() -> None:
    codes = {
        fact.code
        for fact in vars(paxml).values()
        if isinstance(fact, Phrase) and fact.code.startswith("paxml")
    }
    assert codes
    assert codes <= set(swedish())
