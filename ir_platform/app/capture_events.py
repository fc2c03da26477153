"""What an event of a capture says of where it came from, so that the capture's results can be asked for by its hash."""

from collections.abc import Iterable, Iterator

from ingest.parsers.base import assemble_event
from ingest.pcap.objects import ExtractedFile
from ir_platform.domain.event import Event, EventBatch, batch_of, derive_event_id

CAPTURE_FIELD = "labels.capture"
"""SHA-256 of the capture file as it is kept."""
FILE_DATASET = "file"


def labelled(batch: EventBatch, *, sha256: str) -> EventBatch:
    """Return the batch with the capture's hash in every event; a body is one flat JSON object and is never empty."""
    end = f',"{CAPTURE_FIELD}":"{sha256}"}}'.encode()
    return EventBatch(batch.ids, batch.times_ns, tuple(body.rstrip()[:-1] + end for body in batch.bodies))


def file_events(files: Iterable[ExtractedFile], *, origin: str, at_ns: int) -> EventBatch:
    """Return one event for each file that was found in the capture."""
    return batch_of(list(_file_events(files, origin, at_ns)))


def _file_events(files: Iterable[ExtractedFile], origin: str, at_ns: int) -> Iterator[Event]:
    for file in files:
        fields: dict[str, object] = {
            "event.kind": "event",
            "event.category": ["file"],
            "event.type": ["info"],
            "event.dataset": FILE_DATASET,
            **file_fields(file),
        }
        yield assemble_event(derive_event_id(f"file:{origin}:{file.sha256}", 0, b""), at_ns, fields)


def file_fields(file: ExtractedFile) -> dict[str, object]:
    """What every event about a file of a capture says of it."""
    return {
        "file.name": file.name,
        "file.size": file.size,
        "file.mime_type": file.media_type,
        "file.hash.sha256": file.sha256,
        "network.protocol": file.source,
    }
