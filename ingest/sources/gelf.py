"""GELF by UDP (one message a datagram or in pieces, plain or compressed) and by TCP, in batches with who sent it.

Source: GELF specification 1.1: compressed with zlib or gzip, told by the first bytes; pieces are compressed as a whole.
"""

import asyncio
import socket
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import structlog

from ingest.sources.connections import ConnectionLimits, Connections
from ingest.sources.datagrams import RECEIVE_BUFFER_BYTES, Datagrams
from ingest.sources.framing import Frame
from ingest.sources.gelf_chunks import MAGIC, ChunkLimits, Chunks
from ingest.sources.ledger import Ledger, note_overruns
from ingest.sources.nul_framing import NulFramer
from ingest.sources.pump import Pump, PumpLimits

log = structlog.get_logger(__name__)

_READ_BYTES: Final = 64 * 1024
_GZIP: Final = b"\x1f\x8b"
_DEFLATED: Final = 8
"""Lower half of the first byte of zlib's heading (RFC 1950, 2.2); the first two bytes are a multiple of 31."""
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


class GelfMessage(NamedTuple):
    """One message as sent: whole and uncompressed."""

    content: bytes
    received_ns: int
    sequence: int
    """Counts the messages of this listener from 0."""
    peer: str
    """Address of the sender."""
    transport: str
    """`udp` or `tcp`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GelfLimits:
    """What a sender may ask of the listener."""

    message_bytes: int = 1024 * 1024
    """Of one message, uncompressed."""
    chunks: ChunkLimits = field(default_factory=ChunkLimits)
    pump: PumpLimits = field(
        default_factory=lambda: PumpLimits(queue_messages=20_000, batch_messages=1_000, batch_seconds=0.2)
    )
    queue_bytes: int = 64 * 1024 * 1024
    """Of the messages that wait to be handed on."""
    open_at_once: ConnectionLimits = field(
        default_factory=lambda: ConnectionLimits(connections=256, connections_per_peer=32)
    )
    idle_seconds: float = 900


@dataclass(slots=True, kw_only=True)
class GelfCounters:
    """As `ledger.LossCounters`; what is counted here beside was never received as a message."""

    received: int = 0
    delivered: int = 0
    dropped: int = 0
    lost: int = 0
    overrun: int = 0
    overrun_socket: int = 0
    overrun_seen: int = 0
    incomplete: int = 0
    """Messages of which a piece did not come in time."""
    refused: int = 0
    """Datagrams that are no piece of a message, or for which there was no room."""
    undecodable: int = 0
    """Neither JSON nor compressed, damaged, or too large once uncompressed."""
    refused_connections: int = 0
    idle_connections: int = 0


class UndecodableError(Exception):
    """No message of GELF, or one that is too large."""


def uncompressed(content: bytes, *, limit_bytes: int) -> bytes:
    """Return the message's JSON. Raises: UndecodableError."""
    if content[:1] == b"{":
        if len(content) > limit_bytes:
            raise UndecodableError
        return content
    is_zlib = len(content) > 1 and content[0] & 0x0F == _DEFLATED and int.from_bytes(content[:2], "big") % 31 == 0
    if not (is_zlib or content.startswith(_GZIP)):
        raise UndecodableError
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        plain = inflater.decompress(content, limit_bytes + 1)
    except zlib.error as error:
        raise UndecodableError from error
    if len(plain) > limit_bytes or not inflater.eof:
        raise UndecodableError
    return plain


