"""File names made of ids, and a folder that is written whole or not at all."""

from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcw.errors import UsageFault
from tcw.reports.handback.folder import file_names, placed


@given(st.lists(st.text(max_size=120), unique=True, max_size=20))
def test_names_are_allowed_anywhere_and_unlike_each_other(ids: list[str]) -> None:
    names = file_names(ids)
    assert list(names) == ids
    assert len({name.lower() for name in names.values()}) == len(ids)
    for name in names.values():
        assert name
        assert not set(name) & set('<>:"/\\|?*')
        assert name == name.rstrip(" .")
        assert PureWindowsPath(f"{name}.csv").name == f"{name}.csv"
        assert not name.startswith(".")
        assert all(ord(character) >= 32 for character in name)


def test_hostile_ids() -> None:
    ids = [
        "../../etc/passwd",
        "CON",
        "nul.txt",
        "com1",
        "a",
        "A",
        "=1+1",
        "19850318-9999",
        "8503189999",
        ".hidden",
        "x. ",
        "",
    ]
    assert list(file_names(ids).values()) == [
        "_.._.._etc_passwd", "_CON", "_nul.txt", "_com1", "a", "A-2", "=1+1", "P0001", "P0002", "_.hidden", "x", "_",  # noqa: E501
    ]  # fmt: skip


def test_a_plan_that_fails_leaves_the_earlier_one(tmp_path: Path) -> None:
    place = tmp_path / "plan"
    with placed(place) as folder:
        (folder / "plan.json").write_text("1")

    def fail(folder: Path) -> None:
        (folder / "plan.json").write_text("2")
        raise RuntimeError

    with pytest.raises(RuntimeError), placed(place) as folder:
        fail(folder)
    assert (place / "plan.json").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]
    (tmp_path / "file").touch()
    with pytest.raises(UsageFault), placed(tmp_path / "file"):
        pass
