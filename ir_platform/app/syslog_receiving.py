"""Receives syslog and keeps it: what was received is durable within moments, however much waits to be read.

A process of its own does it (`irp serve`), so that neither reading nor matching keeps a sender waiting.
"""

import asyncio
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from ingest import kept_messages
from ingest.sources.ledger import LEDGER_NAME, Ledger, SyslogCounters
from ingest.sources.syslog import SyslogListener, SyslogMessage
from ingest.sources.tls import Handshakes, server_context
from ir_platform.app.stopping import stop_event
from ir_platform.app.tls_settings import tls_of_syslog
from ir_platform.config import Settings
from ir_platform.ports import Spool, StoreFullError

log = structlog.get_logger(__name__)

FULL_PAUSE_SECONDS: Final = 2.0
NOTE_EVERY_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyslogSockets:
    """What syslog is received on, as the parent process has bound it. None: turned off."""

    tcp: socket.socket | None
    udp: socket.socket | None
    tls: socket.socket | None


@dataclass(slots=True)
class KeptMessages:
    """Puts messages into the spool; while there is no room it waits, and senders over TCP wait with it."""

    spool: Spool
    thread: ThreadPoolExecutor

    async def deliver(self, messages: Sequence[SyslogMessage]) -> None:
        """Return once they are durable."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(self.thread, self._append, messages)
            except StoreFullError as error:
                log.error("spool_full", waiting_events=len(messages), reason=str(error))
                await asyncio.sleep(FULL_PAUSE_SECONDS)
            else:
                return

    def _append(self, messages: Sequence[SyslogMessage]) -> None:
        self.spool.append(kept_messages.pack(messages), events=len(messages))


async def listening_for_syslog(settings: Settings, sockets: SyslogSockets, spool: Spool) -> SyslogListener | None:
    """Return the listener, which listens; None where every port is off. Raises: TlsSettingsError."""
    handshakes = Handshakes()
    files = tls_of_syslog(settings)
    tls = None
    if sockets.tls is not None and files is not None:
        tls = sockets.tls, server_context(files, handshakes)
    if (sockets.tcp is None or sockets.udp is None) and tls is None:
        return None
    listener = SyslogListener(
        deliver=KeptMessages(spool, ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool")).deliver,
        clock_ns=time.time_ns,
        handshakes=handshakes,
        ledger=Ledger(settings.data_dir / LEDGER_NAME, SyslogCounters),
    )
    await listener.start_on(stream=sockets.tcp, datagrams=sockets.udp, tls=tls)
    return listener


async def serve_syslog(settings: Settings, sockets: SyslogSockets, spool: Spool) -> None:
    """Receive until SIGTERM; what was received by then is kept. Raises what keeping raised, if it did."""
    stopped = stop_event()
    listener = await listening_for_syslog(settings, sockets, spool)
    while listener is not None and not stopped.is_set() and not listener.has_failed:
        listener.note()
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), timeout=NOTE_EVERY_SECONDS)
    if listener is not None:
        await listener.stop()
