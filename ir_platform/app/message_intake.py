"""Messages that nobody acknowledges (syslog, GELF by UDP) on their way from a listener to the pipeline."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

import structlog

from ingest.intake import batches
from ingest.parsers.base import Parsed
from ir_platform.app.source_watch import SourceWatch
from ir_platform.domain.event import EventBatch
from ir_platform.ports import StoreFullError

log = structlog.get_logger()

FULL_PAUSE_SECONDS = 2.0


class Received(Protocol):
    """What a listener hands on."""

    @property
    def peer(self) -> str:
        """Address of the sender."""


Message = TypeVar("Message", bound=Received)


class MessageIntake(Generic[Message]):
    """Carries what a listener received; while the disk is full it waits, and senders over TCP wait with it."""

    def __init__(
        self,
        read: Callable[[Message], Parsed],
        *,
        carry: Callable[[EventBatch], Awaitable[object]],
        sources: SourceWatch,
    ) -> None:
        """`carry` raises StoreFullError where a batch has to be handed over again."""
        self._read, self._carry, self._sources = read, carry, sources

    async def deliver(self, messages: Sequence[Message]) -> None:
        records = [self._read(message) for message in messages]
        for intake in batches(records, received_ns=time.time_ns, monotonic=time.monotonic):
            await self._store(intake.batch)
        came = Counter(message.peer for message in messages)
        rejected = Counter(message.peer for message, one in zip(messages, records, strict=True) if one.event is None)
        for peer, count in came.items():
            self._sources.heard_from(peer, events=count - rejected[peer], rejected=rejected[peer])

    async def _store(self, batch: EventBatch) -> None:
        while True:
            try:
                await self._carry(batch)
            except StoreFullError:
                log.error("store_full", waiting_events=len(batch))
                await asyncio.sleep(FULL_PAUSE_SECONDS)
            else:
                return
