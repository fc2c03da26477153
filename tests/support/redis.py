"""A real Redis of the test session's own, on a free port, keeping nothing on disk."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.require import need
from tests.support.server import wait_for


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The server's URL; skips where Redis is not installed (fails where it is required)."""
    with a_redis_server() as url:
        yield url


@contextmanager
def a_redis_server() -> Iterator[str]:
    """A server of the caller's own."""
    program = shutil.which("redis-server")
    need(program, "redis-server")
    assert program is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: is_listening(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=60)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
