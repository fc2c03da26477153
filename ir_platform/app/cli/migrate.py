"""`irp migrate`: bring the database's tables up to date."""

from pathlib import Path

import click

from ir_platform.adapters.files.data_dir import DataDirError, prepare_data_dir
from ir_platform.app.cli.common import data_option, settings_from, stop
from ir_platform.app.wiring import open_state


@click.command()
@data_option
def migrate(data_dir: Path | None) -> None:
    """Perbarui tabel basis data; `irp serve` melakukannya sendiri."""
    settings = settings_from(data_dir=data_dir)
    try:
        prepare_data_dir(settings.data_dir)
    except DataDirError as error:
        stop(str(error))
    open_state(settings).migrate()
    click.echo("tabel basis data sudah mutakhir")
