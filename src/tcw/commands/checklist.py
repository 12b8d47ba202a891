"""What a change did to a system, from an export before it and one after it; and the checklist to sign."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO

import polars as pl
from rich.console import Console

from tcw import __version__
from tcw.audit.item import fingerprint
from tcw.audit.own_items import own_items
from tcw.audit.run import Audit, audit
from tcw.commands.exports import ConfigFile, config_beside, hashes, read_export
from tcw.commands.listener import SILENT, Listener
from tcw.commands.output import Outcome
from tcw.errors import ExitCode, UsageFault
from tcw.intake.headers.aliases import is_person_header
from tcw.intake.settings.items_and_scenarios import OwnItems, read_items
from tcw.intake.snapshot.snapshot_file import reassembled
from tcw.model.export import Export
from tcw.privacy.redaction import as_kept, pseudonymised, without_numbers
from tcw.reports.about import About, HashedFile
from tcw.reports.data.checklist import changes_rows, write_checklist_json
from tcw.reports.excel.signoff import SignOff, read_signoffs, stale
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Count

INTO_ITSELF = Phrase(
    "checklist-into-itself", "--out: {path} is one of the exports that are compared; name another file."
)
SAME = Phrase("checklist-same", "{before} and {after} are the same; there is nothing to compare.")
KEPT = Phrase("checklist-kept", "Kept what people wrote about {count:item|items} in {path}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRequest:
    """Which exports to compare, and how.

    Args:
        before: folder, workbook or snapshot.
        after: the same; its settings hold.
        as_of: the day of the check.
        items: own items (items.yaml), beside the shipped ones.
        out: the files that will be written. None may be a side; what people wrote in a workbook stays in it.
        config: settings for both sides; without it, a side that has none goes by the other's.
        pseudonymise: replace ids and names by keyed codes.
        show_numbers: show personal numbers where they are used as ids.
    """

    before: Path
    after: Path
    as_of: date
    items: Path | None = None
    out: tuple[Path, ...] = ()
    config: Path | None = None
    pseudonymise: bool = False
    show_numbers: bool = False

    @property
    def sides(self) -> tuple[Path, Path]:
        """Both sources."""
        return self.before, self.after


@dataclass(frozen=True, slots=True)
class PreparedChecklist:
    """All that is read before the exports: own items, what people signed, and the settings of each side."""

    own: OwnItems | None
    signed: Mapping[Path, Mapping[str, SignOff]]
    settings: tuple[ConfigFile | None, ConfigFile | None]

    @property
    def lang(self) -> Language | None:
        """The language that tcw.yaml asks for, the later side's first."""
        configs = (settings.config for settings in reversed(self.settings) if settings)
        return next((config.language for config in configs if config.language), None)


@dataclass(frozen=True, kw_only=True)
class ChecklistOutcome(Outcome):
    """The answered checklist. `stale`: ids of items whose evidence changed after somebody signed them."""

    suffixes = (".xlsx", ".json", ".csv", ".parquet")

    audit: Audit
    signed: Mapping[Path, Mapping[str, SignOff]]
    stale: tuple[str, ...]
    show_numbers: bool

    @property
    def exit_code(self) -> ExitCode:
        """1 while an item fails."""
        return ExitCode.FINDINGS if self.audit.failing else ExitCode.CLEAN

    def notes(self, format: str | None) -> Sequence[Message]:  # noqa: A002 - the option's name
        """Return in which workbooks people's words were kept."""
        del format
        counts = {path: sum(sign.is_signed for sign in signs.values()) for path, signs in self.signed.items()}
        return [
            Message(KEPT, {"count": Count(count), "path": path}) for path, count in counts.items() if count
        ]

    def rows(self) -> Iterator[pl.DataFrame]:
        """Yield all changes."""
        yield changes_rows(self.audit, show_numbers=self.show_numbers)

    def write_json(self, out: BinaryIO) -> None:
        """Write the answers with their evidence, all changes, and the restore plan."""
        write_checklist_json(
            out, self.audit, self.lang, stale=list(self.stale), show_numbers=self.show_numbers
        )

    def write_workbook(self, path: Path, about: About) -> None:
        """Write the workbook to sign; what people wrote in it stays."""
        from tcw.reports.excel.checklist import write_audit

        signed = self.signed[path]
        write_audit(path, self.audit, about, self.lang, signed, show_numbers=self.show_numbers)

    def print_to(self, console: Console) -> None:
        """Print the answers, and what changed."""
        from tcw.reports.terminal.checklist import print_checklist

        print_checklist(console, self.audit, self.lang, list(self.stale), show_numbers=self.show_numbers)


