"""What `tcw inspect` shows and writes."""

import json
from pathlib import Path
from typing import Any, TextIO

from tcw.cli.shell.faults import tell
from tcw.intake.load import Loaded, Sheet
from tcw.intake.reasons import NOT_DATA
from tcw.model.intake_report import FileReport, IntakeReport
from tcw.model.tables import REQUIRED, TABLES
from tcw.quality.references import reference_findings
from tcw.reports.data.kpi_json import intake_facts
from tcw.reports.deliver import delivered
from tcw.reports.terminal.inspect_text import print_inspection
from tcw.wording import Language, Phrase

WROTE = Phrase("inspect-wrote", "Wrote {path}: what each file was taken for. Mend it where it is wrong.")
WROTE_BESIDE = Phrase(
    "inspect-wrote-beside", "Wrote {path}, since there is a tcw.yaml already: copy what you need from it."
)
HEADING = Phrase(
    "inspect-heading",
    "What tcw made of each file, by tcw inspect --write. Table, and for each of its columns the header.",
)


def show(loaded: Loaded, style: str, stdout: TextIO, lang: Language) -> bool:
    """Print what was recognised; return whether everything is usable as it is."""
    schedule = loaded.schedule
    findings = reference_findings(schedule)
    intake = IntakeReport(schedule.intake.files, schedule.intake.rejects, tuple(findings))
    missing = [table for table in REQUIRED if table not in schedule.given]
    if style == "json":
        files = [_facts(file, sheet, lang) for file, sheet in zip(intake.files, loaded.sheets, strict=True)]
        facts = {"files": files, "missing": missing, "intake": intake_facts(intake, lang)}
        stdout.write(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    else:
        print_inspection(stdout, intake, [_reading(sheet, loaded) for sheet in loaded.sheets], missing, lang)
    rejected = any(reason not in NOT_DATA for reason in intake.rejects["reason"].unique())
    return not missing and not rejected


def _reading(sheet: Sheet, loaded: Loaded) -> tuple[Sheet, dict[str, tuple[str, ...]]]:
    """Return a sheet with how each of its columns is written."""
    item = next((item for item in loaded.accepted if item.typed.sheet is sheet.raw), None)
    formats = {column.name: column.reading.formats for column in item.typed.columns} if item else {}
    return sheet, formats


def _facts(file: FileReport, sheet: Sheet, lang: Language) -> dict[str, Any]:
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


def write_mapping(loaded: Loaded, source: Path, lang: Language) -> None:
    """Write files: and headers: as they were recognised, into a new tcw.yaml, or beside one that is there."""
    import yaml

    folder = source if source.is_dir() else source.parent
    path = folder / "tcw.yaml"
    beside = path.exists()
    if beside:
        path = folder / "tcw-mapping.yaml"
    files: dict[str, Any] = {}
    headers: dict[str, dict[str, list[str]]] = {}
    for file, sheet in zip(loaded.schedule.intake.files, loaded.sheets, strict=True):
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
    text = yaml.safe_dump({"files": files, "headers": headers}, allow_unicode=True, sort_keys=False)
    with delivered(path, ".yaml") as temporary:
        temporary.write_text(f"# {HEADING.template(lang)}\n{text}", "utf-8")
    tell((WROTE_BESIDE if beside else WROTE).say(lang, path=path))
