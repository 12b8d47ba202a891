"""The eight figures: each named, sourced, settable, documented."""

import re

import polars as pl
import pytest
from make_docs import ROOT, in_words

from tcw.kpis.catalogue import BOOKING_VS_EMPLOYMENT_RELATIVE, CODES, FIGURES, Figure, figures
from tcw.model.config.kpis import FIGURES as SETTABLE


def test_there_are_eight_and_no_code_twice() -> None:
    assert len(CODES) == len(set(CODES)) == 8


def test_tcw_yaml_knows_them_all() -> None:
    assert SETTABLE == CODES


@pytest.mark.parametrize(
    "figure", [*FIGURES, BOOKING_VS_EMPLOYMENT_RELATIVE], ids=lambda figure: figure.label.code
)
def test_a_figure_has_a_source_and_labels(figure: Figure) -> None:
    assert re.match(r"Anställdrapport 2\.\d", figure.source)
    assert figure.label.template("sv") != figure.label.english
    assert figure.label.code.startswith(f"kpi.{figure.code}")


def test_the_manual_defines_each_section_once() -> None:
    sections = [section for figure in FIGURES for section in re.findall(r"2\.\d", figure.source)]
    assert sorted(sections) == [f"2.{section}" for section in range(1, 10)]


def test_the_relative_difference_takes_the_place_of_the_other() -> None:
    assert figures("points") == FIGURES
    changed = [old is not new for old, new in zip(FIGURES, figures("relative"), strict=True)]
    assert changed == [code == "booking_vs_employment" for code in CODES]


def test_the_page_has_a_row_for_each() -> None:
    page = (ROOT / "docs" / "reference" / "figures.md").read_text("utf-8")
    assert tuple(re.findall(r"^\| `(\w+)` \| .* \| (?:all|monthly|hourly)", page, re.MULTILINE)) == CODES


def test_formulas_are_told_from_the_expressions() -> None:
    assert in_words(pl.col("booked_h") - pl.col("absence_h")) == "(booked time − absence)"
    with pytest.raises(ValueError, match="no words"):
        in_words(pl.col("booked_h") + pl.col("absence_h"))
