"""A workbook as the package of parts it is: which part is which sheet, what refers to what."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from tcw.errors import InputFault
from tcw.reports.excel.package_xml import elements, inner, text_of
from tcw.wording import Phrase

NOT_A_WORKBOOK = Phrase(
    "into-not-a-workbook",
    "{path} is not an Excel workbook tcw can add sheets to (.xlsx or .xlsm). Save it as .xlsx in Excel, without a "
    "password, or name another.",
)
ENCRYPTED = Phrase(
    "into-encrypted", "{path} is protected by a password. Remove the password in Excel, or name another."
)
SIGNED = Phrase(
    "into-signed",
    "{path} is digitally signed, and adding sheets would break the signature. Save an unsigned copy and name that.",
)
STRICT = Phrase(
    "into-strict",
    "{path} is saved as Strict Open XML. Save it as an ordinary .xlsx workbook in Excel, and name that.",
)
PROTECTED = Phrase(
    "into-protected",
    "{path} has a protected structure, so that no sheets may be added. Remove the protection in Excel, or name another.",
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OLE_START = b"\xd0\xcf\x11\xe0"
TYPES = "[Content_Types].xml"


@dataclass(slots=True)
class Sheet:
    """A sheet of a workbook: its name, its element in the workbook's list, and its part."""

    name: str
    element: str
    part: str


@dataclass(slots=True)
class Package:
    """A workbook's parts. `changed` holds the text of those to be written anew, `dropped` those to be left out."""

    path: Path
    names: list[str]
    workbook: str
    changed: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)

    def text(self, part: str) -> str:
        """Return a part as text. Raises KeyError when there is no such part."""
        if part in self.changed:
            return self.changed[part]
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(part).decode("utf-8-sig")

    def has(self, part: str) -> bool:
        """Return True when the package has the part."""
        return part in self.changed or (part in self.names and part not in self.dropped)

    def links(self, part: str) -> list[tuple[str, str, str]]:
        """Return a part's relationships to other parts of the package: id, last word of the type, part."""
        part_of_links = links_part(part)
        if not self.has(part_of_links):
            return []
        found = (facts for _, facts in elements(self.text(part_of_links), "Relationship"))
        return [
            (facts["Id"], facts["Type"].rsplit("/", 1)[-1], resolved(part, facts["Target"]))
            for facts in found
            if facts.get("TargetMode") != "External"
        ]

    def sheets(self) -> list[Sheet]:
        """Return the workbook's sheets in order."""
        parts = {identity: part for identity, _, part in self.links(self.workbook)}
        found = elements(inner(self.text(self.workbook), "sheets"), "sheet")
        return [
            Sheet(facts["name"], element, parts.get(_relation(facts), ""))
            for element, facts in found
            if "name" in facts
        ]

    def markers(self, start: str) -> dict[str, str]:
        """Return the sheets marked by a defined name that begins with `start`: the name's rest -> sheet name."""
        names = elements(inner(self.text(self.workbook), "definedNames"), "definedName")
        marked: dict[str, str] = {}
        for element, facts in names:
            place = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$A\$1", text_of(element))
            if facts["name"].startswith(start) and place:
                marked[facts["name"].removeprefix(start)] = (place[1] or place[2]).replace("''", "'")
        return marked

    def linked(self, part: str) -> list[str]:
        """Return the parts a part refers to, and those they refer to, such as a sheet's drawing and its charts."""
        found: list[str] = []
        waiting = [part]
        while waiting:
            for _, _, target in self.links(waiting.pop()):
                if target not in found and self.has(target):
                    found.append(target)
                    waiting.append(target)
        return found


def _relation(facts: dict[str, str]) -> str:
    return next((value for name, value in facts.items() if name.endswith(":id")), "")


def links_part(part: str) -> str:
    """Return the part that holds a part's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolved(part: str, target: str) -> str:
    """Return the part a relationship's target means."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def opened(path: Path) -> Package:
    """Return the package of a workbook that sheets can be added to.

    Raises:
        InputFault: not an .xlsx or .xlsm workbook, encrypted, signed, strict, or of a protected structure.
    """
    with path.open("rb") as file:
        if file.read(4) == OLE_START:
            raise InputFault(ENCRYPTED if _has_encryption(path) else NOT_A_WORKBOOK, path=path)
    try:
        return _opened(path)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError, StopIteration) as error:
        raise InputFault(NOT_A_WORKBOOK, path=path) from error


def _opened(path: Path) -> Package:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        main = next(
            facts["Target"]
            for _, facts in elements(archive.read("_rels/.rels").decode("utf-8-sig"), "Relationship")
            if facts["Type"].endswith("/officeDocument")
        )
    package = Package(path, names, resolved("", main))
    if any(name.startswith("_xmlsignatures/") for name in names):
        raise InputFault(SIGNED, path=path)
    text = package.text(package.workbook)
    if "http://purl.oclc.org/ooxml/spreadsheetml/main" in text:
        raise InputFault(STRICT, path=path)
    if re.search(r"<(?:\w+:)?workbookProtection\b[^>]*\blockStructure\s*=\s*[\"'](?:1|true)", text):
        raise InputFault(PROTECTED, path=path)
    if not package.sheets() or not any(kind == "styles" for _, kind, _ in package.links(package.workbook)):
        raise InputFault(NOT_A_WORKBOOK, path=path)
    return package


def _has_encryption(path: Path) -> bool:
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20) or _tail(path)


def _tail(path: Path) -> bool:
    """Look for the encryption's stream name at the file's end, where larger files keep their directory."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        return "EncryptedPackage".encode("utf-16-le") in file.read()


def written(package: Package, to: Path) -> None:
    """Write the package: changed parts anew, the others byte for byte as they were."""
    with zipfile.ZipFile(package.path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename in package.changed:
                copy = zipfile.ZipInfo(info.filename, info.date_time)
                copy.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(copy, package.changed[info.filename].encode())
            elif info.filename not in package.dropped:
                new.writestr(info, old.read(info.filename))
        for part, text in package.changed.items():
            if part not in package.names:
                added = zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0))
                added.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(added, text.encode())
