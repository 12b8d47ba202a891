"""The summary on terminals of all kinds."""

import io
from dataclasses import replace

import polars as pl
import pytest
from rich.cells import cell_len
from rich.console import Console

from tcw.kpis.result import Grain, KpiResult
from tcw.model.intake_report import Doubt, FileReport
from tcw.reports.tables.followup import followup_table
from tcw.reports.tables.intake import finding_text
from tcw.reports.tables.kpi import grain_table
from tcw.reports.terminal.kpi import print_kpi
from tcw.reports.terminal.printer import print_table
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Hours
from tests.reports.kpi_factory import intake, made_up, nothing


def printed(
    result: KpiResult, lang: Language = "sv", width: int = 80, encoding: str = "utf-8", **options: bool
) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    print_kpi(Console(file=file, width=width, **options), result, intake(), lang)  # type: ignore[arg-type]
    file.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("lang", ["en", "sv"])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(lang: Language, width: int) -> None:
    assert max(cell_len(line) for line in printed(made_up(), lang, width).splitlines()) <= width


def test_it_says_what_a_reader_asks_first() -> None:
    text = printed(made_up(), "sv")
    assert "2026-W10 till 2026-W19" in text
    assert "enhet Hemtjänst 1, Hemtjänst 2 · 24 anställda" in text
    assert "12\xa0369 = 12\xa0366 godtagna + 3 avvisade" in text
    assert "12\xa0345 = 12\xa0342 + 3" in text
    assert "IN040" in text
    assert "(96 h 30 min)" in " ".join(text.split())
    assert "Inga röda dagar" in text


def test_averages_are_those_of_the_selection() -> None:
    result = made_up()
    absence = result.figures["all"]["absence_rate"][0]
    line = next(line for line in printed(result, "en").splitlines() if line.startswith("Absence rate"))
    assert f"{absence * 100:.1f}%" in line
    assert ">\xa010.0%" in line
    assert str(result.warnings.filter(pl.col("figure") == "absence_rate").height) in line


def test_the_ten_worst_warnings_come_worst_first() -> None:
    text = printed(made_up(), "en", 120)
    assert "(10 of 360)" in text
    lines = text.split("Worst warnings")[1].splitlines()[3:13]
    assert "−56.3\xa0pp" in lines[0]
    assert "below\xa0−5.0" in lines[0]


def test_colour_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b" not in printed(made_up())
    assert "\x1b[1;31m" in printed(made_up(), force_terminal=True)
    assert "\x1b[1;31m" not in printed(made_up(), force_terminal=True, no_color=True)


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii", "latin-1"])
def test_any_encoding_prints_what_it_can(encoding: str) -> None:
    text = printed(made_up(), "sv", encoding=encoding)
    assert "-9,8 %-enh." in text.replace("\xa0", " ")
    if encoding != "ascii":
        assert "Frånvarograd" in text
    if encoding == "cp1252":
        assert "▁" not in text


def test_markup_in_the_data_is_text() -> None:
    result = made_up()
    named = replace(result, filters={"--unit": "[red]Norr[/red] [link=x]"})
    assert "[red]Norr[/red] [link=x]" in printed(named)


def test_files_with_something_to_tell_come_first_when_there_are_many() -> None:
    dull = FileReport("tyst.csv", None, "bookings", 1, 1, 0, 9)
    loud = FileReport("högljudd.csv", None, "bookings", 5, 3, 2, 9)
    report = replace(intake(clean=True), files=(*[dull] * 20, loud))
    console = Console(file=io.StringIO(), width=80)
    print_kpi(console, made_up(3, 2), report, "sv")
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "högljudd.csv" in text
    assert "… och 13 till" in text


def test_what_a_finding_costs_is_said_once() -> None:
    plain = Phrase("test.finding", "{rows} bookings name nobody.")
    costly = Phrase("test.costly", "Nobody is named for {hours}.")
    once = Doubt("IN1", "info", Message(plain, {"rows": 2}), 2, 9.5)
    itself = Doubt("IN2", "info", Message(costly, {"hours": Hours(9.5)}), 2, 9.5)
    assert finding_text(once, "en") == "2 bookings name nobody. (9 h 30 min)"
    assert finding_text(itself, "en") == "Nobody is named for 9 h 30 min."


def test_nothing_to_show_is_said() -> None:
    text = printed(nothing(), "en")
    assert "No key figure is beyond its warning level." in text
    assert "No warning levels are set" in printed(replace(nothing(), levels={}), "en")


def rows(grain: Grain, width: int, limit: int = 50) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_table(console, grain_table(made_up(), grain), "en", limit)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_at_most_fifty_rows_and_how_many_more() -> None:
    text = rows("employee-week", 120)
    assert "… and 190 more" in text
    assert text.count("2026-W") == 50


def test_a_narrow_terminal_says_what_it_leaves_out() -> None:
    text = rows("employee-week", 80, 3)
    assert max(map(len, text.splitlines())) <= 80
    assert "No room at this width for: Employee, Unit" in text.replace("\n", " ")
    assert "No room" not in rows("employee-week", 200, 3)


@pytest.mark.parametrize("grain", ["employee-week", "employee", "week", "unit", "area"])
@pytest.mark.parametrize("width", [30, 40, 60])
def test_a_narrow_terminal_keeps_what_a_row_is_about_and_breaks_no_number(grain: Grain, width: int) -> None:
    lines = rows(grain, width).split("No room")[0].splitlines()
    first = grain_table(made_up(), grain).columns[0]
    rule = next(place for place, line in enumerate(lines) if line.startswith("─"))
    heading = " ".join(" ".join(lines[1:rule]).split())
    assert heading
    assert (first.short or first.label).template("en").split()[0] in heading
    for line in lines[rule + 1 :]:
        assert line.strip()
        assert not any(word == "%" or word.endswith(".") for word in line.split())


def test_the_worst_warnings_are_named_in_full_where_there_is_room() -> None:
    assert "Bokningsgrad jämfört med anställningsgrad" in printed(made_up(), "sv", 120).split("Värsta")[1]
    assert "Bokn. jfr anst." in printed(made_up(), "sv", 70).split("Värsta")[1]


def test_levels_have_their_unit() -> None:
    assert "+5,0 %-enh." in printed(made_up(), "sv").split("Värsta")[0].replace("\xa0", " ")
    assert "under −5,0 %-enh." in printed(made_up(), "sv", 120).replace("\xa0", " ")


def test_the_splits_of_the_files_stand_below_each_other() -> None:
    text = printed(made_up(), "en").split("Average")[0]
    lines = [line for line in text.splitlines() if line.startswith("  ") and "=" in line]
    assert len(lines) > 1
    assert len({line.index("=") for line in lines}) == 1


def test_followup_says_where_there_is_no_reason() -> None:
    frame = pl.DataFrame({"order_reason": ["VAB", None], "hidden": [False, False], "hours": [1.0, 2.0]})
    console = Console(file=io.StringIO(), width=80)
    print_table(console, followup_table(frame), "sv")
    assert "Utan orsak" in console.file.getvalue()  # type: ignore[attr-defined]


def test_followup_frames_print_too() -> None:
    frame = pl.DataFrame(
        {"staff_id": ["7"], "unit_id": ["Norr"], "borrowed": [True], "hours": [12.25], "month": ["2026-03"]}
    )
    console = Console(file=io.StringIO(), width=80)
    print_table(console, followup_table(frame), "sv")
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Inlånad" in text
    assert "Ja" in text
    assert "12,3" in text
