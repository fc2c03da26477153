"""Takes what shippers sent: documents become events, and batches of them are handed over; each is told its fate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from api.shippers.answers import Answered
from api.shippers.bodies import InFlight
from api.shippers.refusals import AWAY, BEHIND, FULL, NOBODY, UNREADABLE, ShipmentRefusedError
from ingest.documents import DocumentReader, id_of
from ingest.intake import MAX_BYTES, MAX_EVENTS
from ingest.parsers.base import Refusal
from ingest.shipment import Named, Shipment, new_nonce, pack, sender_of
from ingest.sources.bulk import STORING, BulkItem, MalformedBulkError
from ir_platform.domain.event import Event, EventId, batch_of, to_ns
from ir_platform.domain.source import Source
from ir_platform.identity.sources import source_of
from ir_platform.ports import Clock, EventIntake, IntakeAwayError, Spool, SpoolFullError, State, StoreFullError

HELD_SHIPMENTS: Final = 4
"""How many shipments of the largest size may be worked on at once."""


class Document(NamedTuple):
    """One document as sent."""

    content: bytes
    event_id: EventId
    defaults: dict[str, Any]


class Fate(StrEnum):
    STORED = "stored"
    REJECTED = "rejected"
    """Cannot be read; quarantined."""
    FULL = "full"
    """Not stored, for want of room."""
    AWAY = "away"
    """Not known to be stored: the intake process did not answer."""


class Outcome(NamedTuple):
    fate: Fate
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class Taken:
    """What became of a shipment; `outcomes` in the order of its documents."""

    outcomes: list[Outcome] = field(default_factory=list)
    stored: int = 0
    """Events alone."""
    duplicates: int = 0
    """Documents that were there before, quarantined ones too."""

    @property
    def rejected(self) -> int:
        return sum(1 for one in self.outcomes if one.fate is Fate.REJECTED)

    def require_some(self) -> None:
        """Raises: ShipmentRefusedError where nothing at all was taken, for want of room or of an answer."""
        fates = {one.fate for one in self.outcomes}
        if fates == {Fate.FULL}:
            raise ShipmentRefusedError(kind=FULL)
        if fates == {Fate.AWAY}:
            raise ShipmentRefusedError(kind=AWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shippers:
    """What every way in for shippers needs."""

    state: State
    intake: EventIntake
    """For what is answered with how much of it was stored."""
    spool: Spool
    """For what is answered as soon as it is durable, and read afterwards."""
    clock: Clock
    timezone: str
    max_bytes: int
    """Of one shipment, uncompressed."""
    in_flight: InFlight
    webhook_key: bytes

    def sender(self, authorization: str) -> Source:
        """Return whose key this is. Raises: ShipmentRefusedError."""
        with self.state.read() as uow:
            source = source_of(uow, authorization)
        if source is None:
            raise ShipmentRefusedError(kind=NOBODY)
        return source

    def shipment(
        self, source: Source, body: bytes, *, index: str | None = None, named: Named | None = None
    ) -> Shipment:
        """Return what a source has sent now: a body of the bulk API (`index`: its own) or one named document."""
        return Shipment(
            sender=sender_of(source, timezone=self.timezone),
            received_ns=to_ns(self.clock()),
            nonce=new_nonce(),
            index=index,
            named=named,
            body=body,
        )

    def keep(self, shipment: Shipment) -> list[Answered]:
        """Return what each item is answered, once the shipment is durable; it is read afterwards.

        What cannot be read is told so, and is kept too: reading quarantines it. Raises: ShipmentRefusedError.
        """
        try:
            items = shipment.items()
        except MalformedBulkError as error:
            raise ShipmentRefusedError(kind=UNREADABLE, said=f"Malformed action/metadata {error}") from error
        if not items:
            raise ShipmentRefusedError(kind=UNREADABLE, said="request body is required")
        reader = shipment.reader()
        answered = [
            Answered(item, shipment.answered_id(item, number), _refusal_of(item, reader))
            for number, item in enumerate(items)
        ]
        if storing := sum(1 for item in items if item.action in STORING):
            self._append(pack(shipment), events=storing)
        return answered

    def keep_message(self, source: Source, message: bytes, *, format: str) -> None:
        """Return once one message is durable; it is read afterwards.

        Raises: ShipmentRefusedError; for one that cannot be read it is kept too: reading quarantines it.
        """
        shipment = Shipment(
            sender=sender_of(source, timezone=self.timezone, format=format),
            received_ns=to_ns(self.clock()),
            nonce=new_nonce(),
            index=None,
            line_id=id_of(source.id, place=format, given=None),
            body=message,
        )
        self._append(pack(shipment), events=1)
        read = shipment.reader().read_line(message, EventId(str(shipment.line_id)))
        if isinstance(read, Refusal):
            raise ShipmentRefusedError(kind=UNREADABLE, said=read.reason)

    def _append(self, content: bytes, *, events: int) -> None:
        try:
            self.spool.append(content, events=events)
        except SpoolFullError as error:
            raise ShipmentRefusedError(kind=BEHIND) from error
        except StoreFullError as error:
            raise ShipmentRefusedError(kind=FULL) from error

    def take(
        self, source: Source, documents: Sequence[Document], *, format: str | None = None, are_lines: bool = False
    ) -> Taken:
        """Return what became of each, once those that were taken are durable; `format` None: the source's own."""
        taken = Taken()
        reader = sender_of(source, timezone=self.timezone, format=format).reader(received_ns=to_ns(self.clock()))
        for part in _parts(documents):
            events, outcomes = _read(reader, part, are_lines=are_lines)
            rejected = sum(1 for one in outcomes if one.fate is Fate.REJECTED)
            try:
                accepted = self.intake.carry(batch_of(events), sender=source.id, rejected=rejected)
            except (StoreFullError, IntakeAwayError) as error:
                fate = Fate.FULL if isinstance(error, StoreFullError) else Fate.AWAY
                taken.outcomes += [Outcome(fate)] * (len(documents) - len(taken.outcomes))
                break
            taken.outcomes += outcomes
            # A part is stored whole, or was there before: what is quarantined of it is no event.
            taken.stored += max(accepted.stored - rejected, 0)
            taken.duplicates += accepted.duplicates
        return taken


def _refusal_of(item: BulkItem, reader: DocumentReader) -> str | None:
    if item.action not in STORING:
        return f"{item.action} is not possible: events are never changed"
    refusal = reader.refusal_of(item.document, target=item.target, given=item.id)
    return None if refusal is None else refusal.reason


def _parts(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    start = size_bytes = 0
    for at, document in enumerate(documents):
        if at > start and (at - start >= MAX_EVENTS or size_bytes + len(document.content) > MAX_BYTES):
            yield documents[start:at]
            start, size_bytes = at, 0
        size_bytes += len(document.content)
    if start < len(documents):
        yield documents[start:]


def _read(
    reader: DocumentReader, documents: Sequence[Document], *, are_lines: bool
) -> tuple[list[Event], list[Outcome]]:
    events: list[Event] = []
    outcomes: list[Outcome] = []
    for content, event_id, defaults in documents:
        read = reader.read_line(content, event_id) if are_lines else reader.read(content, event_id, defaults=defaults)
        if isinstance(read, Refusal):
            events.append(reader.rejected(content, event_id, read.reason))
            outcomes.append(Outcome(Fate.REJECTED, read.reason))
            continue
        if read is not None:
            events.append(read)
        outcomes.append(Outcome(Fate.STORED))
    return events, outcomes
