"""What the tests of the embedded store share: a store that is opened, filled and closed again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.segments import SEGMENT_BYTES
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.domain.event import Event, batch_of
from ir_platform.ports import EventReader

RECEIVED = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@contextmanager
def a_writer(
    folder: Path, *, dedup_days: int = 7, now: datetime = RECEIVED, segment_bytes: int = SEGMENT_BYTES
) -> Iterator[EmbeddedEventWriter]:
    writer = EmbeddedEventWriter(folder, dedup_days=dedup_days, clock=lambda: now, segment_bytes=segment_bytes)
    try:
        yield writer
    finally:
        writer.close()


def a_store(folder: Path, events: list[Event]) -> EmbeddedEventReader:
    """Return a reader of a store that holds these events, all of them indexed."""
    with a_writer(folder) as writer:
        writer.append(batch_of(events))
        writer.flush()
    return EmbeddedEventReader(folder)


def found_ids(reader: EventReader, query: str) -> set[str]:
    page = reader.search(query, time_from=None, time_to=None, cursor=None, limit=10_000)
    assert page.total == len(page.items)
    return {event.id for event in page.items}
