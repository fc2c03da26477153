"""The records of an EVTX file as events and rejections."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.catalog import EVTX
from ingest.detecting import UnknownFormatError
from ingest.parsers.base import (
    ORIGINAL_LIMIT_BYTES,
    Checkpoint,
    Parsed,
    Reading,
    Refusal,
    Rejection,
    Source,
    event_of,
)
from ingest.parsers.evtx import MAGIC, ChildEndedError, fingerprint_part, read_evtx
from ingest.sources.files import is_compressed, origin_of


def open_evtx(path: Path, head: bytes, begin: Checkpoint, *, called: Path) -> Iterator[Parsed]:
    """`head`: the first bytes of the file. Raises: UnknownFormatError."""
    if is_compressed(path):
        raise UnknownFormatError(path=str(path), reason="EVTX terkompresi harus dibuka dahulu")
    if not head.startswith(MAGIC):
        raise UnknownFormatError(path=str(path), reason="bukan berkas EVTX")
    source = Source(origin=origin_of(called.name, fingerprint_part(head)), path=str(called), format=EVTX)
    return _read_evtx(path, source, begin)


def _read_evtx(path: Path, source: Source, begin: Checkpoint) -> Iterator[Parsed]:
    record = begin.record
    try:
        for original, reading in read_evtx(path, skip=record):
            yield _parse_record(source, record, original, reading)
            record += 1
    except ChildEndedError as error:
        yield _reject_record(source, record, b"", error.reason)


def _parse_record(source: Source, record: int, original: bytes, reading: Reading | Refusal) -> Parsed:
    if isinstance(reading, Refusal):
        return _reject_record(source, record, original, reading.reason)
    fields: dict[str, Any] = reading.fields
    fields["event.original"] = original.decode("utf-8", "replace")
    fields["log.file.path"] = source.path
    event = event_of(reading, origin=source.origin, record=record, original=original)
    if isinstance(event, Refusal):
        return _reject_record(source, record, original, event.reason)
    return Parsed(record, event, None, source, record + 1, record + 1)


def _reject_record(source: Source, record: int, original: bytes, reason: str) -> Parsed:
    rejection = Rejection(source.path, record, 0, reason, original[:ORIGINAL_LIMIT_BYTES])
    return Parsed(record, None, rejection, source, record + 1, record + 1)
