import random
import tomllib
from importlib import import_module, resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.errors import UsageFault
from tcw.intake.headers.aliases import WORD_COLUMNS, columns_of, folded, plain, shipped_aliases, words_for
from tcw.intake.headers.recognise import Recognition, find_header, recognise
from tcw.model.tables import TABLES
from tcw.wording import Phrase
from tcw.wording.phrase import swedish

ALIASES = shipped_aliases()
TOML: dict[str, Any] = tomllib.loads(
    resources.files("tcw.intake.headers").joinpath("headers.toml").read_text("utf-8")
)


def taken(row: str, file: str = "export.csv", **options: Any) -> Recognition:
    return recognise(row.split(";"), file, None, aliases=ALIASES, **options)


def by_header(row: str, recognition: Recognition) -> dict[str, str]:
    headers = row.split(";")
    return {column: headers[i] for column, i in {**recognition.columns, **recognition.beside}.items()}


# --- the data ------------------------------------------------------------


def test_there_are_enough_aliases() -> None:
    per_column = [
        alias for columns in TOML["columns"].values() for aliases in columns.values() for alias in aliases
    ]
    assert len({plain(alias) for alias in per_column}) >= 250


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_reachable_in_both_languages_or_by_its_own_name(table: str) -> None:
    for column in columns_of(table):
        assert ALIASES.matches(column)[table].column == column
        assert len(TOML["columns"][table][column]) >= 2, (table, column)
        for alias in TOML["columns"][table][column]:
            assert ALIASES.matches(alias.lstrip("~"))[table].column == column, (table, alias)


@pytest.mark.parametrize("table", TABLES)
def test_no_alias_means_two_columns_of_one_table(table: str) -> None:
    owner: dict[str, str] = {}
    for column, aliases in TOML["columns"][table].items():
        keys = [plain(alias) for alias in aliases]
        assert len(keys) == len(set(keys)), f"{table}.{column} says one thing twice"
        for key in keys:
            assert owner.setdefault(folded(key), column) == column, (table, key)


def test_the_data_names_only_tables_and_columns_there_are() -> None:
    assert set(TOML["columns"]) == set(TABLES) == set(TOML["names"])
    for table, columns in TOML["columns"].items():
        assert set(columns) <= set(columns_of(table))
    for section in ("parts", "instead"):
        for table, columns in TOML[section].items():
            assert set(columns) <= set(TABLES[table].columns)


def test_every_word_column_has_words_and_no_spelling_means_two() -> None:
    of_words = {
        (table, name)
        for table, schema in TABLES.items()
        for name, column in schema.columns.items()
        if column.kind == "word"
    }
    assert of_words == set(WORD_COLUMNS)
    for table, column in of_words:
        owner: dict[str, str] = {}
        for word, spellings in words_for(table, column).items():
            assert spellings[0] == word
            for spelling in spellings:
                assert owner.setdefault(plain(spelling), word) == word, (table, column, spelling)


@pytest.mark.parametrize("module", ["aliases", "by_values", "recognise"])
def test_every_phrase_is_translated(module: str) -> None:
    phrases = [
        fact
        for fact in vars(import_module(f"tcw.intake.headers.{module}")).values()
        if isinstance(fact, Phrase)
    ]
    assert phrases
    assert {phrase.code for phrase in phrases} <= set(swedish())


# --- one cell ------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "Anställningsnummer", "ANSTÄLLNINGSNUMMER", " Anställningsnummer: ", "Anställningsnummer*", "Anställnings-nummer", "Anställnings\nnummer",
        "Anstallningsnummer", "Anst?llningsnummer", "Anst\ufffdllningsnummer", "AnstÃ¤llningsnummer", "Anst„llningsnummer", "Anst{llningsnummer",
        "Anställningsnummer (ID)",
    ],
)  # fmt: skip
def test_one_header_is_known_however_it_is_written_or_broken(header: str) -> None:
    assert ALIASES.matches(header)["bookings"].column == "staff_id"


