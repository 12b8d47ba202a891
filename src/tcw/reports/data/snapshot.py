"""Writing a snapshot: an export frozen in one file."""

import hashlib
import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tcw.intake.snapshot.snapshot_file import (
    FORMAT,
    MANIFEST,
    MANIFEST_HASH,
    SETTINGS,
    SUFFIX,
    VERSION,
    FileEntry,
    Manifest,
    Member,
    TableEntry,
)
from tcw.model.export import Export, ExportTable
from tcw.reports.deliver import delivered


def write_snapshot(
    path: Path,
    export: Export,
    hashes: Mapping[str, str],
    taken: datetime,
    version: str,
    *,
    key_check: str | None = None,
    retain_until: date | None = None,
) -> str:
    """Write a snapshot whole or not at all, and return the SHA-256 of its manifest.

    No later change of the snapshot leaves that hash as it is.

    Args:
        path: where to; ends in .tcwsnap.
        export: what to freeze, already without what may not be kept.
        hashes: file of the source -> its SHA-256.
        taken: the time, with its zone.
        version: of tcw.
        key_check: of the key, when it is pseudonymised.
        retain_until: the day until which it may be kept.

    Raises what `deliver.delivered` raises.
    """
    with delivered(path, SUFFIX) as temporary, ZipFile(temporary, "w") as packed:
        moment = taken.timetuple()[:6]
        tables = []
        for number, table in enumerate(export.tables.values()):
            content = _parquet(table)
            member = _add(packed, f"tables/{number:04}.parquet", content, moment)
            tables.append(_entry(table, member))
        settings = _add(packed, SETTINGS, export.settings.encode(), moment) if export.settings else None
        manifest = Manifest(
            format=FORMAT,
            version=VERSION,
            tcw=version,
            taken=taken,
            source=export.name,
            pseudonymised=key_check is not None,
            key_check=key_check,
            retain_until=retain_until,
            hidden=[list(one) for one in sorted(export.hidden)],
            files=[
                FileEntry(
                    file=one.file,
                    sheet=one.sheet,
                    table=one.table,
                    rows_read=one.rows_read,
                    accepted=one.accepted,
                    rejected=one.rejected,
                    sha256=hashes.get(one.file),
                )
                for one in export.intake.files
            ],
            tables=tables,
            settings=settings,
        )
        text = manifest.model_dump_json(indent=1).encode()
        digest = hashlib.sha256(text).hexdigest()
        _add(packed, MANIFEST, text, moment)
        _add(packed, MANIFEST_HASH, f"{digest}  {MANIFEST}\n".encode(), moment)
    return digest


def _parquet(table: ExportTable) -> bytes:
    buffer = io.BytesIO()
    table.frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _entry(table: ExportTable, member: Member) -> TableEntry:
    return TableEntry(
        member=member,
        name=table.name,
        known=table.has_schema,
        rows=table.frame.height,
        compared=list(table.compared),
        layout=[list(one) for one in table.layout],
        file=table.file,
        sheet=table.sheet,
    )


def _add(packed: ZipFile, name: str, content: bytes, moment: tuple[int, ...]) -> Member:
    info = ZipInfo(name, (moment[0], moment[1], moment[2], moment[3], moment[4], moment[5]))
    # Parquet is packed already, and what is not packed twice cannot swell when it is read.
    info.compress_type = ZIP_STORED if name.startswith("tables/") else ZIP_DEFLATED
    packed.writestr(info, content)
    return Member(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())
