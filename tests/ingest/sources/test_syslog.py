"""The listener over real sockets: every message arrives with its sender, and hostile senders hurt only themselves."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from ingest.sources.connections import ConnectionLimits
from ingest.sources.syslog import SyslogLimits, SyslogListener, SyslogMessage


class Received:
    """What was delivered; `wait_for` waits until so many messages are there."""

    def __init__(self) -> None:
        self.batches: list[tuple[SyslogMessage, ...]] = []
        self._arrived = asyncio.Condition()

    async def __call__(self, batch: Sequence[SyslogMessage]) -> None:
        async with self._arrived:
            self.batches.append(tuple(batch))
            self._arrived.notify_all()

    @property
    def messages(self) -> list[SyslogMessage]:
        return [message for batch in self.batches for message in batch]

    async def wait_for(self, count: int) -> list[SyslogMessage]:
        async with self._arrived:
            await asyncio.wait_for(self._arrived.wait_for(lambda: len(self.messages) >= count), 20)
        return self.messages


@asynccontextmanager
async def _listening(
    deliver: Callable[[Sequence[SyslogMessage]], Awaitable[None]], **limits: object
) -> AsyncIterator[SyslogListener]:
    listener = SyslogListener(
        host="127.0.0.1",
        port=0,
        deliver=deliver,
        clock_ns=lambda: 1_795_200_000_000_000_000,
        limits=SyslogLimits(**limits),  # type: ignore[arg-type]
    )
    await listener.start()
    try:
        yield listener
    finally:
        await listener.stop()


async def _send(port: int, *parts: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
        # Let the listener see the part alone.
        await asyncio.sleep(0.02)
    writer.close()
    await writer.wait_closed()


def _datagrams(port: int, *contents: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for content in contents:
            sender.sendto(content, ("127.0.0.1", port))


def test_udp_and_tcp_messages_arrive_with_their_sender_in_either_framing() -> None:
    async def run() -> list[SyslogMessage]:
        received = Received()
        async with _listening(received) as listener:
            _datagrams(listener.port, b"<34>udp\n")
            await _send(listener.port, b"<34>line one\n<34>line two\n")
            await _send(listener.port, b"8 <34>a bc9 <34>d\nefg")
            return await received.wait_for(5)

    messages = asyncio.run(run())

    assert sorted((message.transport, message.content) for message in messages) == [
        ("tcp", b"<34>a bc"),
        ("tcp", b"<34>d\nefg"),
        ("tcp", b"<34>line one"),
        ("tcp", b"<34>line two"),
        ("udp", b"<34>udp"),
    ]
    assert {message.peer for message in messages} == {"127.0.0.1"}
    assert sorted(message.sequence for message in messages) == [0, 1, 2, 3, 4]


def test_frames_split_anywhere_by_the_network_arrive_whole() -> None:
    async def run() -> list[SyslogMessage]:
        received = Received()
        async with _listening(received) as listener:
            await _send(listener.port, b"1", b"1 <34>ha", b"lo do11 <34", b">second!", b"!")
            return await received.wait_for(2)

    messages = asyncio.run(run())

    assert [message.content for message in messages] == [b"<34>halo do", b"<34>second!"]


def test_a_batch_holds_no_more_than_its_limit() -> None:
    async def run() -> Received:
        received = Received()
        async with _listening(received, batch_messages=10) as listener:
            await _send(listener.port, b"".join(b"<1>%d\n" % number for number in range(95)))
            await received.wait_for(95)
        return received

    received = asyncio.run(run())

    assert max(len(batch) for batch in received.batches) == 10
    assert [message.content for message in received.messages] == [b"<1>%d" % number for number in range(95)]


def test_an_overflow_of_udp_is_counted_and_tcp_senders_wait_instead() -> None:
    async def run() -> tuple[SyslogListener, Received]:
        received = Received()
        gate = asyncio.Event()

        async def slow(batch: Sequence[SyslogMessage]) -> None:
            await gate.wait()
            await received(batch)

        async with _listening(slow, queue_messages=10, batch_messages=5) as listener:
            sending = asyncio.create_task(_send(listener.port, b"".join(b"<1>%d\n" % number for number in range(50))))
            while listener.counters.received < 11:
                await asyncio.sleep(0.01)
            _datagrams(listener.port, *(b"<2>lost" for _ in range(20)))
            while not listener.counters.dropped:
                await asyncio.sleep(0.01)
            gate.set()
            await sending
            while listener.counters.received < 50 + 20:
                await asyncio.sleep(0.01)
        return listener, received

    listener, received = asyncio.run(run())

    tcp = [message.content for message in received.messages if message.transport == "tcp"]
    udp = [message for message in received.messages if message.transport == "udp"]
    assert tcp == [b"<1>%d" % number for number in range(50)]
    assert listener.counters.dropped > 0
    assert len(udp) == 20 - listener.counters.dropped
    assert listener.counters.delivered == listener.counters.received - listener.counters.dropped


def test_what_was_received_is_delivered_before_the_listener_stops() -> None:
    async def run() -> Received:
        received = Received()
        async with _listening(received, batch_seconds=1) as listener:
            await _send(listener.port, b"<1>one\n<1>two\n")
            while listener.counters.received < 2:
                await asyncio.sleep(0.01)
        return received

    received = asyncio.run(run())

    assert [message.content for message in received.messages] == [b"<1>one", b"<1>two"]


def test_hostile_senders_are_closed_and_counted_and_others_are_served() -> None:
    async def run() -> tuple[SyslogListener, list[SyslogMessage]]:
        received = Received()
        async with _listening(received, message_bytes=100, idle_seconds=0.2) as listener:
            await _send(listener.port, b"4 <1>xthree <1>x")
            await _send(listener.port, b"<1>" + b"A" * 300_000 + b"\n<1>after\n")
            _datagrams(listener.port, b"", b"\n\0\n", b"\xff" * 1_000)
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            idle = await asyncio.wait_for(reader.read(), 20)
            assert idle == b""
            writer.close()
            await writer.wait_closed()
            await _send(listener.port, b"<1>still here\n")
            messages = await received.wait_for(5)
        return listener, messages

    listener, messages = asyncio.run(run())

    assert listener.counters.broken_connections == 1
    assert listener.counters.idle_connections == 1
    assert sorted((len(message.content), message.is_cut) for message in messages) == [
        (4, False),
        (8, False),
        (13, False),
        (100, True),
        (100, True),
    ]


def test_connections_over_the_limit_of_one_peer_are_refused() -> None:
    async def run() -> SyslogListener:
        received = Received()
        async with _listening(received, open_at_once=ConnectionLimits(connections_per_peer=2)) as listener:
            kept = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(2)]
            reader, refused = await asyncio.open_connection("127.0.0.1", listener.port)
            assert await asyncio.wait_for(reader.read(), 20) == b""
            kept[0][1].write(b"<1>served\n")
            await received.wait_for(1)
            for writer in (refused, *(writer for _, writer in kept)):
                writer.close()
                await writer.wait_closed()
        return listener

    listener = asyncio.run(run())

    assert listener.counters.refused_connections == 1


def test_a_store_that_fails_is_told_of_when_the_listener_stops() -> None:
    class StoreIsFullError(Exception):
        pass

    async def fail(batch: Sequence[SyslogMessage]) -> None:
        raise StoreIsFullError

    async def run() -> None:
        async with _listening(fail) as listener:
            await _send(listener.port, b"<1>one\n")
            with pytest.raises(StoreIsFullError):
                await listener.wait_failed()

    with pytest.raises(StoreIsFullError):
        asyncio.run(run())


def test_a_port_that_is_taken_is_refused_at_the_start() -> None:
    async def run() -> None:
        async with _listening(Received()) as listener:
            second = SyslogListener(host="127.0.0.1", port=listener.port, deliver=Received(), clock_ns=lambda: 0)
            with pytest.raises(OSError, match="in use"):
                await second.start()

    asyncio.run(run())


def test_a_sender_that_stays_connected_is_no_fault_when_the_listener_stops() -> None:
    faults: list[dict[str, object]] = []

    async def run() -> list[SyslogMessage]:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))
        received = Received()
        async with _listening(received) as listener:
            _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(b"<34>satu\n<34>belum selesai")
            await received.wait_for(1)
        writer.close()
        await asyncio.sleep(0)
        return received.messages

    messages = asyncio.run(run())

    assert ([one.content for one in messages], faults) == ([b"<34>satu"], [])
