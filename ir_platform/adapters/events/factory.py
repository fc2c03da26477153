"""Which event store: Elasticsearch where an address is given, else the embedded one in its folder."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ir_platform.adapters.events.embedded.index_board import IndexBoard
from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.retention import EmbeddedRetention, Limits
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.ports import Clock, EventReader, EventRetention, EventWriter

if TYPE_CHECKING:
    from ir_platform.adapters.events.copy import Copied, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlace:
    """Where events are, as the settings say."""

    folder: Path
    """Of the embedded store; may not exist yet."""
    url: str | None = None
    """Of Elasticsearch; None: the embedded store."""
    api_key: str | None = None
    ca_file: Path | None = None


def open_reader(place: EventPlace) -> EventReader:
    if place.url is None:
        return EmbeddedEventReader(place.folder)
    # The client is loaded only where it is used: it costs every process 30 MB and a third of a second.
    from ir_platform.adapters.events.elastic.connection import Address, connect  # noqa: PLC0415
    from ir_platform.adapters.events.elastic.reader import ElasticEventReader  # noqa: PLC0415

    return ElasticEventReader(connect(Address(url=place.url, api_key=place.api_key, ca_file=place.ca_file)))


def open_writer(
    place: EventPlace, *, dedup_days: int, keep_days: int, clock: Clock, index_board: int | None = None
) -> EventWriter:
    """`keep_days` 0: events stay. `index_board`: of the process that keeps the embedded store's index; None: a thread.

    Raises: StoreBusyError where another process writes the folder.
    """
    if place.url is None:
        board = None if index_board is None else IndexBoard(index_board)
        return EmbeddedEventWriter(place.folder, dedup_days=dedup_days, clock=clock, board=board)
    from ir_platform.adapters.events.elastic.connection import Address, connect  # noqa: PLC0415
    from ir_platform.adapters.events.elastic.writer import ElasticEventWriter  # noqa: PLC0415

    client = connect(Address(url=place.url, api_key=place.api_key, ca_file=place.ca_file))
    return ElasticEventWriter(client, clock=clock, keep_days=keep_days or None)


def copy_embedded(
    place: EventPlace, *, keep_days: int, clock: Clock, on_progress: "Callable[[Progress], None]"
) -> "Copied":
    """Copy the folder's store to the place's server. Raises: as `copy_events`."""
    from ir_platform.adapters.events.copy import copy_events  # noqa: PLC0415
    from ir_platform.adapters.events.elastic.connection import Address, connect  # noqa: PLC0415
    from ir_platform.adapters.events.elastic.writer import ElasticEventWriter  # noqa: PLC0415

    url = place.url or ""
    client = connect(Address(url=url, api_key=place.api_key, ca_file=place.ca_file))
    with closing(client):
        writer = ElasticEventWriter(client, clock=clock, keep_days=keep_days or None)
        return copy_events(place.folder, writer, url=url, on_progress=on_progress)


def open_retention(place: EventPlace, *, days: int, size_bytes: int) -> EventRetention | None:
    """0: no limit. None where there is none; Elasticsearch lets go by age by its own lifecycle policy."""
    if place.url is not None:
        return _elastic_retention(place, size_bytes) if size_bytes else None
    if not (days or size_bytes):
        return None
    return EmbeddedRetention(place.folder, limits=Limits(days=days or None, size_bytes=size_bytes or None))


def _elastic_retention(place: EventPlace, size_bytes: int) -> EventRetention:
    from ir_platform.adapters.events.elastic.connection import Address, connect  # noqa: PLC0415
    from ir_platform.adapters.events.elastic.retention import ElasticRetention  # noqa: PLC0415

    client = connect(Address(url=place.url or "", api_key=place.api_key, ca_file=place.ca_file))
    return ElasticRetention(client, size_bytes=size_bytes)
