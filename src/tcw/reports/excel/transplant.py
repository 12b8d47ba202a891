"""Move the sheets of a workbook of ours (`source`) into a stranger's (`target`).

Every other part of it stays to the byte.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from tcw.reports.excel.package import (
    OFFICE,
    TYPES,
    Package,
    PackageSheet,
    attributes,
    children,
    elements,
    inner,
    links_part,
    list_element,
    prefix_of,
    prefixed,
    resolved,
    with_attribute,
    with_inner,
)

PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
LEVEL_NAMES = re.compile(r"tcw_\w+_(?:below|above)")


@dataclass(frozen=True, slots=True)
class Moved:
    """A sheet of ours with the part it became in the other workbook."""

    sheet: PackageSheet
    part: str


def transplanted(target: Package, source: Package, start: str) -> None:
    """Put our sheets into their package, in the place of those marked with `start`, else at the end.

    Works on `target.changed` and `target.dropped`; nothing is written yet.
    """
    before = target.sheets()
    owned = set(target.markers(start).values())
    old = [sheet for sheet in before if sheet.name in owned]
    _drop(target, old, [sheet for sheet in before if sheet.name not in owned])
    merged = _merge_styles(target, source)
    moved = [_move(target, source, sheet, merged) for sheet in source.sheets()]
    new = source.markers(start)
    renamed = {old: new[marker] for marker, old in target.markers(start).items() if marker in new}
    after = _list_sheets(target, before, owned, moved, renamed)
    _name(target, source, (before, after), start, renamed)
    _recalculate(target)


def _drop(package: Package, old: list[PackageSheet], remaining: list[PackageSheet]) -> None:
    """Leave out sheets with everything only they refer to."""
    needed = {part for sheet in remaining for part in (sheet.part, *package.linked(sheet.part))}
    for sheet in old:
        for part in (sheet.part, *package.linked(sheet.part)):
            if part not in needed:
                package.dropped |= {part, links_part(part)}


def _merge_styles(target: Package, source: Package) -> Merged:
    part = next(part for _, kind, part in target.links(target.workbook) if kind == "styles")
    own = next(part for _, kind, part in source.links(source.workbook) if kind == "styles")
    merged = merged_styles(target.text(part), source.text(own))
    target.changed[part] = merged.styles
    return merged


def _move(target: Package, source: Package, sheet: PackageSheet, merged: Merged) -> Moved:
    """Add a sheet with its drawing and charts under names that are free."""
    strings = next((part for _, kind, part in source.links(source.workbook) if kind == "sharedStrings"), None)
    known = shared_strings(source.text(strings)) if strings else []
    text = restyled(with_strings_inline(source.text(sheet.part), known), merged)
    # A second selected sheet would make a group, in which an edit of one sheet changes all.
    text = text.replace(' tabSelected="1"', "", 1)
    names: dict[str, str] = {}
    for part in (sheet.part, *source.linked(sheet.part)):
        names[part] = _free_part(target, part)
        target.changed[names[part]] = text if part == sheet.part else source.text(part)
        _add_type(target, names[part], _type_of(source, part))
    for part, name in names.items():
        if source.links(part):
            links = "".join(
                f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="/{names[linked]}"/>'
                for identity, kind, linked in source.links(part)
            )
            declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            target.changed[links_part(name)] = (
                f'{declaration}<Relationships xmlns="{PACKAGE_LINKS}">{links}</Relationships>'
            )
    return Moved(sheet, names[sheet.part])


def _free_part(package: Package, part: str) -> str:
    """Return a part's name with the first number that is free; a dropped part's name is free again."""
    stem, extension = posixpath.splitext(part)
    stem = stem.rstrip("0123456789")
    number = 1
    while package.has(f"{stem}{number}{extension}"):
        number += 1
    return f"{stem}{number}{extension}"


def _type_of(package: Package, part: str) -> str:
    types = elements(inner(package.text(TYPES), "Types"), "Override")
    return next(facts["ContentType"] for _, facts in types if facts["PartName"] == f"/{part}")


def _add_type(package: Package, part: str, content_type: str) -> None:
    text = _without_type(package.text(TYPES), part)
    added = prefixed(f'<Override PartName="/{part}" ContentType="{content_type}"/>', prefix_of(text))
    package.changed[TYPES] = with_inner(text, "Types", inner(text, "Types") + added, ())


def _without_type(text: str, part: str) -> str:
    for element, facts in elements(inner(text, "Types"), "Override"):
        if facts.get("PartName") == f"/{part}":
            text = text.replace(element, "", 1)
    return text


def _list_sheets(
    package: Package,
    before: list[PackageSheet],
    owned: set[str],
    moved: list[Moved],
    renamed: Mapping[str, str],
) -> list[str]:
    """Write the workbook's list of sheets anew; return the sheets' names in their new order.

    A sheet takes the place of its older self, whose name `renamed` has; new ones come last.
    """
    relations = _relink(package, {sheet.part for sheet in before if sheet.name in owned}, moved)
    text = package.text(package.workbook)
    numbers = {
        renamed.get(sheet.name, sheet.name): int(attributes(sheet.element)["sheetId"]) for sheet in before
    }
    free = count(max(numbers.values()) + 1)
    new = {
        one.sheet.name: prefixed(
            f'<sheet xmlns:r="{OFFICE}" name="{html.escape(one.sheet.name)}" '
            f'sheetId="{numbers.get(one.sheet.name) or next(free)}" r:id="{identity}"/>',
            prefix_of(text),
        )
        for one, identity in zip(moved, relations, strict=True)
    }
    listed: dict[str, str | None] = {}
    for sheet in before:
        name = renamed.get(sheet.name, sheet.name)
        listed[name] = new.get(name) if sheet.name in owned else sheet.element
    listed |= new
    present = {name: element for name, element in listed.items() if element is not None}
    package.changed[package.workbook] = with_inner(text, "sheets", "".join(present.values()), ())
    return list(present)


def _relink(package: Package, gone: set[str], moved: list[Moved]) -> list[str]:
    """Link the workbook to our sheets instead of their older selves; return the links' ids."""
    part = links_part(package.workbook)
    text = package.text(part)
    taken = set()
    for element, facts in elements(inner(text, "Relationships"), "Relationship"):
        if facts.get("TargetMode") != "External" and resolved(package.workbook, facts["Target"]) in gone:
            text = text.replace(element, "", 1)
        else:
            taken.add(facts["Id"])
    free = (identity for number in count(1) if (identity := f"rIdTcw{number}") not in taken)
    ids = [identity for identity, _ in zip(free, moved, strict=False)]
    added = "".join(
        f'<Relationship Id="{identity}" Type="{OFFICE}/worksheet" Target="/{one.part}"/>'
        for identity, one in zip(ids, moved, strict=True)
    )
    content = inner(text, "Relationships") + prefixed(added, prefix_of(text))
    package.changed[part] = with_inner(text, "Relationships", content, ())
    types = package.text(TYPES)
    for left_out in package.dropped - set(package.changed):
        types = _without_type(types, left_out)
    package.changed[TYPES] = types
    return ids


