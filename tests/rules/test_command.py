"""tcw check as a user runs it: what counts, what is written, what it says when something is wrong."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from tcw.cli.app import app
from tcw.errors import InputFault, UsageFault
from tcw.model.finding import FINDINGS_SCHEMA
from tcw.rules import catalogue
from tcw.rules.bookings.double_booking import RULE
from tests.rules.cases import ACTIVITIES

BOOKINGS = """Anst.nr;Aktivitet;Start;Slut;Bokning;Enhet
1;Arbete;2026-03-02 07:00;2026-03-02 16:00;A;Norr
1;Arbete;2026-03-02 15:00;2026-03-02 21:00;B;Norr
2;Arbete;2026-03-03 07:00;2026-03-03 16:00;C;Söder
2;Arbete;2026-03-03 12:00;2026-03-03 13:00;D;Söder
"""
STAFF = """Anst.nr;Namn;Anställningsgrad;Anställningstyp;Hemenhet
1;Ada Berg;100;Månadslön;Norr
2;Bo <script>alert(1)</script>;100;Månadslön;Söder
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    for name, text in (("bokningar", BOOKINGS), ("personal", STAFF), ("aktiviteter", ACTIVITIES)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def tcw(*words: object) -> Result:
    with mock.patch.dict(os.environ, {"TCW_LANG": "en", "COLUMNS": "100", "NO_COLOR": "1"}):
        return CliRunner().invoke(app, ["check", *map(str, words)])


def found(result: Result) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return findings


WORDS = ("--select", "BK01", "--as-of", "2026-12-31")


def test_findings_are_an_exit_code(source: Path) -> None:
    assert tcw(source, *WORDS).exit_code == 1
    assert tcw(source, *WORDS, "--fail-on", "never").exit_code == 0
    assert tcw(source, "--select", "BK10", "--as-of", "2026-12-31").exit_code == 0


def test_json_says_all_that_is_promised(source: Path) -> None:
    answer = json.loads(tcw(source, *WORDS, "--format", "json").stdout)
    first = answer["findings"][0]
    assert list(first) == [*FINDINGS_SCHEMA, "state", "counts", "message"]
    assert (first["code"], first["severity"], first["staff_id"], first["unit_id"]) == (
        "BK01",
        "error",
        "1",
        "Norr",
    )
    assert (first["from"], first["to"]) == ("2026-03-02T15:00:00", "2026-03-02T16:00:00")
    assert (first["measured"], first["limit"], first["unit"], first["shortfall"]) == (1.0, 0.0, "h", 1.0)
    assert (first["phase"], first["booking_ids"], first["agreement"]) == ("actual", ["A", "B"], "atl")
    assert first["message"] == "is booked twice at the same time, for 1 h"
    assert answer["judged"] == [{"code": "BK01", "judged": 4, "flagged": 2, "not_judged": 0, "why": None}]
    assert answer["intake"]["rows_read"] == answer["intake"]["accepted"] + answer["intake"]["rejected"]


def test_what_starts_on_the_day_or_later_is_planned(source: Path) -> None:
    phases = [
        one["phase"]
        for one in found(tcw(source, "--select", "BK01", "--as-of", "2026-03-03", "--format", "json"))
    ]
    assert phases == ["actual", "planned"]


def test_units_and_periods_narrow(source: Path) -> None:
    by_unit = found(tcw(source, *WORDS, "--unit", "söder", "--format", "json"))
    assert [one["staff_id"] for one in by_unit] == ["2"]
    by_day = found(tcw(source, *WORDS, "--to", "2026-03-02", "--format", "json"))
    assert [one["staff_id"] for one in by_day] == ["1"]
    assert isinstance(tcw(source, *WORDS, "--unit", "Öster").exception, UsageFault)


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_a_baseline_leaves_only_what_is_new(source: Path, tmp_path: Path, ending: str) -> None:
    before = tmp_path / f"before{ending}"
    assert tcw(source, *WORDS, "--out", before, "--lang", "sv").exit_code == 1
    assert tcw(source, *WORDS, "--baseline", before).exit_code == 0
    more = (
        BOOKINGS + "2;Arbete;2026-03-04 07:00;2026-03-04 16:00;E;Söder\n2;Arbete;2026-03-04 08:00;2026-03-04 "
        "09:00;F;Söder\n"
    )
    fewer = more.replace("1;Arbete;2026-03-02 15:00;2026-03-02 21:00;B;Norr\n", "")
    (source / "bokningar.csv").write_text(fewer, encoding="utf-8")
    result = tcw(source, *WORDS, "--baseline", before, "--format", "json")
    assert result.exit_code == 1
    assert [(one["from"][:10], one["state"], one["counts"]) for one in found(result)] == [
        ("2026-03-03", "remaining", False),
        ("2026-03-04", "new", True),
    ]
    assert json.loads(result.stdout)["gone"] == 1
    assert "1 of the baseline is found no more" in tcw(source, *WORDS, "--baseline", before).stdout


def test_what_was_not_judged_now_is_not_gone(source: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.parquet"
    stranger = BOOKINGS + "99;Arbete;2026-03-02 07:00;2026-03-02 16:00;X;Norr\n"
    (source / "bokningar.csv").write_text(stranger, encoding="utf-8")
    tcw(source, "--as-of", "2026-12-31", "--out", before)
    assert set(pl.read_parquet(before)["code"]) > {"BK01", "IN51"}
    answer = json.loads(tcw(source, *WORDS, "--baseline", before, "--format", "json").stdout)
    assert answer["gone"] == 0


def accepted(source: Path, path: Path, rows: int, **changed: str) -> None:
    """Write the first findings as accepted, as somebody would who adds three columns in Excel."""
    out = tcw(source, *WORDS, "--format", "csv", "--csv", "sv").stdout_bytes.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(out), delimiter=";"))[:rows]
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(file, [*lines[0], "vem", "när", "varför"], delimiter=";")
        writer.writeheader()
        for line in lines:
            writer.writerow(
                {**line, "vem": "Chef Åsa", "när": "2026-03-10", "varför": "överenskommet", **changed}
            )


