"""Key figures as JSON, for programs: unrounded fractions, hours, null where nothing is defined."""

from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from tcw.kpis.result import HOURS, KEYS, Grain, KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.data.json_object import intake_facts, json_object
from tcw.wording import Language


def write_kpi_json(out: BinaryIO, kpi: KpiResult, grain: Grain, intake: IntakeReport, lang: Language) -> None:
    """Write rows, intake, warnings, period and notes as one object, as UTF-8, a slice at a time.

    Each row has the grain's keys, descriptive columns, HOURS and the shown figures by code as fractions.
    Raises KeyError when the grain was not computed.
    """
    fields = ("staff_id", "week", "figure", "value", "level", "side")
    shown = pl.col("figure").is_in(list(kpi.shown))
    with json_object(out) as written:
        written.rows("rows", rows_pieces(kpi, grain))
        written.member("intake", intake_facts(intake, lang))
        written.rows("warnings", (piece.filter(shown).select(fields) for piece in kpi.all_warnings()))
        written.member("period", {"first_week": kpi.first_week, "last_week": kpi.last_week})
        written.member("notes", [note.say(lang) for note in kpi.notes])


def rows_pieces(kpi: KpiResult, grain: Grain) -> Iterator[pl.DataFrame]:
    """Yield the grain's rows as they are handed out: keys, descriptions, hours, shown figures."""
    described = ("name", "unit_id", "planning_area", "employment_type", "category", "employees")
    for frame in kpi.rows(grain):
        about = [name for name in described if name in frame.columns and name not in KEYS[grain]]
        yield frame.select([*KEYS[grain], *about, *HOURS, *kpi.shown])
