"""Writing events to Elasticsearch: data streams, `create` with the event's id, so that an id is stored once."""

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any, Final

import structlog
from elasticsearch import ApiError, Elasticsearch

from ir_platform.adapters.events.elastic.connection import data_streams
from ir_platform.adapters.events.elastic.documents import data_stream_of, to_bare_document, to_document, to_event
from ir_platform.adapters.events.elastic.template import SEQUENCE, put_template
from ir_platform.adapters.events.query.forms import fields_of
from ir_platform.domain.event import Event, EventBatch, batch_of, to_ns
from ir_platform.ports import Appended, Clock, StoreFullError

log = structlog.get_logger(__name__)

_CREATED: Final = 201
_THERE_ALREADY: Final = 409
_UNMAPPABLE: Final = 400
_BLOCKED: Final = frozenset({403, 429, 507})
"""A full disk shows as a cluster block (403, 429) or as 507."""
_READ_EVENTS: Final = 2_000


class EventRefusedError(Exception):
    """The server refused an event for a reason that is neither a full disk nor its fields."""

    def __init__(self, *, event_id: str, status: int, reason: str) -> None:
        super().__init__(f"event {event_id} refused with {status}: {reason}")
        self.event_id, self.status, self.reason = event_id, status, reason


class ElasticEventWriter:
    """`EventWriter` over data streams. An id is dropped while the backing index that holds it is the write index.

    One writer a namespace: positions are sequence numbers, drawn here from the clock.
    """

    def __init__(self, client: Elasticsearch, *, clock: Clock, namespace: str = "default") -> None:
        self._client, self._clock, self._namespace = client, clock, namespace
        self._streams = data_streams(namespace)
        put_template(client)
        self._sequence = self._last_sequence()

    def append(self, batch: EventBatch) -> Appended:
        """Durable when it returns (the translog is synced at each request).

        Raises: StoreFullError; what the server had taken of the batch by then is deleted again.
        """
        events = list(batch)
        first = self._take_sequence(len(events))
        operations: list[dict[str, Any]] = []
        for number, event in enumerate(events):
            fields = fields_of(event.body)
            stream = data_stream_of(fields, namespace=self._namespace)
            operations += [_create(stream, event), to_document(event, fields, sequence=first + number)]
        items = self._bulk(operations)
        self._retry_bare(events, items, first)
        created = [item["status"] == _CREATED for item in items]
        self._check(items)
        new = batch if all(created) else batch_of(list(compress(events, created)))
        return Appended(stored=len(new), duplicates=len(batch) - len(new), new=new, position=str(self._sequence))

    def read_from(self, position: str | None) -> Iterator[tuple[str, EventBatch]]:
        """Yield what was stored after `position`. Raises: ValueError for a position this did not make."""
        after = -1 if position is None else int(position)
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

    def _bulk(self, operations: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the result of each operation. Raises: StoreFullError."""
        if not operations:
            return []
        try:
            answer = self._client.bulk(operations=operations)
        except ApiError as error:
            if error.status_code in _BLOCKED:
                raise StoreFullError(str(error)) from error
            raise
        return [next(iter(item.values())) for item in answer["items"]]

    def _retry_bare(self, events: list[Event], items: list[dict[str, Any]], first: int) -> None:
        """Store the events whose fields could not be mapped with their body as text; change their items."""
        refused = [number for number, item in enumerate(items) if item["status"] == _UNMAPPABLE]
        operations: list[dict[str, Any]] = []
        for number in refused:
            stream = data_stream_of(fields_of(events[number].body), namespace=self._namespace)
            bare = to_bare_document(events[number], sequence=first + number)
            operations += [_create(stream, events[number]), bare]
        for number, item in zip(refused, self._bulk(operations), strict=True):
            log.info("event_stored_unmapped", event_id=events[number].id, reason=_reason(items[number]))
            items[number] = item

    def _check(self, items: list[dict[str, Any]]) -> None:
        """Raises: StoreFullError or EventRefusedError, after taking back what was stored."""
        failed = [item for item in items if item["status"] not in (_CREATED, _THERE_ALREADY)]
        if not failed:
            return
        stored = [item for item in items if item["status"] == _CREATED]
        self._bulk([{"delete": {"_index": item["_index"], "_id": item["_id"]}} for item in stored])
        worst = failed[0]
        if worst["status"] in _BLOCKED:
            raise StoreFullError(_reason(worst))
        raise EventRefusedError(event_id=worst["_id"], status=worst["status"], reason=_reason(worst))

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


def _create(stream: str, event: Event) -> dict[str, Any]:
    return {"create": {"_index": stream, "_id": event.id}}


def _reason(item: dict[str, Any]) -> str:
    error = item.get("error")
    return str(error.get("reason", ""))[:300] if isinstance(error, dict) else ""
