"""Connections that are kept open are shared among the processes that listen on one socket."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest
import uvicorn

from ir_platform.app.sharing_server import SharingServer
from ir_platform.app.turns import NOT_THERE, Board, open_board
from tests.support.server import wait_for


async def hello(scope: dict[str, object], receive: object, send: Callable[..., object]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})  # type: ignore[misc]
    await send({"type": "http.response.body", "body": b"halo!"})  # type: ignore[misc]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as bound:
        yield bound


@pytest.fixture
def board() -> Iterator[int]:
    descriptor = open_board(2)
    yield descriptor
    os.close(descriptor)


@contextmanager
def serving(listener: socket.socket, board: int, number: int) -> Iterator[SharingServer]:
    """A server in a thread of its own, as another process would be."""
    config = uvicorn.Config(hello, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)  # type: ignore[arg-type]
    server = SharingServer(config, listener=listener.dup(), board=Board(board, number=number))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield server
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def people(listener: socket.socket, count: int) -> Iterator[None]:
    """So many who ask once and keep their connection."""
    with ExitStack() as stack:
        for _ in range(count):
            client = stack.enter_context(httpx.Client())
            assert client.get(f"http://127.0.0.1:{listener.getsockname()[1]}/").text == "halo!"
        yield


def held(server: SharingServer) -> int:
    return len(server.server_state.connections)


def test_connections_are_shared_evenly(listener: socket.socket, board: int) -> None:
    with serving(listener, board, 0) as one, serving(listener, board, 1) as other, people(listener, 9):
        counts = sorted((held(one), held(other)))

    assert counts == [4, 5]


def test_who_comes_late_takes_what_comes_next(listener: socket.socket, board: int) -> None:
    with (
        serving(listener, board, 0) as one,
        people(listener, 4),
        serving(listener, board, 1) as other,
        people(listener, 4),
    ):
        counts = held(one), held(other)

    assert counts == (4, 4)


def test_who_stands_still_with_fewer_keeps_nobody_waiting_for_ever(listener: socket.socket, board: int) -> None:
    Board(board, number=1).note(0)  # and never takes one

    with serving(listener, board, 0) as one, people(listener, 3):
        counts = held(one)

    assert counts == 3


def test_who_has_ended_is_not_left_any(listener: socket.socket, board: int) -> None:
    with serving(listener, board, 1):
        pass

    assert Board(board, number=0).is_least(10**6)


def test_a_board_that_is_new_leaves_nothing_to_those_who_are_not_there_yet(board: int) -> None:
    own = Board(board, number=0)

    own.note(7)

    assert own.is_least(7)
    assert not Board(board, number=1).is_least(8)
    assert Board(board, number=1).is_least(7)
    assert NOT_THERE > 7
