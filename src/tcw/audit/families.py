"""What a settings table is about (permissions, order reasons, messages), told by its name, its headers, or tcw.yaml."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from typing import Literal

from tcw.audit.changes import Changes
from tcw.audit.compare import TableChanges
from tcw.intake.headers.aliases import folded, plain
from tcw.intake.snapshot.export import stem_of
from tcw.model.config import Checklist
from tcw.model.export import ExportTable

Family = Literal["reasons", "messages", "permissions", "time_bank", "agreements"]
WORDS: Mapping[Family, tuple[str, ...]] = {
    "reasons": ("orsak", "reason"),
    "messages": ("meddelande", "message", "smstext", "textmall", "forfragningstext"),
    "time_bank": ("tidbank", "timebank"),
    "permissions": (
        "behorighet", "rattighet", "permission", "roll", "role", "funktionsgrupp", "functiongroup", "access", "atkomst",
    ),
    "agreements": ("avtal", "agreement"),
}  # fmt: skip
"""Family -> parts of names and headers, folded; an earlier family goes first."""


def family_of(table: ExportTable, settings: Checklist) -> Family | None:
    """Return what a table without a schema is about; None for one with a schema, and for what nobody knows."""
    if table.known:
        return None
    told: Mapping[Family, Iterable[str]] = {
        "permissions": settings.permissions,
        "reasons": settings.reasons,
        "messages": settings.messages,
        "time_bank": settings.time_bank,
    }
    for family, patterns in told.items():
        if any(named_like(table.name, pattern) for pattern in patterns):
            return family
    stem = stem_of(table.name)
    by_name = next((family for family, words in WORDS.items() if any(word in stem for word in words)), None)
    if by_name is not None:
        return by_name
    headers = [folded(plain(header)) for header, _ in table.layout[:2]]
    return next(
        (family for family, words in WORDS.items() if any(header.startswith(words) for header in headers)),
        None,
    )


def named_like(name: str, pattern: str) -> bool:
    """Tell whether a name is the one meant; * stands for any text, capitals and accents do not matter."""
    kept = "*".join(folded(plain(part)) for part in pattern.split("*"))
    return fnmatch(folded(plain(name)), kept)


def of_family(changes: Changes, family: Family, settings: Checklist) -> list[TableChanges]:
    """Return the tables of a family, on whichever side they are."""
    found = []
    for one in changes.tables:
        table = one.pair.after or one.pair.before
        if table is not None and family_of(table, settings) == family:
            found.append(one)
    return found
