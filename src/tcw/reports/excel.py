"""Results as Excel workbooks: of their own to hand to somebody, or into a workbook somebody already has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tcw.errors import UsageFault
from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import About
from tcw.reports.deliver import delivered
from tcw.reports.table import Table
from tcw.wording import Language, Phrase

if TYPE_CHECKING:
    from tcw.reports.excel_report import Place

NO_SUCH_WORKBOOK = Phrase(
    "into-no-workbook",
    "{path} does not exist: there is no workbook to add sheets to. Use --out to make a new one.",
)
PREFIX = "tcw "


def write_workbook(path: Path, kpi: KpiResult, intake: IntakeReport, about: About, lang: Language) -> None:
    """Write the key figures' workbook whole or not at all: summary with chart, one sheet per grain, warnings, about.

    The same input gives the same bytes when `about.created` is None. Raises what `deliver.delivered` raises.
    """
    from tcw.reports.excel_report import build_kpi_report

    with delivered(path, ".xlsx") as temporary:
        build_kpi_report(temporary, kpi, intake, about, lang)


def write_workbook_into(
    path: Path, kpi: KpiResult, intake: IntakeReport, about: About, lang: Language
) -> None:
    """Add the key figures' sheets to an existing workbook, or replace those an earlier run put there.

    Everything else in the workbook stays byte for byte: other sheets, charts, macros, pivot tables, formats.

    Raises:
        UsageFault: no such workbook, and what `deliver.delivered` raises.
        InputFault: the file is no workbook sheets can be added to (see `workbook_package.opened`).
    """
    from tcw.reports.excel_report import build_kpi_report

    _write_into(path, "kpi", lambda new, place: build_kpi_report(new, kpi, intake, about, lang, place=place))


def write_tables(
    path: Path, tables: Iterable[Table], intake: IntakeReport, about: About, lang: Language
) -> None:
    """Write tables (at least one) as a workbook, a sheet each. Raises what `deliver.delivered` raises."""
    from tcw.reports.excel_report import build_tables

    with delivered(path, ".xlsx") as temporary:
        build_tables(temporary, tables, intake, about, lang)


def write_tables_into(
    path: Path, tables: Iterable[Table], intake: IntakeReport, about: About, lang: Language
) -> None:
    """Add tables (at least one) to an existing workbook; raises as `write_workbook_into` does."""
    from tcw.reports.excel_report import build_tables

    tables = list(tables)
    _write_into(
        path, tables[0].name, lambda new, place: build_tables(new, tables, intake, about, lang, place=place)
    )


def _write_into(path: Path, family: str, build: Callable[[Path, Place], None]) -> None:
    from tcw.reports.excel_book import marker_start
    from tcw.reports.excel_into import transplanted
    from tcw.reports.excel_report import Place
    from tcw.reports.workbook_package import opened, written

    with delivered(path, ".xlsx", ".xlsm") as temporary:
        if not path.exists():
            raise UsageFault(NO_SUCH_WORKBOOK, path=path)
        package = opened(path)
        start = marker_start(family)
        known = package.markers(start)
        taken = frozenset(sheet.name.lower() for sheet in package.sheets())
        with tempfile.TemporaryDirectory(prefix="tcw-") as folder:
            new = Path(folder) / "new.xlsx"
            build(new, Place(PREFIX, known, taken))
            transplanted(package, opened(new), start)
            written(package, temporary)
