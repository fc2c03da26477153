"""Writing events to Elasticsearch: data streams, `create` with the event's id, so that an id is stored once."""

import time
from collections.abc import Callable, Iterator
from itertools import compress
from typing import Final

import structlog
from elasticsearch import Elasticsearch

from ir_platform.adapters.events.elastic.bulk import (
    CREATED,
    UNMAPPABLE,
    BulkSender,
    Creation,
    Outcome,
)
from ir_platform.adapters.events.elastic.connection import data_streams, unreachable_named
from ir_platform.adapters.events.elastic.documents import (
    data_stream_of,
    document_bytes,
    to_bare_document,
    to_document,
    to_event,
)
from ir_platform.adapters.events.elastic.template import SEQUENCE, put_templates
from ir_platform.adapters.events.query.forms import fields_of
from ir_platform.domain.event import Event, EventBatch, batch_of, to_ns
from ir_platform.ports import Appended, BadPositionError, Clock, EventRefusedError

log = structlog.get_logger(__name__)

_READ_EVENTS: Final = 2_000


class ElasticEventWriter:
    """`EventWriter` over data streams. An id is dropped while the backing index that holds it is the write index.

    One writer a namespace: positions are sequence numbers, drawn here from the clock.
    """

    def __init__(
        self,
        client: Elasticsearch,
        *,
        clock: Clock,
        namespace: str = "default",
        sleep: Callable[[float], None] = time.sleep,
        keep_days: int | None = None,
    ) -> None:
        """`keep_days` as in `IRP_KEEP_EVENTS_DAYS`; None: events stay. Raises: StoreUnreachableError."""
        self._client, self._clock, self._namespace = client, clock, namespace
        self._streams = data_streams(namespace)
        self._bulk = BulkSender(client, sleep=sleep)
        with unreachable_named():
            put_templates(client, keep_days=keep_days)
            self._sequence = self._last_sequence()

    def append(self, batch: EventBatch) -> Appended:
        """Durable when it returns (the translog is synced at each request).

        Raises: StoreFullError, EventRefusedError; what the server had taken of the batch by then is deleted again.
        """
        created = self._create(batch, first=self._take_sequence(len(batch)))
        new = batch if all(created) else batch_of(list(compress(batch, created)))
        return Appended(stored=len(new), duplicates=len(batch) - len(new), new=new, position=str(self._sequence))

    def copy_in(self, batch: EventBatch, *, first: int) -> int:
        """Store events of another store, numbered from `first`; return how many were not there yet.

        Numbers below any that the clock gives leave them out of what `read_from` a position yields: they were matched
        where they were received. Raises: as `append`.
        """
        return sum(self._create(batch, first=first))

    def read_from(self, position: str | None) -> Iterator[tuple[str, EventBatch]]:
        """Yield what was stored after `position`. Raises: BadPositionError."""
        after = -1 if position is None else _sequence_of(position)
        self.flush()
        while True:
            found = self._client.search(
                index=self._streams,
                query={"range": {SEQUENCE: {"gt": after}}},
                sort=[{SEQUENCE: "asc"}],
                size=_READ_EVENTS,
                ignore_unavailable=True,
                allow_no_indices=True,
            )["hits"]["hits"]
            if not found:
                return
            after = int(found[-1]["_source"][SEQUENCE])
            yield str(after), batch_of([to_event(hit["_id"], hit["_source"]) for hit in found])

    def flush(self) -> None:
        """Return when everything appended so far can be found."""
        self._client.indices.refresh(index=self._streams, ignore_unavailable=True, allow_no_indices=True)

    def close(self) -> None:
        self._client.close()

    def _create(self, batch: EventBatch, *, first: int) -> list[bool]:
        """Store the events and return of each whether it is new. Raises: StoreFullError, EventRefusedError."""
        events = list(batch)
        outcomes = self._bulk.create([self._creation(event, first + number) for number, event in enumerate(events)])
        self._create_bare(events, outcomes, first)
        return [one.status == CREATED for one in outcomes]

    def _creation(self, event: Event, sequence: int) -> Creation:
        fields = fields_of(event.body)
        document = to_document(event, fields, sequence=sequence)
        stream = data_stream_of(fields, namespace=self._namespace)
        return Creation(stream=stream, event_id=event.id, sequence=sequence, document=document_bytes(document))

    def _create_bare(self, events: list[Event], outcomes: list[Outcome], first: int) -> None:
        """Store the events whose fields could not be mapped with their body as text; change their outcomes."""
        refused = [number for number, one in enumerate(outcomes) if one.status == UNMAPPABLE]
        wanted = [
            Creation(
                stream=data_stream_of(fields_of(events[number].body), namespace=self._namespace),
                event_id=events[number].id,
                sequence=first + number,
                document=document_bytes(to_bare_document(events[number], sequence=first + number)),
            )
            for number in refused
        ]
        for number, outcome in zip(refused, self._bulk.create(wanted), strict=True):
            if outcome.status == UNMAPPABLE:
                raise EventRefusedError(event_id=outcome.event_id, status=outcome.status, reason=outcome.reason)
            log.info("event_stored_unmapped", event_id=outcome.event_id, reason=outcomes[number].reason)
            outcomes[number] = outcome

    def _take_sequence(self, count: int) -> int:
        """Return the first of `count` numbers that are higher than any before."""
        first = max(self._sequence + 1, to_ns(self._clock()))
        self._sequence = first + count - 1 if count else self._sequence
        return first

    def _last_sequence(self) -> int:
        self.flush()
        found = self._client.search(
            index=self._streams,
            size=1,
            sort=[{SEQUENCE: {"order": "desc", "unmapped_type": "long"}}],
            source_includes=[SEQUENCE],
            ignore_unavailable=True,
            allow_no_indices=True,
        )["hits"]["hits"]
        return int(found[0]["_source"].get(SEQUENCE, 0)) if found else 0


def _sequence_of(position: str) -> int:
    """Raises: BadPositionError."""
    if not position.isascii() or not position.isdigit():
        raise BadPositionError(position=position)
    return int(position)
