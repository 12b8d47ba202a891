"""CSV and JSON: for people, for programs, for spreadsheets that would run what they open."""

import csv
import io
import json
from dataclasses import replace

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.kpis.result import GRAINS, HOURS, KEYS
from tcw.reports.data.json_object import write_rows
from tcw.reports.data.kpi import write_kpi_json
from tcw.reports.data.rows import write_csv
from tcw.reports.tables.kpi import grain_table
from tcw.reports.tables.table import labelled
from tests.reports.kpi_factory import CODES, intake, made_up, nothing


def as_csv(frame: pl.DataFrame, dialect: str) -> bytes:
    out = io.BytesIO()
    write_csv(out, frame, dialect)  # type: ignore[arg-type]
    return out.getvalue()


def as_json(value: bytes) -> dict[str, list[dict[str, object]]]:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    read: dict[str, list[dict[str, object]]] = json.loads(value, parse_constant=refuse)
    return read


FRAME = pl.DataFrame({"name": ["Åsa; Öberg", None], "share": [0.1 + 0.2, float("nan")], "n": [1, 2]})


def test_swedish_csv_opens_by_a_double_click() -> None:
    assert as_csv(FRAME, "sv") == '\ufeffname;share;n\r\n"Åsa; Öberg";0,3;1\r\n;;2\r\n'.encode()


def test_plain_csv_is_plain() -> None:
    assert as_csv(FRAME, "plain") == "name,share,n\nÅsa; Öberg,0.3,1\n,,2\n".encode()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")), min_size=1, max_size=5
    )
)
def test_no_cell_of_a_csv_begins_a_formula(texts: list[str]) -> None:
    written = as_csv(pl.DataFrame({"a": texts, "b": 1.5}), "sv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))
    assert len(rows) == len(texts) + 1
    for text, row in zip(texts, rows[1:], strict=True):
        assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
        assert row[0].removeprefix("'") == text.removeprefix("'")


def test_headings_for_people_follow_the_language() -> None:
    frame = labelled(grain_table(made_up(3, 2), "employee"), "sv")
    assert frame.columns[:2] == ["Anställningsnr", "Anställd"]
    assert set(frame["Anställningstyp"]) <= {"Månadslön", "Timlön"}


def kpi_json(result: object, grain: str) -> dict[str, list[dict[str, object]]]:
    out = io.BytesIO()
    write_kpi_json(out, result, grain, intake(), "en")  # type: ignore[arg-type]
    return as_json(out.getvalue())


def test_json_has_every_row_with_keys_hours_and_figures() -> None:
    result = made_up(5, 3)
    for grain in GRAINS:
        rows = kpi_json(result, grain)["rows"]
        assert len(rows) == result.figures[grain].height
        for row in rows:
            assert set(KEYS[grain]) | set(HOURS) | set(CODES) <= set(row)
    first = kpi_json(result, "employee-week")["rows"][0]
    expected = result.figures["employee-week"].row(0, named=True)
    assert (first["staff_id"], first["week"]) == ("0000", "2026-W10")
    assert first["booking_rate"] == round(expected["booking_rate"], 12)
    assert None in [row["billing_rate_1a"] for row in kpi_json(result, "employee")["rows"]]


def test_json_tells_what_became_of_the_rows() -> None:
    told: dict[str, object] = kpi_json(made_up(2, 2), "all")["intake"]  # type: ignore[assignment]
    assert (told["rows_read"], told["accepted"], told["rejected"]) == (12_369, 12_366, 3)
    assert told["files"][1]["rejected"] == 3  # type: ignore[index]
    assert told["rejects"][0]["column"] == "Starttid"  # type: ignore[index]
    assert told["findings"][0]["hours"] == 96.5  # type: ignore[index]


def test_json_warns_of_shown_figures_only() -> None:
    result = made_up(8, 4)
    assert len(kpi_json(result, "all")["warnings"]) == result.warnings.height
    hidden = replace(result, shown=("absence_rate",))
    found = kpi_json(hidden, "all")["warnings"]
    assert {row["figure"] for row in found} == {"absence_rate"}
    assert set(found[0]) == {"staff_id", "week", "figure", "value", "level", "side"}
    assert "booking_rate" not in kpi_json(hidden, "all")["rows"][0]


def test_an_empty_result_is_valid_json() -> None:
    assert kpi_json(nothing(), "employee-week")["rows"] == []


def test_slices_join_to_one_array() -> None:
    frame = pl.DataFrame({"n": range(250_001), "x": [float("inf")] * 250_001})
    out = io.BytesIO()
    write_rows(out, [frame])
    rows = json.loads(out.getvalue())
    assert [row["n"] for row in rows] == list(range(250_001))
    assert rows[-1]["x"] is None
