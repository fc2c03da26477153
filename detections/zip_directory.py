"""Looks at the end of a ZIP before its directory is read: `zipfile` reads all of it into memory, whatever it counts."""

import os
import struct
from typing import IO, Final

MAX_DIRECTORY_BYTES: Final = 12 * 1024 * 1024
"""About 100,000 entries with names of 70 characters; SigmaHQ's whole repository has 0.6 MiB."""
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_ZIP64_LOCATOR: Final = (b"PK\x06\x07", 20)
_MAX_COMMENT_BYTES: Final = 65_535


class ZipShapeError(Exception):
    """A file that is no ZIP, or one whose directory is not to be read; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_directory(file: IO[bytes]) -> None:
    """Leave the file where it was. Raises: ZipShapeError, OSError."""
    before = file.tell()
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size - _MAX_COMMENT_BYTES - _ZIP64_LOCATOR[1]))
    tail = file.read()
    file.seek(before)
    found = tail.rfind(_END_MARK)
    if found < 0 or len(tail) - found < _END.size:
        raise ZipShapeError(reason="berkas ini bukan ZIP yang utuh")
    mark, length = _ZIP64_LOCATOR
    # Only archives over 4 GiB or with over 65,535 files need the longer form, and it may state another directory.
    if tail[max(0, found - length) : found].startswith(mark):
        raise ZipShapeError(reason="bentuk ZIP64 tidak diterima; paket aturan tidak sebesar itu")
    directory_bytes = _END.unpack_from(tail, found)[5]
    if directory_bytes > MAX_DIRECTORY_BYTES:
        raise ZipShapeError(reason=f"daftar isi ZIP lebih dari {MAX_DIRECTORY_BYTES} bita: terlalu banyak berkas")
