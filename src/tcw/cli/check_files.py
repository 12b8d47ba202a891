"""Where the findings go: standard output, a workbook, a page, files for programs."""

from typing import TYPE_CHECKING, BinaryIO, TextIO

import polars as pl

from tcw.cli import loading
from tcw.cli.check_wish import SUFFIXES, Answer, Output, Wish
from tcw.cli.loading import dialect_named
from tcw.cli.shell.faults import language
from tcw.commands.output import Format
from tcw.model.intake_report import IntakeReport
from tcw.model.schedule import Schedule
from tcw.reports.data.check import findings_pieces, write_check_json
from tcw.reports.data.rows import Dialect, write_csv, write_parquet, write_parquet_pieces
from tcw.reports.deliver import delivered

if TYPE_CHECKING:
    from tcw.reports.tables.check import CheckReport


def write(
    answer: Answer, intake: IntakeReport, schedule: Schedule, wish: Wish, output: Output, stdout: TextIO
) -> None:
    """Write the files the user asked for, then standard output."""
    lang = language()
    dialect = dialect_named(output.dialect)
    shown = None
    if (
        output.format is Format.table
        or output.into
        or any(path.suffix in {".xlsx", ".html", ".htm"} for path in output.out)
    ):
        from tcw.reports.tables.check import report_of

        shown = report_of(
            answer.facts,
            answer.standing,
            schedule.staff,
            schedule.units,
            wish.as_of,
            lang,
            answer.found,
            answer.most,
        )
    about = loading.about(output.source, intake) if output.out or output.into else None
    for path in output.out:
        suffix = path.suffix.lower()
        if suffix == ".xlsx":
            from tcw.reports.excel.report import write_tables
            from tcw.reports.tables.check import tables

            assert shown is not None
            assert about is not None
            write_tables(path, tables(shown), intake, about, lang)
        elif suffix in {".html", ".htm"}:
            from tcw.reports.page.check import write_check_page

            assert shown is not None
            assert about is not None
            write_check_page(path, shown, intake, about, lang)
        else:
            with delivered(path, *SUFFIXES) as temporary, temporary.open("wb") as opened:
                _data(suffix, opened, answer, intake, dialect)
    if output.into is not None:
        from tcw.reports.excel.report import write_tables_into
        from tcw.reports.tables.check import tables

        assert shown is not None
        assert about is not None
        write_tables_into(output.into, tables(shown), intake, about, lang)
    _print(shown, answer, intake, output, dialect, stdout)


def _data(suffix: str, out: BinaryIO, answer: Answer, intake: IntakeReport, dialect: Dialect) -> None:
    """Write findings for programs: Parquet, CSV or JSON; piece by piece where they are many."""
    lang = language()
    pieces = findings_pieces(answer.found.pieces(), answer.facts, intake, lang)
    if suffix == ".json":
        write_check_json(out, pieces, answer.facts, answer.standing, intake, lang)
    elif suffix == ".csv":
        for place, piece in enumerate(pieces):
            write_csv(
                out, piece.with_columns(pl.col("booking_ids").list.join(" ")), dialect, goes_on=place > 0
            )
    elif answer.most is None:
        write_parquet(out, pl.concat(list(pieces)))
    else:
        write_parquet_pieces(out, pieces)


def _print(
    shown: "CheckReport | None",
    answer: Answer,
    intake: IntakeReport,
    output: Output,
    dialect: Dialect,
    stdout: TextIO,
) -> None:
    if output.format is Format.table:
        from rich.console import Console

        from tcw.reports.terminal.check import print_check

        assert shown is not None
        print_check(Console(file=stdout, highlight=False), shown, intake, language())
        return
    _data(f".{output.format.value}", stdout.buffer, answer, intake, dialect)
    stdout.buffer.flush()
    loading.notes(answer.facts.notes, quiet=output.quiet)