def test_accepted_findings_do_not_count_but_are_listed(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "accepterade.csv"
    accepted(source, path, 2)
    result = tcw(source, *WORDS, "--accepted", path, "--format", "json")
    assert result.exit_code == 0
    assert [(one["state"], one["counts"]) for one in found(result)] == [("accepted", False)] * 2


def test_a_planned_breach_can_be_seen_but_not_accepted(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "accepterade.csv"
    accepted(source, path, 2)
    result = tcw(source, "--select", "BK01", "--as-of", "2026-03-03", "--accepted", path, "--format", "json")
    assert result.exit_code == 1
    assert [(one["state"], one["counts"]) for one in found(result)] == [
        ("accepted", False),
        ("accepted", True),
    ]


def test_acceptances_of_what_has_changed_or_gone_are_told(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "accepterade.csv"
    accepted(source, path, 1, measured="0,5")
    stale = json.loads(tcw(source, *WORDS, "--accepted", path, "--format", "json").stdout)["stale"]
    assert [(one["staff_id"], one["why"], one["who"]) for one in stale] == [("1", "changed", "Chef Åsa")]
    accepted(source, path, 1, to="2026-03-02 17:00:00")
    result = tcw(source, *WORDS, "--accepted", path)
    assert result.exit_code == 1
    assert "Acceptances to renew" in result.stdout
    assert "is found no more" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--select", "WT99"), "WT99 is no rule and no family of rules"),
        (("--select", "BK01", "--ignore", "BK"), "leave no rule to judge"),
        (("--baseline", "nowhere.parquet"), "there is no file nowhere.parquet"),
        (("--as-of", "yesterday"), "--as-of: yesterday is no day"),
        (("--out", "findings.pdf"), "the file name must end in .xlsx"),
        (("--csv", "fr"), "--csv"),
    ],
)
def test_wrong_usage_is_one_line(source: Path, words: tuple[str, ...], said: str) -> None:
    from tcw.cli.shell.faults import report

    with mock.patch.dict(os.environ, {"TCW_LANG": "en"}):
        stderr = io.StringIO()
        with mock.patch("sys.stderr", stderr):
            code = report(
                lambda: app(["check", str(source), *words], prog_name="tcw", standalone_mode=False),
                debug=False,
            )
    assert code == 2
    assert said in stderr.getvalue()
    assert len(stderr.getvalue().splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"PAR1", b"\x89PNG\r\n", b"a;b\n1;2\n"])
