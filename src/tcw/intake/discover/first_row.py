"""On which row of its sheet the first filled cell stands.

calamine (under fastexcel) begins a sheet at its first filled cell and does not say where that was; without it every
row number told to a user would be wrong under empty or merely formatted rows. Parts are read just far enough.
"""

from xml.parsers import expat
from zipfile import ZipFile

from tcw.intake.discover.package import Attributes, Enough, Sheets, check_xml, records, scan_xml

ODS_CONTENT = "content.xml"
MOST_ODS_CELLS = 200_000_000
XLSB_ROW = 0
XLSB_FILLED = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 62))
"""Records of cells with something in them (MS-XLSB 2.3.1); 1 is a formatted blank."""


def xlsx_first_row(packed: ZipFile, part: str) -> int | None:
    """Return the 1-based row of the first cell with a value in a worksheet part, None where there is none."""
    row = 0
    found: int | None = None

    def start(name: str, attributes: Attributes) -> None:
        nonlocal row, found
        if name == "row":
            stated = attributes.get("r", "")
            row = int(stated) if stated.isdecimal() else row + 1
        elif name in ("v", "is"):
            found = row
            raise Enough

    scan_xml(packed, part, start)
    return found


def xlsb_first_row(packed: ZipFile, part: str) -> int | None:
    """Return the 1-based row of the first filled cell in a binary worksheet part."""
    row = 0
    with packed.open(part) as stream:
        for kind, body in records(stream):
            if kind == XLSB_ROW:
                row = int.from_bytes(body[:4], "little")
            elif kind in XLSB_FILLED:
                return row + 1
    return None


def ods_first_rows(packed: ZipFile) -> dict[str, int]:
    """Return the 1-based row of the first filled cell of every OpenDocument sheet that has one.

    Raises ValueError for what calamine would never finish reading: XML that ends within a table, and a cell that
    is repeated over a whole sheet.
    """
    try:
        check_xml(packed, ODS_CONTENT)
    except (expat.ExpatError, Enough) as error:
        raise ValueError(ODS_CONTENT) from error
    found: dict[str, int] = {}
    rows = filled = 0
    sheet = ""
    row = following = 1

    def start(name: str, attributes: Attributes) -> None:
        nonlocal sheet, row, following, rows, filled
        if name == "table":
            sheet = attributes.get("name", "")
            row = following = 1
        elif name == "table-row":
            row = following
            rows = _times(attributes.get("number-rows-repeated"))
            following += rows
        elif name == "table-cell" and "value-type" in attributes:
            found.setdefault(sheet, row)
            filled += rows * _times(attributes.get("number-columns-repeated"))
            if filled > MOST_ODS_CELLS:
                raise Enough

    scan_xml(packed, ODS_CONTENT, start)
    if filled > MOST_ODS_CELLS:
        raise ValueError(filled)
    return found


def _times(repeated: str | None) -> int:
    return int(repeated) if repeated and repeated.isdecimal() else 1


def first_row(packed: ZipFile, kind: str, sheets: Sheets, name: str) -> int | None:
    """Return the 1-based row of a sheet's first filled cell, None where it is not known."""
    part = sheets.parts.get(name, "")
    if part not in packed.namelist():
        return None
    return xlsb_first_row(packed, part) if kind == "xlsb" else xlsx_first_row(packed, part)
