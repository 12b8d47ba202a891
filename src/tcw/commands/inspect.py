"""What was recognised in a source, what was guessed, and why; and the mapping, to be mended by hand."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

import yaml
from rich.console import Console

from tcw.commands.listener import SILENT, Listener
from tcw.commands.loading import SourceRequest, open_source
from tcw.commands.output import Outcome
from tcw.errors import ExitCode
from tcw.intake.load import Loaded, RecognisedSheet
from tcw.intake.rejects import NOT_DATA
from tcw.model.intake_report import FileReport
from tcw.model.tables import REQUIRED, TABLES
from tcw.quality.doubts import doubts_of
from tcw.reports.data.json_object import intake_facts
from tcw.reports.deliver import delivered
from tcw.reports.terminal.inspect import print_inspection
from tcw.wording import Language, Message, Phrase

WROTE = Phrase("inspect-wrote", "Wrote {path}: what each file was taken for. Mend it where it is wrong.")
WROTE_BESIDE = Phrase(
    "inspect-wrote-beside", "Wrote {path}, since there is a tcw.yaml already: copy what you need from it."
)
HEADING = Phrase(
    "inspect-heading",
    "What tcw made of each file, by tcw inspect --write. Table, and for each of its columns the header.",
)


@dataclass(frozen=True, slots=True)
class InspectRequest:
    """Which source to look at. People are not computed with, so none are hidden."""

    source: SourceRequest


@dataclass(frozen=True, kw_only=True)
class InspectOutcome(Outcome):
    """What each file was taken for, and which tables are missing that figures need."""

    source: Path
    loaded: Loaded
    missing: tuple[str, ...]

    @property
    def exit_code(self) -> ExitCode:
        """1 when a table is missing, or a row of data was rejected."""
        rejected = any(reason not in NOT_DATA for reason in self.intake.rejects["reason"].unique())
        return ExitCode.FINDINGS if self.missing or rejected else ExitCode.CLEAN

    def write_json(self, out: BinaryIO) -> None:
        """Write the facts of each file, and what became of the rows."""
        files = [
            _facts(file, sheet, self.lang)
            for file, sheet in zip(self.intake.files, self.loaded.sheets, strict=True)
        ]
        facts = {
            "files": files,
            "missing": list(self.missing),
            "intake": intake_facts(self.intake, self.lang),
        }
        out.write((json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode())

    def print_to(self, console: Console) -> None:
        """Print each file: table, columns, formats, rows."""
        readings = [(sheet, _formats(sheet, self.loaded)) for sheet in self.loaded.sheets]
        print_inspection(cast("TextIO", console.file), self.intake, readings, self.missing, self.lang)


def run(request: InspectRequest, listener: Listener = SILENT) -> InspectOutcome:
    """Read a source, also one that nothing could be computed from. Raises TcwError: a file cannot be read."""
    shown = replace(request.source, show_numbers=True)
    loaded = open_source(shown, listener, strict=False).loaded
    schedule = loaded.schedule
    return InspectOutcome(
        lang=request.source.lang,
        intake=replace(schedule.intake, findings=tuple(doubts_of(schedule))),
        source=request.source.path,
        loaded=loaded,
        missing=tuple(table for table in REQUIRED if table not in schedule.given),
    )


def _formats(sheet: RecognisedSheet, loaded: Loaded) -> dict[str, tuple[str, ...]]:
    """Return how the values of each column of a sheet are written."""
    item = next((item for item in loaded.accepted if item.typed.sheet is sheet.raw), None)
    return {column.name: column.reading.formats for column in item.typed.columns} if item else {}


def _facts(file: FileReport, sheet: RecognisedSheet, lang: Language) -> dict[str, Any]:
    return {
        "file": file.file,
        "sheet": file.sheet,
        "table": file.table,
        "sure": sheet.recognition.sure,
        "why": sheet.recognition.why.say(lang),
        "columns": file.columns,
        "unused": list(file.unused),
        "rows_read": file.rows_read,
        "accepted": file.accepted,
        "rejected": file.rejected,
        "notes": [note.say(lang) for note in file.notes],
    }


def write_mapping(outcome: InspectOutcome) -> Message:
    """Write files: and headers: as they were recognised, into a new tcw.yaml, or beside one that is there.

    Return what to say of it.
    """
    folder = outcome.source if outcome.source.is_dir() else outcome.source.parent
    path = folder / "tcw.yaml"
    beside = path.exists()
    if beside:
        path = folder / "tcw-mapping.yaml"
    text = yaml.safe_dump(_mapping(outcome), allow_unicode=True, sort_keys=False)
    with delivered(path, ".yaml") as temporary:
        temporary.write_text(f"# {HEADING.template(outcome.lang)}\n{text}", "utf-8")
    return Message(WROTE_BESIDE if beside else WROTE, {"path": path})


def _mapping(outcome: InspectOutcome) -> dict[str, Any]:
    files: dict[str, Any] = {}
    headers: dict[str, dict[str, list[str]]] = {}
    for file, sheet in zip(outcome.intake.files, outcome.loaded.sheets, strict=True):
        name = file.file if file.sheet is None else f"{file.file}#{file.sheet}"
        if file.table is None:
            # What is meant for a table is not hidden: what it lacks is to be told again.
            meant = sheet.recognition.meant
            files[name] = {"ignore": True} if meant is None else {"table": meant}
            continue
        files[name] = {"table": file.table}
        known = headers.setdefault(file.table, {})
        for column, header in file.columns.items():
            # A column by its own name, as those of a roster unfolded are, needs no saying.
            if (
                column in TABLES[file.table].columns
                and header != column
                and header not in known.get(column, ())
            ):
                known.setdefault(column, []).append(header)
    headers = {table: columns for table, columns in headers.items() if columns}
    return {"files": files, "headers": headers}
