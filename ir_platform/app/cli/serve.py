"""`irp serve`: everything embedded in one foreground process group."""

import asyncio
import threading
import time
from pathlib import Path

import click

from ingest.sources.tls import TlsSettingsError
from ir_platform.adapters.events.embedded.index_board import open_index_board
from ir_platform.adapters.files.data_dir import DataDirError, prepare_data_dir
from ir_platform.app.cli.common import data_option, settings_of_intake, stop
from ir_platform.app.garbage import collector_at_rest
from ir_platform.app.handover import is_intake_there
from ir_platform.app.matching_children import matching_children
from ir_platform.app.serve import (
    STOP_SECONDS,
    Child,
    PortTakenError,
    Sockets,
    Supervisor,
    bind_all,
    wait_until_ready,
    write_ports,
)
from ir_platform.app.tls_settings import require_usable_tls
from ir_platform.app.turns import open_board
from ir_platform.app.unjudged import UnjudgedBatchesError
from ir_platform.config import Settings, environment_of


@click.command()
@click.option("--host", help="Alamat halaman dan API (IRP_HOST, baku 127.0.0.1).")
@click.option("--port", help="Porta halaman dan API (IRP_PORT, baku 8080); auto: yang bebas.")
@data_option
@click.option("--demo", is_flag=True, help="Muat akun dan data contoh.")
def serve(host: str | None, port: str | None, data_dir: Path | None, demo: bool) -> None:
    """Jalankan semuanya: API, halaman web, pekerja, dan penerima log."""
    settings = settings_of_intake(host=host, port=port, data_dir=data_dir)
    if settings.port == 0:
        stop("porta halaman tidak boleh 0; pilih nomor porta atau auto (IRP_PORT)")
    try:
        require_usable_tls(settings)
        prepare_data_dir(settings.data_dir)
        if is_taken(settings.data_dir):
            stop(f"server lain sudah berjalan di folder data {settings.data_dir}")
        sockets = bind_all(settings)
    except (DataDirError, PortTakenError, TlsSettingsError) as error:
        stop(str(error))
    with collector_at_rest():
        from ir_platform.app.first_start import prepare  # noqa: PLC0415  no refusal waits for the whole program

    try:
        for line in prepare(settings, demo=demo):
            click.echo(line)
    except UnjudgedBatchesError as error:
        stop(str(error))
    write_ports(settings.data_dir, sockets.ports())
    asyncio.run(supervise(settings, sockets))


def is_taken(data_dir: Path) -> bool:
    """Whether another server works in the folder; the children of one that was killed are given time to end."""
    deadline = time.monotonic() + STOP_SECONDS
    while is_intake_there(data_dir):
        if time.monotonic() > deadline:
            return True
        time.sleep(0.1)
    return False


async def supervise(settings: Settings, sockets: Sockets) -> None:
    turns, index = open_board(settings.api_processes), open_index_board()
    own = children(sockets, turns=turns, index=index, api_processes=settings.api_processes)
    if settings.events_url is not None:
        own = [child for child in own if child.name != "index"]  # Elasticsearch keeps its own
    supervisor = Supervisor(
        [*own, *matching_children(settings)],
        descriptors=(*sockets.descriptors(), turns, index),
        environment=environment_of(settings),
    )
    announcer = threading.Thread(target=announce, args=(settings.host, sockets.ports()["http"]), daemon=True)
    await supervisor.run(announcer.start)


def announce(host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    if wait_until_ready(host, port):
        click.echo(f"ready: http://{shown}:{port}")


def children(sockets: Sockets, *, turns: int, index: int, api_processes: int) -> list[Child]:
    """Return what runs; every API process takes connections from the one socket, and keeps nothing that others miss.

    `turns` is the descriptor of `ir_platform.app.turns.open_board`, `index` that of `open_index_board`.
    """
    syslog = [
        argument
        for name, bound in sockets.unanswered()
        if bound is not None
        for argument in (name, str(bound.fileno()))
    ]
    api = ("api", "--http", str(sockets.http.fileno()), "--turns", str(turns))
    return [
        Child(name="intake", arguments=("intake", "--index", str(index))),
        Child(name="index", arguments=("index", "--index", str(index))),
        *([Child(name="syslog", arguments=("syslog", *syslog))] if syslog else []),
        *(
            Child(name=f"api-{number + 1}" if number else "api", arguments=(*api, "--turn", str(number)))
            for number in range(api_processes)
        ),
        *(
            [Child(name="shippers", arguments=("shippers", "--bulk", str(sockets.bulk.fileno())))]
            if sockets.bulk is not None
            else []
        ),
        Child(name="worker", arguments=("worker",)),
    ]
