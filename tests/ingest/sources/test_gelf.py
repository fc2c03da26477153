"""The listener over a real socket: what senders of GELF send by UDP arrives once, and what is none is counted."""

import asyncio
import gzip
import json
import socket
import zlib
from collections.abc import Awaitable, Callable, Sequence

import pytest

from ingest.sources.connections import ConnectionLimits
from ingest.sources.gelf import GelfCounters, GelfLimits, GelfListener, GelfMessage, UndecodableError, uncompressed
from tests.support.gelf import pieces_of

MESSAGE = json.dumps({"version": "1.1", "host": "web-1", "short_message": "halo " * 400}).encode()
LAST = b"{}"


def received(*datagrams: bytes, limits: GelfLimits | None = None) -> tuple[list[GelfMessage], GelfCounters]:
    """Send the datagrams, and one after them that says it is the last; return what was delivered before that one."""

    async def send(udp: socket.socket, stream: socket.socket) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for one in (*datagrams, LAST):
                sender.sendto(one, udp.getsockname())

    return sent_by(send, limits)


def streamed(*parts: bytes, limits: GelfLimits | None = None) -> tuple[list[GelfMessage], GelfCounters]:
    """As `received`, over one connection by TCP that is sent these parts one after another."""

    async def send(udp: socket.socket, stream: socket.socket) -> None:
        _, writer = await asyncio.open_connection(*stream.getsockname())
        for part in (*parts, LAST):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.close()
        await writer.wait_closed()

    return sent_by(send, limits)


def sent_by(
    send: Callable[[socket.socket, socket.socket], Awaitable[None]], limits: GelfLimits | None
) -> tuple[list[GelfMessage], GelfCounters]:
    async def run() -> tuple[list[GelfMessage], GelfCounters]:
        messages: list[GelfMessage] = []
        is_over = asyncio.Event()

        async def deliver(batch: Sequence[GelfMessage]) -> None:
            messages.extend(batch)
            if batch[-1].content == LAST:
                is_over.set()

        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound,
            socket.create_server(("127.0.0.1", 0)) as stream,
        ):
            bound.bind(stream.getsockname())
            bound.setblocking(False)
            listener = GelfListener(deliver=deliver, clock_ns=lambda: 7, monotonic=lambda: 1.0, limits=limits)
            await listener.start_on(datagrams=bound, stream=stream)
            await send(bound, stream)
            await asyncio.wait_for(is_over.wait(), 20)
            listener.note()
            await listener.stop()
        return messages[:-1], listener.counters

    return asyncio.run(run())


@pytest.mark.parametrize(
    "content", [MESSAGE, zlib.compress(MESSAGE), zlib.compress(MESSAGE, 1), gzip.compress(MESSAGE)], ids=range(4)
)
def test_a_message_arrives_plain_or_compressed_whole_or_in_pieces(content: bytes) -> None:
    messages, counters = received(content, *reversed(pieces_of(content, size=20)))

    assert [one.content for one in messages] == [MESSAGE, MESSAGE]
    assert {(one.peer, one.received_ns) for one in messages} == {("127.0.0.1", 7)}
    assert (counters.received, counters.delivered) == (3, 3)


def test_what_is_no_message_is_counted_and_the_next_one_arrives() -> None:
    bomb = zlib.compress(b"{" + b" " * 2_000_000)
    hostile = [
        b"",
        b"bukan gelf",
        b"\x78\x9c rusak",
        gzip.compress(MESSAGE)[:-9],
        bomb,
        *pieces_of(bomb, size=200),
        b"\x1e\x0f" + b"pendek",
        b"\x1e\x0f" + b"12345678" + b"\x09\x03x",
        pieces_of(MESSAGE, size=100)[3],
    ]

    messages, counters = received(*hostile, MESSAGE, limits=GelfLimits(message_bytes=1_000_000))

    assert [one.content for one in messages] == [MESSAGE]
    assert (counters.undecodable, counters.refused, counters.dropped) == (6, 2, 0)


def test_messages_that_nobody_takes_wait_up_to_a_bound_and_the_rest_is_counted_as_dropped() -> None:
    messages, counters = received(*[MESSAGE] * 5, limits=GelfLimits(queue_bytes=3 * len(MESSAGE) + 100))

    assert len(messages) + counters.dropped == 5
    assert counters.received == 6
    assert counters.delivered == len(messages) + 1


def test_by_tcp_messages_end_with_a_null_byte_and_one_that_is_too_long_is_counted() -> None:
    half = len(MESSAGE) // 2
    long = b"{" + b"x" * len(MESSAGE) * 2 + b"}"

    messages, counters = streamed(
        MESSAGE[:half],
        MESSAGE[half:] + b"\0" + long + b"\0\n" + MESSAGE + b"\0",
        limits=GelfLimits(message_bytes=len(MESSAGE) + 1),
    )

    assert [(one.content, one.transport, one.peer) for one in messages] == [(MESSAGE, "tcp", "127.0.0.1")] * 2
    assert (counters.received, counters.delivered, counters.undecodable) == (3, 3, 1)


def test_by_tcp_a_sender_waits_while_there_is_no_room_and_nothing_is_dropped() -> None:
    limits = GelfLimits(queue_bytes=2 * len(MESSAGE))

    messages, counters = streamed((MESSAGE + b"\0") * 9, limits=limits)

    assert len(messages) == 9
    assert (counters.received, counters.delivered, counters.dropped) == (10, 10, 0)


def test_by_tcp_more_connections_than_may_be_open_are_refused_and_counted() -> None:
    async def send(udp: socket.socket, stream: socket.socket) -> None:
        _, kept = await asyncio.open_connection(*stream.getsockname())
        reader, refused = await asyncio.open_connection(*stream.getsockname())
        assert await reader.read() == b""
        kept.write(LAST + b"\0")
        for writer in (kept, refused):
            writer.close()
            await writer.wait_closed()

    _, counters = sent_by(send, GelfLimits(open_at_once=ConnectionLimits(connections_per_peer=1)))

    assert (counters.refused_connections, counters.delivered) == (1, 1)


@pytest.mark.parametrize("content", [b"{" + b"x" * 100, zlib.compress(b"y" * 101), b"x\x9c", b"\x1f\x8b"])
def test_more_than_the_limit_or_no_heading_is_refused(content: bytes) -> None:
    with pytest.raises(UndecodableError):
        uncompressed(content, limit_bytes=100)
