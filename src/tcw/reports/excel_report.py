"""The sheets of the key figures' workbook, in the order they are read."""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.workbook import Workbook

from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import SHEET_ABOUT, About
from tcw.reports.excel_about import write_about
from tcw.reports.excel_book import Book, moment
from tcw.reports.excel_settings import write_settings
from tcw.reports.excel_sheet import Placed, write_table
from tcw.reports.excel_summary import SHEET, TITLE, write_summary
from tcw.reports.intake_tables import findings_table, rejects_table
from tcw.reports.kpi_tables import TITLE_SETTINGS, figure_columns, grain_tables, warnings_table
from tcw.reports.selection_text import period_text, selection_text
from tcw.wording import Language

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def build_report(
    path: Path, kpi: KpiResult, intake: IntakeReport, about: About, lang: Language, *, prefix: str = ""
) -> list[str]:
    """Write all sheets of the report to a new workbook and return their names; `prefix` stands before each name."""
    with Workbook(str(path), OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": f"{TITLE.template(lang)} {period_text(kpi, lang)}",
                "author": "tcw",
                "created": moment(about.created),
            }
        )
        workbook.set_calc_mode("auto")
        book = Book(workbook, lang, prefix, watched=frozenset(kpi.shown))
        subtitle = f"{period_text(kpi, lang)} · {selection_text(kpi, lang)}"
        summary = book.reserve(SHEET.template(lang))
        settings = book.reserve(TITLE_SETTINGS.template(lang))
        last = book.reserve(SHEET_ABOUT.template(lang))
        book.add(summary)
        placed: dict[str, Placed] = {}
        for table in grain_tables(kpi):
            placed[table.name] = write_table(book, table, subtitle, dashes=table.name != "week")
        write_table(book, warnings_table(kpi), subtitle)
        for table in (rejects_table(intake), findings_table(intake, lang)):
            if table.frame.height or table.name == "findings":
                write_table(book, table, "")
        write_settings(book, settings, figure_columns(kpi), list(kpi.settings.items()), subtitle)
        write_about(book, last, kpi, intake, about)
        write_summary(book, summary, kpi, intake, placed)
        return [sheet.get_name() for sheet in workbook.worksheets()]
