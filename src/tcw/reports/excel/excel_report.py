"""The sheets of tcw's workbooks, in the order they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from xlsxwriter.workbook import Workbook

from tcw.kpis.result import KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import SHEET_ABOUT, About
from tcw.reports.excel.excel_about import write_about
from tcw.reports.excel.excel_book import Book, moment
from tcw.reports.excel.excel_settings import write_settings
from tcw.reports.excel.excel_sheet import Placed, write_table
from tcw.reports.excel.excel_summary import SHEET, TITLE, write_summary
from tcw.reports.tables.intake_tables import findings_table, rejects_table
from tcw.reports.tables.kpi_tables import TITLE_SETTINGS, figure_columns, grain_tables, warnings_table
from tcw.reports.tables.selection_text import filters_text, period_text, selection_text
from tcw.reports.tables.table import Table
from tcw.wording import Language

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the sheets are to go: a workbook of their own, or a stranger's, with names to keep and names taken."""

    prefix: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()


@contextmanager
def book_of(path: Path, family: str, about: About, lang: Language, place: Place) -> Iterator[Book]:
    """Yield a workbook in the making, which is written at the end."""
    with Workbook(str(path), OPTIONS) as workbook:
        workbook.set_properties({"author": "tcw", "created": moment(about.created)})
        yield Book(workbook, lang, place.prefix, family, place.known, set(place.taken))


def build_kpi_report(
    path: Path,
    kpi: KpiResult,
    intake: IntakeReport,
    about: About,
    lang: Language,
    *,
    place: Place | None = None,
) -> None:
    """Write all sheets of the key figures' report to a new workbook."""
    with book_of(path, "kpi", about, lang, place or Place()) as book:
        book.watched = frozenset(kpi.shown)
        period = period_text(kpi, lang)
        title = {
            "title": f"{TITLE.template(lang)} {period}",
            "author": "tcw",
            "created": moment(about.created),
        }
        book.workbook.set_properties(title)
        subtitle = f"{period} · {selection_text(kpi, lang)}"
        summary = book.reserve(SHEET.template(lang), "summary")
        settings = book.reserve(TITLE_SETTINGS.template(lang), "settings")
        last = book.reserve(SHEET_ABOUT.template(lang), "about")
        book.add(summary)
        placed: dict[str, Placed] = {}
        for table in grain_tables(kpi):
            placed[table.name] = write_table(book, table, subtitle, dashes=table.name != "week")
        write_table(book, warnings_table(kpi), subtitle)
        rejects = rejects_table(intake)
        if rejects.frame.height:
            write_table(book, rejects, "")
        write_table(book, findings_table(intake, lang), "")
        write_settings(book, settings, figure_columns(kpi), list(kpi.settings.items()), subtitle)
        write_about(book, last, intake, about, (period, filters_text(kpi, lang)))
        write_summary(book, summary, kpi, intake, placed)


def build_tables(
    path: Path,
    tables: Iterable[Table],
    intake: IntakeReport,
    about: About,
    lang: Language,
    *,
    place: Place | None = None,
) -> None:
    """Write tables to a new workbook, a sheet each, then the rejected rows, the findings and the about sheet.

    The first table's name says which report it is, so that it takes its own older sheets' place in `--into`.
    """
    tables = list(tables)
    paint = [partial(_paint_table, table=table) for table in tables]
    build_sheets(path, tables[0].name, paint, intake, about, lang, place=place)


def _paint_table(book: Book, table: Table) -> None:
    write_table(book, table, "")


def build_sheets(
    path: Path,
    family: str,
    paint: Iterable[Callable[[Book], object]],
    intake: IntakeReport,
    about: About,
    lang: Language,
    *,
    place: Place | None = None,
) -> None:
    """Write a workbook of sheets that paint themselves, then the rejected rows, the findings and the about sheet.

    `family` says which report it is, so that it takes its own older sheets' place in `--into`.
    """
    with book_of(path, family, about, lang, place or Place()) as book:
        last = book.reserve(SHEET_ABOUT.template(lang), "about")
        for one in paint:
            one(book)
        rejects = rejects_table(intake)
        if rejects.frame.height:
            write_table(book, rejects, "")
        write_table(book, findings_table(intake, lang), "")
        write_about(book, last, intake, about, None)
