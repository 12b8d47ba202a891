"""Adding the formats of our sheets to a stranger's workbook, without changing one of theirs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tcw.reports.excel.package_xml import children, elements, inner, prefix_of, prefixed, with_inner

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
    """The merged styles: our cell format n is now number `cells + n`, our conditional format n is `conditional + n`."""

    styles: str
    cells: int
    conditional: int


def merged_styles(theirs: str, ours: str) -> Merged:
    """Return their styles with ours added. What an earlier run added is used again, so that styles do not pile up."""
    numbers, theirs = _number_formats(theirs, ours)
    shifts: dict[str, int] = {}
    for name in ("fonts", "fills", "borders", "dxfs"):
        theirs, shifts[name] = _added(theirs, name, inner(ours, name))

    def shifted(match: re.Match[str]) -> str:
        name, number = match.group(1), int(match.group(2))
        moved = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
        if name == "numFmtId":
            return f'{name}="{numbers.get(number, number)}"'
        return f'{name}="{number + shifts[moved[name]]}"'

    formats = re.sub(r'\b(numFmtId|fontId|fillId|borderId)="(\d+)"', shifted, inner(ours, "cellXfs"))
    formats = re.sub(r'\bxfId="\d+"', 'xfId="0"', formats)
    theirs, cells = _added(theirs, "cellXfs", formats)
    return Merged(theirs, cells, shifts["dxfs"])


def _added(styles: str, name: str, content: str) -> tuple[str, int]:
    """Return the styles with the content in the list `name`, and the number of entries before it."""
    there = inner(styles, name)
    own = prefixed(content, prefix_of(styles))
    if not own:
        return styles, children(there)
    at = there.find(own)
    if at >= 0:
        return styles, children(there[:at])
    return with_inner(styles, name, there + own, BEFORE[name]), children(there)


def _number_formats(theirs: str, ours: str) -> tuple[dict[int, int], str]:
    """Return our number formats' new numbers, and their styles with those that were missing."""
    there = inner(theirs, "numFmts")
    known = {facts["formatCode"]: int(facts["numFmtId"]) for _, facts in elements(there, "numFmt")}
    free = max([FIRST_OWN_FORMAT - 1, *known.values()]) + 1
    numbers: dict[int, int] = {}
    added = ""
    for element, facts in elements(inner(ours, "numFmts"), "numFmt"):
        code = facts["formatCode"]
        if code not in known:
            known[code] = free
            added += re.sub(r'numFmtId="\d+"', f'numFmtId="{free}"', element)
            free += 1
        numbers[int(facts["numFmtId"])] = known[code]
    if not added:
        return numbers, theirs
    content = there + prefixed(added, prefix_of(theirs))
    if there:
        return numbers, with_inner(theirs, "numFmts", content, ())
    # The first list of all: right after the root's opening tag.
    root = re.search(r"<(?:\w+:)?styleSheet\b[^>]*>", theirs)
    assert root is not None
    prefix = prefix_of(theirs)
    element = f'<{prefix}numFmts count="{children(content)}">{content}</{prefix}numFmts>'
    return numbers, theirs[: root.end()] + element + theirs[root.end() :]


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

    The workbook's own list of strings stays untouched, and no name stays behind in it when the sheet is replaced.
    """

    def filled(match: re.Match[str]) -> str:
        opening = match.group(1).replace(' t="s"', ' t="inlineStr"')
        return f"{opening}<is>{strings[int(match.group(2))]}</is></c>"

    return re.sub(r'(<c [^>]* t="s"[^>]*>)<v>(\d+)</v></c>', filled, sheet)


def shared_strings(part: str) -> list[str]:
    """Return the content of the entries of a list of shared strings, as XML."""
    return [re.sub(r"^<si>|</si>$", "", element) for element, _ in elements(part, "si")]
