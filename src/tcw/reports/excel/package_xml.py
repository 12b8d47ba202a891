"""Editing the XML of a workbook as text, so that everything not touched stays to the byte.

An XML library would write namespace prefixes, attribute order and declarations anew, and Excel refuses a part whose
`mc:Ignorable` names a prefix that is no longer declared.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

ATTRIBUTE = re.compile(r'([\w:.-]+)\s*=\s*("[^"]*"|\'[^\']*\')')
TAG = re.compile(r"<(/?)([A-Za-z])")


@dataclass(frozen=True, slots=True)
class Section:
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


def section(text: str, name: str) -> Section | None:
    """Return where the first element `name` (of the root's namespace) stands; None when there is none."""
    full = re.escape(prefix_of(text) + name)
    opening = re.search(rf"<{full}(?:\s[^>]*?)?(/?)>", text)
    if opening is None:
        return None
    if opening.group(1):
        return Section(opening.start(), opening.end(), opening.end(), opening.end())
    closing = re.compile(rf"</{full}\s*>").search(text, opening.end())
    if closing is None:
        return None
    return Section(opening.start(), closing.end(), opening.end(), closing.start())


def inner(text: str, name: str) -> str:
    """Return what stands inside the first element `name`; the empty text when there is none."""
    found = section(text, name)
    return text[found.inner_start : found.inner_end] if found else ""


def with_inner(text: str, name: str, content: str, after: tuple[str, ...]) -> str:
    """Return the text with other content inside the element `name`, and its `count` right.

    A missing element is put in after the last of the elements `after`; schemas fix the order of elements.
    """
    prefix = prefix_of(text)
    count = children(content)
    found = section(text, name)
    if found is not None:
        opening = text[found.start : found.inner_start].removesuffix(">").removesuffix("/").rstrip()
        opening = re.sub(r'(\scount=)(["\']).*?\2', rf"\g<1>\g<2>{count}\2", opening)
        element = f"{opening}>{content}</{prefix}{name}>" if content else ""
        return text[: found.start] + element + text[found.end :]
    if not content:
        return text
    place = max((there.end for there in (section(text, other) for other in after) if there), default=None)
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
