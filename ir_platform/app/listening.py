"""Opens the syslog listener on what the parent process has bound: UDP and TCP on one port, TLS on another."""

import socket
import time
from dataclasses import dataclass

from ingest.sources.ledger import LEDGER_NAME, Ledger
from ingest.sources.syslog import Deliver, SyslogListener
from ingest.sources.tls import Handshakes, server_context
from ir_platform.app.tls_settings import tls_of_syslog
from ir_platform.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SyslogSockets:
    """None: turned off."""

    tcp: socket.socket | None
    udp: socket.socket | None
    tls: socket.socket | None


async def listening(settings: Settings, sockets: SyslogSockets, deliver: Deliver) -> SyslogListener | None:
    """Return the listener, which listens; None where every port is off. Raises: TlsSettingsError."""
    handshakes = Handshakes()
    files = tls_of_syslog(settings)
    tls = None
    if sockets.tls is not None and files is not None:
        tls = sockets.tls, server_context(files, handshakes)
    if (sockets.tcp is None or sockets.udp is None) and tls is None:
        return None
    listener = SyslogListener(
        deliver=deliver,
        clock_ns=time.time_ns,
        handshakes=handshakes,
        ledger=Ledger(settings.data_dir / LEDGER_NAME),
    )
    await listener.start_on(stream=sockets.tcp, datagrams=sockets.udp, tls=tls)
    return listener
