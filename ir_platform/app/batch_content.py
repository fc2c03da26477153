"""Batches and their parts as bytes of the database: the one form in which they wait between processes."""

import zlib

import orjson

from detections.parts import Part, dump_part, load_part
from ir_platform.app.handover import batch_from, batch_payload
from ir_platform.domain.event import EventBatch

_LEVEL = 1
"""Log lines shrink to a tenth by it; a higher one costs more time than it saves."""


def pack_batch(batch: EventBatch) -> bytes:
    return zlib.compress(orjson.dumps(batch_payload(batch)), _LEVEL)


def unpack_batch(content: bytes) -> EventBatch:
    return batch_from(orjson.loads(zlib.decompress(content)))


def pack_part(part: Part) -> bytes:
    return zlib.compress(dump_part(part), _LEVEL)


def unpack_part(content: bytes) -> Part:
    return load_part(zlib.decompress(content))
