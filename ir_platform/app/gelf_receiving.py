"""Receives GELF by UDP and TCP and keeps it: nobody is told what became of it."""

import socket
import time
from dataclasses import dataclass

from ingest import kept_messages
from ingest.sources.gelf import GelfCounters, GelfListener
from ingest.sources.ledger import GELF_LEDGER_NAME, Ledger
from ir_platform.app.keeping import Keeping
from ir_platform.config import Settings
from ir_platform.ports import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class GelfSockets:
    """What GELF is received on, as the parent process has bound it; one port."""

    tcp: socket.socket
    udp: socket.socket


async def listening_for_gelf(settings: Settings, sockets: GelfSockets, spool: Spool) -> GelfListener:
    """Return the listener, which listens."""
    listener = GelfListener(
        deliver=Keeping(spool=spool, pack=kept_messages.pack_gelf).deliver,
        clock_ns=time.time_ns,
        monotonic=time.monotonic,
        ledger=Ledger(settings.data_dir / GELF_LEDGER_NAME, GelfCounters),
    )
    await listener.start_on(datagrams=sockets.udp, stream=sockets.tcp)
    return listener
