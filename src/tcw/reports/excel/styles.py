"""How a workbook looks: a few colours, one format per kind of value, and lines that are straight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xlsxwriter.chart_line import ChartLine
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from tcw.reports.tables.table import Kind

INK, MUTED, LINE = "#1B2733", "#66727F", "#DDE3E9"
HEAD, HEAD_TEXT, TOTAL, INPUT = "#1F3A5F", "#FFFFFF", "#EEF2F6", "#FFF8DB"
RED_TEXT, RED_FILL = "#B00020", "#FDE3E4"
FONT = "Calibri"
LINES: Final = ("#0072B2", "#D55E00", "#009E73", "#6A3D9A", "#E69F00", "#56B4E9", "#CC3377", "#7A7A7A")
"""Line colours that also colour-blind readers can tell apart (after Okabe and Ito)."""

NUMBER_FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "id": "@",
    "week": "@",
    "hours": "#,##0.00",
    "duration": "[h]:mm",
    "share": "0.0%",
    "points": "+0.0%;-0.0%;0.0%",
    "change": "+0.0%;-0.0%;0.0%",
    "count": "#,##0",
    "row": "0",
    "date": "yyyy-mm-dd",
    "clock": "hh:mm",
    "moment": "yyyy-mm-dd hh:mm",
}


class Styles:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        """Keep the workbook the formats belong to."""
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def format(self, **properties: Any) -> Format:  # noqa: ANN401  # XlsxWriter's properties are of all types
        """Return the format with these properties on top of the workbook's font."""
        wanted = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"} | properties
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(wanted)
        return self._made[key]

    def title(self) -> Format:
        """Return the format of a sheet's title."""
        return self.format(font_size=16, bold=True, font_color=HEAD)

    def subtitle(self) -> Format:
        """Return the format of the line below the title."""
        return self.format(font_color=MUTED)

    def section(self) -> Format:
        """Return the format of a heading inside a sheet."""
        return self.format(font_size=12, bold=True, font_color=HEAD)

    def header(self, *, right: bool) -> Format:
        """Return the format of a column's heading."""
        return self.format(
            bold=True,
            font_size=9,
            font_color=HEAD_TEXT,
            bg_color=HEAD,
            text_wrap=True,
            # Excel draws the filter's arrow at the bottom right, over the words of a number's heading.
            valign="top",
            **({"align": "right"} if right else {"align": "left", "indent": 1}),
        )

    def cell(self, kind: Kind, **more: Any) -> Format:  # noqa: ANN401  # as in `format`
        """Return the format of a value of a kind."""
        beside = {"align": "left", "indent": 1} if kind in {"text", "id", "week"} else {}
        return self.format(num_format=NUMBER_FORMATS[kind], bottom=1, bottom_color=LINE, **{**beside, **more})

    def total(self, kind: Kind) -> Format:
        """Return the format of a value in the totals row."""
        beside = {"align": "left", "indent": 1} if kind in {"text", "id", "week"} else {}
        return self.format(num_format=NUMBER_FORMATS[kind], bold=True, bg_color=TOTAL, **beside)

    def undefined(self) -> Format:
        """Return the format of a figure that is not defined."""
        return self.format(font_color=MUTED, align="right", bottom=1, bottom_color=LINE)

    def prose(self) -> Format:
        """Return the format of running text."""
        return self.format(text_wrap=True, valign="top")

    def entry(self, kind: Kind) -> Format:
        """Return the format of a cell the reader may change."""
        return self.format(
            num_format=NUMBER_FORMATS[kind], bg_color=INPUT, border=1, border_color="#D9C97A", align="right"
        )

    def red(self) -> Format:
        """Return the format of a value beyond its warning level."""
        key = (("red", True),)
        if key not in self._made:
            red = {"font_color": RED_TEXT, "bg_color": RED_FILL, "bold": True}
            self._made[key] = self._workbook.add_format(red)
        return self._made[key]


class StraightLines(ChartLine):  # type: ignore[misc]  # the library has no types
    """Straight lines with gaps.

    XlsxWriter writes neither, for in a workbook of Excel 2007, which its own claim to be, both go without
    saying. In the workbook of a newer program, where `--into` puts the chart, LibreOffice then draws curves,
    and undefined figures as 0 %.
    """

    def _write_c_smooth(self, smooth: object) -> None:
        del smooth
        self._xml_empty_tag("c:smooth", [("val", "0")])

    def _write_disp_blanks_as(self) -> None:
        self._xml_empty_tag("c:dispBlanksAs", [("val", "gap")])
