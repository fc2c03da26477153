"""The intake as its senders see it: real processes behind syslog's ports and the shippers' one."""

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from ir_platform.app.handover import connect, is_intake_there
from ir_platform.app.ids import new_id, utc_now
from ir_platform.app.wiring import STATE_FILE, event_reader, open_state
from ir_platform.audit.record import record
from ir_platform.config import Settings
from ir_platform.identity.sources import SourceKey, SourceTraits, add_source
from tests.ir_platform.app.children import a_child
from tests.support.server import wait_for
from tests.support.sqlite import migrated


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A running intake with its shippers' port, and one source that may send."""

    settings: Settings
    url: str
    """Of the shippers' port."""
    syslog: int
    tls: int
    gelf: int
    key: SourceKey
    pids: Callable[[], dict[str, int]]
    """Of the processes as they are now."""

    def client(self, **options: Any) -> httpx.Client:
        headers = {"Authorization": f"ApiKey {self.key.api_key}", **options.pop("headers", {})}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, **options)

    def found(self, query: str) -> list[dict[str, Any]]:
        with connect(self.settings.data_dir) as intake:
            intake.flush()
        page = event_reader(self.settings).search(query, time_from=None, time_to=None, cursor=None, limit=200)
        return [one.fields for one in page.items]


def a_source(settings: Settings, name: str, **traits: Any) -> SourceKey:
    state = open_state(settings)
    key = add_source(state, name, SourceTraits(**traits), by=None, now=utc_now(), new_id=new_id, record=record)
    state.close()
    return key


@contextmanager
def a_shippers_port(settings: Settings) -> Iterator[str]:
    """One more process that takes from shippers, for an intake that runs; answers where."""
    scheme = "http" if settings.bulk_tls_cert is None else "https"
    with socket.create_server(("127.0.0.1", 0)) as bulk, _shippers(settings, bulk):
        yield f"{scheme}://127.0.0.1:{bulk.getsockname()[1]}"


def _shippers(settings: Settings, bulk: socket.socket) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    number = bulk.fileno()
    return a_child(settings, "shippers", "--bulk", str(number), descriptors=(number,), ends_with=-signal.SIGTERM)


@contextmanager
def a_port(settings: Settings) -> Iterator[Port]:
    """Intake and shippers' port as two real processes over sockets that this one holds, as `irp serve` does."""
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / STATE_FILE).write_bytes(migrated())
    with (
        socket.create_server(("127.0.0.1", 0)) as bulk,
        socket.create_server(("127.0.0.1", 0)) as tls,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.create_server(("127.0.0.1", 0)) as gelf,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gelf_udp,
    ):
        gelf_udp.bind(gelf.getsockname())
        udp.bind(tcp.getsockname())
        listeners = {
            "--syslog-tcp": tcp,
            "--syslog-udp": udp,
            "--syslog-tls": tls,
            "--gelf-tcp": gelf,
            "--gelf-udp": gelf_udp,
        }
        arguments = [part for name, one in listeners.items() for part in (name, str(one.fileno()))]
        descriptors = [one.fileno() for one in listeners.values()]
        with (
            a_child(settings, "intake") as intake,
            a_child(settings, "syslog", *arguments, descriptors=descriptors) as syslog,
            _shippers(settings, bulk) as shippers,
        ):
            wait_for(lambda: is_intake_there(settings.data_dir))
            yield Port(
                settings=settings,
                url=f"http://127.0.0.1:{bulk.getsockname()[1]}",
                syslog=tcp.getsockname()[1],
                tls=tls.getsockname()[1],
                gelf=gelf.getsockname()[1],
                key=a_source(settings, "web-1"),
                pids=lambda: {"intake": intake.pid, "syslog": syslog.pid, "shippers": shippers.pid},
            )
