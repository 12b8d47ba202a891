"""A line chart that says outright what XlsxWriter leaves to the reader's defaults."""

from __future__ import annotations

from xlsxwriter.chart_line import ChartLine


class StraightLines(ChartLine):  # type: ignore[misc]  # the library has no types
    """Straight lines with gaps.

    XlsxWriter writes neither, for in a workbook of Excel 2007, which its own claim to be, both go without saying. In
    the workbook of a newer program, where `--into` puts the chart, LibreOffice then draws curves, and undefined
    figures as 0 %.
    """

    def _write_c_smooth(self, smooth: object) -> None:
        del smooth
        self._xml_empty_tag("c:smooth", [("val", "0")])

    def _write_disp_blanks_as(self) -> None:
        self._xml_empty_tag("c:dispBlanksAs", [("val", "gap")])
