"""`irp quarantine`: lines that could not be read, and reading them once more."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ingest.catalog import LINE_FORMATS
from ingest.reparse import Quarantined, Reparser
from ir_platform.app.cli.common import data_option, json_option, print_json, printable, settings_of_intake, stop
from ir_platform.app.cli.ingest import carrying
from ir_platform.app.handover import HandoverError
from ir_platform.app.reparsing import quarantined, reparse, zones_of
from ir_platform.app.wiring import event_reader, has_event_store, open_state
from ir_platform.config import Settings
from ir_platform.ports import BadQueryError, StoreBusyError, StoreFullError

SHOWN = 50


@click.group()
def quarantine() -> None:
    """Baris yang tidak terbaca: disimpan, ditampilkan, dan dibaca ulang setelah pembacanya diperbaiki."""


@quarantine.command("list")
@click.argument("query", default="*")
@data_option
@json_option
def list_quarantine(query: str, data_dir: Path | None, as_json: bool) -> None:
    """Tampilkan karantina yang terbaru, menurut QUERY seperti pada `irp search`."""
    settings = settings_of_intake(data_dir=data_dir)
    found = [one.fields for one, _ in zip(records(settings, query), range(SHOWN), strict=False)]
    if as_json:
        print_json(found)
        return
    for fields in found:
        place = f"{fields.get('log.file.path', '')}:{fields.get('tanggap.record', 0) + 1}"
        click.echo(printable(f"{fields['@timestamp']} {place}: {fields.get('error.message', '')}"))


@quarantine.command("reparse")
@click.argument("query", default="*")
@click.option(
    "--format", "format_name", type=click.Choice(tuple(LINE_FORMATS)), help="Baca semuanya sebagai format ini."
)
@data_option
@json_option
def read_again(query: str, *, format_name: str | None, data_dir: Path | None, as_json: bool) -> None:
    """Baca ulang karantina; yang kini terbaca menjadi kejadian, deteksi ikut jalan, dan tidak ada yang digandakan."""
    settings = settings_of_intake(data_dir=data_dir)
    require_store(settings)
    state = open_state(settings)
    with state.read() as uow:
        sources = uow.sources.all()
    layouts = {one.name: one.layouts for one in sources}
    reparser = Reparser(
        timezone=ZoneInfo(settings.timezone),
        zone_of=zones_of(sources, timezone=settings.timezone),
        layouts_of=lambda name: layouts.get(name, ()),
        format=format_name,
    )
    try:
        with carrying(settings) as intake:
            intake.flush()
            done = reparse(event_reader(settings), reparser, intake.carry, query=query)
            intake.flush()
    except BadQueryError as error:
        stop(str(error))
    except (HandoverError, StoreFullError, StoreBusyError) as error:
        stop(f"berhenti di tengah jalan: {error}; jalankan lagi, yang sudah tersimpan tidak digandakan", status=1)
    if as_json:
        print_json(asdict(done))
        return
    click.echo(
        f"{done.looked_at} diperiksa, {done.stored} kini terbaca, {done.duplicates} sudah terbaca sebelumnya, "
        f"{sum(count for _, count in done.still)} tetap di karantina"
    )
    for reason, count in done.still:
        click.echo(f"{count}: {printable(reason)}", err=True)


def records(settings: Settings, query: str) -> Iterator[Quarantined]:
    require_store(settings)
    try:
        yield from quarantined(event_reader(settings), query)
    except BadQueryError as error:
        stop(str(error))


def require_store(settings: Settings) -> None:
    if not has_event_store(settings):
        stop(f"tidak ada data di {settings.data_dir}")
