"""An export frozen in one file, which shows when it was taken and whether it was changed since."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tcw import __version__
from tcw.commands.exports import ConfigFile, config_beside, hashes, read_export
from tcw.commands.listener import SILENT, Listener
from tcw.errors import UsageFault
from tcw.intake.headers.aliases import is_person_header
from tcw.intake.snapshot.snapshot_file import SUFFIX, is_snapshot, reassembled
from tcw.model.export import Export
from tcw.privacy.pseudonyms import key_of
from tcw.privacy.redaction import for_keeping, key_check, pseudonymised, refuse_numbers
from tcw.reports.data.snapshot import write_snapshot
from tcw.reports.deliver import check_target
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

TAKEN = Phrase(
    "snapshot-taken",
    "Wrote {path}: {tables:table|tables}, {rows:row|rows}. "
    "Note its code somewhere else, to know it again: {digest}",
)
OF_A_SNAPSHOT = Phrase("snapshot-of-snapshot", "{path} is a snapshot already; copy it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRequest:
    """Which source to freeze in which file, and how to protect it.

    `retain_until`: the day until which it may be kept, None for that of tcw.yaml. Without `pseudonymise` and
    `show_numbers`, an export whose ids are personal numbers is refused.
    """

    source: Path
    out: Path
    retain_until: date | None = None
    config: Path | None = None
    pseudonymise: bool = False
    show_numbers: bool = False


def prepare(request: SnapshotRequest) -> ConfigFile | None:
    """Return the settings beside the source, which may name a language.

    Raises TcwError: the source cannot be frozen, or not in that file.
    """
    check_target(request.out, SUFFIX)
    if is_snapshot(request.source):
        raise UsageFault(OF_A_SNAPSHOT, path=request.source)
    return config_beside(request.source, request.config)


def run(request: SnapshotRequest, settings: ConfigFile | None, listener: Listener = SILENT) -> Message:
    """Write the snapshot; return what to say of it. `settings`: of `prepare`.

    Raises TcwError: the source cannot be read, or has personal numbers that may not be kept.
    """
    export = read_export(request.source, settings, listener)
    frozen, check = _protected(export, request)
    digest = write_snapshot(
        request.out,
        frozen,
        hashes(request.source),
        datetime.now().astimezone(),
        __version__,
        key_check=check,
        retain_until=request.retain_until or export.schedule.config.checklist.retain_until,
    )
    tables = frozen.tables.values()
    rows = Count(sum(table.frame.height for table in tables))
    return Message(TAKEN, {"path": request.out, "tables": Count(len(tables)), "rows": rows, "digest": digest})


def _protected(export: Export, request: SnapshotRequest) -> tuple[Export, str | None]:
    """Return the export as it may be kept, and the check of the key it is coded with."""
    if request.pseudonymise:
        key = key_of(export.schedule.config.privacy)
        coded = pseudonymised([export], is_person_header)[0]
        return for_keeping(coded, reassembled), key_check(key)
    if request.show_numbers:
        return export, None
    refuse_numbers(export)
    return for_keeping(export, reassembled), None
