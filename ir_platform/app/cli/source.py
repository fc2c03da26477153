"""`irp source`: the named senders of logs and their keys."""

from datetime import timedelta
from pathlib import Path

import click

from ingest.catalog import FORMATS
from ingest.parsers.access_layout import fault_of_format_string
from ingest.sources.gelf import GelfCounters
from ingest.sources.ledger import GELF_LEDGER_NAME, LEDGER_NAME, LossCounters, SyslogCounters, read_ledger
from ir_platform.adapters.events.spool_lag import lag_of
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, stop
from ir_platform.app.cli.deciding import Prepared
from ir_platform.app.cli.user import opened
from ir_platform.app.ids import new_id
from ir_platform.app.receiving import spool_folder, webhook_key
from ir_platform.app.wiring import event_place
from ir_platform.audit.record import record
from ir_platform.domain.source import AUTO_FORMAT, Source
from ir_platform.identity import sources
from ir_platform.identity.sources import SourceKey, SourceTraits, require_source
from ir_platform.identity.webhooks import webhook_secret
from ir_platform.incidents.source_figures import SourceFigures, figures_of

RATED = timedelta(hours=24)


@click.group()
def source() -> None:
    """Sumber log: pengirim bernama, kuncinya, dan kapan terakhir terdengar."""


