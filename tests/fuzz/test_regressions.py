"""Faults that the others in this folder found, one plain example each."""

from tcw.wording import Phrase
from tests.fuzz import workbooks
from tests.fuzz.harness import Read, checked


def read(text: str, name: str = "fil.csv") -> Read:
    found = checked({name: text.encode()})
    assert found is not None
    return found


def reasons(found: Read) -> list[str]:
    return found.loaded.schedule.intake.rejects["reason"].to_list()


def test_a_clock_time_alone_is_no_moment_of_registration() -> None:
    assert reasons(read("Beställning;Anställningsnummer;Anmäld\n1;001;07:30\n")) == ["IN03"]


def test_hours_beyond_any_number() -> None:
    header = "Anställningsnummer;Aktivitet;Start;Slut;Timmar;Datum\n"
    by_hours = read(f"{header}1;DAG;;;99999999999999999999;2026-03-02\n")
    assert reasons(by_hours) == ["IN07"]
    assert reasons(read(f"{header}1;DAG;2026-03-02 07:00;2026-03-02 16:00;1e300;2026-03-02\n")) == []
    no_end = "Anställningsnummer;Aktivitet;Start;Timmar\n1;DAG;2026-03-02 07:00;99999999999999999999\n"
    assert reasons(read(no_end)) == ["IN07"]


def test_a_cell_sends_no_commands_to_the_terminal() -> None:
    said = Phrase("x", "{value}").say("en", value="a\x1b[31m\r\nb\u2028c\x9b")
    assert said == "a?[31m  b c?"


def test_a_cell_at_the_right_edge_of_a_sheet() -> None:
    parts = workbooks.parts_of(workbooks.xlsx())
    name = "xl/worksheets/sheet1.xml"
    moved = parts[name].replace(b'r="F4"', b'r="XFD4"')
    assert moved != parts[name]
    found = checked({"bok.xlsx": workbooks.packed({**parts, name: moved})})
    assert found is not None
    assert found.loaded.sheets[0].raw.width == 8
    assert found.loaded.sheets[0].recognition.table == "bookings"
