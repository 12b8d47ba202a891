"""In tables nothing tells us about, yes and no are compared by what they say, where a column says nothing
else.
"""

from pathlib import Path

import polars as pl
import pytest

from tcw.audit.values import yes_and_no
from tests.audit.exports import changes, export

ROLES = "Roll;Aktiv;Låst;Antal\nChef;Ja;x;1\nVik;Nej;;2\nSamordnare;Ja;x;0\n"


def test_another_spelling_of_yes_is_no_change(tmp_path: Path) -> None:
    before = export(tmp_path / "a", {"roller.csv": ROLES})
    after = export(
        tmp_path / "b",
        {"roller.csv": "Roll;Aktiv;Låst;Antal\nChef;1;TRUE;1\nVik;0;FALSE;2\nSamordnare;0;TRUE;0\n"},
    )
    assert changes(before, after) == [("roller", "Samordnare", "Aktiv", "changed", "Ja", "0")]


def test_rows_without_a_key_are_paired_by_it_too(tmp_path: Path) -> None:
    settings = {"tcw.yaml": "checklist: {keys: {roller: [Roll]}}\n"}
    twice = "Roll;Aktiv\nChef;Ja\nChef;Nej\n"
    before = export(tmp_path / "a", settings | {"roller.csv": twice})
    after = export(tmp_path / "b", settings | {"roller.csv": "Roll;Aktiv\nChef;False\nChef;True\n"})
    assert changes(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (["Ja", "nej ", None], ["true", "FALSE", None], True),
        (["x", None], ["Ja", "Nej"], True),
        (["1", None], ["Ja", "Nej"], True),
        (["x", None], ["x", ""], True),
        (["På", "Av"], ["1", "0"], True),
        (["J", "N"], ["1", "0"], True),
        (["Ja", None], ["Ja", "Nej"], True),
        (["Ja", "Nej"], ["Ja", "Ja"], False),
        (["Ja", "Nej", None], ["Ja", "Nej", "Nej"], False),
    ],
)
def test_columns_of_yes_and_no(before: list[str | None], after: list[str | None], same: bool) -> None:
    found = yes_and_no(pl.Series(before, dtype=pl.String), pl.Series(after, dtype=pl.String))
    assert found is not None
    assert found[0].equals(found[1], null_equal=True) == same


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["Ja", "Kanske"], ["1", "0"]),
        (["1", "2"], ["1", "0"]),
        (["T", "S"], ["Ja", "Nej"]),
        ([None, ""], ["x", None]),
        (["Ja"] * 60 + ["Delvis"], ["Ja"] * 61),
    ],
)
def test_columns_that_hold_anything_else(before: list[str | None], after: list[str | None]) -> None:
    assert yes_and_no(pl.Series(before, dtype=pl.String), pl.Series(after, dtype=pl.String)) is None