def test_a_baseline_that_is_no_findings_is_refused(source: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    result = tcw(source, *WORDS, "--baseline", path)
    assert result.exit_code != 0
    assert isinstance(result.exception, InputFault)


def test_a_rule_that_fails_is_told_and_the_others_finish(source: Path) -> None:
    def broken(context: object) -> None:
        raise ZeroDivisionError(str(context))

    bad = mock.Mock(
        wraps=RULE, code="BK01", scope="people", family="BK", unit="h", direction="at_most", timeless=False
    )
    bad.judge = broken
    good = next(rule for rule in catalogue.RULES if rule.code == "ST01")
    with mock.patch("tcw.rules.choice.RULES", (bad, good)):
        result = tcw(source, "--as-of", "2026-12-31", "--format", "json")
    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    assert answer["failures"] == [{"code": "BK01", "kind": "ZeroDivisionError"}]
    assert [one["code"] for one in answer["judged"]] == ["ST01"]


def test_the_workbook_has_its_sheets_and_counts(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "check.xlsx"
    tcw(source, *WORDS, "--out", path, "--lang", "sv")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Sammanfattning", "Fynd", "Per person", "Per enhet", "Per enhet och regel", "Ej bedömt", "Iakttagelser om indata", "Om rapporten",  # noqa: E501
    ]  # fmt: skip
    texts = {str(cell.value) for row in book["Fynd"].iter_rows() for cell in row}
    assert "är bokad två gånger samtidigt, under 1 h" in texts
    assert "Ada Berg" in texts


def test_the_page_escapes_names(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "check.html"
    tcw(source, *WORDS, "--out", path)
    page = path.read_text("utf-8")
    assert "<script>alert" not in page
    assert "Bo &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<svg") == 2


def test_the_terminal_draws_the_days(source: Path) -> None:
    shown = tcw(source, *WORDS).stdout
    assert "2 errors, 0 warnings, 0 notes" in shown
    assert "2026-03-02 15:00–16:00: is booked twice at the same time, for 1 h" in shown
    line = next(text for text in shown.splitlines() if "Mon 2 Mar" in text)
    assert line.split()[-1] == "·" * 14 + "█" * 28 + "·" * 6


def test_pseudonyms_hide_people_but_not_findings(source: Path) -> None:
    with mock.patch.dict(os.environ, {"TCW_PSEUDONYM_KEY": "a key of at least sixteen characters"}):
        result = tcw(source, *WORDS, "--pseudonymise", "--format", "json")
    findings = found(result)
    assert len(findings) == 2
    assert all(one["staff_id"].startswith("P-") for one in findings)
    assert "Ada" not in result.stdout


def test_rows_in_any_order_give_the_same(source: Path) -> None:
    before = tcw(source, *WORDS, "--format", "json").stdout
    head, *rows = BOOKINGS.splitlines()
    (source / "bokningar.csv").write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    assert found(tcw(source, *WORDS, "--format", "json")) == json.loads(before)["findings"]


def test_chunks_do_not_matter(source: Path) -> None:
    whole = found(tcw(source, "--as-of", "2026-12-31", "--format", "json"))
    with mock.patch("tcw.worktime.timeline.Timeline.chunks", lambda self: _one_person_each(self.bookings)):
        assert found(tcw(source, "--as-of", "2026-12-31", "--format", "json")) == whole


def _one_person_each(bookings: pl.DataFrame) -> list[tuple[int, int]]:
    lengths = bookings.group_by("person", maintain_order=True).len()["len"].to_list()
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    return list(zip(starts, lengths, strict=True))


def test_nothing_at_all_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "bokningar.csv").write_text("Anst.nr;Aktivitet;Start;Slut\n", encoding="utf-8")
    (tmp_path / "personal.csv").write_text(STAFF, encoding="utf-8")
    (tmp_path / "aktiviteter.csv").write_text(ACTIVITIES, encoding="utf-8")
    result = tcw(tmp_path, "--format", "json", "--as-of", "2026-12-31")
    assert result.exit_code in {0, 1}, result.output
    assert [one for one in found(result) if one["severity"] == "error"] == []
