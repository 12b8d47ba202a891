"""What was made of each file, on a terminal."""

from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.console import Console
from rich.markup import escape

from tcw.intake.load import RecognisedSheet
from tcw.model.intake_report import IntakeReport
from tcw.reports.tables.intake import NOT_RECOGNISED, TABLES, rejects_table
from tcw.reports.tables.table import with_frame
from tcw.reports.terminal.printer import grid_of
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

ROWS = Phrase("inspect.rows", "{read:row read|rows read} = {accepted} accepted + {rejected} rejected")
GUESSED = Phrase("inspect.guessed", "a guess, please check")
NOTHING_MADE = Phrase("inspect.unused", "not used: {headers}")
MISSING = Phrase("inspect.missing", "Missing, and needed by tcw kpi: {tables}.")
OPTIONAL = Phrase("inspect.optional", "Not in the source (more commands would use them): {tables}.")
REJECTED = Phrase("inspect.rejected", "Rejected rows: the first {shown} of {count}")
REJECTS_SHOWN = 20
ALWAYS_WANTED = ("orders", "availability", "competences", "agreement_links", "units", "red_days")


def print_inspection(
    stdout: TextIO,
    intake: IntakeReport,
    sheets: Sequence[tuple[RecognisedSheet, Mapping[str, tuple[str, ...]]]],
    missing: Sequence[str],
    lang: Language,
) -> None:
    """Print each sheet's table, columns, formats, decisions and rows.

    Then rejects, findings and missing tables.
    """
    console = Console(file=stdout, highlight=False, soft_wrap=True)
    for file, (sheet, formats) in zip(intake.files, sheets, strict=True):
        place = file.file if file.sheet is None else f"{file.file} [{file.sheet}]"
        table = TABLES[file.table].template(lang) if file.table else NOT_RECOGNISED.template(lang)
        doubt = "" if sheet.recognition.sure else f"  ({GUESSED.template(lang)})"
        style = "yellow" if doubt or not file.table else "green"
        console.print(f"[bold]{escape(place)}[/]  →  [{style}]{escape(table)}[/]{doubt}")
        if file.table:
            counts = {"read": file.rows_read, "accepted": file.accepted, "rejected": file.rejected}
            console.print("  " + ROWS.say(lang, **{name: Count(count) for name, count in counts.items()}))
            width = max((len(column) for column in file.columns), default=0)
            for column, header in file.columns.items():
                written = ", ".join(formats.get(column, ())[:3])
                told = f"  [dim]({escape(written)})[/]" if written else ""
                console.print(f"  {column:<{width}}  ← {escape(header)}{told}")
        else:
            console.print(f"  {escape(sheet.recognition.why.say(lang))}")
        if file.unused:
            console.print("  [dim]" + escape(NOTHING_MADE.say(lang, headers=", ".join(file.unused))) + "[/]")
        for note in file.notes:
            console.print(f"  · {escape(note.say(lang))}")
        console.print()
    if intake.rejects.height:
        shown = intake.rejects.head(REJECTS_SHOWN)
        counted = {"shown": Count(shown.height), "count": Count(intake.rejects.height)}
        console.print(f"[bold]{REJECTED.say(lang, **counted)}[/]")
        console.print(
            grid_of(
                with_frame(table_of := rejects_table(intake), table_of.frame.head(REJECTS_SHOWN)),
                lang,
                console,
            )
        )
    for finding in intake.findings:
        console.print(f"[yellow]{finding.code}[/]  {escape(finding.message.say(lang))}")
    if missing:
        names = ", ".join(TABLES[name].template(lang) for name in missing)
        console.print(f"[red]{MISSING.say(lang, tables=names)}[/]")
    given = {file.table for file in intake.files}
    wanted = [TABLES[name].template(lang) for name in ALWAYS_WANTED if name not in given]
    if wanted:
        console.print(f"[dim]{OPTIONAL.say(lang, tables=', '.join(wanted))}[/]")