def prepare(request: ChecklistRequest) -> PreparedChecklist:
    """Read all that may be wrong with a request before the exports, which take longer.

    Raises TcwError: a side would be overwritten; own items, a workbook to sign or a tcw.yaml cannot be used.
    """
    for path in request.out:
        if any(side.exists() and path.exists() and side.samefile(path) for side in request.sides):
            raise UsageFault(INTO_ITSELF, path=path)
    own = read_items(request.items) if request.items else None
    signed = {path: read_signoffs(path) for path in request.out if path.suffix.lower() == ".xlsx"}
    before, after = (config_beside(side, request.config) for side in request.sides)
    return PreparedChecklist(own, signed, (before or after, after or before))


def run(
    request: ChecklistRequest, prepared: PreparedChecklist, lang: Language, listener: Listener = SILENT
) -> ChecklistOutcome:
    """Compare two exports and answer the checklist. `prepared`: by `prepare`, which may name the language.

    Raises TcwError: see `prepare`, `read_export` and `tcw.audit.run.audit`; there is no key for pseudonyms.
    """
    before, after = (
        read_export(side, settings, listener)
        for side, settings in zip(request.sides, prepared.settings, strict=True)
    )
    if before.name == after.name:
        before = replace(before, name=f"{before.name} (1)")
        after = replace(after, name=f"{after.name} (2)")
    before, after, hidden = _shown(before, after, request)
    for note in (*_same_source(request), *hidden):
        listener.note(note)
    items = own_items(prepared.own) if prepared.own else ()
    answered = _asked_for(audit(before, after, request.as_of, items), prepared.own)
    evidence = {one.item.code: fingerprint(one.answer) for one in answered.items}
    return ChecklistOutcome(
        lang=lang,
        intake=after.intake,
        audit=answered,
        signed=prepared.signed,
        stale=tuple(sorted({code for signs in prepared.signed.values() for code in stale(signs, evidence)})),
        show_numbers=request.show_numbers,
    )


def _shown(
    before: Export, after: Export, request: ChecklistRequest
) -> tuple[Export, Export, tuple[Message, ...]]:
    """Return both sides with their people as they may be shown, and what to say about it."""
    if request.pseudonymise:
        before, after = pseudonymised((before, after), is_person_header)
        return before, after, ()
    if request.show_numbers:
        return before, after, ()
    (before, after), notes = without_numbers(as_kept((before, after)), reassembled)
    return before, after, notes


def _same_source(request: ChecklistRequest) -> list[Message]:
    """Return what to say where both sides are one and the same."""
    try:
        same = request.before.exists() and request.before.samefile(request.after)
    except OSError:
        return []
    return [Message(SAME, {"before": request.before, "after": request.after})] if same else []


def _asked_for(answered: Audit, own: OwnItems | None) -> Audit:
    """Leave out the shipped items that the own list does not ask for."""
    if own is None or "*" in own.content.shipped:
        return answered
    patterns = [pattern.upper() for pattern in own.content.shipped]
    ids = {item.id for item in own.content.items}
    items = tuple(
        one
        for one in answered.items
        if one.item.code in ids or any(fnmatch(one.item.code, pattern) for pattern in patterns)
    )
    return replace(answered, items=items)


def about_sides(request: ChecklistRequest, command: str) -> About:
    """Return what a workbook says of its run. Files have the name of their side in front."""
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    files = [
        HashedFile(f"{side.name}/{name}", 0, digest)
        for side in request.sides
        for name, digest in hashes(side).items()
    ]
    return About(__version__, command, now, tuple(files))
