"""A real RabbitMQ of the test session's own, on free ports of this machine, gone with its folder afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.redis import is_listening
from tests.support.require import need
from tests.support.server import wait_for

PROGRAMS = Path("/usr/lib/rabbitmq/lib")
"""Debian's command in /usr/sbin changes to a user of its own first; this is the program itself."""


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    """The server's URL; skips where RabbitMQ is not installed (fails where it is required)."""
    found = sorted(PROGRAMS.glob("*/sbin/rabbitmq-server"))
    need(found and shutil.which("epmd"), "rabbitmq-server")
    folder = Path(tempfile.mkdtemp(prefix="irp-rabbitmq-"))
    port, between_nodes, names = _free_ports(3)
    (folder / "enabled").write_text("[].\n")
    (folder / "rabbit.conf").write_text("log.console = false\n")
    environment = os.environ | {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"irp{os.getpid()}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(between_nodes),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbit"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    try:
        # Erlang's name server is ours too: one that RabbitMQ starts for itself stays behind.
        with _running(["epmd"], environment, names), _running([str(found[-1])], environment, port):
            yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(command: list[str], environment: dict[str, str], port: int) -> Iterator[None]:
    server = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: is_listening(port))
        yield
    finally:
        server.terminate()
        server.wait(timeout=60)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
