"""Opens the listener of the intake process on what the parent has bound: GELF by UDP."""

import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from ingest.gelf_messages import GelfReader
from ingest.sources.gelf import GelfCounters, GelfListener
from ingest.sources.ledger import GELF_LEDGER_NAME, Ledger
from ir_platform.app.message_intake import MessageIntake
from ir_platform.app.source_watch import SourceWatch
from ir_platform.config import Settings
from ir_platform.domain.event import EventBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSockets:
    """None: turned off."""

    gelf: socket.socket | None


class Listener(Protocol):
    """What receives messages that nobody acknowledges."""

    @property
    def has_failed(self) -> bool: ...

    def note(self) -> None: ...

    async def stop(self) -> None: ...


Carry = Callable[[EventBatch], Awaitable[object]]


async def listening(
    settings: Settings, sockets: IntakeSockets, *, carry: Carry, sources: SourceWatch
) -> tuple[Listener, ...]:
    """Return the listeners, which listen; none where every port is off."""
    return () if sockets.gelf is None else (await _gelf(settings, sockets.gelf, carry, sources),)


async def _gelf(settings: Settings, bound: socket.socket, carry: Carry, sources: SourceWatch) -> GelfListener:
    reader = GelfReader(zone_of=sources.zone_of, name_of=sources.name_of)
    listener = GelfListener(
        deliver=MessageIntake(reader.read, carry=carry, sources=sources).deliver,
        clock_ns=time.time_ns,
        monotonic=time.monotonic,
        ledger=Ledger(settings.data_dir / GELF_LEDGER_NAME, GelfCounters),
    )
    await listener.start_on(bound)
    return listener
