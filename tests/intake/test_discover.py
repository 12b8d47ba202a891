"""Which files of a source are read, and why others are not."""

import os
import sys
from pathlib import Path

import pytest

from tcw.errors import InputFault
from tcw.intake.discover.sources import discover


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a;b\n1;2\n")


def test_a_folder_is_read_in_the_order_of_names_whatever_their_case_of_extension(tmp_path: Path) -> None:
    touch(tmp_path, "personal.CSV", "bokningar mars åäö.xlsx", "a.parquet", "lön.pax")
    found = discover(tmp_path)
    assert [name for _, name in found.files] == [
        "a.parquet",
        "bokningar mars åäö.xlsx",
        "lön.pax",
        "personal.CSV",
    ]
    assert not found.single


def test_what_is_no_data_is_listed_with_its_reason(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv", "tcw.yaml", "~$a.xlsx", ".gömd.csv", "läs mig.md", "avtal.pdf", "sub/b.csv")
    found = discover(tmp_path)
    assert [name for _, name in found.files] == ["a.csv"]
    assert {item.name: item.reason.phrase.code for item in found.ignored} == {
        "tcw.yaml": "ignored-settings",
        "~$a.xlsx": "ignored-lock-file",
        ".gömd.csv": "ignored-hidden",
        "läs mig.md": "ignored-extension",
        "avtal.pdf": "ignored-extension",
        "sub": "ignored-subfolder",
    }
    assert found.config == tmp_path / "tcw.yaml"


def test_a_folder_of_parquet_parts_is_one_data_set(tmp_path: Path) -> None:
    touch(
        tmp_path, "bookings/part-0.parquet", "bookings/part-1.parquet", "bookings/_SUCCESS", "mixed/a.parquet"
    )
    touch(tmp_path, "mixed/b.csv", "staff.csv")
    assert [name for _, name in discover(tmp_path).files] == ["bookings", "staff.csv"]


def test_a_named_file_is_read_whatever_its_extension(tmp_path: Path) -> None:
    touch(tmp_path, "export.001", "b.002")
    assert [name for _, name in discover(tmp_path, frozenset({"export.001"})).files] == ["export.001"]


def test_one_file_is_a_source(tmp_path: Path) -> None:
    touch(tmp_path, "vad som helst")
    found = discover(tmp_path / "vad som helst")
    assert found.single
    assert found.files[0] == (tmp_path / "vad som helst", "vad som helst")


def test_names_are_told_composed_as_macos_does_not_store_them(tmp_path: Path) -> None:
    touch(tmp_path, "a\u030a.csv")
    assert discover(tmp_path).files[0].name == "å.csv"


@pytest.mark.parametrize(
    ("names", "code"),
    [((), "source-empty-folder"), (("tcw.yaml", "a.docx"), "source-no-data")],
)
def test_a_folder_without_data_is_a_fault(tmp_path: Path, names: tuple[str, ...], code: str) -> None:
    touch(tmp_path, *names)
    with pytest.raises(InputFault) as fault:
        discover(tmp_path)
    assert fault.value.code == code
    assert str(tmp_path) in fault.value.lines("sv")[0]


@pytest.mark.parametrize("name", ["saknas", "nul\0tecken", "a" * 300])
def test_a_missing_source_is_a_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputFault) as fault:
        discover(tmp_path / name)
    assert fault.value.code in ("file-missing", "file-unreadable")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs a user to whom something can be forbidden"
)
def test_a_forbidden_folder_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0)
    with pytest.raises(InputFault) as fault:
        discover(tmp_path / "a")
    assert fault.value.code == "file-denied"
