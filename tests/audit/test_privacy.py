"""Nobody's personal number anywhere unless asked for; nobody at all with --pseudonymise; real attack strings
stay text.
"""

import io
import json
import zipfile
from pathlib import Path

import pytest

from tcw.errors import TcwError
from tests.audit.exports import AS_OF, BOOKINGS, answered, export, tcw

KEY = {"TCW_PSEUDONYM_KEY": "a key of sixteen"}
ONE, TWO = "19121212-1212", "191203042384"
PEOPLE = f"Anst.nr;Personnummer;Namn;Telefon;Anteckning\n{ONE};{ONE};Ada Lovelund;070-1234567;ring {TWO}\n2;{TWO};Bo Alm;08-123;\n"  # noqa: E501
SHIFTS = BOOKINGS.replace(";1;", f";{ONE};")
NOTES = f"Kod;Text;Ansvarig\nA;Fråga Ada Lovelund ({TWO});{ONE}\nB;-;2\n"


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    files = {"personal.csv": PEOPLE, "bokningar.csv": SHIFTS, "noter.csv": NOTES}
    before = export(tmp_path / "before", files)
    after = export(
        tmp_path / "after",
        {
            "personal.csv": PEOPLE.replace("070-1234567", "070-7654321").replace("ring", "mejla"),
            "bokningar.csv": SHIFTS.replace("15:00", "16:00", 1),
            "noter.csv": NOTES.replace("Fråga", "Ring"),
        },
    )
    return before, after


def everything(sides: tuple[Path, Path], tmp_path: Path, *words: str, **environment: str) -> str:
    """All that a run writes, as one text."""
    outs = [tmp_path / f"out.{end}" for end in ("xlsx", "json", "csv")]
    done = tcw(*sides, *AS_OF, *(word for out in outs for word in ("--out", out)), *words, **environment)
    texts = [done.stdout, done.stderr, outs[1].read_text("utf-8"), outs[2].read_text("utf-8-sig")]
    with zipfile.ZipFile(outs[0]) as packed:
        texts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    return "\n".join(texts)


def test_no_personal_number_anywhere(sides: tuple[Path, Path], tmp_path: Path) -> None:
    text = everything(sides, tmp_path)
    for number in (ONE, TWO, ONE.replace("-", ""), TWO[2:], ONE[2:]):
        assert number not in text
    assert "P0001" in text
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))["changes"]
    # The same person has the same code on both sides, so that only real changes show.
    assert sorted((one["table"], one["column"]) for one in found) == [
        ("bookings", "end"),
        ("noter", "Text"),
        ("staff", "Anteckning"),
        ("staff", "phone"),
    ]


def test_unless_asked_for(sides: tuple[Path, Path], tmp_path: Path) -> None:
    assert ONE in everything(sides, tmp_path, "--show-personal-numbers")


def test_pseudonymised_nobody_is_named(sides: tuple[Path, Path], tmp_path: Path) -> None:
    text = everything(sides, tmp_path, "--pseudonymise", **KEY)
    for secret in (ONE, TWO, "Ada", "Lovelund", "Bo Alm", "070-", "08-123", "mejla"):
        assert secret not in text
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))["changes"]
    assert {(one["table"], one["column"]) for one in found} == {
        ("bookings", "end"),
        ("noter", "Text"),
        ("staff", "Anteckning"),
        ("staff", "phone"),
    }


def test_a_pseudonymised_snapshot_holds_nobody_and_compares(sides: tuple[Path, Path], tmp_path: Path) -> None:
    import polars as pl

    snap = tmp_path / "before.tcwsnap"
    assert tcw("snapshot", sides[0], "--out", snap, "--pseudonymise", **KEY).exit_code == 0
    with zipfile.ZipFile(snap) as packed:
        for name in packed.namelist():
            content = packed.read(name)
            text = (
                str(pl.read_parquet(io.BytesIO(content)).to_dicts())
                if name.endswith("parquet")
                else content.decode()
            )
            assert not any(secret in text for secret in (ONE, TWO, "Lovelund", "Bo Alm", "070-"))
    with pytest.raises(TcwError) as fault:
        tcw(snap, sides[1], *AS_OF)
    assert fault.value.code == "checklist-not-both-pseudonymised"
    with pytest.raises(TcwError) as fault:
        tcw(snap, sides[1], *AS_OF, "--pseudonymise", TCW_PSEUDONYM_KEY="another key altogether")
    assert fault.value.code == "checklist-other-key"
    columns = {one["column"] for one in answered(snap, sides[1], "--pseudonymise", **KEY)["changes"]}
    assert columns == {"end", "Text", "Anteckning", "phone"}


def test_files_are_their_owner_s(sides: tuple[Path, Path], tmp_path: Path) -> None:
    everything(sides, tmp_path)
    tcw("snapshot", sides[0], "--out", tmp_path / "s.tcwsnap", "--pseudonymise", **KEY)
    for name in ("out.xlsx", "out.json", "s.tcwsnap"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


ATTACKS = (
    '=HYPERLINK("http://evil";"x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1)",
    "<script>alert(1)</script>",
    "[bold]x[/bold] {file} %s",
    "\u202etxt.exe",
)


def test_attack_strings_stay_text(tmp_path: Path) -> None:
    rows = "".join('"' + attack.replace('"', '""') + '";1\n' for attack in ATTACKS)
    before = export(tmp_path / "before", {"listor.csv": "Kod;Antal st\n" + rows.replace(";1", ";2")})
    after = export(tmp_path / "after", {"listor.csv": "Kod;Antal st\n" + rows})
    found = [one["key"] for one in answered(before, after)["changes"]]
    assert found == list(ATTACKS)
    done = tcw(before, after, *AS_OF, "--format", "csv")
    assert all(not line.startswith(("=", "+", "@", "-")) for line in done.stdout.splitlines())
    assert "'=HYPERLINK" in done.stdout.replace('""', '"') or "'=HYPERLINK" in done.stdout


def test_a_path_in_the_list_of_items_leads_nowhere(tmp_path: Path) -> None:
    items = tmp_path / "items.yaml"
    items.write_text(
        "items: [{id: a, text: T, check: unchanged, table: ../../etc/passwd}]\n", encoding="utf-8"
    )
    answer = answered(export(tmp_path / "a"), export(tmp_path / "b"), "--list", items)
    assert answer["items"][-1]["status"] == "not_judged"


def test_what_a_snapshot_leaves_out_is_said(tmp_path: Path) -> None:
    staff = f"Anst.nr;Personnummer;Namn\n1;{ONE};Ada Lovelund\n2;{TWO};Bo Alm\n"
    before, after = (
        export(tmp_path / "a", {"personal.csv": staff}),
        export(tmp_path / "b", {"personal.csv": staff.replace("Bo Alm", "Bo Ek")}),
    )
    frozen = tmp_path / "a.tcwsnap"
    assert tcw("snapshot", before, "--out", frozen).exit_code == 0
    note = "staff: the column Personnummer is not compared: a snapshot leaves it out, for privacy."
    assert note in answered(frozen, after)["notes"]
    assert note not in answered(before, after)["notes"]
