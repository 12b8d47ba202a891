"""The root element of an XML file, found without reading the file."""

from contextlib import suppress
from xml.parsers import expat


class _Found(Exception):
    """The root has been seen."""


def root_name(head: bytes) -> str | None:
    """Return the local name of the root element of XML that begins with head; None where it has none.

    A declared encoding that nobody knows is no hindrance: what to say of it is for the reader of the whole file.
    """
    return _root(head, None) or _root(head, "iso-8859-1")


def _root(head: bytes, encoding: str | None) -> str | None:
    found: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        found.append(name.rpartition(":")[2])
        raise _Found

    parser = expat.ParserCreate(encoding)
    parser.StartElementHandler = start
    with suppress(_Found, expat.ExpatError, LookupError, ValueError):
        parser.Parse(head)
    return found[0] if found else None
