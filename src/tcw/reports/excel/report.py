"""A workbook of tcw's, new or in one somebody already has: its sheets, then the intake and what the run was.

A report is a family of sheets ("kpi", "match", the first table's name) and a function that paints them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from xlsxwriter.workbook import Workbook

from tcw.errors import UsageFault
from tcw.model.intake_report import IntakeReport
from tcw.reports.about import (
    EVERYTHING,
    FILTERS,
    PERIOD,
    ROWS,
    ROWS_READ,
    SHEET_ABOUT,
    SHEET_SOURCES,
    About,
    about_items,
    sources_table,
)
from tcw.reports.deliver import delivered
from tcw.reports.excel.book import Book, creation_time, line_height, marker_start
from tcw.reports.excel.package import Package, opened, written
from tcw.reports.excel.sheet import write_columns, write_heading, write_table
from tcw.reports.excel.transplant import transplanted
from tcw.reports.tables.intake import findings_table, rejects_table
from tcw.reports.tables.table import Table
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NO_SUCH_WORKBOOK = Phrase(
    "into-no-workbook",
    "{path} does not exist: there is no workbook to add sheets to. Use --out to make a new one.",
)
PREFIX = "tcw "
CHARACTERS_OF_CONTENT = 70
Paint = Callable[[Book], object]
"""Writes one sheet or all of a report's."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the sheets go: a workbook of their own, or a stranger's.

    `prefix` stands before new names, `names` are to be kept, by marker, and `used` are not free.
    """

    prefix: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    used: frozenset[str] = frozenset()


@contextmanager
def book_of(
    path: Path, family: str, about: About, lang: Language, destination: Destination
) -> Iterator[Book]:
    """Yield a workbook in the making, which is written at the end."""
    with Workbook(str(path), OPTIONS) as workbook:
        workbook.set_properties({"author": "tcw", "created": creation_time(about.created)})
        yield Book(workbook, lang, destination.prefix, family, destination.names, set(destination.used))


def write_report(path: Path, family: str, paint: Paint, about: About, lang: Language) -> None:
    """Write a report as a workbook of its own, whole or not at all.

    Raises what `deliver.delivered` raises.
    """
    with (
        delivered(path, ".xlsx") as temporary,
        book_of(temporary, family, about, lang, Destination()) as book,
    ):
        paint(book)


def write_report_into(path: Path, family: str, paint: Paint, about: About, lang: Language) -> None:
    """Add a report's sheets to an existing workbook, or replace those that an earlier run put there.

    Everything else in the workbook stays byte for byte: other sheets, charts, macros, pivot tables, formats.

    Raises:
        UsageFault: no such workbook, and what `deliver.delivered` raises.
        InputFault: the file is no workbook sheets can be added to (see `package.opened`).
    """
    with delivered(path, ".xlsx", ".xlsm") as temporary:
        if not path.exists():
            raise UsageFault(NO_SUCH_WORKBOOK, path=path)
        package = opened(path)
        used = frozenset(sheet.name.lower() for sheet in package.sheets())
        destination = Destination(PREFIX, package.markers(marker_start(family)), used)
        replace_sheets(package, temporary, family, paint, about, lang, destination)


def replace_sheets(
    package: Package,
    path: Path,
    family: str,
    paint: Paint,
    about: About,
    lang: Language,
    destination: Destination,
) -> None:
    """Write a workbook to `path` that is `package` with a family's sheets painted anew."""
    with tempfile.TemporaryDirectory(prefix="tcw-") as folder:
        new = Path(folder) / "new.xlsx"
        with book_of(new, family, about, lang, destination) as book:
            paint(book)
        transplanted(package, opened(new), marker_start(family))
        written(package, path)


def write_tables(
    path: Path, tables: Iterable[Table], intake: IntakeReport, about: About, lang: Language
) -> None:
    """Write tables (at least one) as a workbook, a sheet each. Raises what `deliver.delivered` raises."""
    family, paint = _tables_report(tables, intake, about)
    write_report(path, family, paint, about, lang)


def write_tables_into(
    path: Path, tables: Iterable[Table], intake: IntakeReport, about: About, lang: Language
) -> None:
    """Add tables (at least one) to an existing workbook; raises as `write_report_into` does.

    The first table's name says which of tcw's reports it is: only that report's older sheets are replaced.
    """
    family, paint = _tables_report(tables, intake, about)
    write_report_into(path, family, paint, about, lang)


def _tables_report(tables: Iterable[Table], intake: IntakeReport, about: About) -> tuple[str, Paint]:
    tables = list(tables)
    sheets = [partial(write_table, table=table, subtitle="") for table in tables]
    return tables[0].name, with_intake(sheets, intake, about)


def with_intake(sheets: Iterable[Paint], intake: IntakeReport, about: About) -> Paint:
    """Return a report of these sheets, then rejected rows, findings about the data, and the about sheet."""

    def paint(book: Book) -> None:
        last = book.reserve(SHEET_ABOUT.template(book.lang), "about")
        for sheet in sheets:
            sheet(book)
        write_intake(book, intake)
        write_about(book, last, intake, about, None)

    return paint


def write_intake(book: Book, intake: IntakeReport) -> None:
    """Write the rejected rows, where there are any, and the findings about the data."""
    rejects = rejects_table(intake)
    if rejects.frame.height:
        write_table(book, rejects, "")
    write_table(book, findings_table(intake, book.lang), "")


def write_about(
    book: Book, name: str, intake: IntakeReport, about: About, covered: tuple[str, str] | None
) -> None:
    """Write the version, the command, the time, what is `covered` (period, filters), rows and input files."""
    sheet = book.add(name, landscape=False)
    styles, lang = book.styles, book.lang
    for place, width in enumerate((34, 14, 68)):
        sheet.set_column(place, place, width)
    write_heading(book, sheet, SHEET_ABOUT.template(lang))
    items = about_items(about, lang)
    if covered is not None:
        period, filters = covered
        items.append((PERIOD.template(lang), period))
        items.append((FILTERS.template(lang), filters or EVERYTHING.template(lang)))
    counts = {"read": intake.rows_read, "accepted": intake.accepted, "rejected": intake.rejected}
    rows = ROWS.say(lang, **{name: Count(number) for name, number in counts.items()})
    items.append((ROWS_READ.template(lang), rows))
    for row, (item, content) in enumerate(items, start=2):
        sheet.write_string(row, 0, item, styles.cell("text", bold=True))
        sheet.merge_range(row, 1, row, 2, "", styles.cell("text", text_wrap=True))
        sheet.write_string(row, 1, content, styles.cell("text", text_wrap=True))
        sheet.set_row(row, line_height(content, CHARACTERS_OF_CONTENT))
    if about.sources:
        row = len(items) + 3
        sheet.write_string(row, 0, SHEET_SOURCES.template(lang), styles.section())
        write_columns(book, sheet, row + 1, sources_table(about))
