"""What kind a file is, by its content: as `domain.media_type`, but captures are known inside gzip and zstd too."""

import gzip
import zlib
from collections.abc import Callable
from typing import BinaryIO

import zstandard

from ir_platform.domain.media_type import CAPTURES, GZIP, PACKED_CAPTURES, SNIFF_BYTES, ZSTD, sniff

_INNER_BYTES = 16
_MAX_WINDOW_BYTES = 128 * 1024 * 1024
"""As `CaptureFile` takes it."""


def media_type_of(file: BinaryIO) -> str:
    """Return the media type of a file that stands at its beginning, and leave it there.

    Never a type that a browser runs. Raises: OSError.
    """
    plain = sniff(file.read(SNIFF_BYTES))
    file.seek(0)
    unpack = _UNPACKED.get(plain)
    if unpack is None:
        return plain
    inner = sniff(unpack(file))
    file.seek(0)
    return PACKED_CAPTURES.get((inner, plain), plain) if inner in CAPTURES else plain


def _gzipped(file: BinaryIO) -> bytes:
    try:
        return gzip.GzipFile(fileobj=file, mode="rb").read(_INNER_BYTES)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return b""


def _zstd(file: BinaryIO) -> bytes:
    try:
        unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
        return unpacker.stream_reader(file, closefd=False).read(_INNER_BYTES)
    except zstandard.ZstdError:
        return b""


_UNPACKED: dict[str, Callable[[BinaryIO], bytes]] = {GZIP: _gzipped, ZSTD: _zstd}