@pytest.mark.parametrize(
    ("header", "column", "unit"),
    [
        ("Längd (h)", "hours", "h"),
        ("Längd (min)", "minutes", "min"),
        ("Längd [sek]", "seconds", "s"),
        ("Längd min", "minutes", "min"),
        ("Duration (decimal)", "hours", None),
        ("Tid (tt:mm)", "hours", "h"),
        ("Rast (min)", "break_minutes", None),
    ],
)
def test_a_unit_in_the_header_decides_what_the_length_is_in(
    header: str, column: str, unit: str | None
) -> None:
    match = ALIASES.matches(header)["bookings"]
    assert (match.column, match.unit) == (column, unit)


def test_a_question_is_answered_and_is_nobody() -> None:
    assert "bookings" not in ALIASES.matches("Employee?")
    assert ALIASES.matches("Billable?")["bookings"].column == "billing"


# --- whole rows ------------------------------------------------------------

ROWS = [
    ("staff", "Anställningsnummer;Namn;Personnummer;Anställningstyp;Sysselsättningsgrad;Befattning;Enhet;Gäller fr.o.m.;Gäller t.o.m.",
     {"staff_id": "Anställningsnummer", "name": "Namn", "person_id": "Personnummer", "employment_type": "Anställningstyp", "employment_rate": "Sysselsättningsgrad", "category": "Befattning", "home_unit": "Enhet", "valid_from": "Gäller fr.o.m.", "valid_to": "Gäller t.o.m."}),
    ("staff", "Employee ID;Full name;Contract type;FTE;Department;Start date;End date",
     {"staff_id": "Employee ID", "name": "Full name", "employment_type": "Contract type", "employment_rate": "FTE", "home_unit": "Department", "valid_from": "Start date", "valid_to": "End date"}),
    ("activities", "Aktivitet;Benämning;Debiteringstyp;Tjänstetyp",
     {"activity_id": "Aktivitet", "name": "Benämning", "billing": "Debiteringstyp", "service_type": "Tjänstetyp"}),
    ("bookings", "Anst.nr;Aktivitet;Start;Slut", {"staff_id": "Anst.nr", "activity_id": "Aktivitet", "start": "Start", "end": "Slut"}),
    ("bookings", "Datum;Starttid;Sluttid;Rast (min);Medarbetare;Passtyp;Enhet",
     {"date": "Datum", "start": "Starttid", "end": "Sluttid", "break_minutes": "Rast (min)", "staff_id": "Medarbetare", "activity_id": "Passtyp", "unit_id": "Enhet"}),
    ("bookings", "Employee ID;Cause code;Date;Hours", {"staff_id": "Employee ID", "activity_id": "Cause code", "date": "Date", "hours": "Hours"}),
    ("bookings", "Anställningsnr;Lönart;Datum;Antal", {"staff_id": "Anställningsnr", "activity_id": "Lönart", "date": "Datum", "hours": "Antal"}),
    ("bookings", "User;Email;Client;Project;Task;Description;Billable;Start date;Start time;End date;End time;Duration;Tags",
     {"staff_id": "User", "unit_id": "Client", "activity_id": "Task", "billing": "Billable", "date": "Start date", "start": "Start time", "end_date": "End date", "end": "End time", "hours": "Duration"}),
    ("bookings", "Project;Client;Description;Task;User;Group;Email;Tags;Billable;Start Date;Start Time;End Date;End Time;Duration (h);Duration (decimal);Billable Rate (USD)",
     {"staff_id": "User", "unit_id": "Client", "activity_id": "Task", "billing": "Billable", "date": "Start Date", "start": "Start Time", "end_date": "End Date", "end": "End Time", "hours": "Duration (decimal)"}),
    ("bookings", "Date;From;To;Duration;User;Username;Customer;Project;Activity;Description;Exported;Billable;Tags",
     {"date": "Date", "start": "From", "end": "To", "hours": "Duration", "staff_id": "User", "unit_id": "Customer", "activity_id": "Activity", "billing": "Billable"}),
    ("bookings", "Employee Export Code;Employee Name;Date;Start;End;Mealbreak;Total Hours;Total Cost;Area Name;Location Name",
     {"staff_id": "Employee Export Code", "date": "Date", "start": "Start", "end": "End", "break_minutes": "Mealbreak", "hours": "Total Hours", "activity_id": "Area Name", "unit_id": "Location Name"}),
    ("bookings", "Datum;Kund;Projekt;Användare;Tid i timmar;Aktivitet;Fakturerbar",
     {"date": "Datum", "unit_id": "Kund", "activity_id": "Aktivitet", "staff_id": "Användare", "hours": "Tid i timmar", "billing": "Fakturerbar"}),
    ("orders", "Beställningsnr;Arbetsplats;Datum;Starttid;Sluttid;Passtyp;Beställningsorsak;Status;Ersätter",
     {"order_id": "Beställningsnr", "unit_id": "Arbetsplats", "date": "Datum", "start": "Starttid", "end": "Sluttid", "activity_id": "Passtyp", "reason": "Beställningsorsak", "status": "Status", "replaces_staff_id": "Ersätter"}),
    ("availability", "Anst.nr;Tillgänglig från;Tillgänglig till;Typ;Arbetsplatser",
     {"staff_id": "Anst.nr", "start": "Tillgänglig från", "end": "Tillgänglig till", "kind": "Typ", "units": "Arbetsplatser"}),
    ("competences", "Anst.nr;Namn;Kompetens;Giltig t.o.m.", {"staff_id": "Anst.nr", "competence_id": "Kompetens", "valid_to": "Giltig t.o.m."}),
    ("agreement_links", "Anställningsnummer;Avtal;Gäller fr.o.m.;Gäller t.o.m.",
     {"staff_id": "Anställningsnummer", "agreement_id": "Avtal", "valid_from": "Gäller fr.o.m.", "valid_to": "Gäller t.o.m."}),
    ("interests", "Beställningsnr;Anst.nr;Anmäld", {"order_id": "Beställningsnr", "staff_id": "Anst.nr", "registered_at": "Anmäld"}),
    ("units", "Enhet;Benämning;Samplaneringsyta", {"unit_id": "Enhet", "name": "Benämning", "planning_area": "Samplaneringsyta"}),
    ("introductions", "Anst.nr;Arbetsplats;Krets", {"staff_id": "Anst.nr", "unit_id": "Arbetsplats", "tier": "Krets"}),
    ("requests", "Beställning;Anställningsnummer;Tillfrågad;Svar", {"order_id": "Beställning", "staff_id": "Anställningsnummer", "asked_at": "Tillfrågad", "answer": "Svar"}),
    ("requests", "Employee ID;Request sent", {"staff_id": "Employee ID", "asked_at": "Request sent"}),
    ("time_bank", "Anställningsnummer;Saldo", {"staff_id": "Anställningsnummer", "balance": "Saldo"}),
    ("time_bank", "Employee ID;Time bank balance;As of", {"staff_id": "Employee ID", "balance": "Time bank balance", "date": "As of"}),
    ("red_days", "Datum;Procent;Kommentar", {"date": "Datum", "percent": "Procent", "comment": "Kommentar"}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "row", "columns"), ROWS, ids=[f"{t}-{r[:24]}" for t, r, _ in ROWS])
