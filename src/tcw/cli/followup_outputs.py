"""Where the follow-up goes: standard output, a workbook, into a workbook."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tcw.cli import loading
from tcw.cli.loading import dialect_named
from tcw.cli.shell.faults import language
from tcw.commands.output import Format
from tcw.kpis.followup import By, Followup, compared, followup
from tcw.kpis.selection import Selection
from tcw.model.schedule import Schedule
from tcw.reports.data.csvfile import write_csv, write_parquet
from tcw.reports.data.kpi_json import intake_facts, write_rows
from tcw.reports.deliver import check_target
from tcw.reports.tables.followup_tables import followup_table
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count, Hours
from tcw.worktime.periods import Every

TOTAL = Phrase("followup-total", "{first} to {last}: {hours} in all.")
COMPARED = Phrase(
    "followup-compared",
    "Before: {before_first} to {before_last}, {before} in all. After: {after_first} to {after_last}, {after} in all.",
)
HIDDEN_GROUPS = Phrase(
    "followup-hidden",
    "{groups:group is|groups are} too small to be shown, or would give one away; {groups:~it|their sum} is the row without keys.",
)


@dataclass(frozen=True, slots=True)
class Output:
    """What the user asked for."""

    format: Format
    dialect: str | None
    out: Path | None
    into: Path | None
    rejects: Path | None
    quiet: bool


def check_targets(out: Path | None, into: Path | None, rejects: Path | None) -> None:
    """Refuse before a long computation what cannot be written after it."""
    for path, suffixes in ((out, (".xlsx",)), (into, (".xlsx", ".xlsm")), (rejects, (".csv",))):
        if path is not None:
            check_target(path, *suffixes)


def deliver(
    schedule: Schedule,
    after: Selection,
    before: Selection | None,
    by: Sequence[By],
    every: Every,
    least: int,
    output: Output,
    source: Path,
    stdout: TextIO,
) -> None:
    """Compute the follow-up, of one period or of two compared, and write everything the user asked for."""
    result = followup(schedule, after, by, "all" if before else every, least)
    totals = _total(result)
    if before is not None:
        earlier = followup(schedule, before, by, "all", least)
        totals = _totals(earlier, result)
        result = compared(earlier, result)
    messages = [totals, *_hidden(result)]
    loading.write_rejects(output.rejects, schedule.intake)
    if output.out is not None or output.into is not None:
        from tcw.reports.excel.tables_book import write_tables, write_tables_into

        table = followup_table(result.frame)
        about = loading.about(source, schedule.intake)
        if output.out is not None:
            write_tables(output.out, [table], schedule.intake, about, language())
        if output.into is not None:
            write_tables_into(output.into, [table], schedule.intake, about, language())
    _print(result, schedule, output, stdout, messages)


def _total(result: Followup) -> Message:
    return Message(
        TOTAL, {"first": result.first_day, "last": result.last_day, "hours": Hours(result.total_hours)}
    )


def _totals(before: Followup, after: Followup) -> Message:
    facts = {
        "before_first": before.first_day,
        "before_last": before.last_day,
        "before": Hours(before.total_hours),
        "after_first": after.first_day,
        "after_last": after.last_day,
        "after": Hours(after.total_hours),
    }
    return Message(COMPARED, facts)


def _hidden(result: Followup) -> list[Message]:
    return [Message(HIDDEN_GROUPS, {"groups": Count(result.hidden_groups)})] if result.hidden_groups else []


def _print(
    result: Followup, schedule: Schedule, output: Output, stdout: TextIO, messages: list[Message]
) -> None:
    lang = language()
    if output.format is Format.table:
        from rich.console import Console

        from tcw.reports.terminal.kpi_terminal import print_frame

        print_frame(Console(file=stdout, highlight=False), followup_table(result.frame), lang)
        loading.notes(messages, quiet=output.quiet)
        return
    binary = stdout.buffer
    if output.format is Format.json:
        binary.write(b'{"rows":')
        write_rows(binary, result.frame)
        binary.write(b',\n"intake":')
        binary.write(json.dumps(intake_facts(schedule.intake, lang), ensure_ascii=False).encode())
        binary.write(b"}\n")
    elif output.format is Format.csv:
        write_csv(binary, result.frame, dialect_named(output.dialect))
    else:
        write_parquet(binary, result.frame)
    binary.flush()
    loading.notes(messages, quiet=output.quiet)
