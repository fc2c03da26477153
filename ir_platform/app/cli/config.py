"""`irp config show`: the settings in force."""

from pathlib import Path

import click

from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, settings_from
from ir_platform.config import shown_settings


@click.group()
def config() -> None:
    """Setelan yang berlaku."""


@config.command("show")
@data_option
@json_option
def show(data_dir: Path | None, as_json: bool) -> None:
    """Tampilkan setiap setelan; kata sandi tidak ditampilkan."""
    shown = shown_settings(settings_from(data_dir=data_dir))
    if as_json:
        print_json(shown)
    else:
        print_table([(name, str(value)) for name, value in shown.items()], ("setelan", "nilai"))
