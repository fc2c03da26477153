"""Which event store: Elasticsearch where an address is given, else the embedded one in its folder."""

from pathlib import Path

from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.retention import EmbeddedRetention, Limits
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.ports import Clock, EventReader, EventRetention, EventWriter


def open_reader(*, folder: Path, url: str | None) -> EventReader:
    """`url` as in `IRP_EVENTS_URL`; the folder may not exist yet."""
    if url is None:
        return EmbeddedEventReader(folder)
    # The client is loaded only where it is used: it costs every process 30 MB and a third of a second.
    from ir_platform.adapters.events.elastic.connection import connect  # noqa: PLC0415
    from ir_platform.adapters.events.elastic.reader import ElasticEventReader  # noqa: PLC0415

    return ElasticEventReader(connect(url))


def open_writer(*, folder: Path, url: str | None, dedup_days: int, clock: Clock) -> EventWriter:
    """Raises: StoreBusyError where another process writes the folder."""
    if url is None:
        return EmbeddedEventWriter(folder, dedup_days=dedup_days, clock=clock)
    from ir_platform.adapters.events.elastic.connection import connect  # noqa: PLC0415
    from ir_platform.adapters.events.elastic.writer import ElasticEventWriter  # noqa: PLC0415

    return ElasticEventWriter(connect(url), clock=clock)


def open_retention(*, folder: Path, url: str | None, days: int, size_bytes: int) -> EventRetention | None:
    """0: no limit. None where there is no limit, and for Elasticsearch, which lets go by its own lifecycle policy."""
    if url is not None or not (days or size_bytes):
        return None
    return EmbeddedRetention(folder, limits=Limits(days=days or None, size_bytes=size_bytes or None))
