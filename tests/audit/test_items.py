"""Each shipped item: when it passes, fails, is left to a person, and is not judged."""

import tempfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from tcw.audit.catalogue import ITEMS
from tcw.audit.changes import changes_of
from tcw.audit.findings import PAIR_SCHEMA, FindingsPair, findings_of
from tcw.audit.item import AuditContext, ItemAnswer
from tcw.intake.load import load
from tcw.intake.settings.config_file import config_of
from tcw.intake.snapshot.export import export_of
from tcw.model.export import Export
from tests.audit.exports import ACTIVITIES, BASE, BOOKINGS, export

LINKS = "Anst.nr;Avtal;Gäller från;Gäller till\n1;AB;2020-01-01;\n2;AB;2020-01-01;\n"
COMPETENCES = "Anst.nr;Kompetens;Kompetenstyp;Gäller från;Gäller till\n1;USK;Kompetens;2020-01-01;\n"
ORDERS = "Beställning;Enhet;Start;Slut;Aktivitet;Kompetenser;Beställningsorsak;Status\nV1;Norr;2026-07-13 07:00;2026-07-13 15:00;OMV;USK;Vakans;Öppen\n"
REASONS = "Kod;Beställningsorsak;Gäller till\n10;Vakans;\n"
ROLES = "Roll;Behörighet;Nivå\nChef;Schema;Läsa\n"
TEXTS = "Meddelande;Text\nFörfrågan;Kan du arbeta?\n"
KRIS = (
    "agreements: {KRIS: {based_on: ab, ignores: [WT01], decision: {reference: KS 1, valid_to: 2026-06-30}}}\n"
)
ALL = {
    "avtal.csv": LINKS,
    "kompetenser.csv": COMPETENCES,
    "bestallningar.csv": ORDERS,
    "bestallningsorsaker.csv": REASONS,
    "roller.csv": ROLES,
    "meddelanden.csv": TEXTS,
}


@cache
def side(name: str, files: tuple[tuple[str, str], ...], settings: str) -> Export:
    with tempfile.TemporaryDirectory() as folder:
        source = export(Path(folder) / name, dict(files), base=False)
        return export_of(name, load(source, config_of("tcw.yaml", settings), strict=False))


def answer(code: str, after: Mapping[str, str | None], settings: str, *, rules: bool = False) -> ItemAnswer:
    """What one item says; the rules are run for those that ask for them only."""
    config = config_of("tcw.yaml", settings)
    before = side("before", tuple((BASE | ALL).items()), settings)
    kept = tuple((file, text) for file, text in (BASE | ALL | dict(after)).items() if text is not None)
    later = side("after", kept, settings)
    changes = changes_of(before, later, config)
    findings = findings_of(before, later, DAY) if rules else NONE
    item = next(item for item in ITEMS if item.code == code)
    return item.judge(AuditContext(before, later, changes, config, DAY, findings))


DAY = date(2026, 7, 6)
NONE = FindingsPair(pl.DataFrame(schema=PAIR_SCHEMA), ())
NEW = "KRI;Krispass;Arbete;Debiterbar;"
LATER = "B9;1;KRI;2026-07-20 07:00;2026-07-20 15:00;Norr\n"