class GelfListener:
    """One listener; `deliver` gets the batches one after another, and while too much waits TCP senders wait with it."""

    def __init__(
        self,
        *,
        deliver: Callable[[Sequence[GelfMessage]], Awaitable[None]],
        clock_ns: Callable[[], int],
        monotonic: Callable[[], float],
        limits: GelfLimits | None = None,
        ledger: Ledger[GelfCounters] | None = None,
    ) -> None:
        self._clock_ns, self._monotonic = clock_ns, monotonic
        self._limits = limits or GelfLimits()
        self._ledger = ledger or Ledger(None, GelfCounters)
        self._deliver = deliver
        self._waiting_bytes = 0
        self._pump = Pump(self._hand_on, limits=self._limits.pump, ledger=self._ledger)
        self._chunks = Chunks(self._limits.chunks)
        self._connections = Connections(
            self._receive, limits=self._limits.open_at_once, ledger=self._ledger, listener="gelf"
        )
        self._has_room = asyncio.Condition()
        self._sequence = 0
        self._server: asyncio.Server | None = None
        self._socket: socket.socket | None = None
        self._datagrams: asyncio.DatagramTransport | None = None

    @property
    def counters(self) -> GelfCounters:
        return self._ledger.counters

    @property
    def has_failed(self) -> bool:
        """Whether `deliver` has raised: nothing is handed on any more, and `stop` raises it."""
        return self._pump.has_failed

    async def start_on(self, *, datagrams: socket.socket, stream: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._datagrams, _ = await loop.create_datagram_endpoint(
            lambda: Datagrams(self._take, listener="gelf"), sock=datagrams
        )
        datagrams.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket = datagrams
        self._server = await asyncio.start_server(self._connections.accept, sock=stream)
        self._pump.start()
        log.info("gelf_listener_started")

    def note(self) -> None:
        """Bring the ledger up to date with what time and the system decide; call it now and then."""
        self._forget_old()
        if self._socket is not None:
            note_overruns(self._ledger, self._socket)

    async def stop(self) -> None:
        """Stop listening, deliver what was received whole, and end. Raises what `deliver` raised, if it did."""
        assert self._datagrams is not None
        assert self._server is not None
        self._datagrams.close()
        self._server.close()
        await self._connections.stop()
        await self._server.wait_closed()
        await self._pump.drain()
        log.info("gelf_listener_stopped", received=self.counters.received, dropped=self.counters.dropped)

    def _forget_old(self) -> None:
        if old := self._chunks.forget_old(self._monotonic()):
            self._ledger.add("incomplete", old)

    def _take(self, datagram: bytes, peer: str) -> None:
        if not datagram.startswith(MAGIC):
            self._take_whole(datagram, peer)
            return
        self._forget_old()
        taken = self._chunks.take(datagram, peer=peer, now=self._monotonic())
        if taken.is_refused:
            self._ledger.add("refused")
        if taken.content is not None:
            self._take_whole(taken.content, peer)

    def _take_whole(self, content: bytes, peer: str) -> None:
        try:
            plain = uncompressed(content, limit_bytes=self._limits.message_bytes)
        except UndecodableError:
            self._ledger.add("undecodable")
            return
        self._put_at_once(self._message(plain, peer, "udp"))

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> None:
        """Queue the messages of one connection to its end. Raises: TimeoutError, OSError."""
        framer = NulFramer(limit_bytes=self._limits.message_bytes)
        while content := await asyncio.wait_for(reader.read(_READ_BYTES), self._limits.idle_seconds):
            await self._put_all(framer.feed(content), peer)
        await self._put_all(framer.finish(), peer)

    async def _put_all(self, frames: Sequence[Frame], peer: str) -> None:
        # Counted as soon as they are received: while they wait for room a process that is killed loses them.
        messages = [self._message(frame.content, peer, "tcp") for frame in frames if not frame.is_cut]
        self._ledger.add("undecodable", len(frames) - len(messages))
        for at, message in enumerate(messages):
            try:
                await self._put(message)
            except asyncio.CancelledError:
                for one in messages[at:]:
                    self._put_at_once(one)
                raise

    async def _put(self, message: GelfMessage) -> None:
        async with self._has_room:
            await self._has_room.wait_for(lambda: self._fits(message))
        await self._pump.put_all((message,))
        self._waiting_bytes += len(message.content)

    def _put_at_once(self, message: GelfMessage) -> None:
        if not self._fits(message):
            self._ledger.add("dropped")
        elif self._pump.put_at_once(message):
            self._waiting_bytes += len(message.content)

    def _fits(self, message: GelfMessage) -> bool:
        return self._waiting_bytes + len(message.content) <= self._limits.queue_bytes

    def _message(self, content: bytes, peer: str, transport: str) -> GelfMessage:
        self._ledger.add("received")
        sequence, self._sequence = self._sequence, self._sequence + 1
        return GelfMessage(content, self._clock_ns(), sequence, peer, transport)

    async def _hand_on(self, messages: Sequence[GelfMessage]) -> None:
        await self._deliver(messages)
        async with self._has_room:
            self._waiting_bytes -= sum(len(message.content) for message in messages)
            self._has_room.notify_all()
