"""A real PostgreSQL of the test session's own: a cluster in a temporary folder, on a free port, gone afterwards."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from ir_platform.adapters.sql.database import SqlState
from tests.support.require import need

_START_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    port: int

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, *, migrated: bool = False) -> Iterator[str]:
        """Give the URL of a fresh database, with our tables where asked for, dropped afterwards."""
        name = f"test_{uuid4().hex}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {self._template}" if migrated else ""))
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @cached_property
    def _template(self) -> str:
        """A database with our tables: copying it takes a tenth of making them."""
        name = "migrated"
        self._run(f"CREATE DATABASE {name}")
        state = SqlState(self.url(name))
        state.migrate()
        state.close()
        return name

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server, started once; skips where PostgreSQL is not installed (fails where it is required)."""
    with a_postgres_server() as server:
        yield server


@contextmanager
def a_postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A server of the caller's own; `durable` waits for the disk as one in use does, which tests need not."""
    binaries = _binaries()
    need(binaries is not None, "PostgreSQL server (/usr/lib/postgresql/*/bin/initdb)")
    assert binaries is not None
    # Directly under the system's temporary folder: the user postgres cannot walk into pytest's private one.
    folder = Path(tempfile.mkdtemp(prefix="irp-postgres-"))
    try:
        with _running(binaries, folder, durable=durable) as port:
            yield PostgresServer(port=port)
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path | None:
    """Debian keeps them outside PATH; unpacked ones are on it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    unpacked = shutil.which("initdb")
    return found[-1].parent if found else Path(unpacked).parent if unpacked else None


@contextmanager
def _running(binaries: Path, folder: Path, *, durable: bool) -> Iterator[int]:
    cluster = folder / "cluster"
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    subprocess.run(
        [*_as_postgres(), binaries / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    port = _free_port()
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                *_as_postgres(),
                *(binaries / "postgres", "-D", cluster, "-p", str(port), "-k", "", "-h", "127.0.0.1"),
                *("-c", f"fsync={'on' if durable else 'off'}", "-c", "max_connections=200"),
            ],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        _wait_until_ready(server, port, folder / "log")
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=_START_SECONDS)


def _as_postgres() -> tuple[str, ...]:
    """PostgreSQL refuses to run as root. setpriv replaces itself, so that the child we know is the server."""
    if os.getuid() != 0:
        return ()
    user = pwd.getpwnam("postgres")
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}")
            time.sleep(0.05)
        else:
            return
