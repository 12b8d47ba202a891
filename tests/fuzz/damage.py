"""What happens to files on the way: cut, bits flipped, pieces swapped, numbers replaced by absurd ones."""

import re

from hypothesis import strategies as st

ABSURD = [
    "-1", "0", "999999", "4294967295", "4294967296", "2147483648", "1048576", "16384", "99999999999999999999", "1e308",
    "-1e308", "NaN", "INF", "", " ", "A0", "A1", "XFD1", "ZZZZ9", "A1048577", "A1:C5", "A1:XFD1048576", "C5:A1", "s", "n", "b",
    "e", "d", "str", "inlineStr", "&#1;", "&lol;", "&amp;", "true", "rId99", "../../x", "å", "Blad",
]  # fmt: skip
VALUES = re.compile(rb'(?<==")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)')
"""Values of attributes, and texts between tags."""


@st.composite
def of_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut, doubled, or with some bytes changed, removed or put in."""
    kind = draw(st.sampled_from(["cut", "tail", "flip", "flip", "remove", "insert", "twice", "zeros"]))
    at = draw(st.integers(0, max(len(content) - 1, 0)))
    before, rest = content[:at], content[at:]
    if kind == "flip":
        changed = bytearray(content)
        places = st.tuples(st.integers(0, max(len(content) - 1, 0)), st.integers(0, 255))
        for place, value in draw(st.lists(places, min_size=1, max_size=8)) if content else []:
            changed[place] = value
        return bytes(changed)
    size = draw(st.integers(1, 64))
    new: bytes = draw(st.binary(min_size=1, max_size=16))
    times: int = draw(st.integers(2, 50))
    after: dict[str, bytes] = {
        "cut": before,
        "tail": rest,
        "remove": before + rest[size:],
        "insert": before + new + rest,
        "twice": before + rest[:size] * times + rest[size:],
        "zeros": before + bytes(size) + rest[size:],
    }
    return after[kind]


@st.composite
def of_xml(draw: st.DrawFn, content: bytes) -> bytes:
    """Well-formed XML in which some values are absurd, or elements stand twice or not at all."""
    spans = [match.span() for match in VALUES.finditer(content)]
    if not spans:
        damaged: bytes = draw(of_bytes(content))
        return damaged
    for _ in range(draw(st.integers(1, 4))):
        begin, end = draw(st.sampled_from(spans))
        kind = draw(st.sampled_from(["absurd", "absurd", "other", "element", "element twice"]))
        if kind == "absurd":
            content = content[:begin] + draw(st.sampled_from(ABSURD)).encode() + content[end:]
        elif kind == "other":
            other = draw(st.sampled_from(spans))
            content = content[:begin] + content[slice(*other)] + content[end:]
        else:
            content = _element(content, begin, 0 if kind == "element" else 2)
        spans = [match.span() for match in VALUES.finditer(content)]
        if not spans:
            break
    return content


def _element(content: bytes, place: int, times: int) -> bytes:
    """Repeat the element without inner elements that stands at a place, or leave it out."""
    found = next(
        (match for match in re.finditer(rb"<([\w:]+)\b[^<>]*?(?:/>|>[^<>]*</\1>)", content) if match.start() <= place < match.end()),
        None,
    )  # fmt: skip
    return content if found is None else content[: found.start()] + found[0] * times + content[found.end() :]
