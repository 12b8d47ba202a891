"""Reads workbooks for `workbook.py` in a process of its own. Imports nothing of tcw and is run by its path.

calamine (under fastexcel) aborts its process on some damaged workbooks, because it asks for more memory than
there is, and never returns on others. In a process of its own this does no harm to tcw.

A request is one line of JSON on standard input: `path`, `suffix` (of its real kind), `sheets` (the names to
read, null for all) and `folder` (where to write). An answer is one line of JSON on standard output: `error`,
or `names` and `sheets`. Each sheet has `name`, `visible`, `file` (an Arrow IPC file with the cells as text;
null for a sheet without cells) and `lost` (row, column and detail of cells that are null because they are no
text).
"""

import contextlib
import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

MEMORY_SHARE = 0.75
"""The largest share of the machine's memory that reading a workbook may take."""


def main() -> None:
    """Answer requests until standard input ends."""
    _limit_memory()
    # Warnings (a chart sheet, blank rows to the end) mean nothing to a user.
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)  # noqa: T201 - the answer


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return _read(request["path"], request["suffix"], request["sheets"], request["folder"])
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is a BaseException
        return {"error": f"{type(error).__name__}: {error}"}


def _read(path: str, suffix: str, only: list[str] | None, folder: str) -> dict[str, Any]:
    import fastexcel

    # calamine trusts the extension of a path. Of bytes it finds out the kind by itself.
    named_right = path.lower().endswith(suffix)
    reader = fastexcel.read_excel(path if named_right else Path(path).read_bytes())
    names = list(reader.sheet_names)
    read = names if only is None else [name for name in names if name in only]
    return {"names": names, "sheets": [_sheet(reader, name, folder) for name in read]}


def _sheet(reader: Any, name: str, folder: str) -> dict[str, Any]:  # noqa: ANN401 - fastexcel has no types
    import pyarrow as pa

    try:
        sheet = reader.load_sheet(name, header_row=None, dtypes="string")
        if sheet.width == 0 or sheet.height == 0:
            return {"name": name, "visible": sheet.visible, "file": None, "lost": []}
        batch, errors = sheet.to_arrow_with_errors()
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is a BaseException
        return {"name": name, "error": f"{type(error).__name__}: {error}"}
    with (
        tempfile.NamedTemporaryFile(dir=folder, suffix=".arrow", delete=False) as file,
        pa.ipc.new_file(file, batch.schema) as writer,
    ):
        writer.write_batch(batch)
    lost = [(*error.position, error.detail) for error in errors.errors] if errors is not None else []
    return {"name": name, "visible": sheet.visible, "file": str(Path(file.name)), "lost": lost}


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError, AttributeError):
        import os
        import resource

        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
        limit = int(pages * size * MEMORY_SHARE)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main()
