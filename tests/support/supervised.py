"""Intake and shippers' port under the real supervisor, which starts them again when they die."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ir_platform.adapters.events.embedded.index_board import open_index_board
from ir_platform.app.handover import is_intake_there
from ir_platform.app.serve import Child, Supervisor
from ir_platform.app.wiring import STATE_FILE
from ir_platform.config import Settings, environment_of
from tests.support.intake import Port, a_source
from tests.support.server import wait_for
from tests.support.sqlite import migrated


class _InThread(Supervisor):
    """Without signals, which only a main thread may take."""

    async def run_until(self, stopped: threading.Event) -> None:
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        while not stopped.is_set():
            await asyncio.sleep(0.05)
        self._stopping.set()
        await asyncio.gather(*(self._stop(child) for child in self._children))
        await asyncio.gather(*keepers)


@contextmanager
def a_supervised_port(settings: Settings) -> Iterator[Port]:
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / STATE_FILE).write_bytes(migrated())
    stopped, index = threading.Event(), open_index_board()
    with (
        socket.create_server(("127.0.0.1", 0)) as bulk,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.bind(tcp.getsockname())
        listeners = ("--syslog-tcp", str(tcp.fileno()), "--syslog-udp", str(udp.fileno()))
        children = [
            Child(name="intake", arguments=("intake", "--index", str(index))),
            Child(name="index", arguments=("index", "--index", str(index))),
            Child(name="syslog", arguments=("syslog", *listeners)),
            Child(name="shippers", arguments=("shippers", "--bulk", str(bulk.fileno()))),
        ]
        descriptors = [index, *(one.fileno() for one in (bulk, tcp, udp))]
        supervisor = _InThread(children, descriptors=descriptors, environment=environment_of(settings))
        thread = threading.Thread(target=lambda: asyncio.run(supervisor.run_until(stopped)), name="supervisor")
        thread.start()
        try:
            wait_for(lambda: is_intake_there(settings.data_dir))
            yield Port(
                settings=settings,
                url=f"http://127.0.0.1:{bulk.getsockname()[1]}",
                syslog=tcp.getsockname()[1],
                tls=0,
                gelf=0,
                key=a_source(settings, "web-1"),
                pids=lambda: {one.name: one.process.pid for one in children if one.process is not None},
            )
        finally:
            stopped.set()
            thread.join()
            os.close(index)


@contextmanager
def supervised(children: Sequence[Child], settings: Settings) -> Iterator[Callable[[], dict[str, int]]]:
    """Run these children and start dead ones again; give what tells their process ids by name."""
    stopped = threading.Event()
    supervisor = _InThread(children, descriptors=(), environment=environment_of(settings))
    thread = threading.Thread(target=lambda: asyncio.run(supervisor.run_until(stopped)), name="supervisor")
    thread.start()
    try:
        yield lambda: {one.name: one.process.pid for one in children if one.process is not None}
    finally:
        stopped.set()
        thread.join()
