"""From a path to raw sheets, whatever kind of file it is."""

from pathlib import Path

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.file_options import DEFAULTS, FileOptions
from tcw.intake.discover.raw import RawSheet
from tcw.intake.discover.sniff import HEAD, sniff

__all__ = ["FileOptions", "open_file"]


def open_file(path: Path, relative_name: str, options: FileOptions = DEFAULTS) -> list[RawSheet]:
    """Read a file by what it holds, not by what it is called.

    Returns a sheet per visible sheet of a workbook, else one. Raises InputFault with one clear line for
    everything that makes a file unreadable; nothing else is raised for whatever bytes the file has.
    """
    from tcw.intake.discover.delimited import open_text
    from tcw.intake.discover.html_table import open_html
    from tcw.intake.discover.parquet import open_parquet
    from tcw.intake.discover.workbook import open_workbook

    if path.is_dir():
        return [open_parquet(path, relative_name)]
    head = first_bytes(path, relative_name)
    match kind := sniff(path, relative_name, head):
        case "parquet":
            return [open_parquet(path, relative_name)]
        case "xml":
            return _open_xml(path, relative_name, head)
        case "html":
            return open_html(path, relative_name, options)
        case "text":
            if path.suffix.lower() in (".parquet", ".pq"):
                raise InputFault(faults.NO_PARQUET, file=relative_name)
            return open_text(path, relative_name, options)
        case _:
            return open_workbook(path, relative_name, kind, options)


def first_bytes(path: Path, file: str) -> bytes:
    """Return a file's first bytes. Raises InputFault with what the operating system says."""
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD)
    except OSError as error:
        raise faults.os_fault(error, file) from error
    except ValueError as error:
        raise InputFault(faults.MISSING, file=file) from error


def _open_xml(path: Path, file: str, head: bytes) -> list[RawSheet]:
    from tcw.intake.discover.xml_root import root_name

    root = root_name(head)
    if root is None:
        raise InputFault(faults.BROKEN_XML, file=file)
    if root.lower() == "paxml":
        from tcw.intake.discover.paxml import open_paxml

        return open_paxml(path, file)
    raise InputFault(faults.OTHER_XML, file=file, root=root)
