"""How to read one file, where the configuration says so."""

from dataclasses import dataclass

GIBIBYTE = 2**30


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What `files:` in tcw.yaml says of a file; what is not said is found out."""

    encoding: str | None = None
    """A Python text encoding; the whole file must fit it."""
    delimiter: str | None = None
    """One ASCII character between cells."""
    sheets: tuple[str, ...] | None = None
    """The sheets to read, hidden ones too; None reads all visible ones."""
    max_bytes: int = 4 * GIBIBYTE
    """A packed workbook that unpacks to more than this many bytes is refused."""


DEFAULTS = FileOptions()
