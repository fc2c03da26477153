"""The records of an EVTX file as events and rejections."""

from collections.abc import Iterator
from pathlib import Path

from ingest.catalog import EVTX
from ingest.detecting import UnknownFormatError
from ingest.parsers.base import Checkpoint, Parsed, Reading, Refusal, Source, parsed_of
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
            if isinstance(reading, Reading):
                reading.fields["event.original"] = original.decode("utf-8", "replace")
                reading.fields["log.file.path"] = source.path
            yield parsed_of(reading, source, record=record, original=original, end=record + 1)
            record += 1
    except ChildEndedError as error:
        yield parsed_of(Refusal(error.reason), source, record=record, original=b"", end=record + 1)
