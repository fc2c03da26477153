"""`irp worker`: the scaled-out pipeline's processes on a machine that does not run the server."""

import asyncio
from pathlib import Path

import click

from ir_platform.adapters.files.data_dir import DataDirError, prepare_data_dir
from ir_platform.app.cli.common import data_option, settings_of_intake, stop
from ir_platform.app.matching_children import matching_children
from ir_platform.app.serve import Child, Supervisor
from ir_platform.app.wiring import open_state
from ir_platform.config import Settings, environment_of


@click.command()
@data_option
def worker(data_dir: Path | None) -> None:
    """Jalankan pencocok dan pemilik rentang kunci di mesin ini, tanpa halaman dan tanpa penerima log."""
    settings = settings_of_intake(data_dir=data_dir)
    if settings.pipeline != "scaled_out":
        stop("pekerja di mesin lain hanya ada pada IRP_PIPELINE=scaled_out")
    children = matching_children(settings)
    if not children:
        stop("tidak ada yang dijalankan: IRP_INGEST_WORKERS dan IRP_RANGE_OWNERS keduanya 0")
    try:
        prepare_data_dir(settings.data_dir)
    except DataDirError as error:
        stop(str(error))
    state = open_state(settings)
    if not state.is_reachable():
        stop("basis data tidak dapat dihubungi (IRP_DATABASE_URL)", status=1)
    state.migrate()
    state.close()
    asyncio.run(supervise(settings, children))


async def supervise(settings: Settings, children: list[Child]) -> None:
    supervisor = Supervisor(children, descriptors=(), environment=environment_of(settings))
    await supervisor.run(lambda: click.echo(f"pekerja dijalankan: {', '.join(child.name for child in children)}"))
