"""Receives syslog and keeps it: what was received is durable within moments, however much waits to be read."""

import socket
import time
from dataclasses import dataclass

from ingest import kept_messages
from ingest.sources.ledger import LEDGER_NAME, Ledger, SyslogCounters
from ingest.sources.syslog import SyslogListener
from ingest.sources.tls import Handshakes, server_context
from ir_platform.app.keeping import Keeping
from ir_platform.app.tls_settings import tls_of_syslog
from ir_platform.config import Settings
from ir_platform.ports import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class SyslogSockets:
    """What syslog is received on, as the parent process has bound it. None: turned off."""

    tcp: socket.socket | None
    udp: socket.socket | None
    tls: socket.socket | None


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
        deliver=Keeping(spool=spool, pack=kept_messages.pack).deliver,
        clock_ns=time.time_ns,
        handshakes=handshakes,
        ledger=Ledger(settings.data_dir / LEDGER_NAME, SyslogCounters),
    )
    await listener.start_on(stream=sockets.tcp, datagrams=sockets.udp, tls=tls)
    return listener