def test_realistic_headers_are_the_right_table_and_columns(
    table: str, row: str, columns: dict[str, str]
) -> None:
    recognition = taken(row)
    assert recognition.table == table
    assert by_header(row, recognition) == columns
    assert recognition.sure


@pytest.mark.parametrize("table", TABLES)
def test_the_canonical_names_make_the_table(table: str) -> None:
    row = ";".join(TABLES[table].columns)
    recognition = taken(row)
    assert recognition.table == table
    assert recognition.sure
    assert by_header(row, recognition) == {column: column for column in TABLES[table].columns}


@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from(ROWS), seed=st.integers(0, 10_000))
def test_the_order_of_columns_changes_nothing(case: tuple[str, str, dict[str, str]], seed: int) -> None:
    table, row, columns = case
    headers = [*row.split(";"), "", "Sånt vi inte känner"]
    random.Random(seed).shuffle(headers)
    recognition = recognise(headers, "export.csv", None, aliases=ALIASES)
    assert recognition.table == table
    assert by_header(";".join(headers), recognition) == columns
    assert "Sånt vi inte känner" in [headers[i] for i in recognition.unused]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_headers_at_all_are_answered(headers: list[str]) -> None:
    recognition = recognise(headers, "x.csv", None, aliases=ALIASES)
    assert all(0 <= i < len(headers) for i in recognition.columns.values())
    assert recognition.why.say("sv")
    assert recognition.why.say("en")
    find_header([headers, headers])


