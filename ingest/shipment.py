"""A shipment as it is kept until it is read: what was sent, byte for byte, and what is needed to read it later.

Reading it again gives the same events under the same ids, so that it may be read twice and be stored once.
"""

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from ingest.catalog import LINE_FORMATS
from ingest.documents import DocumentReader, document_fields, id_of
from ingest.parsers.base import Refusal
from ingest.sources.bulk import STORING, BulkItem, MalformedBulkError, read_bulk
from ir_platform.domain.event import Event, EventId
from ir_platform.domain.source import AUTO_FORMAT, Source

_NONCE_BYTES: Final = 12


class UnreadableShipmentError(Exception):
    """What was kept is no shipment, or one of another version of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose it is, as the office had it when it came."""

    id: str
    name: str
    format: str
    """A name of `LINE_FORMATS` or `auto`."""
    timezone: str
    layouts: tuple[str, ...] = ()
    """Format strings of its web server."""

    def reader(self, *, received_ns: int) -> DocumentReader:
        return DocumentReader(
            sender=self.name,
            format=self.format,
            timezone=ZoneInfo(self.timezone),
            received_ns=received_ns,
            layouts=tuple(self.layouts),
        )


class Named(NamedTuple):
    """What a document that came by itself was to be called, and where it was sent."""

    target: str
    id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """What one sender sent in one request."""

    sender: Sender
    received_ns: int
    nonce: str
    """Random; ids of documents without one begin with it."""
    index: str | None
    """For actions that name none."""
    named: Named | None = None
    """The body is this one document."""
    line_id: str | None = None
    """The body is this one message in the sender's format, under this id. Neither: the body is one of the bulk API."""
    body: bytes

    def items(self) -> list[BulkItem]:
        """Raises: MalformedBulkError."""
        if self.named is not None:
            return [BulkItem("index", self.named.target, self.named.id, self.body)]
        return read_bulk(self.body, index=self.index)

    def answered_id(self, item: BulkItem, number: int) -> str:
        """Return the id that the sender is told of the item at `number`."""
        return item.id or f"{self.nonce}{number:08x}"

    def event_id(self, item: BulkItem, number: int) -> EventId:
        if item.id is None:
            return EventId(self.answered_id(item, number))
        return id_of(self.sender.id, place=item.target, given=item.id)

    def reader(self) -> DocumentReader:
        return self.sender.reader(received_ns=self.received_ns)


def sender_of(source: Source, *, timezone: str, format: str | None = None) -> Sender:
    """`timezone`: of a source that has none of its own. `format`: in place of the source's own."""
    wanted = format or source.format
    return Sender(
        id=source.id,
        name=source.name,
        format=wanted if wanted in LINE_FORMATS else AUTO_FORMAT,
        timezone=source.timezone or timezone,
        layouts=source.layouts,
    )


def new_nonce() -> str:
    return secrets.token_hex(_NONCE_BYTES)


def pack(shipment: Shipment) -> bytes:
    head: dict[str, Any] = {
        "sender": asdict(shipment.sender),
        "received_ns": shipment.received_ns,
        "nonce": shipment.nonce,
        "index": shipment.index,
    }
    if shipment.named is not None:
        head["named"] = list(shipment.named)
    if shipment.line_id is not None:
        head["line"] = shipment.line_id
    return b"%b\n%b" % (orjson.dumps(head), shipment.body)


def unpack(content: bytes) -> Shipment:
    """Raises: UnreadableShipmentError."""
    head, _, body = content.partition(b"\n")
    try:
        said = orjson.loads(head)
        named = said.get("named")
        return Shipment(
            sender=Sender(**said["sender"]),
            received_ns=said["received_ns"],
            nonce=said["nonce"],
            index=said["index"],
            named=None if named is None else Named(*named),
            line_id=said.get("line"),
            body=body,
        )
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise UnreadableShipmentError from error


class ReadDocument(NamedTuple):
    event: Event
    is_rejected: bool
    """It could not be read; the event is what is quarantined."""


def documents_of(shipment: Shipment) -> Iterator[ReadDocument]:
    """Yield what becomes of each document. Raises: UnreadableShipmentError where the body is no longer understood."""
    reader = shipment.reader()
    if shipment.line_id is not None:
        event_id = EventId(shipment.line_id)
        said = reader.read_line(shipment.body, event_id)
        if said is not None:
            yield _of(said, reader, shipment.body, event_id)
        return
    try:
        items = shipment.items()
    except MalformedBulkError as error:
        raise UnreadableShipmentError from error
    for number, item in enumerate(items):
        if item.action not in STORING:
            continue
        event_id = shipment.event_id(item, number)
        read = reader.read(item.document, event_id, defaults=document_fields(item.target, item.id))
        yield _of(read, reader, item.document, event_id)


def _of(read: Event | Refusal, reader: DocumentReader, document: bytes, event_id: EventId) -> ReadDocument:
    if isinstance(read, Refusal):
        return ReadDocument(reader.rejected(document, event_id, read.reason), is_rejected=True)
    return ReadDocument(read, is_rejected=False)
