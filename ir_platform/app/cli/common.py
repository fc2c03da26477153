"""What several commands share: `--data`, settings, and how a command says that it cannot go on."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click
import orjson
from pydantic import ValidationError

from ir_platform.config import Settings, first_problem, load_settings
from ir_platform.domain.event import to_datetime


class When(click.ParamType[datetime]):
    """ISO 8601; without an offset it is UTC, and a date means its first moment."""

    name = "waktu"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from ir_platform.adapters.events.query.text import time_span  # noqa: PLC0415  only few commands take times

        span = time_span(str(value))
        if span is None:
            self.fail(f"{value!r}: waktu ditulis seperti 2026-11-20 atau 2026-11-20T12:00:00+08:00", param, ctx)
        return to_datetime(span[0] * 1000)


data_option = click.option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder data (IRP_DATA_DIR, baku: ./var).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Satu dokumen JSON di stdout.")


def read_settings(**overrides: object) -> Settings:
    """Return the settings; end with status 2 and one line where one is wrong."""
    try:
        return load_settings(**overrides)
    except ValidationError as error:
        stop(first_problem(error))


def settings_from(**overrides: object) -> Settings:
    """Return the settings and turn logging on; end with status 2 and one line where a setting is wrong."""
    from ir_platform.app.logging import configure_logging  # noqa: PLC0415  a third of a second; not all log

    settings = read_settings(**overrides)
    configure_logging(settings.log_level)
    return settings


def settings_of_intake(**overrides: object) -> Settings:
    """Return the settings for a command that opens incidents: their SOP has to be one that is shipped."""
    from playbooks.errors import UnknownPlaybookError  # noqa: PLC0415  `irp parse` and others need no SOP
    from playbooks.library import shipped  # noqa: PLC0415

    settings = settings_from(**overrides)
    try:
        shipped().get(settings.default_playbook)
    except UnknownPlaybookError as error:
        stop(f"setelan IRP_DEFAULT_PLAYBOOK: {error}")
    return settings


def stop(reason: str, *, status: int = 2) -> NoReturn:
    """Say why on stderr, in one line, and end."""
    click.echo(f"irp: {' '.join(reason.split())}", err=True)
    sys.exit(status)


def printable(text: str) -> str:
    """Escape control characters: a pack's titles and names are its author's, and the reader is a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def print_json(value: object) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def print_table(rows: Sequence[tuple[str, ...]], header: tuple[str, ...]) -> None:
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
