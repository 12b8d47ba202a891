"""Checks that a packed workbook is safe to unpack, before any reader opens it."""

import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults

MEGABYTE = 1_000_000
SURELY_HARMLESS = 256 * MEGABYTE
"""Below so many unpacked bytes no ratio is absurd: a sheet of equal rows packs well."""
ABSURD_RATIO = 150
"""Unpacked bytes per packed byte; a million equal rows pack about 20 to 1."""
HARMLESS_ENTRY = 65_536
"""Packed bytes. Deflate makes at most 1032 times as many of them (64 MB), whatever the entry claims."""
LOCAL_HEADER = 30
ENCRYPTED_FLAG = 0x1
PIECE = 2**20


def check_contents(path: Path, file: str, max_bytes: int) -> None:
    """Raise InputFault for a zip container that is encrypted, overlaps itself or would be too large unpacked.

    This asks only the container's own list of contents.
    """
    with faults.reading(file, faults.BROKEN_WORKBOOK), path.open("rb") as stream, ZipFile(stream) as packed:
        _check_directory(packed.infolist(), path.stat().st_size, file, max_bytes)


def check_sizes(path: Path, file: str) -> None:
    """Raise InputFault for a zip container with an entry that unpacks to another size than it states.

    Readers do not stop at the stated size, so the larger entries are unpacked here once, and the result
    dropped.
    """
    with faults.reading(file, faults.BROKEN_WORKBOOK), path.open("rb") as stream, ZipFile(stream) as packed:
        for entry in packed.infolist():
            if entry.compress_size > HARMLESS_ENTRY and entry.compress_type == ZIP_DEFLATED:
                _check_size(packed, entry, file)


def _check_directory(entries: list[ZipInfo], size: int, file: str, max_bytes: int) -> None:
    if any(entry.flag_bits & ENCRYPTED_FLAG for entry in entries):
        raise InputFault(faults.ENCRYPTED, file=file)
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise InputFault(faults.BROKEN_WORKBOOK, file=file)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    absurd = unpacked > SURELY_HARMLESS and unpacked > ABSURD_RATIO * max(packed, 1)
    if unpacked > max_bytes or absurd:
        megabytes = {"unpacked": -(-unpacked // MEGABYTE), "packed": -(-size // MEGABYTE)}
        raise InputFault(faults.BOMB, file=file, **megabytes)
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset + LOCAL_HEADER + entry.compress_size for entry in ordered]
    starts = [entry.header_offset for entry in ordered[1:]] + [size]
    # A small file that claims to hold a huge one has entries that share bytes.
    if any(end > start for end, start in zip(ends, starts, strict=True)):
        raise InputFault(faults.LYING_ZIP, file=file)
    stored = [entry for entry in entries if entry.compress_type == ZIP_STORED]
    if any(entry.file_size != entry.compress_size for entry in stored):
        raise InputFault(faults.LYING_ZIP, file=file)


def _check_size(packed: ZipFile, entry: ZipInfo, file: str) -> None:
    """Unpack one entry without keeping the result, and stop where it exceeds its stated size."""
    raw = packed.fp
    assert raw is not None
    raw.seek(entry.header_offset)
    header = raw.read(LOCAL_HEADER)
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    raw.seek(name + extra, 1)
    left = entry.compress_size
    unpacked = 0
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and not inflater.eof:
        piece = raw.read(min(HARMLESS_ENTRY, left))
        if not piece:
            raise EOFError
        left -= len(piece)
        while piece:
            unpacked += len(inflater.decompress(piece, PIECE))
            piece = inflater.unconsumed_tail
            if unpacked > entry.file_size:
                raise InputFault(faults.LYING_ZIP, file=file)
    unpacked += len(inflater.flush())
    if not inflater.eof or unpacked != entry.file_size:
        raise InputFault(faults.BROKEN_WORKBOOK, file=file)
