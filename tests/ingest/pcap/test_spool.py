"""What waits on disk for a dissector: everything comes through in order, and no more waits than there is room for."""

import os
import threading

from ingest.pcap.spool import Room, Spool

NOW = 0.0


def test_what_is_put_comes_through_the_pipe_in_order() -> None:
    spool = Spool(Room())
    reading, writing = os.pipe()
    parts = [bytes([number]) * 100_000 for number in range(30)]
    carrier = threading.Thread(target=spool.pump, args=(os.fdopen(writing, "wb", buffering=0),))

    carrier.start()
    with os.fdopen(reading, "rb") as pipe:
        for part in parts:
            assert spool.put(part, wait_seconds=NOW)
        spool.end()
        came = pipe.read()
    carrier.join()
    spool.close()

    assert came == b"".join(parts)
    assert spool.moved == (3_000_000, 3_000_000)


def test_nothing_is_put_where_there_is_no_room_until_something_has_gone_through() -> None:
    room = Room(1_000)
    first, second = Spool(room), Spool(room)
    reading, writing = os.pipe()

    assert first.put(b"x" * 900, wait_seconds=NOW)
    assert not second.put(b"y" * 200, wait_seconds=NOW)
    first.end()
    first.pump(os.fdopen(writing, "wb", buffering=0))

    assert second.put(b"y" * 200, wait_seconds=NOW)
    os.close(reading)
    first.close(), second.close()


def test_what_others_wait_for_is_let_in_without_room() -> None:
    spool = Spool(Room(10))

    assert spool.put(b"x" * 100, wait_seconds=None)
    assert not spool.put(b"y", wait_seconds=NOW)
    spool.close()


def test_a_reader_that_has_gone_gives_the_room_of_all_that_waited_back() -> None:
    room = Room(1_000)
    spool, other = Spool(room), Spool(room)
    reading, writing = os.pipe()
    spool.put(b"x" * 1_000, wait_seconds=NOW)
    os.close(reading)

    spool.pump(os.fdopen(writing, "wb", buffering=0))

    assert spool.is_broken
    assert not spool.put(b"x", wait_seconds=NOW)
    assert other.put(b"y" * 1_000, wait_seconds=NOW)
    spool.close(), other.close()