def _name(
    target: Package,
    source: Package,
    sheets: tuple[list[PackageSheet], list[str]],
    start: str,
    renamed: Mapping[str, str],
) -> None:
    """Write the defined names anew: theirs with the sheets' new numbers, ours added, our older ones gone."""
    before, after = [sheet.name for sheet in sheets[0]], sheets[1]
    owned = set(target.markers(start).values())
    text = target.text(target.workbook)
    names = ""
    for element, facts in elements(inner(text, "definedNames"), "definedName"):
        local = facts.get("localSheetId")
        if facts["name"].startswith(start) or (start == "_tcw_kpi_" and LEVEL_NAMES.fullmatch(facts["name"])):
            continue
        if local is None:
            names += element
        elif before[int(local)] not in owned:
            names += with_attribute(element, "localSheetId", str(after.index(before[int(local)])))
    own_sheets = [sheet.name for sheet in source.sheets()]
    for element, facts in elements(inner(source.text(source.workbook), "definedNames"), "definedName"):
        own = element
        if "localSheetId" in facts:
            place = after.index(own_sheets[int(facts["localSheetId"])])
            own = with_attribute(own, "localSheetId", str(place))
        names += prefixed(own, prefix_of(text))
    text = with_inner(text, "definedNames", names, BEFORE_NAMES)
    target.changed[target.workbook] = _with_active_sheet(
        text, [renamed.get(name, name) for name in before], after
    )


def _with_active_sheet(text: str, before: list[str], after: list[str]) -> str:
    """Keep the sheet in front in front, though its number may have changed."""
    for element in re.findall(rf"<{prefix_of(text)}workbookView\b[^>]*>", text):
        changed = element
        for name in ("activeTab", "firstSheet"):
            number = attributes(element).get(name)
            if number is not None and int(number) < len(before):
                sheet = before[int(number)]
                changed = with_attribute(changed, name, str(after.index(sheet) if sheet in after else 0))
        text = text.replace(element, changed, 1)
    return text


def _recalculate(package: Package) -> None:
    """Have Excel compute all formulas when it opens the workbook, since theirs may refer to our sheets."""
    for identity, kind, part in package.links(package.workbook):
        if kind == "calcChain":
            package.dropped.add(part)
            links = links_part(package.workbook)
            text = package.text(links)
            for element, facts in elements(inner(text, "Relationships"), "Relationship"):
                if facts["Id"] == identity:
                    package.changed[links] = text.replace(element, "", 1)
            package.changed[TYPES] = _without_type(package.text(TYPES), part)
    text = package.text(package.workbook)
    found = list_element(text, "calcPr")
    if found is not None:
        element = with_attribute(text[found.start : found.end], "fullCalcOnLoad", "1")
        package.changed[package.workbook] = text[: found.start] + element + text[found.end :]
        return
    prefix = prefix_of(text)
    place = max(
        there.end for there in (list_element(text, name) for name in (*BEFORE_NAMES, "definedNames")) if there
    )
    calculation = f'<{prefix}calcPr fullCalcOnLoad="1"/>'
    package.changed[package.workbook] = text[:place] + calculation + text[place:]


