"""Where the findings go."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

from tcw.cli.options import Format
from tcw.cli.outcome import language
from tcw.model.intake_report import IntakeReport
from tcw.rules.run import CheckResult


@dataclass(frozen=True, slots=True)
class Output:
    """What the user asked for."""

    format: Format
    source: Path
    as_of: date
    quiet: bool


def deliver(result: CheckResult, intake: IntakeReport, output: Output, stdout: TextIO) -> None:
    """Write everything the user asked for; data goes to stdout, words to stderr."""
    lang = language()
    from tcw.reports.check_json import findings_rows, write_check_json

    if output.format is Format.json:
        write_check_json(stdout.buffer, result, intake, lang)
    else:
        findings_rows(result, intake, lang).write_parquet(stdout.buffer)
    stdout.buffer.flush()
