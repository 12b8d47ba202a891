"""Results into a workbook somebody already has, which keeps everything else to the byte."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tcw.errors import UsageFault
from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.deliver import delivered
from tcw.wording import Language, Phrase

if TYPE_CHECKING:
    from tcw.reports.excel.excel_report import Place

NO_SUCH_WORKBOOK = Phrase(
    "into-no-workbook",
    "{path} does not exist: there is no workbook to add sheets to. Use --out to make a new one.",
)
PREFIX = "tcw "


def write_into(path: Path, kpi: KpiResult, intake: IntakeReport, about: About, lang: Language) -> None:
    """Add the key figures' sheets to an existing workbook, or replace those an earlier run put there.

    Everything else in the workbook stays byte for byte: other sheets, charts, macros, pivot tables, formats.

    Raises:
        UsageFault: no such workbook, and what `deliver.delivered` raises.
        InputFault: the file is no workbook sheets can be added to (see `workbook_package.opened`).
    """
    from tcw.reports.excel.excel_report import build_kpi_report

    put_into(path, "kpi", lambda new, place: build_kpi_report(new, kpi, intake, about, lang, place=place))


def put_into(path: Path, family: str, build: Callable[[Path, Place], None]) -> None:
    """Have `build` write a workbook of one family of sheets, and move its sheets into the workbook at `path`."""
    from tcw.reports.excel.excel_book import marker_start
    from tcw.reports.excel.excel_report import Place
    from tcw.reports.excel.workbook_package import opened, written
    from tcw.reports.excel.workbook_transplant import transplanted

    with delivered(path, ".xlsx", ".xlsm") as temporary:
        if not path.exists():
            raise UsageFault(NO_SUCH_WORKBOOK, path=path)
        package = opened(path)
        start = marker_start(family)
        taken = frozenset(sheet.name.lower() for sheet in package.sheets())
        with tempfile.TemporaryDirectory(prefix="tcw-") as folder:
            new = Path(folder) / "new.xlsx"
            build(new, Place(PREFIX, package.markers(start), taken))
            transplanted(package, opened(new), start)
            written(package, temporary)
