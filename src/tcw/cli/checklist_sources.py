"""The two sides of a comparison: folders, workbooks and snapshots, in any mix."""

import sys
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from tcw.cli.options import common
from tcw.cli.shell.faults import speak
from tcw.errors import InputFault, ManyFaults, TcwError
from tcw.intake.headers.aliases import is_person_header
from tcw.intake.load import load
from tcw.intake.settings.config_file import find_config, load_config
from tcw.intake.settings.yaml_text import read_text
from tcw.intake.snapshot.export import export_of
from tcw.intake.snapshot.snapshot_file import is_snapshot, read_snapshot, reassembled
from tcw.model.config import Config
from tcw.model.export import Export
from tcw.privacy.redaction import as_kept, pseudonymised, without_numbers
from tcw.wording import Message, Phrase

SIDE = Phrase("checklist-side", "{source}: {what}")
SAME = Phrase("checklist-same", "{before} and {after} are the same; there is nothing to compare.")


@dataclass(frozen=True, slots=True)
class Settings:
    """A side's tcw.yaml: where it was found, and what it says."""

    path: Path | None
    config: Config


def both(
    before: Path, after: Path, config_file: Path | None, lang: common.LangName | None, *, quiet: bool
) -> tuple[Export, Export]:
    """Read both sides. A side without a tcw.yaml of its own goes by the other's; --config holds for both.

    Raises TcwError: whatever reading one of them raises, with its name.
    """
    speak(lang.value if lang else None)
    told = [settings_of(side, config_file) for side in (before, after)]
    own = [one if one is not None else next((other for other in told if other), None) for one in told]
    if lang is None:
        speak(next((one.config.language for one in reversed(own) if one and one.config.language), None))
    first, second = (one_side(path, one, quiet=quiet) for path, one in zip((before, after), own, strict=True))
    return first, second


def settings_of(source: Path, config_file: Path | None) -> Settings | None:
    """Return the settings a side has beside it; a snapshot's are inside. Raises TcwError."""
    if config_file is not None:
        return Settings(config_file, load_config(config_file))
    if is_snapshot(source):
        return None
    path = find_config(source)
    return Settings(path, load_config(path)) if path is not None else None


def one_side(source: Path, settings: Settings | None, *, quiet: bool) -> Export:
    """Read one side. Raises TcwError with the side's name in front."""
    name = source.name or str(source)
    try:
        if is_snapshot(source):
            return _frozen(source, settings)
        config = settings.config if settings else Config()
        with _progress(quiet=quiet) as status:
            # A change may well leave an export that could not be computed with; what is rejected is compared, too.
            loaded = load(source, config, progress=status.update if status else None, strict=False)
    except TcwError as fault:
        raise _named(name, fault) from fault
    text = read_text(settings.path) if settings and settings.path else ""
    return export_of(name, loaded, text)


def _frozen(source: Path, settings: Settings | None) -> Export:
    """Read a snapshot: by the settings frozen in it, else by the other side's; --config goes first."""
    export = read_snapshot(source)
    if settings is None or export.settings:
        return export
    return read_snapshot(source, settings.config)


def _progress(*, quiet: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202 - rich's status, or nothing
    if quiet or not sys.stderr.isatty():
        return nullcontext(None)
    from rich.console import Console

    return Console(stderr=True).status("…")


def _named(source: str, fault: TcwError) -> TcwError:
    """Say which side a fault is about."""
    faults = fault.faults if isinstance(fault, ManyFaults) else (fault,)
    named = []
    for one in faults:
        if str(one.facts.get("file", "")) == source or str(one.facts.get("source", "")) == source:
            named.append(one)
            continue
        kind = InputFault if isinstance(one, InputFault) else type(one)
        named.append(kind(SIDE, source=source, what=Message(one.phrase, one.facts)))
    return named[0] if len(named) == 1 else ManyFaults(named)


def veiled(
    sides: tuple[Export, Export], *, pseudonymise: bool, show_numbers: bool
) -> tuple[Export, Export, tuple[Message, ...]]:
    """Return both sides as they may be shown, with what to say about it."""
    if pseudonymise:
        before, after = pseudonymised(sides, is_person_header)
        return before, after, ()
    if show_numbers:
        return *sides, ()
    (before, after), notes = without_numbers(as_kept(sides), reassembled)
    return before, after, notes


def same(before: Path, after: Path) -> Message | None:
    """Return what to say where both sides are one and the same."""
    try:
        if before.exists() and before.samefile(after):
            return Message(SAME, {"before": before, "after": after})
    except OSError:
        return None
    return None


def renamed(sides: tuple[Export, Export]) -> tuple[Export, Export]:
    """Tell two sides of one name apart."""
    before, after = sides
    if before.name != after.name:
        return sides
    return replace(before, name=f"{before.name} (1)"), replace(after, name=f"{after.name} (2)")