def traits_options(command: click.decorators.FC) -> click.decorators.FC:
    """What a person decides about a source, for `add` and `set` alike."""
    options = (
        click.option("--alamat", "address", help="Alamat IP asal kiriman syslog-nya."),
        click.option("--berkas", "path", help="Berkas, folder, atau pola di mesin ini yang dibaca terus."),
        click.option("--zona", "timezone", help="Zona waktu bagi waktu tanpa zona; baku: IRP_TIMEZONE."),
        click.option(
            "--format", "format_name", default=None, help="Format barisnya (lihat irp parse --list); baku: auto."
        ),
        click.option(
            "--format-string",
            "format_string",
            help="Cara server web-nya menulis log akses (LogFormat, log_format); untuk --format access.",
        ),
        click.option(
            "--batas-diam", "silent_minutes", type=int, help="Menit tanpa kiriman sebelum diperingatkan; 0: tidak."
        ),
        click.option("--hmac/--tanpa-hmac", "is_hmac_required", default=None, help="Webhook wajib ditandatangani."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def traits_of(before: Source | None, **given: object) -> SourceTraits:
    """Return what was there with what was given over it; an empty text takes a value away."""
    format_name = given.pop("format_name")
    if format_name is not None and format_name != AUTO_FORMAT and format_name not in FORMATS:
        stop(f"format tidak dikenal: {format_name}; lihat irp parse --list")
    named = {"format": format_name, **given}
    plain = SourceTraits() if before is None else traits_in(before)
    kept = {name: getattr(plain, name) for name in SourceTraits.__dataclass_fields__}
    changed = {name: value or None if value == "" else value for name, value in named.items() if value is not None}
    traits = SourceTraits(**{**kept, **changed})
    if traits.format_string and (fault := fault_of_format_string(traits.format_string, format=traits.format)):
        stop(f"format string tidak dapat dipakai: {fault}")
    return traits


def traits_in(one: Source) -> SourceTraits:
    return SourceTraits(**{name: getattr(one, name) for name in SourceTraits.__dataclass_fields__})


@source.command()
@click.argument("name")
@traits_options
@data_option
@json_option
def add(name: str, *, data_dir: Path | None, as_json: bool, **given: object) -> None:
    """Tambah sumber NAME; kuncinya hanya ditampilkan sekali."""
    with opened(data_dir) as here:
        traits = traits_of(None, **given)
        key = sources.add_source(here.state, name, traits, by=None, now=here.now(), new_id=new_id, record=record)
        show_key(here, key, as_json=as_json)


@source.command("set")
@click.argument("name")
@traits_options
@data_option
@json_option
def change(name: str, *, data_dir: Path | None, as_json: bool, **given: object) -> None:
    """Ubah sumber NAME; yang tidak disebut tetap, teks kosong menghapus."""
    with opened(data_dir) as here:
        with here.state.read() as uow:
            before = require_source(uow, name)
        traits = traits_of(before, **given)
        changed = sources.change_source(here.state, name, traits, by=None, now=here.now(), record=record)
    if as_json:
        print_json(as_plain(changed))
    else:
        click.echo(f"sumber {name} diubah")


@source.command("key")
@click.argument("name")
@data_option
@json_option
def renew(name: str, *, data_dir: Path | None, as_json: bool) -> None:
    """Ganti kunci sumber NAME; kunci lama langsung ditolak."""
    with opened(data_dir) as here:
        key = sources.renew_key(here.state, name, by=None, now=here.now(), record=record)
        show_key(here, key, as_json=as_json)


@source.command("disable")
@click.argument("name")
@data_option
def disable(name: str, *, data_dir: Path | None) -> None:
    """Matikan sumber NAME: kuncinya ditolak, diamnya tidak diawasi; `key` menyalakannya kembali."""
    with opened(data_dir) as here:
        sources.disable_source(here.state, name, by=None, now=here.now(), record=record)
    click.echo(f"sumber {name} dimatikan")


@source.command("list")
@data_option
@json_option
def list_sources(data_dir: Path | None, as_json: bool) -> None:
    """Daftar sumber dan pengirim tanpa nama, dengan jumlah dan kapan terakhir terdengar."""
    with opened(data_dir) as here, here.state.read() as uow:
        shown = figures_of(uow, now=here.now())
    if as_json:
        print_json([as_row(one) for one in shown])
        return
    rows = [
        (
            one.name,
            one.source.address or "" if one.source else one.address,
            one.last_seen.isoformat(timespec="seconds") if one.last_seen else "-",
            str(one.events),
            str(one.rejected),
            f"{one.per_minute:.1f}",
            "dimatikan" if one.source and one.source.disabled else "diam" if one.is_silent else "",
        )
        for one in shown
    ]
    print_table(rows, ("nama", "alamat", "terakhir", "kejadian", "ditolak", "per menit", ""))
    click.echo(losses_in_words(here.settings.data_dir))
    click.echo(spool_in_words(here))


def losses_in_words(data_dir: Path) -> str:
    syslog = read_ledger(data_dir / LEDGER_NAME, SyslogCounters) or SyslogCounters()
    gelf = read_ledger(data_dir / GELF_LEDGER_NAME, GelfCounters)
    lines = [_in_words("syslog", syslog)]
    if gelf is not None:
        lines.append(
            f"{_in_words('gelf', gelf)}; {gelf.incomplete} tidak lengkap, {gelf.refused} potongan ditolak, "
            f"{gelf.undecodable} tidak terbaca"
        )
    return "\n".join(lines)


def spool_in_words(here: Prepared) -> str:
    lag = lag_of(spool_folder(here.settings), store=event_place(here.settings).folder)
    waiting = f"spool: {lag.events} kejadian menunggu dibaca ({lag.size_bytes} byte)"
    if lag.oldest_ns is not None:
        waiting += f", tertua {lag.seconds_behind(here.now()):.1f} detik"
    return f"{waiting}; {lag.torn_files} berkas terpotong disisihkan ({lag.torn_bytes} byte)"


def _in_words(name: str, counters: LossCounters) -> str:
    return (
        f"{name}: {counters.received} diterima, {counters.delivered} tersimpan; hilang: "
        f"{counters.dropped} antrean penuh, {counters.overrun} di sistem operasi, "
        f"paling banyak {counters.lost} saat proses mati mendadak"
    )


def show_key(here: Prepared, key: SourceKey, *, as_json: bool) -> None:
    shown = {
        "name": key.source.name,
        "api_key": key.api_key,
        "username": key.source.name,
        "password": key.secret,
        "webhook_secret": webhook_secret(webhook_key(here.settings.data_dir / "keys"), key.source),
    }
    if as_json:
        print_json(shown)
        return
    for label, value in shown.items():
        click.echo(f"{label}: {value}")
    click.echo("simpan sekarang: kunci ini tidak dapat ditampilkan lagi")


def as_plain(one: Source) -> dict[str, object]:
    return {
        "name": one.name,
        "address": one.address,
        "path": one.path,
        "timezone": one.timezone,
        "format": one.format,
        "format_string": one.format_string,
        "silent_minutes": one.silent_minutes,
        "hmac": one.is_hmac_required,
        "disabled": one.disabled,
    }


def as_row(one: SourceFigures) -> dict[str, object]:
    own = as_plain(one.source) if one.source else {"name": None, "address": one.address}
    return {
        **own,
        "last_seen": one.last_seen.isoformat() if one.last_seen else None,
        "events": one.events,
        "rejected": one.rejected,
        "per_minute": round(one.per_minute, 2),
        "last_hour": one.last_hour,
        "last_day": one.last_day,
        "silent": one.is_silent,
    }
