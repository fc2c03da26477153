"""`irp parse`: log files to flat ECS events on standard output, without a store."""

import sys
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import orjson

from ingest.catalog import FORMATS
from ingest.detecting import UnknownFormatError
from ingest.parsers.access_layout import BadLayoutError, compile_layout
from ingest.parsers.base import Rejection
from ingest.reading import read_events
from ir_platform.app.cli.common import settings_from


def _zone(context: click.Context, parameter: click.Parameter, value: str | None) -> ZoneInfo:
    name = value or settings_from().timezone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise click.BadParameter(f"zona waktu tidak dikenal: {name}", context, parameter) from error


@click.command("parse")
@click.option("--list", "lists", is_flag=True, help="Tampilkan format yang dapat dibaca.")
@click.option("--format", "format_name", type=click.Choice(["auto", *FORMATS]), default="auto", show_default=True)
@click.option("--timezone", "zone", callback=_zone, help="Zona untuk waktu tanpa zona, mis. Asia/Makassar.")
@click.option("--year", type=click.IntRange(1970, 2262), help="Tahun untuk waktu tanpa tahun.")
@click.option(
    "--layout",
    "layouts",
    multiple=True,
    help="Format string log akses web (LogFormat Apache, log_format nginx), boleh diulang.",
)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def parse(
    *,
    lists: bool,
    format_name: str,
    zone: ZoneInfo,
    year: int | None,
    layouts: tuple[str, ...],
    files: tuple[Path, ...],
) -> None:
    """Ubah berkas log menjadi event ECS, satu JSON per baris; baris yang ditolak dicatat di stderr."""
    if lists:
        for name, title in FORMATS.items():
            click.echo(f"{name:11} {title}")
        return
    if not files:
        raise click.UsageError("sebutkan satu berkas atau lebih, atau --list")
    _require_layouts(layouts)
    # A format string speaks of access logs: where no format is named, it names one.
    name = "access" if layouts and format_name == "auto" else format_name
    try:
        events = sum(_write_events(path, format_name=name, zone=zone, year=year, layouts=layouts) for path in files)
    except BrokenPipeError:
        # The reader (`| head`) has enough; Python would complain again when it flushes at exit.
        sys.stdout = None
        return
    if not events:
        raise SystemExit(2)


def _require_layouts(layouts: tuple[str, ...]) -> None:
    try:
        for layout in layouts:
            compile_layout(layout)
    except BadLayoutError as error:
        raise click.BadParameter(error.reason, param_hint="--layout") from error


def _write_events(path: Path, *, format_name: str, zone: ZoneInfo, year: int | None, layouts: tuple[str, ...]) -> int:
    """Write what the file holds and return how many events that were."""
    try:
        records = read_events(path, format=format_name, timezone=zone, year=year, layouts=layouts)
    except (UnknownFormatError, OSError) as error:
        reason = error.reason if isinstance(error, UnknownFormatError) else str(error.strerror)
        _tell({"file": str(path), "line": None, "reason": reason})
        return 0
    events = 0
    output = sys.stdout.buffer
    for parsed in records:
        if parsed.event is not None:
            output.write(parsed.event.body + b"\n")
            events += 1
        elif parsed.rejection is not None:
            _tell(_rejection(parsed.rejection))
    output.flush()
    return events


def _rejection(rejection: Rejection) -> dict[str, str | int]:
    return {
        "file": rejection.file,
        "line": rejection.record + 1,
        "record": rejection.record,
        "offset": rejection.offset,
        "reason": rejection.reason,
    }


def _tell(said: dict[str, str | int] | dict[str, str | None]) -> None:
    click.echo(orjson.dumps(said), err=True)
