"""Snapshots: what goes in comes out, whatever was changed is noticed, and nothing strange is opened."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tcw.errors import InputFault, TcwError
from tcw.intake.snapshot.snapshot_file import read_snapshot
from tests.audit.exports import AS_OF, BOOKINGS, STAFF, answered, changes, export, statuses, tcw

ROLES = "Roll;Nivå\nChef;Läsa\nSamordnare;Skriva\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export and its snapshot."""
    folder = tmp_path_factory.mktemp("made")
    source = export(folder / "export", {"roller.csv": ROLES})
    done = tcw("snapshot", source, "--out", folder / "before.tcwsnap", "--retain-until", "2026-12-31")
    assert done.exit_code == 0
    assert "4 tables, 8 rows" in done.stderr
    return folder


@pytest.fixture
def frozen(made: Path, tmp_path: Path) -> Path:
    """The snapshot beside its export, the test's own to change."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "before.tcwsnap"


def test_a_snapshot_compares_as_its_export(frozen: Path, tmp_path: Path) -> None:
    assert changes(frozen, tmp_path / "export") == []
    after = export(
        tmp_path / "b",
        {"roller.csv": ROLES.replace("Läsa", "Skriva"), "bokningar.csv": BOOKINGS.replace("B3", "B9")},
    )
    assert changes(frozen, after) == changes(tmp_path / "export", after)
    assert changes(frozen, after) == [
        ("bookings", "B3", "removed"),
        ("bookings", "B9", "added"),
        ("roller", "Chef", "Nivå", "changed", "Läsa", "Skriva"),
    ]


def test_the_rules_find_the_same_in_it(frozen: Path, tmp_path: Path) -> None:
    one, other = answered(frozen, frozen), answered(tmp_path / "export", tmp_path / "export")
    assert one["findings"] == other["findings"]
    assert one["findings"]["remaining"] > 0


def test_it_says_what_it_is(frozen: Path) -> None:
    with zipfile.ZipFile(frozen) as packed:
        manifest = json.loads(packed.read("manifest.json"))
    assert [one["file"] for one in manifest["files"]] == [
        "aktiviteter.csv",
        "bokningar.csv",
        "personal.csv",
        "roller.csv",
    ]
    assert [(one["name"], one["rows"]) for one in manifest["tables"]] == [
        ("activities", 1),
        ("bookings", 3),
        ("staff", 2),
        ("roller", 2),
    ]
    source = frozen.parent / "export" / "roller.csv"
    assert manifest["files"][3]["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert manifest["retain_until"] == "2026-12-31"


def test_a_snapshot_older_than_the_change_documents_it(frozen: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("checklist: {change_from: 2999-01-01}\n", encoding="utf-8")
    answer = answered(frozen, tmp_path / "export", "--config", settings)
    assert statuses(answer)["C01"] == "pass"
    settings.write_text("checklist: {change_from: 2020-01-01}\n", encoding="utf-8")
    assert statuses(answered(frozen, tmp_path / "export", "--config", settings))["C01"] == "fail"


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None], *, packed: bool = False) -> None:
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            kind = zipfile.ZIP_DEFLATED if packed or not name.startswith("tables/") else zipfile.ZIP_STORED
            new.writestr(zipfile.ZipInfo(name), content, compress_type=kind)


def set_member(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.__setitem__(name, content)


def claimed(change: Callable[[dict[str, object]], None]) -> Callable[[dict[str, bytes]], None]:
    """Change the manifest, and its hash with it, as somebody would who knows how."""

    def do(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        change(manifest)
        members["manifest.json"] = json.dumps(manifest).encode()
        members["manifest.sha256"] = hashlib.sha256(members["manifest.json"]).hexdigest().encode()

    return do


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (set_member("tables/0001.parquet", b"PAR1 something else PAR1"), "snapshot-tampered"),
        (set_member("manifest.sha256", b"0" * 64), "snapshot-tampered"),
        (lambda members: members.pop("tables/0003.parquet"), "snapshot-tampered"),
        (lambda members: members.pop("manifest.sha256"), "snapshot-tampered"),
        (
            lambda members: members.__setitem__(
                "manifest.json", members["manifest.json"].replace(b"roller", b"rollen")
            ),
            "snapshot-tampered",
        ),
        (claimed(lambda manifest: manifest["tables"][1].update(rows=2)), "snapshot-tampered"),  # type: ignore[index]
        (claimed(lambda manifest: manifest["tables"][1].update(name="nonsense")), "snapshot-tampered"),  # type: ignore[index]
        (claimed(lambda manifest: manifest["tables"][1].update(compared=["nothing"])), "snapshot-tampered"),  # type: ignore[index]
        (claimed(lambda manifest: manifest.update(version=99)), "snapshot-newer"),
        (claimed(lambda manifest: manifest.update(format="else")), "snapshot-not-one"),
        (set_member("../../etc/passwd", b"x"), "snapshot-strange"),
        (set_member("/etc/passwd", b"x"), "snapshot-strange"),
        (set_member("tables/..\\evil.parquet", b"x"), "snapshot-strange"),
        (set_member("C:evil.exe", b"x"), "snapshot-strange"),
        (set_member("tables/0099.parquet", b"x"), "snapshot-strange"),
        (set_member("tcw.yaml", b"x" * 40_000_000), "snapshot-bomb"),
        (lambda members: members.clear(), "snapshot-not-one"),
    ],
)
def test_what_was_changed_is_noticed(
    frozen: Path, change: Callable[[dict[str, bytes]], None], code: str
) -> None:
    rewritten(frozen, change)
    with pytest.raises(InputFault) as fault:
        read_snapshot(frozen)
    assert fault.value.code == code


def unchanged(members: dict[str, bytes]) -> None:
    assert members


def test_a_packed_table_is_not_unpacked(frozen: Path) -> None:
    rewritten(frozen, unchanged, packed=True)
    with pytest.raises(InputFault) as fault:
        read_snapshot(frozen)
    assert fault.value.code == "snapshot-strange"


def test_a_table_that_swells_is_not_read(frozen: Path) -> None:
    """A forged table of a billion equal rows is a few bytes of Parquet; what it says of itself is asked
    first.
    """
    import io

    import polars as pl

    buffer = io.BytesIO()
    pl.DataFrame({"x:a": ["x"]}).select(pl.col("x:a").repeat_by(3_000_000).explode()).write_parquet(buffer)
    content = buffer.getvalue()

    def change(members: dict[str, bytes]) -> None:
        members["tables/0003.parquet"] = content

        def tell(manifest: dict[str, object]) -> None:
            entry = manifest["tables"][3]  # type: ignore[index]
            entry["member"].update(size=len(content), sha256=hashlib.sha256(content).hexdigest())
            entry.update(rows=3_000_000, compared=["x:a"], layout=[["a", "x:a"]])

        claimed(tell)(members)

    rewritten(frozen, change)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tcw.intake.snapshot.snapshot_file.MOST_CELLS", 1_000_000)
        with pytest.raises(InputFault) as fault:
            read_snapshot(frozen)
    assert fault.value.code == "snapshot-bomb"


@pytest.mark.parametrize("end", [0, 10, 500, -1])
def test_a_cut_off_file_is_told_so(frozen: Path, end: int) -> None:
    content = frozen.read_bytes()
    frozen.write_bytes(content[:end])
    with pytest.raises(TcwError) as fault:
        read_snapshot(frozen)
    assert fault.value.code in {"snapshot-cut-off", "snapshot-not-one"}


def test_every_byte_counts(frozen: Path) -> None:
    """A changed byte anywhere is noticed, or changes nothing that is read."""
    content, read = frozen.read_bytes(), read_snapshot(frozen)
    for place in range(0, len(content), max(1, len(content) // 60)):
        frozen.write_bytes(content[:place] + bytes([content[place] ^ 0x41]) + content[place + 1 :])
        try:
            again = read_snapshot(frozen)
        except TcwError:
            continue
        assert all(again.tables[name].frame.equals(table.frame) for name, table in read.tables.items())
        assert again.snapshot == read.snapshot


def test_other_files_are_no_snapshots(tmp_path: Path) -> None:
    other = tmp_path / "other.tcwsnap"
    other.write_text("Kod;Namn\n", encoding="utf-8")
    with pytest.raises(TcwError) as fault:
        tcw(other, export(tmp_path / "b"), *AS_OF)
    assert (fault.value.code, fault.value.exit_code) == ("snapshot-not-one", 3)


def test_numbers_as_ids_are_not_kept_unasked(tmp_path: Path) -> None:
    number = "19121212-1212"
    files = {
        "personal.csv": STAFF.replace("1;Ada", f"{number};Ada"),
        "bokningar.csv": BOOKINGS.replace(";1;", f";{number};"),
    }
    folder = export(tmp_path / "a", files)
    out = tmp_path / "x.tcwsnap"
    with pytest.raises(TcwError) as fault:
        tcw("snapshot", folder, "--out", out)
    assert fault.value.code == "snapshot-personal-numbers"
    assert not out.exists()
    tcw("snapshot", folder, "--out", out, "--pseudonymise", TCW_PSEUDONYM_KEY="sixteen characters")
    frames = [table.frame for table in read_snapshot(out).tables.values()]
    assert not any(number[2:] in text for frame in frames for text in str(frame.to_dicts()).split("'"))
    assert "Ada" not in str([frame.to_dicts() for frame in frames])
    shutil.rmtree(folder)
