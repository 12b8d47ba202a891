"""Faults that the others in this folder found, one plain example each."""

from tests.fuzz.harness import Read, checked


def read(text: str, name: str = "fil.csv") -> Read:
    found = checked({name: text.encode()})
    assert found is not None
    return found


def reasons(found: Read) -> list[str]:
    return found.loaded.schedule.intake.rejects["reason"].to_list()


def test_a_clock_time_alone_is_no_moment_of_registration() -> None:
    assert reasons(read("Beställning;Anställningsnummer;Anmäld\n1;001;07:30\n")) == ["IN03"]
