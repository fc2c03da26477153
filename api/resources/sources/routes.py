"""Senders of logs: named, given keys, and what was heard of each."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Administrator, CallerFirstRoute, HomeMember, Services, Use
from api.errors import BadInputError
from api.pagination import Items, all_items
from api.text import Line
from ingest.catalog import FORMATS
from ingest.parsers.access_layout import MAX_LENGTH, fault_of_format_string
from ingest.sources.gelf import GelfCounters
from ingest.sources.ledger import GELF_LEDGER_NAME, LEDGER_NAME, SyslogCounters, read_ledger
from ir_platform.audit.record import record
from ir_platform.domain.source import AUTO_FORMAT, Source
from ir_platform.identity import sources
from ir_platform.identity.sources import MAX_SILENT_MINUTES, SourceKey, SourceTraits, require_source
from ir_platform.identity.webhooks import webhook_secret
from ir_platform.incidents.source_figures import SourceFigures, figures_of

router = APIRouter(prefix="/sources", tags=["sources"], route_class=CallerFirstRoute)

ShortLine = Annotated[Line, Field(max_length=100)]


class SourceShown(BaseModel):
    nama: str | None
    """null: nobody has named it yet."""
    alamat: str | None
    berkas: str | None
    zona: str | None
    format: str
    format_string: str | None
    batas_diam_menit: int
    hmac: bool
    dimatikan: bool
    terakhir: datetime | None
    kejadian: int
    ditolak: int
    per_menit: float
    satu_jam: int
    satu_hari: int
    diam: bool


class SyslogShown(BaseModel):
    diterima: int
    tersimpan: int
    hilang_antrean_penuh: int
    """By UDP, when the queue was full."""
    hilang_saat_proses_mati: int
    """At most so many: received, and not known to be stored, when the intake was killed."""
    hilang_di_sistem: int
    """Datagrams that the operating system dropped, because they came faster than they were read."""
    terpotong: int
    koneksi_ditolak: int
    koneksi_rusak: int
    jabat_tangan_gagal: int
    """Of TLS."""


class GelfShown(BaseModel):
    """What came by GELF over UDP and TCP."""

    diterima: int
    tersimpan: int
    hilang_antrean_penuh: int
    hilang_saat_proses_mati: int
    """At most so many."""
    hilang_di_sistem: int
    """Datagrams that the operating system dropped, because they came faster than they were read."""
    tidak_lengkap: int
    """Messages of which a piece did not come in time."""
    potongan_ditolak: int
    """Datagrams that are no piece of a message, or for which there was no room."""
    tidak_terbaca: int
    """Neither JSON nor compressed, damaged, or too large once uncompressed."""


class SpoolShown(BaseModel):
    """What was received and acknowledged and is not read yet: neither searched nor looked at by rules."""

    menunggu: int
    """Messages and documents."""
    menunggu_byte: int
    batas_byte: int
    """Above it senders are answered 429, or wait."""
    tertua: datetime | None
    """When the one that waits longest was received."""
    terlambat_detik: float
    berkas_sobek: int
    """Ends of files that were being written when their process was killed; nobody was told that they are kept."""
    berkas_sobek_byte: int


class SourceTraitsGiven(BaseModel):
    """Which files are read is not among them: whoever administers by HTTP need not be able to read this machine."""

    alamat: ShortLine | None = None
    zona: ShortLine | None = None
    format: Annotated[Line, Field(max_length=32)] = AUTO_FORMAT
    format_string: Annotated[str, Field(max_length=MAX_LENGTH)] | None = None
    """How its web server writes access logs (`LogFormat`, `log_format`); for the format `access` alone."""
    batas_diam_menit: Annotated[int, Field(ge=0, le=MAX_SILENT_MINUTES)] = 0
    hmac: bool = False


class NewSource(SourceTraitsGiven):
    nama: Annotated[Line, Field(max_length=64)]


class KeyShown(BaseModel):
    """Shown once."""

    nama: str
    api_key: str
    """Behind `Authorization: ApiKey`."""
    username: str
    password: str
    webhook_secret: str


def show_source(one: SourceFigures) -> SourceShown:
    source = one.source
    return SourceShown(
        nama=source.name if source else None,
        alamat=source.address if source else one.address,
        berkas=source.path if source else None,
        zona=source.timezone if source else None,
        format=source.format if source else AUTO_FORMAT,
        format_string=source.format_string if source else None,
        batas_diam_menit=source.silent_minutes if source else 0,
        hmac=source.is_hmac_required if source else False,
        dimatikan=source.disabled if source else False,
        terakhir=one.last_seen,
        kejadian=one.events,
        ditolak=one.rejected,
        per_menit=round(one.per_minute, 2),
        satu_jam=one.last_hour,
        satu_hari=one.last_day,
        diam=one.is_silent,
    )


def show_key(services: Services, key: SourceKey) -> KeyShown:
    return KeyShown(
        nama=key.source.name,
        api_key=key.api_key,
        username=key.source.name,
        password=key.secret,
        webhook_secret=webhook_secret(services.shippers.webhook_key, key.source),
    )


def traits_of(given: SourceTraitsGiven, *, path: str | None = None) -> SourceTraits:
    """Raises: BadInputError."""
    if given.format != AUTO_FORMAT and given.format not in FORMATS:
        raise BadInputError(detail=f"Format tidak dikenal: {given.format}.")
    text = (given.format_string or "").strip() or None
    if text is not None and (fault := fault_of_format_string(text, format=given.format)):
        raise BadInputError(detail=f"Format string tidak dapat dipakai: {fault}.")
    return SourceTraits(
        address=given.alamat,
        path=path,
        timezone=given.zona,
        format=given.format,
        format_string=text,
        silent_minutes=given.batas_diam_menit,
        is_hmac_required=given.hmac,
    )


@router.get("")
def list_sources(services: Use, caller: HomeMember) -> Items[SourceShown]:
    """Named ones by name, then addresses that nobody has named."""
    with services.state.read() as uow:
        return all_items(figures_of(uow, now=services.clock()), show_source)


@router.get("/syslog")
def show_syslog(services: Use, caller: HomeMember) -> SyslogShown:
    """What became of messages that came by syslog, which has no acknowledgement: what was lost is counted here."""
    counters = read_ledger(services.settings.data_dir / LEDGER_NAME, SyslogCounters) or SyslogCounters()
    return SyslogShown(
        diterima=counters.received,
        tersimpan=counters.delivered,
        hilang_antrean_penuh=counters.dropped,
        hilang_saat_proses_mati=counters.lost,
        hilang_di_sistem=counters.overrun,
        terpotong=counters.cut,
        koneksi_ditolak=counters.refused_connections,
        koneksi_rusak=counters.broken_connections,
        jabat_tangan_gagal=counters.failed_handshakes,
    )


@router.get("/gelf")
def show_gelf(services: Use, caller: HomeMember) -> GelfShown:
    """What became of messages that came by GELF over UDP and TCP, which have no acknowledgement either."""
    counters = read_ledger(services.settings.data_dir / GELF_LEDGER_NAME, GelfCounters) or GelfCounters()
    return GelfShown(
        diterima=counters.received,
        tersimpan=counters.delivered,
        hilang_antrean_penuh=counters.dropped,
        hilang_saat_proses_mati=counters.lost,
        hilang_di_sistem=counters.overrun,
        tidak_lengkap=counters.incomplete,
        potongan_ditolak=counters.refused,
        tidak_terbaca=counters.undecodable,
    )


@router.get("/spool")
def show_spool(services: Use, caller: HomeMember) -> SpoolShown:
    """How far reading lags behind receiving."""
    lag = services.spool_lag()
    return SpoolShown(
        menunggu=lag.events,
        menunggu_byte=lag.size_bytes,
        batas_byte=services.settings.spool_max_bytes,
        tertua=None if lag.oldest_ns is None else datetime.fromtimestamp(lag.oldest_ns / 1e9, tz=UTC),
        terlambat_detik=round(lag.seconds_behind(services.clock()), 3),
        berkas_sobek=lag.torn_files,
        berkas_sobek_byte=lag.torn_bytes,
    )


@router.post("", status_code=201)
def create_source(body: NewSource, services: Use, caller: Administrator) -> KeyShown:
    key = sources.add_source(
        services.state,
        body.nama,
        traits_of(body),
        by=caller,
        now=services.clock(),
        new_id=services.new_id,
        record=record,
    )
    return show_key(services, key)


@router.put("/{source_name}")
def change_source(source_name: str, body: SourceTraitsGiven, services: Use, caller: Administrator) -> SourceTraitsGiven:
    with services.state.read() as uow:
        path = require_source(uow, source_name).path
    changed = sources.change_source(
        services.state, source_name, traits_of(body, path=path), by=caller, now=services.clock(), record=record
    )
    return show_traits(changed)


def show_traits(source: Source) -> SourceTraitsGiven:
    return SourceTraitsGiven(
        alamat=source.address,
        zona=source.timezone,
        format=source.format,
        format_string=source.format_string,
        batas_diam_menit=source.silent_minutes,
        hmac=source.is_hmac_required,
    )


@router.post("/{source_name}/key")
def renew_source_key(source_name: str, services: Use, caller: Administrator) -> KeyShown:
    """The old key is refused from now on."""
    key = sources.renew_key(services.state, source_name, by=caller, now=services.clock(), record=record)
    return show_key(services, key)


@router.post("/{source_name}/disable", status_code=204)
def disable_source(source_name: str, services: Use, caller: Administrator) -> None:
    sources.disable_source(services.state, source_name, by=caller, now=services.clock(), record=record)
