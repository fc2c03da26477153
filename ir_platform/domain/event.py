"""What an Event is: one thing that happened, as flat ECS bytes; batches of them travel the hot path."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, NewType

EventId = NewType("EventId", str)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `body` is a single flat JSON object with dotted ECS keys, UTF-8, no newline.

    The body always holds `@timestamp` (ISO 8601 UTC) and, where the event came from a line of text,
    `event.original`. `time_ns` is the same instant in nanoseconds since 1970.
    """

    id: EventId
    time_ns: int
    body: bytes

    def fields(self) -> dict[str, Any]:
        """Return the body decoded afresh; the hot path decodes a body only when a rule asks for it."""
        decoded: dict[str, Any] = json.loads(self.body)
        return decoded

    @property
    def at(self) -> datetime:
        """The event's time, aware, UTC, cut to microseconds."""
        return to_datetime(self.time_ns)


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events side by side in columns (same length), so that the hot path makes no object per line."""

    ids: tuple[EventId, ...] = ()
    times_ns: tuple[int, ...] = ()
    bodies: tuple[bytes, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Event]:
        return map(Event, self.ids, self.times_ns, self.bodies)

    def __getitem__(self, index: int) -> Event:
        return Event(self.ids[index], self.times_ns[index], self.bodies[index])


def batch_of(events: "list[Event] | tuple[Event, ...]") -> EventBatch:
    """Return the batch that holds these events in this order."""
    return EventBatch(
        tuple(event.id for event in events),
        tuple(event.time_ns for event in events),
        tuple(event.body for event in events),
    )


def derive_event_id(origin: str, record: int, original: bytes) -> EventId:
    """Return the id of what stands at `record` (from 0) in `origin`: the same line read again has the same id."""
    content = b"".join((origin.encode(), record.to_bytes(8, "big"), original))
    return EventId(blake2b(content, digest_size=16).hexdigest())


def to_ns(at: datetime) -> int:
    """Return an aware datetime as nanoseconds since 1970, exactly."""
    delta = at - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000_000 + delta.microseconds * 1_000


def to_datetime(time_ns: int) -> datetime:
    """Return nanoseconds since 1970 as an aware UTC datetime, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=time_ns // 1_000)


def isoformat_ns(time_ns: int) -> str:
    """Return ISO 8601 UTC with `Z`: milliseconds, and microseconds or nanoseconds only where they are not zero.

    Raises: OverflowError before year 1 or after year 9999.
    """
    seconds, nanos = divmod(time_ns, 1_000_000_000)
    whole = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    if nanos % 1_000_000 == 0:
        return f"{whole}.{nanos // 1_000_000:03d}Z"
    if nanos % 1_000 == 0:
        return f"{whole}.{nanos // 1_000:06d}Z"
    return f"{whole}.{nanos:09d}Z"


def make_event(event_id: EventId, time_ns: int, fields: Mapping[str, Any]) -> Event:
    """Return the event for flat ECS fields; `@timestamp` and `event.id` are set here."""
    body = {"@timestamp": isoformat_ns(time_ns), **fields, "event.id": event_id}
    return Event(event_id, time_ns, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
