"""Syslog from the network: UDP and TCP on one port, messages handed on in batches with where they came from."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import structlog

from ingest.sources.connections import ConnectionLimits, Connections
from ingest.sources.datagrams import RECEIVE_BUFFER_BYTES, Datagrams
from ingest.sources.framing import BrokenFramingError, Frame, Framer
from ingest.sources.ledger import Ledger, SyslogCounters, note_overruns
from ingest.sources.pump import Pump, PumpLimits
from ingest.sources.tls import Handshakes, subject_of

log = structlog.get_logger(__name__)

_READ_BYTES: Final = 64 * 1024
_PORT_ATTEMPTS: Final = 16


class SyslogMessage(NamedTuple):
    """One message as received."""

    content: bytes
    is_cut: bool
    """It was longer than the limit; `content` is its beginning."""
    received_ns: int
    sequence: int
    """Counts the messages of this listener from 0."""
    peer: str
    """Address of the sender (or of the last relay)."""
    transport: str
    """`udp`, `tcp` or `tls`."""
    client: str = ""
    """Common name of the sender's certificate, where it has shown one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyslogLimits:
    """What a sender may ask of the listener."""

    message_bytes: int = 64 * 1024
    open_at_once: ConnectionLimits = field(default_factory=ConnectionLimits)
    idle_seconds: float = 900
    queue_messages: int = 20_000
    batch_messages: int = 1_000
    batch_seconds: float = 0.2
    continuation_seconds: float = 0.2
    """How long a line waits for one that continues it."""
    handshake_seconds: float = 10


def pump_limits(limits: SyslogLimits) -> PumpLimits:
    return PumpLimits(
        queue_messages=limits.queue_messages,
        batch_messages=limits.batch_messages,
        batch_seconds=limits.batch_seconds,
    )


Deliver = Callable[[Sequence[SyslogMessage]], Awaitable[None]]


