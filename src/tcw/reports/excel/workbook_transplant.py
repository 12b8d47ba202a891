"""Moving the sheets of a workbook of ours into a stranger's, which keeps every other part to the byte."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from tcw.reports.excel.package_xml import (
    attributes,
    elements,
    inner,
    prefix_of,
    prefixed,
    section,
    with_attribute,
    with_inner,
)
from tcw.reports.excel.workbook_package import OFFICE, TYPES, Package, Sheet, links_part, resolved
from tcw.reports.excel.workbook_styles import (
    Merged,
    merged_styles,
    restyled,
    shared_strings,
    with_strings_inline,
)

PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
LEVEL_NAMES = re.compile(r"tcw_\w+_(?:below|above)")


@dataclass(frozen=True, slots=True)
class Moved:
    """A sheet of ours with the part it became in the other workbook."""

    sheet: Sheet
    part: str


def transplanted(theirs: Package, ours: Package, start: str) -> None:
    """Put our sheets into their package, in the place of those marked with `start`, else at the end.

    Works on `theirs.changed` and `theirs.dropped`; nothing is written yet.
    """
    before = theirs.sheets()
    owned = set(theirs.markers(start).values())
    old = [sheet for sheet in before if sheet.name in owned]
    _drop(theirs, old, [sheet for sheet in before if sheet.name not in owned])
    merged = _merge_styles(theirs, ours)
    moved = [_move(theirs, ours, sheet, merged) for sheet in ours.sheets()]
    new = ours.markers(start)
    renamed = {old: new[marker] for marker, old in theirs.markers(start).items() if marker in new}
    after = _list_sheets(theirs, before, owned, moved, renamed)
    _name(theirs, ours, (before, after), start, renamed)
    _recalculate(theirs)


def _drop(package: Package, old: list[Sheet], kept: list[Sheet]) -> None:
    """Leave out sheets with everything only they refer to."""
    needed = {part for sheet in kept for part in (sheet.part, *package.linked(sheet.part))}
    for sheet in old:
        for part in (sheet.part, *package.linked(sheet.part)):
            if part not in needed:
                package.dropped |= {part, links_part(part)}


def _merge_styles(theirs: Package, ours: Package) -> Merged:
    part = next(part for _, kind, part in theirs.links(theirs.workbook) if kind == "styles")
    own = next(part for _, kind, part in ours.links(ours.workbook) if kind == "styles")
    merged = merged_styles(theirs.text(part), ours.text(own))
    theirs.changed[part] = merged.styles
    return merged


def _move(theirs: Package, ours: Package, sheet: Sheet, merged: Merged) -> Moved:
    """Add a sheet with its drawing and charts under names that are free."""
    strings = next((part for _, kind, part in ours.links(ours.workbook) if kind == "sharedStrings"), None)
    known = shared_strings(ours.text(strings)) if strings else []
    text = restyled(with_strings_inline(ours.text(sheet.part), known), merged)
    # A second selected sheet would make a group, in which an edit of one sheet changes all.
    text = text.replace(' tabSelected="1"', "", 1)
    names: dict[str, str] = {}
    for part in (sheet.part, *ours.linked(sheet.part)):
        names[part] = _free_part(theirs, part)
        theirs.changed[names[part]] = text if part == sheet.part else ours.text(part)
        _add_type(theirs, names[part], _type_of(ours, part))
    for part, name in names.items():
        if ours.links(part):
            links = "".join(
                f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="/{names[target]}"/>'
                for identity, kind, target in ours.links(part)
            )
            declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            theirs.changed[links_part(name)] = (
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
    package: Package, before: list[Sheet], owned: set[str], moved: list[Moved], renamed: Mapping[str, str]
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
    theirs: Package,
    ours: Package,
    sheets: tuple[list[Sheet], list[str]],
    start: str,
    renamed: Mapping[str, str],
) -> None:
    """Write the defined names anew: theirs with the sheets' new numbers, ours added, our older ones gone."""
    before, after = [sheet.name for sheet in sheets[0]], sheets[1]
    owned = set(theirs.markers(start).values())
    text = theirs.text(theirs.workbook)
    names = ""
    for element, facts in elements(inner(text, "definedNames"), "definedName"):
        local = facts.get("localSheetId")
        if facts["name"].startswith(start) or (start == "_tcw_kpi_" and LEVEL_NAMES.fullmatch(facts["name"])):
            continue
        if local is None:
            names += element
        elif before[int(local)] not in owned:
            names += with_attribute(element, "localSheetId", str(after.index(before[int(local)])))
    own_sheets = [sheet.name for sheet in ours.sheets()]
    for element, facts in elements(inner(ours.text(ours.workbook), "definedNames"), "definedName"):
        own = element
        if "localSheetId" in facts:
            place = after.index(own_sheets[int(facts["localSheetId"])])
            own = with_attribute(own, "localSheetId", str(place))
        names += prefixed(own, prefix_of(text))
    text = with_inner(text, "definedNames", names, BEFORE_NAMES)
    theirs.changed[theirs.workbook] = _with_active_sheet(
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
    found = section(text, "calcPr")
    if found is not None:
        element = with_attribute(text[found.start : found.end], "fullCalcOnLoad", "1")
        package.changed[package.workbook] = text[: found.start] + element + text[found.end :]
        return
    prefix = prefix_of(text)
    place = max(
        there.end for there in (section(text, name) for name in (*BEFORE_NAMES, "definedNames")) if there
    )
    calculation = f'<{prefix}calcPr fullCalcOnLoad="1"/>'
    package.changed[package.workbook] = text[:place] + calculation + text[place:]