FIRST_OWN_FORMAT = 164  # numbers below are Excel's built-in ones
BEFORE = {
    "numFmts": (),
    "fonts": ("numFmts",),
    "fills": ("fonts",),
    "borders": ("fills",),
    "cellXfs": ("borders", "cellStyleXfs"),
    "dxfs": ("cellXfs", "cellStyles"),
}


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged styles: our cell format n is now `cells + n`, our conditional format n `conditional + n`."""

    styles: str
    cells: int
    conditional: int


def merged_styles(target: str, source: str) -> Merged:
    """Return their styles with ours added.

    What an earlier run added is used again, so that styles do not pile up.
    """
    numbers, target = _number_formats(target, source)
    shifts: dict[str, int] = {}
    for name in ("fonts", "fills", "borders", "dxfs"):
        target, shifts[name] = _styles_with(target, name, inner(source, name))

    def shifted(match: re.Match[str]) -> str:
        name, number = match.group(1), int(match.group(2))
        moved = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
        if name == "numFmtId":
            return f'{name}="{numbers.get(number, number)}"'
        return f'{name}="{number + shifts[moved[name]]}"'

    formats = re.sub(r'\b(numFmtId|fontId|fillId|borderId)="(\d+)"', shifted, inner(source, "cellXfs"))
    formats = re.sub(r'\bxfId="\d+"', 'xfId="0"', formats)
    target, cells = _styles_with(target, "cellXfs", formats)
    return Merged(target, cells, shifts["dxfs"])


def _styles_with(styles: str, name: str, content: str) -> tuple[str, int]:
    """Return the styles with the content in the list `name`, and the number of entries before it."""
    there = inner(styles, name)
    own = prefixed(content, prefix_of(styles))
    if not own:
        return styles, children(there)
    at = there.find(own)
    if at >= 0:
        return styles, children(there[:at])
    return with_inner(styles, name, there + own, BEFORE[name]), children(there)


def _number_formats(target: str, source: str) -> tuple[dict[int, int], str]:
    """Return our number formats' new numbers, and their styles with those that were missing."""
    there = inner(target, "numFmts")
    known = {facts["formatCode"]: int(facts["numFmtId"]) for _, facts in elements(there, "numFmt")}
    free = max([FIRST_OWN_FORMAT - 1, *known.values()]) + 1
    numbers: dict[int, int] = {}
    added = ""
    for element, facts in elements(inner(source, "numFmts"), "numFmt"):
        code = facts["formatCode"]
        if code not in known:
            known[code] = free
            added += re.sub(r'numFmtId="\d+"', f'numFmtId="{free}"', element)
            free += 1
        numbers[int(facts["numFmtId"])] = known[code]
    if not added:
        return numbers, target
    content = there + prefixed(added, prefix_of(target))
    if there:
        return numbers, with_inner(target, "numFmts", content, ())
    # The first list of all: right after the root's opening tag.
    root = re.search(r"<(?:\w+:)?styleSheet\b[^>]*>", target)
    assert root is not None
    prefix = prefix_of(target)
    element = f'<{prefix}numFmts count="{children(content)}">{content}</{prefix}numFmts>'
    return numbers, target[: root.end()] + element + target[root.end() :]


def restyled(sheet: str, merged: Merged) -> str:
    """Return one of our sheets with its cell and conditional formats renumbered."""

    def cell(match: re.Match[str]) -> str:
        return re.sub(
            r'( s| style)="(\d+)"', lambda m: f'{m[1]}="{int(m[2]) + merged.cells}"', match.group(0)
        )

    sheet = re.sub(r"<(?:c|row|col) [^>]*>", cell, sheet)
    return re.sub(
        r"<cfRule [^>]*>",
        lambda m: re.sub(r'dxfId="(\d+)"', lambda n: f'dxfId="{int(n[1]) + merged.conditional}"', m.group(0)),
        sheet,
    )


def with_strings_inline(sheet: str, strings: list[str]) -> str:
    """Return one of our sheets with its shared strings written into the cells themselves.

    The workbook's own list of strings stays untouched, and no name stays behind in it when the sheet is
    replaced.
    """

    def filled(match: re.Match[str]) -> str:
        opening = match.group(1).replace(' t="s"', ' t="inlineStr"')
        return f"{opening}<is>{strings[int(match.group(2))]}</is></c>"

    return re.sub(r'(<c [^>]* t="s"[^>]*>)<v>(\d+)</v></c>', filled, sheet)


def shared_strings(part: str) -> list[str]:
    """Return the content of the entries of a list of shared strings, as XML."""
    return [re.sub(r"^<si>|</si>$", "", element) for element, _ in elements(part, "si")]
