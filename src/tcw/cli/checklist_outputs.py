"""Where the checklist goes: standard output, the workbook to sign, files for programs; and the exit code."""

import hashlib
import io
import sys
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO, TextIO

from tcw import __version__
from tcw.audit.item import fingerprint
from tcw.audit.own_items import own_items
from tcw.audit.run import Audit, audit
from tcw.cli import checklist_sources as sources
from tcw.cli import loading
from tcw.cli.loading import dialect_named
from tcw.cli.options import common
from tcw.cli.shell.faults import language, speak, tell
from tcw.commands.output import Format
from tcw.errors import ExitCode, UsageFault
from tcw.intake.headers.aliases import is_person_header
from tcw.intake.settings.items_and_scenarios import OwnItems, read_items
from tcw.intake.snapshot.snapshot_file import SUFFIX, is_snapshot, reassembled
from tcw.model.export import Export
from tcw.privacy import pseudonyms
from tcw.privacy import redaction as veil
from tcw.reports.about import About, Source
from tcw.reports.data.checklist_json import changes_rows, write_checklist_json
from tcw.reports.data.csvfile import Dialect, write_csv, write_parquet
from tcw.reports.deliver import check_target, delivered
from tcw.reports.excel.checklist_signoff import SignOff, read_signoffs, stale
from tcw.wording import Phrase
from tcw.wording.quantities import Count