# --- decisions ------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "Inställning;Värde;Beskrivning",
        "Kod;Namn;Värde",
        "Användare;Roll;Behörighet;Funktionsgrupp",
        "A;B;C",
        "",
    ],
)
def test_settings_are_no_table(row: str) -> None:
    recognition = taken(row, "installningar.csv")
    assert recognition.table is None
    assert recognition.sure
    assert not recognition.missing


@pytest.mark.parametrize(
    "days",
    ["2026-03-02;2026-03-03;2026-03-04", "mån 2/3;tis 3/3;ons 4/3", "1;2;3;4;5;6", "mån;tis;ons;tor;fre"],
)
def test_a_roster_is_left_to_be_unfolded_whatever_its_name(days: str) -> None:
    recognition = taken(f"Anst.nr;Namn;{days}", "personal.csv")
    assert recognition.table is None
    assert recognition.why.phrase.code == "headers-roster"


def test_a_name_alone_is_not_enough_and_what_is_missing_is_said() -> None:
    recognition = taken("Anst.nr;Datum;Aktivitett;Kommentar", "bokningar_mars.csv")
    assert recognition.table is None
    assert not recognition.sure
    assert recognition.meant == "bookings"
    assert "activity_id" in recognition.missing
    said = recognition.why.say("en")
    assert "activity_id" in said
    assert "Did you mean Aktivitett?" in said


def test_what_looks_like_bookings_is_not_taken_for_something_smaller() -> None:
    recognition = taken("Anst.nr;Datum;Timmar")
    assert recognition.table is None
    assert recognition.missing == ("activity_id",)


def test_a_name_decides_between_tables_that_both_fit() -> None:
    row = "Bestnr;Arbetsplats;Datum;Start;Slut;Aktivitet;Beställningsorsak;Status;Vikarie"
    assert taken(row, "beställningar.csv").table == "orders"
    assert taken(row, "bokningar.csv").table == "bookings"
    sheet = recognise(row.split(";"), "bokningar.xlsx", "Beställningar", aliases=ALIASES)
    assert sheet.table == "orders"  # the sheet's name comes before the file's


def test_a_close_call_is_not_sure() -> None:
    recognition = taken("Anst.nr;Arbetsplats")
    assert recognition.table in {"staff", "introductions"}
    assert not recognition.sure
    assert recognition.runner_up in {"staff", "introductions"} - {recognition.table}


def test_of_two_columns_for_one_the_more_specific_with_values_is_used_and_said() -> None:
    row = "User;Email;Project;Task;Date;Duration"
    full = taken(row, filled=[True] * 6)
    assert by_header(row, full)["activity_id"] == "Task"
    assert full.alternatives["activity_id"] == (3, 2)
    assert any("Task" in note.say("en") and "Project" in note.say("en") for note in full.notes)
    no_tasks = taken(row, filled=[True, True, True, False, True, True])
    assert by_header(row, no_tasks)["activity_id"] == "Project"


def test_of_two_equal_headers_the_first_is_used() -> None:
    recognition = taken("Anst.nr;Aktivitet;Datum;Timmar;Datum")
    assert recognition.columns["date"] == 2
    assert (
        taken("Anst.nr;Aktivitet;Datum;Timmar;Datum", filled=[True, True, False, True, True]).columns["date"]
        == 4
    )


