"""Reads what was acknowledged and waits in the spool, and carries it: the intake process's own work."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

import structlog

from ingest import kept_messages
from ingest.gelf_messages import GelfReader
from ingest.intake import MAX_BYTES, MAX_EVENTS, MessageReader, quarantine_event
from ingest.kept_messages import UnreadableMessagesError
from ingest.parsers.base import Parsed
from ingest.shipment import UnreadableShipmentError, documents_of, unpack
from ingest.sources.gelf import GelfMessage
from ingest.sources.syslog import SyslogMessage
from ir_platform.adapters.events.spool import SpoolTaker
from ir_platform.app.handover import Carried
from ir_platform.app.source_watch import SourceWatch
from ir_platform.domain.event import Event, EventBatch, batch_of
from ir_platform.ports import StoreFullError

log = structlog.get_logger(__name__)

IDLE_SECONDS: Final = 0.02
FULL_PAUSE_SECONDS: Final = 2.0
SWEEP_SECONDS: Final = 1.0
"""How often files whose writer is gone are looked for while nothing comes."""

Carry = Callable[[EventBatch], Carried]


@dataclass(slots=True, kw_only=True)
class SpoolFollower:
    """`step` and `run` belong to one thread; `wait_settled` may be called from any other."""

    taker: SpoolTaker
    carry: Carry
    read: Callable[[SyslogMessage], Parsed]
    read_gelf: Callable[[GelfMessage], Parsed]
    sources: SourceWatch
    monotonic: Callable[[], float] = time.monotonic
    _settled: threading.Condition = field(default_factory=threading.Condition)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _swept_at: float = 0.0

    async def run(self) -> None:
        """Follow until told to stop; what is being carried then is finished."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool") as thread:
            while not self._stopping.is_set():
                if not await loop.run_in_executor(thread, self.step):
                    await asyncio.sleep(IDLE_SECONDS)
        self.taker.close()

    def stop(self) -> None:
        self._stopping.set()

    def step(self) -> int:
        """Carry what is there, up to a few megabytes; return how many shipments that was."""
        shipments = self.taker.take(max_bytes=MAX_BYTES)
        if not shipments and self.monotonic() - self._swept_at < SWEEP_SECONDS:
            return 0
        self._swept_at = self.monotonic()
        if not self._carry_all(shipments):
            return 0
        with self._settled:
            self.taker.settle()
            self._settled.notify_all()
        return len(shipments)

    def wait_settled(self) -> None:
        """Return once everything that was acknowledged before is stored, or following has stopped."""
        mark = self.taker.mark()
        with self._settled:
            while not self.taker.has_settled(mark) and not self._stopping.is_set():
                self._settled.wait(timeout=SWEEP_SECONDS)

    def _carry_all(self, kept: list[bytes]) -> bool:
        """Return whether all was stored; False: told to stop while there was no room for it."""
        events: list[Event] = []
        heard: Counter[tuple[Tell, str, bool]] = Counter()
        size = 0
        for event, tell, sender, is_rejected in self._read_all(kept):
            events.append(event)
            heard[tell, sender, is_rejected] += 1
            size += len(event.body)
            if len(events) >= MAX_EVENTS or size >= MAX_BYTES:
                if not self._store(batch_of(events)):
                    return False
                events, size = [], 0
        if events and not self._store(batch_of(events)):
            return False
        for (tell, sender, is_rejected), count in heard.items():
            tell(sender, events=0 if is_rejected else count, rejected=count if is_rejected else 0)
        return True

    def _read_all(self, kept: list[bytes]) -> Iterator["_Read"]:
        for content in kept:
            try:
                if content.startswith(kept_messages.SYSLOG):
                    for message in kept_messages.unpack(content):
                        yield self._message(self.read(message), message)
                elif content.startswith(kept_messages.GELF):
                    for sent in kept_messages.unpack_gelf(content):
                        yield self._message(self.read_gelf(sent), sent)
                else:
                    yield from self._documents(content)
            except (UnreadableShipmentError, UnreadableMessagesError) as error:
                # Kept by a newer version of this program, which was put back to an older one.
                self.taker.set_aside(content)
                log.error("shipment_set_aside", bytes=len(content), reason=str(error.__cause__)[:200])

    def _message(self, parsed: Parsed, message: SyslogMessage | GelfMessage) -> "_Read":
        if parsed.event is not None:
            return _Read(parsed.event, self.sources.heard_from, message.peer, is_rejected=False)
        assert parsed.rejection is not None
        event = quarantine_event(parsed.source, parsed.rejection, received_ns=message.received_ns)
        return _Read(event, self.sources.heard_from, message.peer, is_rejected=True)

    def _documents(self, content: bytes) -> Iterator["_Read"]:
        shipment = unpack(content)
        for event, is_rejected in documents_of(shipment):
            yield _Read(event, self.sources.heard, shipment.sender.id, is_rejected)

    def _store(self, batch: EventBatch) -> bool:
        """Carry the batch, however long there is no room for it; return False where it was told to stop meanwhile."""
        while True:
            try:
                self.carry(batch)
            except StoreFullError:
                log.error("store_full", waiting_events=len(batch))
                if self._stopping.wait(FULL_PAUSE_SECONDS):
                    return False
            else:
                return True


class Tell(Protocol):
    """Counts what came: by a sender's key, or from an address."""

    def __call__(self, sender: str, /, *, events: int, rejected: int) -> None: ...


class _Read(NamedTuple):
    """What became of one document or message."""

    event: Event
    tell: Tell
    sender: str
    is_rejected: bool


def message_reader(sources: SourceWatch) -> MessageReader:
    return MessageReader(
        zone_of=sources.zone_of,
        name_of=sources.name_of,
        format_of=sources.format_of,
        layouts_of=sources.layouts_of,
    )


def gelf_reader(sources: SourceWatch) -> GelfReader:
    return GelfReader(zone_of=sources.zone_of, name_of=sources.name_of)