SUFFIXES = (".xlsx", ".json", ".csv", ".parquet")
TWICE = Phrase("out-twice", "--out: {path} is named twice.")
INTO_ITSELF = Phrase(
    "checklist-into-itself", "--out: {path} is one of the exports that are compared; name another file."
)
TAKEN = Phrase(
    "snapshot-taken",
    "Wrote {path}: {tables:table|tables}, {rows:row|rows}. Note its code somewhere else, to know it again: {digest}",
)
OF_A_SNAPSHOT = Phrase("snapshot-of-snapshot", "{path} is a snapshot already; copy it.")
KEPT = Phrase("checklist-kept", "Kept what people wrote about {count:item|items} in {path}.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be compared, and how."""

    before: Path
    after: Path
    items: Path | None
    as_of: date
    pseudonymise: bool
    show_numbers: bool
    config: Path | None
    lang: common.LangName | None


@dataclass(frozen=True, slots=True)
class Output:
    """Where the user wants it."""

    format: Format
    csv: str | None
    out: tuple[Path, ...]
    quiet: bool

    def check_targets(self, wish: Wish) -> None:
        """Refuse before a long computation what cannot be written after it."""
        dialect_named(self.csv)
        for path in self.out:
            check_target(path, *SUFFIXES)
            if self.out.count(path) > 1:
                raise UsageFault(TWICE, path=path)
            if any(
                side.exists() and path.exists() and side.samefile(path) for side in (wish.before, wish.after)
            ):
                raise UsageFault(INTO_ITSELF, path=path)


def compare(wish: Wish, output: Output, stdout: TextIO) -> ExitCode:
    """Compare, answer, and write everything the user asked for; data goes to stdout, words to stderr. Return the exit code."""
    speak(wish.lang.value if wish.lang else None)
    output.check_targets(wish)
    own = read_items(wish.items) if wish.items else None
    books = {path: read_signoffs(path) for path in output.out if path.suffix.lower() == ".xlsx"}
    both = sources.renamed(sources.both(wish.before, wish.after, wish.config, wish.lang, quiet=output.quiet))
    before, after, notes = sources.veiled(
        both, pseudonymise=wish.pseudonymise, show_numbers=wish.show_numbers
    )
    twin = sources.same(wish.before, wish.after)
    loading.notes([*([twin] if twin else []), *notes], quiet=output.quiet)
    found = _asked(audit(before, after, wish.as_of, own_items(own) if own else ()), own)
    evidence = {one.item.code: fingerprint(one.answer) for one in found.items}
    changed = sorted({code for signed in books.values() for code in stale(signed, evidence)})
    _write(found, wish, output, books, changed)
    _print(found, wish, output, changed, stdout)
    return ExitCode.FINDINGS if found.failing else ExitCode.CLEAN


def _asked(found: Audit, own: OwnItems | None) -> Audit:
    """Leave out shipped items that the list does not ask for."""
    if own is None or "*" in own.content.shipped:
        return found
    from dataclasses import replace

    wanted = own.content.shipped
    mine = {item.id for item in own.content.items}
    kept = tuple(
        one
        for one in found.items
        if one.item.code in mine or any(fnmatch(one.item.code, pattern.upper()) for pattern in wanted)
    )
    return replace(found, items=kept)


def _write(
    found: Audit, wish: Wish, output: Output, books: dict[Path, dict[str, SignOff]], changed: list[str]
) -> None:
    lang = language()
    for path in output.out:
        suffix = path.suffix.lower()
        if suffix == ".xlsx":
            from tcw.reports.excel.checklist_workbook import write_audit

            write_audit(path, found, _about(wish), lang, books[path], show_numbers=wish.show_numbers)
            signed = sum(one.is_signed for one in books[path].values())
            if signed and not output.quiet:
                tell(f"tcw: {KEPT.say(lang, count=Count(signed), path=path)}")
        else:
            with delivered(path, *SUFFIXES) as temporary, temporary.open("wb") as opened:
                _data(suffix, opened, found, wish, changed, dialect_named(output.csv))


def _data(suffix: str, out: BinaryIO, found: Audit, wish: Wish, changed: list[str], dialect: Dialect) -> None:
    if suffix == ".json":
        write_checklist_json(out, found, language(), stale=changed, show_numbers=wish.show_numbers)
        return
    rows = changes_rows(found, show_numbers=wish.show_numbers)
    if suffix == ".csv":
        write_csv(out, rows, dialect)
    else:
        write_parquet(out, rows)


def _print(found: Audit, wish: Wish, output: Output, changed: list[str], stdout: TextIO) -> None:
    if output.format is Format.table:
        from rich.console import Console

        from tcw.reports.terminal.checklist_terminal import print_checklist

        console = Console(file=stdout, highlight=False)
        print_checklist(console, found, language(), changed, show_numbers=wish.show_numbers)
        return
    buffer = io.BytesIO()
    _data(f".{output.format.value}", buffer, found, wish, changed, dialect_named(output.csv))
    stdout.buffer.write(buffer.getbuffer())
    stdout.buffer.flush()


def _about(wish: Wish) -> About:
    """Return what made the workbook; files are named with their side, since both may have files of one name."""
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    files = [
        Source(f"{path.name}/{name}", 0, digest)
        for path in (wish.before, wish.after)
        for name, digest in hashes(path).items()
    ]
    return About(__version__, " ".join(["tcw", *sys.argv[1:]]), now, tuple(files))


def hashes(source: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a source."""
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    found: dict[str, str] = {}
    for file in files:
        if file.is_file() and not file.name.startswith("."):
            with file.open("rb") as opened:
                found[file.name] = hashlib.file_digest(opened, "sha256").hexdigest()
    return found


def snapshot(
    source: Path,
    out: Path,
    retain_until: date | None,
    config_file: Path | None,
    lang: common.LangName | None,
    *,
    pseudonymise: bool,
    show_numbers: bool,
    quiet: bool,
) -> None:
    """Freeze a source."""
    from tcw.reports.data.snapshot_file import write_snapshot

    speak(lang.value if lang else None)
    check_target(out, SUFFIX)
    if is_snapshot(source):
        raise UsageFault(OF_A_SNAPSHOT, path=source)
    settings = sources.settings_of(source, config_file)
    if lang is None and settings is not None:
        speak(settings.config.language)
    export = sources.one_side(source, settings, quiet=quiet)
    kept, check = _kept(export, pseudonymise=pseudonymise, show_numbers=show_numbers)
    until = retain_until or export.schedule.config.checklist.retain_until
    now = datetime.now().astimezone()
    digest = write_snapshot(out, kept, hashes(source), now, __version__, key_check=check, retain_until=until)
    if not quiet:
        rows = sum(table.frame.height for table in kept.tables.values())
        facts = {"path": out, "tables": Count(len(kept.tables)), "rows": Count(rows), "digest": digest}
        tell(TAKEN.say(language(), **facts))


def _kept(export: Export, *, pseudonymise: bool, show_numbers: bool) -> tuple[Export, str | None]:
    """Return the export as it may be kept, and the check of the key it is coded with."""
    if pseudonymise:
        key = pseudonyms.key_of(export.schedule.config.privacy)
        return veil.for_keeping(
            veil.pseudonymised([export], is_person_header)[0], reassembled
        ), veil.key_check(key)
    if show_numbers:
        return export, None
    veil.refuse_numbers(export)
    return veil.for_keeping(export, reassembled), None
