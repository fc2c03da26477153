"""Opens the listeners of the intake process on what the parent has bound: syslog (UDP, TCP, TLS) and GELF by UDP."""

import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from ingest.gelf_messages import GelfReader
from ingest.intake import MessageReader
from ingest.sources.gelf import GelfCounters, GelfListener
from ingest.sources.ledger import GELF_LEDGER_NAME, LEDGER_NAME, Ledger, SyslogCounters
from ingest.sources.syslog import SyslogListener
from ingest.sources.tls import Handshakes, server_context
from ir_platform.app.message_intake import MessageIntake
from ir_platform.app.source_watch import SourceWatch
from ir_platform.app.tls_settings import tls_of_syslog
from ir_platform.config import Settings
from ir_platform.domain.event import EventBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSockets:
    """None: turned off."""

    tcp: socket.socket | None
    udp: socket.socket | None
    tls: socket.socket | None
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
    """Return the listeners, which listen; none where every port is off. Raises: TlsSettingsError."""
    syslog = await _syslog(settings, sockets, carry, sources)
    gelf = None if sockets.gelf is None else await _gelf(settings, sockets.gelf, carry, sources)
    return tuple(one for one in (syslog, gelf) if one is not None)


async def _syslog(
    settings: Settings, sockets: IntakeSockets, carry: Carry, sources: SourceWatch
) -> SyslogListener | None:
    handshakes = Handshakes()
    files = tls_of_syslog(settings)
    tls = None
    if sockets.tls is not None and files is not None:
        tls = sockets.tls, server_context(files, handshakes)
    if (sockets.tcp is None or sockets.udp is None) and tls is None:
        return None
    reader = MessageReader(
        zone_of=sources.zone_of,
        name_of=sources.name_of,
        format_of=sources.format_of,
        layouts_of=sources.layouts_of,
    )
    listener = SyslogListener(
        deliver=MessageIntake(reader.read, carry=carry, sources=sources).deliver,
        clock_ns=time.time_ns,
        handshakes=handshakes,
        ledger=Ledger(settings.data_dir / LEDGER_NAME, SyslogCounters),
    )
    await listener.start_on(stream=sockets.tcp, datagrams=sockets.udp, tls=tls)
    return listener


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
