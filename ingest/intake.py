"""Records become batches for the store: events as they are, rejections as quarantine documents, both counted."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from ingest.named_lines import NamedLines
from ingest.parsers.base import (
    ORIGINAL_LIMIT_BYTES,
    Checkpoint,
    ParseContext,
    Parsed,
    Reading,
    Refusal,
    Rejection,
    Source,
    assemble_event,
    parsed_of,
)
from ingest.parsers.messages import device_fields
from ingest.parsers.syslog import SyslogParser, priority_fields
from ingest.sources.syslog import SyslogMessage
from ir_platform.domain.event import Event, EventBatch, EventId, batch_of, derive_event_id
from ir_platform.domain.source import AUTO_FORMAT

QUARANTINE_DATASET: Final = "quarantine"
EVENT_ID_FIELD: Final = "tanggap.event_id"
"""Of a quarantined record: the id that its event will have."""
SENDER_FIELD: Final = "tanggap.source"
"""The name of the source that sent an event."""
MAX_EVENTS: Final = 2_000
MAX_BYTES: Final = 4 * 1024 * 1024
MAX_SECONDS: Final = 1.0
_PARSER_AGE_NS: Final = 3600 * 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeBatch:
    """What is stored together, and where to read on once it is."""

    batch: EventBatch
    """Events and quarantine documents in the order of their records."""
    events: int
    rejected: int
    checkpoint: Checkpoint
    """After the last record of the batch."""
    reasons: tuple[tuple[str, int], ...] = ()
    """Why records were rejected, with how many, most first."""


def quarantine_event(
    parsed_source: Source, rejection: Rejection, *, received_ns: int, event_id: EventId | None = None
) -> Event:
    """Return the document that keeps a rejected record; the same record read twice has one id.

    It is not the id that its event has once the record can be read (`event_id`, or as files have it): a file that is
    read again after its parser was mended would be taken for one that is there already.
    """
    of_event = event_id or derive_event_id(parsed_source.origin, rejection.record, rejection.original)
    own_id = derive_event_id(f"quarantine:{of_event}", 0, b"")
    fields: dict[str, Any] = {
        "event.kind": "pipeline_error",
        "event.dataset": QUARANTINE_DATASET,
        "error.message": rejection.reason,
        "log.file.path": rejection.file,
        "log.offset": rejection.offset,
        "tanggap.record": rejection.record,
        EVENT_ID_FIELD: of_event,
        "tanggap.format": parsed_source.format,
        "event.original": rejection.original[:ORIGINAL_LIMIT_BYTES].decode("utf-8", "replace"),
    }
    return assemble_event(own_id, received_ns, fields)


def batches(
    records: Iterable[Parsed],
    *,
    received_ns: Callable[[], int],
    monotonic: Callable[[], float],
    max_events: int = MAX_EVENTS,
) -> Iterator[IntakeBatch]:
    """Yield the records in batches of at most `max_events`, MAX_BYTES and about MAX_SECONDS.

    `received_ns` is the wall clock (nanoseconds since 1970) and dates what is quarantined; `monotonic` (seconds) only
    decides when a batch is full, looked at when a record arrives.
    """
    open_batch = _OpenBatch()
    began = monotonic()
    for parsed in records:
        open_batch.add(parsed, received_ns=received_ns)
        is_full = len(open_batch.events) >= max_events or open_batch.size_bytes >= MAX_BYTES
        if is_full or monotonic() - began >= MAX_SECONDS:
            yield open_batch.close(parsed.checkpoint)
            open_batch, began = _OpenBatch(), monotonic()
    if open_batch.last is not None:
        yield open_batch.close(open_batch.last.checkpoint)


class _OpenBatch:
    """What has come together for the next batch."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.size_bytes = 0
        self.last: Parsed | None = None
        self._reasons: Counter[str] = Counter()

    def add(self, parsed: Parsed, *, received_ns: Callable[[], int]) -> None:
        self.last = parsed
        event = parsed.event
        if event is None:
            rejection = parsed.rejection
            assert rejection is not None
            self._reasons[rejection.reason] += 1
            event = quarantine_event(parsed.source, rejection, received_ns=received_ns())
        self.events.append(event)
        self.size_bytes += len(event.body)

    def close(self, checkpoint: Checkpoint) -> IntakeBatch:
        rejected = self._reasons.total()
        return IntakeBatch(
            batch=batch_of(self.events),
            events=len(self.events) - rejected,
            rejected=rejected,
            checkpoint=checkpoint,
            reasons=tuple(self._reasons.most_common()),
        )


