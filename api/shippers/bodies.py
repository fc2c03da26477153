"""Bodies of shipments: read within a limit, uncompressed within the same limit, few enough at a time."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.requests import Request

from api.shippers.refusals import BUSY, OTHER_ENCODING, TOO_LARGE, UNREADABLE, ShipmentRefusedError

_COMPRESSED: Final = frozenset({"gzip", "x-gzip", "deflate"})
_EITHER: Final = frozenset({"gzip,deflate", "gzip, deflate"})
"""What GELF's libraries for Python (graypy, pygelf) say of a body that is compressed once, with zlib."""
_PLAIN: Final = frozenset({"", "identity"})
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


class InFlight:
    """How many bytes of shipments are being worked on; of one event loop."""

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held_bytes = 0

    @contextmanager
    def hold(self, size_bytes: int) -> Iterator[None]:
        """Count them until the block ends. Raises: ShipmentRefusedError where there would be too many."""
        if self._held_bytes and self._held_bytes + size_bytes > self._limit_bytes:
            raise ShipmentRefusedError(kind=BUSY)
        self._held_bytes += size_bytes
        try:
            yield
        finally:
            self._held_bytes -= size_bytes


def expected_bytes(request: Request, *, limit_bytes: int) -> int:
    """Return how large the body may become: what was declared, and the limit where that says nothing.

    Raises: ShipmentRefusedError for one that was declared too large.
    """
    declared = request.headers.get("content-length", "")
    if not (declared.isascii() and declared.isdigit()):
        return limit_bytes
    if int(declared[:20]) > limit_bytes:
        raise ShipmentRefusedError(kind=TOO_LARGE)
    return limit_bytes if encoding_of(request) in _COMPRESSED else int(declared)


def encoding_of(request: Request) -> str:
    """Raises: ShipmentRefusedError for an encoding that is not known."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding in _EITHER:
        return "gzip"
    if encoding not in _PLAIN | _COMPRESSED:
        raise ShipmentRefusedError(kind=OTHER_ENCODING)
    return encoding


async def body_of(request: Request, *, limit_bytes: int) -> bytes:
    """Return the body, uncompressed. Raises: ShipmentRefusedError."""
    encoding = encoding_of(request)
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB) if encoding in _COMPRESSED else None
    received = bytearray()
    async for chunk in request.stream():
        received += chunk if inflater is None else _inflated(inflater, chunk, limit_bytes - len(received))
        if len(received) > limit_bytes:
            raise ShipmentRefusedError(kind=TOO_LARGE)
    if inflater is not None and not inflater.eof:
        raise ShipmentRefusedError(kind=UNREADABLE, said="kiriman terkompresi terpotong")
    return bytes(received)


def _inflated(inflater: "zlib._Decompress", chunk: bytes, left_bytes: int) -> bytes:
    """Uncompress up to one byte more than is left: enough to see that it is too much."""
    try:
        plain = inflater.decompress(chunk, left_bytes + 1)
    except zlib.error as error:
        raise ShipmentRefusedError(kind=UNREADABLE, said="kiriman terkompresi rusak") from error
    return plain
