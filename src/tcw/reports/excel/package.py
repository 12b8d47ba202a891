"""A workbook as the package of parts it is.

Which part is which sheet, what refers to what; its XML is edited as text.

So everything that is not touched stays to the byte. An XML library would write namespace prefixes, attribute
order and declarations anew, and Excel refuses a part whose `mc:Ignorable` names a prefix that is no longer
declared.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from tcw.errors import InputFault
from tcw.wording import Phrase

NOT_A_WORKBOOK = Phrase(
    "into-not-a-workbook",
    "{path} is not an Excel workbook tcw can add sheets to (.xlsx or .xlsm). Save it as .xlsx in Excel, "
    "without a "
    "password, or name another.",
)
ENCRYPTED = Phrase(
    "into-encrypted", "{path} is protected by a password. Remove the password in Excel, or name another."
)
SIGNED = Phrase(
    "into-signed",
    "{path} is digitally signed, and adding sheets would break the signature. Save an unsigned copy and "
    "name that.",
)
STRICT = Phrase(
    "into-strict",
    "{path} is saved as Strict Open XML. Save it as an ordinary .xlsx workbook in Excel, and name that.",
)
PROTECTED = Phrase(
    "into-protected",
    "{path} has a protected structure, so that no sheets may be added. Remove the protection in Excel, or "
    "name another.",
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OLE_START = b"\xd0\xcf\x11\xe0"
TYPES = "[Content_Types].xml"


@dataclass(slots=True)
class PackageSheet:
    """A sheet of a workbook: its name, its element in the workbook's list, and its part."""

    name: str
    element: str
    part: str


@dataclass(slots=True)
class Package:
    """A workbook's parts.

    `changed` holds the text of those to be written anew, `dropped` those to be left out.
    """

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

    def sheets(self) -> list[PackageSheet]:
        """Return the workbook's sheets in order."""
        parts = {identity: part for identity, _, part in self.links(self.workbook)}
        found = elements(inner(self.text(self.workbook), "sheets"), "sheet")
        return [
            PackageSheet(facts["name"], element, parts.get(_relation(facts), ""))
            for element, facts in found
            if "name" in facts
        ]

    def markers(self, start: str) -> dict[str, str]:
        """Return the sheets marked by a defined name that begins with `start`.

        The name's rest -> sheet name.
        """
        names = elements(inner(self.text(self.workbook), "definedNames"), "definedName")
        marked: dict[str, str] = {}
        for element, facts in names:
            place = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$A\$1", text_of(element))
            if facts["name"].startswith(start) and place:
                marked[facts["name"].removeprefix(start)] = (place[1] or place[2]).replace("''", "'")
        return marked

    def linked(self, part: str) -> list[str]:
        """Return the parts a part refers to, and those they refer to: a sheet's drawing and its charts."""
        linked: list[str] = []
        waiting = [part]
        while waiting:
            for _, _, target in self.links(waiting.pop()):
                if target not in linked and self.has(target):
                    linked.append(target)
                    waiting.append(target)
        return linked


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


ATTRIBUTE = re.compile(r'([\w:.-]+)\s*=\s*("[^"]*"|\'[^\']*\')')
TAG = re.compile(r"<(/?)([A-Za-z])")


@dataclass(frozen=True, slots=True)
class ListElement:
    """An element that holds a list, where it stands in the text: `text[start:end]` is all of it."""

    start: int
    end: int
    inner_start: int
    inner_end: int


def prefix_of(text: str) -> str:
    """Return the namespace prefix of the root element with its colon, or the empty text."""
    match = re.search(
        r"<([A-Za-z]\w*:)?[A-Za-z]\w*[\s>/]", re.sub(r"<\?.*?\?>|<!--.*?-->", "", text, flags=re.DOTALL)
    )
    return (match.group(1) or "") if match else ""


def prefixed(xml: str, prefix: str) -> str:
    """Return elements written without a prefix as elements with one."""
    return TAG.sub(rf"<\1{prefix}\2", xml) if prefix else xml


def list_element(text: str, name: str) -> ListElement | None:
    """Return where the first element `name` (of the root's namespace) stands; None when there is none."""
    full = re.escape(prefix_of(text) + name)
    opening = re.search(rf"<{full}(?:\s[^>]*?)?(/?)>", text)
    if opening is None:
        return None
    if opening.group(1):
        return ListElement(opening.start(), opening.end(), opening.end(), opening.end())
    closing = re.compile(rf"</{full}\s*>").search(text, opening.end())
    if closing is None:
        return None
    return ListElement(opening.start(), closing.end(), opening.end(), closing.start())


def inner(text: str, name: str) -> str:
    """Return what stands inside the first element `name`; the empty text when there is none."""
    found = list_element(text, name)
    return text[found.inner_start : found.inner_end] if found else ""


def with_inner(text: str, name: str, content: str, after: tuple[str, ...]) -> str:
    """Return the text with other content inside the element `name`, and its `count` right.

    A missing element is put in after the last of the elements `after`; schemas fix the order of elements.
    """
    prefix = prefix_of(text)
    count = children(content)
    found = list_element(text, name)
    if found is not None:
        opening = text[found.start : found.inner_start].removesuffix(">").removesuffix("/").rstrip()
        opening = re.sub(r'(\scount=)(["\']).*?\2', rf"\g<1>\g<2>{count}\2", opening)
        element = f"{opening}>{content}</{prefix}{name}>" if content else ""
        return text[: found.start] + element + text[found.end :]
    if not content:
        return text
    place = max(
        (there.end for there in (list_element(text, other) for other in after) if there), default=None
    )
    if place is None:
        raise ValueError(name)
    counted = f' count="{count}"' if name in COUNTED else ""
    return f"{text[:place]}<{prefix}{name}{counted}>{content}</{prefix}{name}>{text[place:]}"


COUNTED = {"numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs"}


def children(content: str) -> int:
    """Return the number of elements directly inside a piece of XML."""
    depth = count = 0
    for match in re.finditer(r"<!--.*?-->|<(/?)[A-Za-z][^>]*?(/?)>", content, flags=re.DOTALL):
        if match.group(0).startswith("<!--"):
            continue
        if match.group(1):
            depth -= 1
        else:
            count += depth == 0
            depth += not match.group(2)
    return count


def elements(content: str, name: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements `name` of a list with their attributes, as written and read."""
    found = re.finditer(
        rf"<(?:\w+:)?{name}(?:\s[^>]*?)?(?:/>|>(?:.*?)</(?:\w+:)?{name}\s*>)", content, flags=re.DOTALL
    )
    return [(match.group(0), attributes(match.group(0))) for match in found]


def attributes(element: str) -> dict[str, str]:
    """Return the attributes of an element's opening tag, unescaped."""
    opening = element[: element.index(">")]
    return {name: html.unescape(value[1:-1]) for name, value in ATTRIBUTE.findall(opening)}


def with_attribute(opening: str, name: str, value: str) -> str:
    """Return an element with one attribute of its opening tag set."""
    end = re.search(r"\s*/?>", opening)
    assert end is not None
    head = opening[: end.start()]
    changed, times = re.subn(rf'(\s{re.escape(name)}\s*=\s*)(["\']).*?\2', rf'\g<1>"{value}"', head)
    return (changed if times else f'{head} {name}="{value}"') + opening[end.start() :]


def text_of(element: str) -> str:
    """Return the unescaped text of an element without children."""
    return html.unescape(re.sub(r"^<[^>]*>|</[^>]*>$", "", element))
