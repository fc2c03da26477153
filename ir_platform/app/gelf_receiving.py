"""Receives GELF by UDP in the intake process, and carries it: nobody is told what became of it."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import structlog

from ingest.gelf_messages import GelfReader
from ingest.intake import batches
from ingest.parsers.base import Parsed
from ingest.sources.gelf import GelfCounters, GelfListener, GelfMessage
from ingest.sources.ledger import GELF_LEDGER_NAME, Ledger
from ir_platform.app.source_watch import SourceWatch
from ir_platform.config import Settings
from ir_platform.domain.event import EventBatch
from ir_platform.ports import StoreFullError

log = structlog.get_logger()

FULL_PAUSE_SECONDS = 2.0

Carry = Callable[[EventBatch], Awaitable[object]]
"""Raises StoreFullError where a batch has to be handed over again."""


async def listening_for_gelf(
    settings: Settings, bound: socket.socket | None, *, carry: Carry, sources: SourceWatch
) -> GelfListener | None:
    """Return the listener, which listens on what the parent process has bound; None: it is turned off."""
    if bound is None:
        return None
    reader = GelfReader(zone_of=sources.zone_of, name_of=sources.name_of)
    listener = GelfListener(
        deliver=GelfIntake(reader.read, carry=carry, sources=sources).deliver,
        clock_ns=time.time_ns,
        monotonic=time.monotonic,
        ledger=Ledger(settings.data_dir / GELF_LEDGER_NAME, GelfCounters),
    )
    await listener.start_on(bound)
    return listener


class GelfIntake:
    """Carries what the listener received; while the disk is full it waits, and what has no room is counted as lost."""

    def __init__(self, read: Callable[[GelfMessage], Parsed], *, carry: Carry, sources: SourceWatch) -> None:
        self._read, self._carry, self._sources = read, carry, sources

    async def deliver(self, messages: Sequence[GelfMessage]) -> None:
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
