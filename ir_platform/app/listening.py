"""Opens the syslog listener on what the parent process has bound: UDP and TCP on one port, TLS on another."""

import socket
import time
from dataclasses import dataclass

from ingest.sources.ledger import LEDGER_NAME, Ledger
from ingest.sources.syslog import Deliver, SyslogListener
from ingest.sources.tls import ClientCertificates, Handshakes, TlsFiles, server_context
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
    files = tls_files(settings)
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


def tls_files(settings: Settings) -> TlsFiles | None:
    if settings.syslog_tls_cert is None:
        return None
    return TlsFiles(
        certificate=settings.syslog_tls_cert,
        key=settings.syslog_tls_key,
        ca=settings.syslog_tls_ca,
        clients=ClientCertificates(settings.syslog_tls_client),
    )


def tls_of(settings: Settings) -> None:
    """Look whether what is set can be used. Raises: TlsSettingsError."""
    files = tls_files(settings)
    if files is not None:
        server_context(files, Handshakes())
