"""The bytes of a segment file: records one after another, each a header and an independent zstd frame of JSON lines.

A record's first line holds its columns `[[id, …], [time_ns, …]]`, the lines after it are the bodies. The header's
checksum tells a record that was torn by a crash from a whole one.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import zstandard

from ir_platform.domain.event import EventBatch, EventId

MAGIC: Final = b"TGR1"
_HEADER: Final = struct.Struct("<4sIII")
"""magic, bytes of the frame, events in it, CRC-32 of frame and the two numbers before."""
HEADER_BYTES: Final = _HEADER.size
RECORD_BYTES: Final = 64 * 1024
"""Aim for the bodies of one record: reading one event back decompresses one record."""
MAX_RECORD_EVENTS: Final = 4_095
"""The store's pointers have 12 bits for the place in a record."""


class NewlineInBodyError(Exception):
    """A body holds a line break, which would make it two events."""

    def __init__(self, *, event_id: EventId) -> None:
        super().__init__(f"line break in the body of event {event_id}")
        self.event_id = event_id


class DamagedRecordError(Exception):
    """A record's header or checksum does not agree with its bytes."""

    def __init__(self, *, offset: int) -> None:
        super().__init__(f"damaged record at byte {offset}")
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Header:
    frame_bytes: int
    events: int
    checksum: int


def encode(batch: EventBatch, *, compressor: zstandard.ZstdCompressor) -> list[tuple[bytes, int]]:
    """Return the batch as records, each with its number of events. Raises: NewlineInBodyError."""
    return [
        (_record(batch, start, end, compressor), end - start) for start, end in _cuts(tuple(map(len, batch.bodies)))
    ]


def read_header(raw: bytes, *, offset: int) -> Header:
    """Raises: DamagedRecordError."""
    if len(raw) < HEADER_BYTES:
        raise DamagedRecordError(offset=offset)
    magic, frame_bytes, events, checksum = _HEADER.unpack_from(raw)
    if magic != MAGIC or not 0 < events <= MAX_RECORD_EVENTS:
        raise DamagedRecordError(offset=offset)
    return Header(frame_bytes, events, checksum)


def decode(header: Header, frame: bytes, *, offset: int) -> EventBatch:
    """Return the events of a record whose frame was read. Raises: DamagedRecordError."""
    if len(frame) != header.frame_bytes or _checksum(frame, header.events) != header.checksum:
        raise DamagedRecordError(offset=offset)
    columns, *bodies = zstandard.ZstdDecompressor().decompress(frame).split(b"\n")
    ids, times_ns = json.loads(columns)
    return EventBatch(tuple(ids), tuple(times_ns), tuple(bodies))


def decode_at(raw: bytes, place: int) -> EventBatch:
    """Return the events of the record that begins at `place`. Raises: DamagedRecordError."""
    header = read_header(raw[place : place + HEADER_BYTES], offset=place)
    return decode(header, raw[place + HEADER_BYTES : place + HEADER_BYTES + header.frame_bytes], offset=place)


def _cuts(sizes: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Yield [start, end) of each record: at least one event, then up to RECORD_BYTES."""
    start = total = 0
    for index, size in enumerate(sizes):
        if index > start and (total + size > RECORD_BYTES or index - start == MAX_RECORD_EVENTS):
            yield start, index
            start, total = index, 0
        total += size
    if start < len(sizes):
        yield start, len(sizes)


def _record(batch: EventBatch, start: int, end: int, compressor: zstandard.ZstdCompressor) -> bytes:
    columns = json.dumps([batch.ids[start:end], batch.times_ns[start:end]], separators=(",", ":")).encode()
    lines = b"\n".join((columns, *batch.bodies[start:end]))
    if lines.count(b"\n") != end - start:
        raise NewlineInBodyError(
            event_id=next(event.id for event in batch if b"\n" in event.body),
        )
    frame = compressor.compress(lines)
    return _HEADER.pack(MAGIC, len(frame), end - start, _checksum(frame, end - start)) + frame


def _checksum(frame: bytes, events: int) -> int:
    return zlib.crc32(frame, zlib.crc32(struct.pack("<II", len(frame), events)))