class SyslogListener:
    """One listener; `deliver` gets the batches one after another, and while it works TCP senders wait."""

    def __init__(
        self,
        *,
        deliver: Deliver,
        clock_ns: Callable[[], int],
        host: str = "127.0.0.1",
        port: int = 0,
        limits: SyslogLimits | None = None,
        handshakes: Handshakes | None = None,
        ledger: Ledger[SyslogCounters] | None = None,
    ) -> None:
        """`host` and `port` are for `start`; `start_on` is given its sockets, and `handshakes` of its TLS."""
        self._host = host
        self._wanted_port = port
        self._clock_ns = clock_ns
        self._limits = limits or SyslogLimits()
        self._sequence = 0
        self._server: asyncio.Server | None = None
        self._tls_server: asyncio.Server | None = None
        self._handshakes = handshakes or Handshakes()
        self._secured = self._failed_before = 0
        self._datagrams: asyncio.DatagramTransport | None = None
        self._ledger = ledger or Ledger(None, SyslogCounters)
        self._pump = Pump(deliver, limits=pump_limits(self._limits), ledger=self._ledger)
        self._connections = Connections(
            self._serve, limits=self._limits.open_at_once, ledger=self._ledger, listener="syslog"
        )
        self._datagram_socket: socket.socket | None = None

    @property
    def counters(self) -> SyslogCounters:
        return self._ledger.counters

    @property
    def port(self) -> int:
        """The port listened on, the same for UDP and TCP."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen; port 0 takes any free one. Raises: OSError where the port cannot be had."""
        attempts = 1 if self._wanted_port else _PORT_ATTEMPTS
        for attempt in range(attempts):
            self._server = await asyncio.start_server(self._connections.accept, self._host, self._wanted_port)
            try:
                await self._open_datagrams(self.port)
                break
            except OSError:
                self._server.close()
                await self._server.wait_closed()
                if attempt == attempts - 1:
                    raise
        self._begin()

    async def start_on(
        self,
        *,
        stream: socket.socket | None,
        datagrams: socket.socket | None,
        tls: tuple[socket.socket, ssl.SSLContext] | None = None,
    ) -> None:
        """Listen on sockets that are bound already, such as a parent process holds open across restarts."""
        if tls is not None:
            await self._open_tls(*tls)
        if stream is not None:
            self._server = await asyncio.start_server(self._connections.accept, sock=stream)
        if datagrams is not None:
            loop = asyncio.get_running_loop()
            self._datagrams, _ = await loop.create_datagram_endpoint(
                lambda: Datagrams(self._take_datagram, listener="syslog"), sock=datagrams
            )
            datagrams.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            self._datagram_socket = datagrams
        self._begin()

    def note(self) -> None:
        """Bring the ledger up to date with what only the system counts; call it now and then."""
        failed = self._handshakes.begun - self._secured
        if failed > self._failed_before:
            self._ledger.add("failed_handshakes", failed - self._failed_before)
            self._failed_before = failed
        if self._datagram_socket is not None:
            note_overruns(self._ledger, self._datagram_socket)

    @property
    def has_failed(self) -> bool:
        """Whether `deliver` has raised: nothing is handed on any more, and `stop` raises it."""
        return self._pump.has_failed

    async def _open_tls(self, bound: socket.socket, context: ssl.SSLContext) -> None:
        self._tls_server = await asyncio.start_server(
            self._accept_tls, sock=bound, ssl=context, ssl_handshake_timeout=self._limits.handshake_seconds
        )

    def _begin(self) -> None:
        self._pump.start()
        log.info("syslog_listener_started")

    async def _open_datagrams(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._datagrams, _ = await loop.create_datagram_endpoint(
            lambda: Datagrams(self._take_datagram, listener="syslog"), local_addr=(self._host, port)
        )
        opened: socket.socket = self._datagrams.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)

    async def stop(self) -> None:
        """Stop listening, deliver what was received, and end. Raises what `deliver` raised, if it did."""
        servers = [one for one in (self._server, self._tls_server) if one is not None]
        if self._datagrams is not None:
            self._datagrams.close()
        for server in servers:
            server.close()
        await self._connections.stop()
        for server in servers:
            await server.wait_closed()
        await self._pump.drain()
        log.info("syslog_listener_stopped", received=self.counters.received, dropped=self.counters.dropped)

    async def wait_failed(self) -> None:
        """Wait until `deliver` raises, and raise that: the listener can hand nothing on any more."""
        await self._pump.wait_failed()

    # --- receiving ---------------------------------------------------------------------------------------------------

    def _message(self, frame: Frame, peer: str, transport: str, client: str = "") -> SyslogMessage:
        self._ledger.add("received")
        if frame.is_cut:
            self._ledger.add("cut")
        sequence, self._sequence = self._sequence, self._sequence + 1
        return SyslogMessage(frame.content, frame.is_cut, self._clock_ns(), sequence, peer, transport, client)

    def _take_datagram(self, content: bytes, peer: str) -> None:
        stripped = content.rstrip(b"\r\n\0")
        if not stripped:
            return
        limit = self._limits.message_bytes
        self._pump.put_at_once(self._message(Frame(stripped[:limit], len(stripped) > limit), peer, "udp"))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> None:
        await self._receive(reader, _Sender.of(peer, writer))

    async def _accept_tls(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._secured += 1
        await self._connections.accept(reader, writer)

    async def _receive(self, reader: asyncio.StreamReader, sender: "_Sender") -> None:
        """Queue the messages of one connection to its end. Raises: TimeoutError, BrokenFramingError, OSError."""
        framer = Framer(limit_bytes=self._limits.message_bytes)
        try:
            while content := await self._read(reader, framer, sender):
                await self._put(framer.feed(content), sender)
            await self._put(framer.finish(), sender)
        except BrokenFramingError as error:
            await self._put(error.before, sender)
            raise
        finally:
            # However the connection ends, a line that had come whole is taken; nobody waits for room any more.
            for frame in framer.release():
                self._pump.put_at_once(self._message(frame, *sender))

    async def _read(self, reader: asyncio.StreamReader, framer: Framer, sender: "_Sender") -> bytes:
        """Return what comes next; a line that is held back goes on when nothing comes for a moment."""
        if framer.is_holding:
            try:
                return await asyncio.wait_for(reader.read(_READ_BYTES), self._limits.continuation_seconds)
            except TimeoutError:
                await self._put(framer.release(), sender)
        return await asyncio.wait_for(reader.read(_READ_BYTES), self._limits.idle_seconds)

    async def _put(self, frames: Sequence[Frame], sender: "_Sender") -> None:
        # Counted as soon as they are received: while they wait for room a process that is killed loses them.
        await self._pump.put_all([self._message(frame, *sender) for frame in frames])


class _Sender(NamedTuple):
    """Who is at the other end of a connection."""

    peer: str
    transport: str
    client: str

    @classmethod
    def of(cls, peer: str, writer: asyncio.StreamWriter) -> "_Sender":
        secured = writer.get_extra_info("ssl_object")
        return cls(peer, "tcp" if secured is None else "tls", subject_of(secured))
