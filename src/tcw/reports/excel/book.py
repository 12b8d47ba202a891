"""The workbook being written: its sheets' names, its formats, the names of its level cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from xlsxwriter.workbook import Workbook

from tcw.reports.excel.rows import RowsWorksheet
from tcw.reports.excel.styles import Styles
from tcw.wording import Language

Side = Literal["below", "above"]
MOST_NAME_CHARACTERS = 31
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
A4 = 9
POINTS_PER_LINE = 14


@dataclass(slots=True)
class Book:
    """A workbook in the making.

    `prefix` stands before every sheet's name, for sheets in a stranger's workbook.
    """

    workbook: Workbook
    lang: Language
    prefix: str = ""
    family: str = "kpi"
    """Which of tcw's reports this is; a workbook may hold several."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names the report's sheets have in the workbook they are to replace older ones in, by marker."""
    used: set[str] = field(default_factory=set)
    """Names in use, in lower case, since Excel does not tell "Vecka" from "vecka"."""
    watched: frozenset[str] = frozenset()
    """Keys of the figures that have level cells on the settings sheet."""
    styles: Styles = field(init=False)
    _markers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the formats."""
        self.styles = Styles(self.workbook)

    def reserve(self, title: str, marker: str) -> str:
        """Return a sheet name made from a title: allowed by Excel, not in use, at most 31 characters.

        The sheet is marked, so that a later run with `--into` finds it again, whatever people call it by
        then.
        """
        name = self.names.get(marker) or self._free(title)
        self.used.add(name.lower())
        self._markers[name] = marker
        return name

    def _free(self, title: str) -> str:
        name = clean = sheet_name(self.prefix + title)
        number = 2
        while name.lower() in self.used or name.lower() == "history":  # Excel keeps that name for itself
            ending = f" ({number})"
            name = clean[: MOST_NAME_CHARACTERS - len(ending)].rstrip() + ending
            number += 1
        return name

    def add(self, name: str, *, landscape: bool = True) -> RowsWorksheet:
        """Add a sheet, set up for printing on A4 one page wide."""
        sheet: RowsWorksheet = self.workbook.add_worksheet(name, worksheet_class=RowsWorksheet)
        self.workbook.define_name(
            f"{marker_start(self.family)}{self._markers[name]}", f"={quoted(name)}!$A$1"
        )
        sheet.hide_gridlines(2)
        sheet.set_paper(A4)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        return sheet


def sheet_name(title: str) -> str:
    """Return a title as Excel allows it as a sheet's name."""
    clean = NOT_IN_NAMES.sub(" ", title).strip(" '") or "tcw"
    return clean[:MOST_NAME_CHARACTERS].rstrip(" '")


def marker_start(family: str) -> str:
    """Return how the defined names begin that mark a report's sheets as tcw's own."""
    return f"_tcw_{family}_"


def level_name(code: str, side: Side) -> str:
    """Return the workbook's name of the cell that holds a figure's warning level."""
    return f"tcw_{code}_{side}"


def quoted(sheet: str) -> str:
    """Return a sheet's name as a formula refers to it."""
    return "'" + sheet.replace("'", "''") + "'"


def creation_time(text: str | None) -> datetime:
    """Return the time to note in the file's properties; a fixed one when none is to be noted."""
    try:
        made = datetime.fromisoformat(text or "")
    except ValueError:
        return datetime(2000, 1, 1)  # noqa: DTZ001  # Excel's file properties have no time zone
    return made.replace(tzinfo=None)


def line_height(text: str, characters: int) -> float:
    """Return the height of a row whose text is wrapped at so many characters, in points."""
    return POINTS_PER_LINE * max(1, -(-len(text) // characters)) + 1