@pytest.mark.parametrize(
    ("code", "after", "settings", "status", "problem"),
    [
        ("C03", {}, "", "pass", None),
        ("C03", {"aktiviteter.csv": ACTIVITIES + NEW + "\n"}, "", "fail", "no_end"),
        ("C03", {"aktiviteter.csv": ACTIVITIES + NEW + "2026-12-31\n"}, "", "fail", "not_ended"),
        ("C03", {"aktiviteter.csv": ACTIVITIES + NEW + "2026-06-30\n"}, "", "pass", None),
        ("C03", {"aktiviteter.csv": ACTIVITIES + NEW + "2026-06-30\n", "bokningar.csv": BOOKINGS + LATER}, "", "fail", "booked"),
        ("C04", {"kompetenser.csv": COMPETENCES + "2;COV;Kompetens;2026-03-16;\n"}, "", "fail", "no_end + unused"),
        ("C04", {"kompetenser.csv": COMPETENCES + "2;USK;Kompetens;2026-03-16;2026-12-31\n"}, "", "pass", None),
        ("C04", {"kompetenser.csv": COMPETENCES + "2;hlr  vuxen;Kompetens;2026-03-16;2026-12-31\n"}, "rules: {competences: {OMV: HLR vuxen}}", "pass", None),
        ("C04", {"kompetenser.csv": COMPETENCES + "2;USK;Kompetens;2026-03-16;2026-06-30\n"}, "", "manual", "expired"),
        ("C04", {"kompetenser.csv": COMPETENCES + "2;BEL;Register;2026-03-16;\n"}, "", "pass", None),
        ("C04", {"kompetenser.csv": None}, "", "not_judged", None),
        ("C06", {}, KRIS, "pass", None),
        ("C06", {"avtal.csv": LINKS + "1;KRIS;2026-03-16;2026-06-30\n"}, KRIS, "pass", None),
        ("C06", {"avtal.csv": LINKS + "1;KRIS;2026-03-16;\n"}, KRIS, "fail", "no_end"),
        ("C06", {"avtal.csv": LINKS + "1;KRIS;2026-03-16;2026-07-31\n"}, KRIS, "fail", "past_decision"),
        ("C06", {"avtal.csv": LINKS + "1;Undantag vår;2026-03-16;2026-06-30\n"}, "", "fail", "no_decision"),
        ("C06", {"avtal.csv": LINKS + "1;X1;2026-03-16;2026-06-30\n"}, "checklist: {exceptions: [X*]}", "fail", "no_decision"),
        (
            "C06",
            {
                "avtal.csv": LINKS + "1;X1;2026-03-16;2026-06-30\n",
                "avtalsregister.csv": "Avtalskod;Ignorera regelbrott;Beslut\nX1;Ja;KS 7\nAB;Nej;\n",
            },
            "",
            "pass",
            None,
        ),
        ("C06", {"avtal.csv": LINKS + "1;KRIS;2026-03-16;2026-06-30\n"}, KRIS + "checklist: {change_to: 2026-05-31}", "fail", "past_change"),
        ("C07", {}, "", "not_judged", None),
        ("C07", {"avtal.csv": LINKS + "1;Bokningsassistent;2026-03-16;\n"}, "", "fail", "no_end"),
        ("C07", {"avtal.csv": LINKS + "1;BA;2026-03-16;2026-06-30\n"}, "agreements: {BA: {for_assistant: true}}", "pass", None),
        ("C08", {}, "", "pass", None),
        ("C08", {"bestallningsorsaker.csv": REASONS + "90;Extraordinär sjuk;\n"}, "", "fail", "still_open"),
        ("C08", {"bestallningsorsaker.csv": REASONS + "90;Extraordinär sjuk;2026-06-30\n"}, "", "pass", None),
        ("C08", {"bestallningsorsaker.csv": None, "bestallningar.csv": ORDERS + ORDERS.splitlines()[1].replace("V1", "V2").replace("Vakans", "Kris") + "\n"}, "", "fail", "still_open"),
        ("C09", {}, "", "pass", None),
        ("C09", {"roller.csv": ROLES.replace("Läsa", "Skriva")}, "", "fail", "widened"),
        ("C09", {"roller.csv": ROLES + "Vikarie;Schema;Läsa\n"}, "", "fail", "widened"),
        ("C09", {"roller.csv": ROLES.replace("Läsa", "Ingen")}, "", "pass", None),
        ("C09", {"roller.csv": ROLES.replace("Läsa", "Blå")}, "", "manual", None),
        ("C09", {"roller.csv": ROLES.splitlines()[0] + "\n"}, "", "pass", None),
        ("C10", {}, "", "not_judged", None),
        ("C10", {}, "rules: {register_units: [Norr]}", "fail", "none"),
        (
            "C10",
            {"kompetenser.csv": COMPETENCES + "1;B;Register;2026-01-01;2026-12-31\n2;B;Register;2026-01-01;\n"},
            "rules: {register_units: ['*']}",
            "pass",
            None,
        ),
        (
            "C10",
            {"kompetenser.csv": COMPETENCES + "1;B;Register;2026-01-01;2026-12-31\n2;B;Register;2026-01-01;\n"},
            "rules: {register_units: ['*'], register_valid_days: 90}",
            "fail",
            "expired",
        ),
        ("C12", {}, "", "pass", None),
        ("C12", {"meddelanden.csv": TEXTS.replace("arbeta", "komma")}, "", "fail", "changed"),
        ("C12", {"meddelanden.csv": TEXTS + "Kris;Läget är allvarligt\n"}, "", "fail", "added"),
        ("C12", {"meddelanden.csv": None}, "", "fail", "missing"),
        ("C13", {}, "", "pass", None),
        ("C13", {"aktiviteter.csv": ACTIVITIES + "ÖT;Övertid;Övertid;Debiterbar;\n", "bokningar.csv": BOOKINGS + "B9;1;ÖT;2026-07-20 17:00;2026-07-20 19:00;Norr\n"}, "", "fail", "planned"),
        ("C13", {"bokningar.csv": None}, "", "not_judged", None),
        ("C14", {"aktiviteter.csv": ACTIVITIES + "X;Nytt;Arbete;;\n"}, "normal_week_hours: 40", "fail", "setting"),
        ("C14", {}, "rules: {select: [BK]}", "not_judged", None),
        ("C15", {}, "", "manual", "no_retention"),
        ("C15", {}, "checklist: {retain_until: 2026-12-31}", "pass", None),
        ("C15", {}, "checklist: {retain_until: 2026-06-30}", "fail", "past_retention"),
    ],
)  # fmt: skip
def test_an_item(
    code: str, after: dict[str, str | None], settings: str, status: str, problem: str | None
) -> None:
    found = answer(code, after, settings, rules=code in {"C13", "C14"})
    assert found.status == status
    problems = (
        [] if "problem" not in found.evidence.columns else found.evidence["problem"].drop_nulls().to_list()
    )
    assert problem in problems if problem else problems == []
    for lang in ("sv", "en"):
        assert found.sentence.say(lang)


def test_hours_of_substitutes_stand_beside_each_other() -> None:
    later = BOOKINGS.replace("2026-03-03 15:00", "2026-03-03 17:00")
    found = answer("C02", {"bokningar.csv": later}, "")
    assert found.evidence.rows() == [("2", "Norr", "OMV", "2026-W10", 8.0, 10.0)]
    assert found.status == "manual"


def test_balances_of_acute_time() -> None:
    acute = "Anst.nr;Start;Slut;Tillgänglighetstyp\n1;2026-06-27 06:00;2026-06-27 23:00;Akut resurstid\n"
    missing = answer("C11", {"tillganglighet.csv": acute}, "")
    assert missing.evidence.filter(missing.evidence["problem"] == "missing")["about"].to_list() == ["1"]
    settings = "time_bank: {balances: {1: 4}}"
    there = answer("C11", {"tillganglighet.csv": acute}, settings)
    assert there.evidence["problem"].null_count() == 2


def test_every_item_has_its_words_and_its_page() -> None:
    assert [item.code for item in ITEMS] == [f"C{number:02}" for number in range(1, 16)]
    for item in ITEMS:
        assert item.question.template("sv") != item.question.template("en")
        assert item.judge.__doc__
