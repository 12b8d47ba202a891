"""How an export is read with all its tables: a side of a comparison, or what a snapshot freezes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tcw.commands.listener import SILENT, Listener
from tcw.errors import InputFault, ManyFaults, TcwError
from tcw.intake.load import load
from tcw.intake.settings.config_file import find_config, load_config
from tcw.intake.settings.yaml_text import read_text
from tcw.intake.snapshot.export import export_of
from tcw.intake.snapshot.snapshot_file import is_snapshot, read_snapshot
from tcw.model.config import Config
from tcw.model.export import Export
from tcw.wording import Message, Phrase

SIDE = Phrase("checklist-side", "{source}: {what}")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The tcw.yaml of an export: where it is, and what it says."""

    path: Path
    config: Config


def config_beside(source: Path, config_file: Path | None) -> ConfigFile | None:
    """Return the settings beside an export, or `config_file`; a snapshot has its own inside.

    Raises TcwError.
    """
    if config_file is None and is_snapshot(source):
        return None
    path = config_file or find_config(source)
    return ConfigFile(path, load_config(path)) if path is not None else None


def read_export(source: Path, settings: ConfigFile | None, listener: Listener = SILENT) -> Export:
    """Read a folder, a workbook or a snapshot. Raises TcwError with the name of the source in front."""
    name = source.name or str(source)
    try:
        if is_snapshot(source):
            return _read_snapshot(source, settings)
        config = settings.config if settings else Config()
        with listener.reading() as reading:
            # A change may leave an export that cannot be computed from. Rejected rows are compared, too.
            loaded = load(source, config, progress=reading, strict=False)
    except TcwError as fault:
        raise _with_source(name, fault) from fault
    return export_of(name, loaded, read_text(settings.path) if settings else "")


def _read_snapshot(source: Path, settings: ConfigFile | None) -> Export:
    """Read a snapshot by the settings frozen in it; by others only if it has none."""
    export = read_snapshot(source)
    if settings is None or export.settings:
        return export
    return read_snapshot(source, settings.config)


def _with_source(name: str, fault: TcwError) -> TcwError:
    """Return a fault that says which source it is about."""
    faults = []
    for one in fault.faults if isinstance(fault, ManyFaults) else (fault,):
        if name in (str(one.facts.get("file", "")), str(one.facts.get("source", ""))):
            faults.append(one)
            continue
        kind = InputFault if isinstance(one, InputFault) else type(one)
        faults.append(kind(SIDE, source=name, what=Message(one.phrase, one.facts)))
    return faults[0] if len(faults) == 1 else ManyFaults(faults)


def hashes(source: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a source."""
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    digests: dict[str, str] = {}
    for file in files:
        if file.is_file() and not file.name.startswith("."):
            with file.open("rb") as opened:
                digests[file.name] = hashlib.file_digest(opened, "sha256").hexdigest()
    return digests
