"""Any tables as an Excel workbook, a sheet each, or into a workbook somebody already has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.deliver import delivered
from tcw.reports.excel.excel_into import put_into
from tcw.reports.tables.table import Table
from tcw.wording import Language


def write_tables(
    path: Path, tables: Iterable[Table], intake: IntakeReport, about: About, lang: Language
) -> None:
    """Write tables (at least one) as a workbook, whole or not at all. Raises what `deliver.delivered` raises."""
    from tcw.reports.excel.excel_report import build_tables

    with delivered(path, ".xlsx") as temporary:
        build_tables(temporary, tables, intake, about, lang)


def write_tables_into(
    path: Path, tables: Iterable[Table], intake: IntakeReport, about: About, lang: Language
) -> None:
    """Add tables (at least one) to an existing workbook; raises as `excel_into.write_into` does.

    The first table's name says which of tcw's reports it is: only that report's older sheets are replaced.
    """
    from tcw.reports.excel.excel_report import build_tables

    tables = list(tables)
    put_into(
        path, tables[0].name, lambda new, place: build_tables(new, tables, intake, about, lang, place=place)
    )
