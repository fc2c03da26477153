"""`irp serve`: one supervised process group of API, intake and worker; a child that dies is started again."""

import asyncio
import errno
import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from ir_platform.config import Port, Settings

log = structlog.get_logger()

STOP_SECONDS = 8.0
RESTART_PAUSE_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
STEADY_SECONDS = 30.0
READY_SECONDS = 300.0


class PortTakenError(Exception):
    """The address cannot be listened on; `reason` is the system's own word where it is not simply taken."""

    def __init__(self, *, host: str, port: Port, name: str, reason: str | None) -> None:
        why = "sudah dipakai" if reason is None else f"tidak dapat dibuka ({reason})"
        super().__init__(f"port {port} ({name}) di {host} {why}; pilih lain dengan {name}=PORT atau {name}=auto")
        self.host, self.port, self.reason = host, port, reason


def bind(host: str, port: Port, *, kind: socket.SocketKind, name: str) -> socket.socket:
    """Return a bound socket that children inherit. Raises: PortTakenError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, kind)
    if kind == socket.SOCK_STREAM:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, 0 if port == "auto" else port))
    except OSError as error:
        bound.close()
        reason = None if error.errno == errno.EADDRINUSE else error.strerror or type(error).__name__
        raise PortTakenError(host=host, port=port, name=name, reason=reason) from error
    if kind == socket.SOCK_STREAM:
        bound.listen(512)
    bound.set_inheritable(True)
    return bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Sockets:
    """What the group listens on; bound by the parent, so that a restarted child finds them again."""

    http: socket.socket
    syslog_tcp: socket.socket | None
    syslog_udp: socket.socket | None
    bulk: socket.socket | None = None
    syslog_tls: socket.socket | None = None
    gelf_tcp: socket.socket | None = None
    gelf_udp: socket.socket | None = None

    def descriptors(self) -> list[int]:
        return [one.fileno() for one in self._all() if one is not None]

    def _all(self) -> tuple[socket.socket | None, ...]:
        return self.http, self.bulk, *(one for _, one in self.unanswered())

    def unanswered(self) -> tuple[tuple[str, socket.socket | None], ...]:
        """Return what one process listens on for senders that are told nothing, with the option that names it."""
        return (
            ("--syslog-tcp", self.syslog_tcp),
            ("--syslog-udp", self.syslog_udp),
            ("--syslog-tls", self.syslog_tls),
            ("--gelf-tcp", self.gelf_tcp),
            ("--gelf-udp", self.gelf_udp),
        )

    def ports(self) -> dict[str, int]:
        named = {
            "http": self.http,
            "syslog": self.syslog_tcp,
            "bulk": self.bulk,
            "syslog_tls": self.syslog_tls,
            "gelf": self.gelf_tcp,
        }
        return {name: one.getsockname()[1] for name, one in named.items() if one is not None}


def bind_all(settings: Settings) -> Sockets:
    """Raises: PortTakenError."""
    page = bind(settings.host, settings.port, kind=socket.SOCK_STREAM, name="IRP_PORT")
    bulk = None
    if settings.bulk_port != 0:
        bulk = bind(settings.bulk_host, settings.bulk_port, kind=socket.SOCK_STREAM, name="IRP_BULK_PORT")
    tls = None
    if settings.syslog_tls_cert is not None and settings.syslog_tls_port != 0:
        tls = bind(settings.syslog_host, settings.syslog_tls_port, kind=socket.SOCK_STREAM, name="IRP_SYSLOG_TLS_PORT")
    syslog_tcp, syslog_udp = bind_both(settings.syslog_host, settings.syslog_port, name="IRP_SYSLOG_PORT")
    gelf_tcp, gelf_udp = bind_both(settings.gelf_host, settings.gelf_port, name="IRP_GELF_PORT")
    return Sockets(
        http=page,
        bulk=bulk,
        syslog_tcp=syslog_tcp,
        syslog_udp=syslog_udp,
        syslog_tls=tls,
        gelf_tcp=gelf_tcp,
        gelf_udp=gelf_udp,
    )


def bind_both(host: str, port: Port, *, name: str) -> tuple[socket.socket | None, socket.socket | None]:
    """Return TCP and UDP on one port; None where it is turned off. Raises: PortTakenError."""
    if port == 0:
        return None, None
    tcp = bind(host, port, kind=socket.SOCK_STREAM, name=name)
    return tcp, bind(host, tcp.getsockname()[1], kind=socket.SOCK_DGRAM, name=name)


def write_ports(data_dir: Path, ports: dict[str, int]) -> None:
    """Tell scripts which ports were chosen: `ports.json`, replaced whole."""
    temporary = data_dir / "ports.json.new"
    temporary.write_text(json.dumps(ports) + "\n")
    temporary.replace(data_dir / "ports.json")


@dataclass(slots=True, kw_only=True)
class Child:
    """One process of the group and how often it had to be started."""

    name: str
    arguments: Sequence[str]
    process: asyncio.subprocess.Process | None = None
    failures: int = 0
    started_at: float = field(default=0.0)


class Supervisor:
    """Starts the children, starts a dead one again, and stops all of them together."""

    def __init__(self, children: Sequence[Child], *, descriptors: Sequence[int], environment: dict[str, str]) -> None:
        self._children = children
        self._descriptors = tuple(descriptors)
        self._environment = environment
        self._stopping = asyncio.Event()
        # Children read this pipe: it ends with the parent, however the parent ended, and they stop then too.
        self._lifeline, self._parent_end = os.pipe()

    async def run(self, on_started: Callable[[], None]) -> None:
        """Return once every child has stopped, after SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        on_started()
        await self._stopping.wait()
        await asyncio.gather(*(self._stop(child) for child in self._children))
        await asyncio.gather(*keepers)

    async def _keep(self, child: Child) -> None:
        while not self._stopping.is_set():
            await self._start(child)
            if self._stopping.is_set():  # told so while the child was being started: it was not there to be stopped
                await self._stop(child)
            assert child.process is not None
            status = await child.process.wait()
            if self._stopping.is_set():
                return
            log.error("child_died", child=child.name, status=status)
            steady = time.monotonic() - child.started_at > STEADY_SECONDS
            child.failures = 0 if steady else child.failures + 1
            pause = RESTART_PAUSE_SECONDS[min(child.failures, len(RESTART_PAUSE_SECONDS) - 1)]
            try:
                await asyncio.wait_for(self._stopping.wait(), timeout=pause)
            except TimeoutError:
                continue

    async def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        child.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ir_platform.app.child",
            *child.arguments,
            "--lifeline",
            str(self._lifeline),
            env=self._environment,
            pass_fds=(*self._descriptors, self._lifeline),
        )
        log.info("child_started", child=child.name, pid=child.process.pid)

    async def _stop(self, child: Child) -> None:
        process = child.process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), timeout=STOP_SECONDS)
        except TimeoutError:
            log.warning("child_killed", child=child.name, pid=process.pid)
            process.kill()


def wait_until_ready(host: str, port: int, *, timeout_seconds: float = READY_SECONDS) -> bool:
    """Ask `/readyz` until it answers 200."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            pass  # not listening yet
        finally:
            connection.close()
        time.sleep(0.1)
    return False