def test_first_and_last_name_together_are_who() -> None:
    row = "Date;Client;Project;Task;Hours;Billable?;First Name;Last Name;Roles;Employee?"
    recognition = taken(row)
    assert recognition.table == "bookings"
    assert recognition.joined == {"staff_id": (6, 7)}
    assert "staff_id" not in recognition.columns


def test_a_name_stands_in_for_a_missing_id_and_it_is_said() -> None:
    recognition = taken("Namn;Anställningsform;Syss.grad")
    assert recognition.table == "staff"
    assert recognition.columns["staff_id"] == recognition.columns["name"] == 0
    assert not recognition.sure
    assert any("staff_id" in note.say("en") for note in recognition.notes)


def test_the_configuration_decides_table_and_headers() -> None:
    row = "Vem;Vad;Dag;Hur länge"
    mine = ALIASES.with_overrides(
        {"bookings": {"staff_id": ["Vem"], "activity_id": ["Vad"], "hours": ["HUR LÄNGE"]}}
    )
    recognition = recognise(row.split(";"), "x.csv", None, aliases=mine)
    assert recognition.table == "bookings"
    assert by_header(row, recognition) == {
        "staff_id": "Vem", "activity_id": "Vad", "date": "Dag", "hours": "Hur länge",
    }  # fmt: skip
    assert taken("Anst.nr;Arbetsplats", table="introductions").table == "introductions"
    told = taken("Anst.nr;Arbetsplats", table="bookings")
    assert told.table is None
    assert told.missing


def test_an_override_beats_what_the_header_meant() -> None:
    mine = ALIASES.with_overrides({"bookings": {"unit_id": ["Aktivitet"]}})
    row = "Anst.nr;Aktivitet;Tidkod;Datum;Timmar;Enhet"
    recognition = recognise(row.split(";"), "x.csv", None, aliases=mine)
    assert by_header(row, recognition)["unit_id"] == "Aktivitet"
    assert by_header(row, recognition)["activity_id"] == "Tidkod"
    assert taken(row).columns["unit_id"] == 5  # the shipped ones are as before


def test_overriding_what_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageFault) as caught:
        ALIASES.with_overrides({"bokings": {}})
    assert "bookings" in caught.value.lines("en")[0]
    with pytest.raises(UsageFault) as caught:
        ALIASES.with_overrides({"bookings": {"staffid": ["X"]}})
    assert "staff_id" in caught.value.lines("sv")[0]


# --- the header row ------------------------------------------------------------


def test_titles_above_the_headers_are_skipped() -> None:
    found = find_header(
        [
            ["Bokningar mars 2026", None, None, None],
            [None, None, None, None],
            ["Utskriven av", "Personal", None, None],
            ["Anst.nr", "Aktivitet", "Start", "Slut"],
            ["1001", "Natt", "2026-03-02 07:00", "2026-03-02 16:00"],
            ["Anst.nr", "Aktivitet", "Start", "Slut"],
        ]
    )
    assert found is not None
    assert (found.row, found.last_row, found.sure) == (3, 3, True)
    assert found.headers == ("Anst.nr", "Aktivitet", "Start", "Slut")


def test_two_rows_of_headers_are_put_together() -> None:
    found = find_header(
        [
            ["Anställd", None, "Pass", None, None],
            ["nr", "namn", "Datum", "Start", "Slut"],
            ["1001", "Eva", "2026-03-02", "07:00", "16:00"],
        ]
    )
    assert found is not None
    assert (found.row, found.last_row) == (0, 1)
    assert found.headers[:3] == ("Anställd nr", "Anställd namn", "Pass Datum")


def test_rows_of_data_are_not_put_together_with_their_header() -> None:
    found = find_header([["Namn", "Befattning"], ["Eva", "Undersköterska"], ["Bo", "Läkare"]])
    assert found is not None
    assert (found.row, found.last_row) == (0, 0)


def test_unknown_headers_are_found_but_not_sure() -> None:
    found = find_header([["Rapport", None], [None, None], ["Inställning", "Värde"], ["a", "1"]])
    assert found is not None
    assert (found.row, found.sure) == (2, False)
    assert find_header([["1", "2"], ["3", "4"]]) is None
    assert find_header([]) is None
