"""The key figures as an Excel workbook to hand to somebody."""

from __future__ import annotations

from pathlib import Path

from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.deliver import delivered
from tcw.wording import Language


def write_workbook(path: Path, kpi: KpiResult, intake: IntakeReport, about: About, lang: Language) -> None:
    """Write the workbook whole or not at all: summary with a line chart, one sheet per grain, warnings, about.

    The same input gives the same bytes when `about.created` is None. Raises what `deliver.delivered` raises.
    """
    from tcw.reports.excel.excel_report import build_kpi_report

    with delivered(path, ".xlsx") as temporary:
        build_kpi_report(temporary, kpi, intake, about, lang)