# --- messages from the network ---------------------------------------------------------------------------------------

_PRIORITY: Final = re.compile(r"<(\d{1,3})>(.*)", re.DOTALL)


class MessageReader:
    """Reads syslog messages as they arrive; the year of a time without one follows the moment of receipt."""

    def __init__(
        self,
        *,
        zone_of: Callable[[str], ZoneInfo],
        name_of: Callable[[str], str | None] = lambda address: None,
        format_of: Callable[[str], str] = lambda address: AUTO_FORMAT,
        layouts_of: Callable[[str], tuple[str, ...]] = lambda address: (),
    ) -> None:
        """`zone_of` an address: for its times without one; `name_of` it: what the office calls that sender;
        `format_of` and `layouts_of` it: how it writes, where the office has said so.
        """
        self._zone_of, self._name_of, self._format_of, self._layouts_of = zone_of, name_of, format_of, layouts_of
        self._named = NamedLines()
        self._opened_ns = 0
        self._parsers: dict[ZoneInfo, SyslogParser] = {}

    def _parser_for(self, message: SyslogMessage) -> SyslogParser:
        if abs(message.received_ns - self._opened_ns) > _PARSER_AGE_NS:
            self._parsers, self._named, self._opened_ns = {}, NamedLines(), message.received_ns
        zone = self._zone_of(message.peer)
        if zone not in self._parsers:
            context = ParseContext(timezone=zone, year=None, reference_ns=message.received_ns)
            self._parsers[zone] = SyslogParser(context)
        return self._parsers[zone]

    def read(self, message: SyslogMessage) -> Parsed:
        """Return the event or the rejection of one message. Never raises."""
        # A byte order mark in front is the sender's editor speaking, not part of the message.
        text = message.content.decode("utf-8", "replace").removeprefix("\ufeff")
        reading = Refusal("pesan lebih panjang dari batas") if message.is_cut else self._parse(text, message)
        # Two equal messages are two events: nothing but the moment and the place in the stream tells them apart.
        origin = f"syslog:{message.transport}:{message.peer}:{message.received_ns}"
        source = Source(origin=origin, path=f"syslog+{message.transport}://{message.peer}", format="syslog")
        if isinstance(reading, Reading):
            fields = reading.fields
            fields["event.original"] = text
            fields.setdefault("host.name", message.peer)
            fields["log.source.address"] = message.peer
            fields["observer.ip"] = message.peer
            if message.client:
                fields["tls.client.subject"] = f"CN={message.client}"
            if name := self._name_of(message.peer):
                fields[SENDER_FIELD] = name
        return parsed_of(reading, source, record=message.sequence, original=message.content)

    def _parse(self, text: str, message: SyslogMessage) -> Reading | Refusal:
        reading = self._parser_for(message).parse(text)
        found = reading if isinstance(reading, Reading) else _headless(text, message)
        format = self._format_of(message.peer)
        if format != AUTO_FORMAT:
            context = ParseContext(
                timezone=self._zone_of(message.peer),
                year=None,
                reference_ns=message.received_ns,
                layouts=self._layouts_of(message.peer),
            )
            found = self._named.read(text, found, format=format, context=context)
        return found or reading


def _headless(text: str, message: SyslogMessage) -> Reading | None:
    """Read a message without heading: RFC 3164, 4.3.3 gives it the time and address of its receipt.

    It needs a `<PRI>`, or the ways of a network device: RouterOS sends its topics bare unless told otherwise.
    """
    match = _PRIORITY.match(text)
    said = device_fields(match[2] if match else text)
    if match is None and said is None:
        return None
    fields = priority_fields(int(match[1])) if match else {}
    fields["host.name"] = message.peer
    fields["message"] = match[2] if match else text
    fields["event.kind"] = "event"
    fields["event.dataset"] = "system.syslog"
    fields.update(said or {})
    fields["tanggap.time_source"] = "received"
    return Reading(message.received_ns, fields)
