"""How a report came in: what the SOP wants of it, what an alert says of itself, and what cannot be true. Pure."""

import json
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from itertools import pairwise

from ir_platform.audit.chain import storable
from ir_platform.calendar.zones import moment_words
from ir_platform.documents.dates import date_words
from ir_platform.domain.alert import Alert
from ir_platform.domain.penerimaan import Kanal, Penerimaan
from playbooks.disposisi import check_letter_dates
from playbooks.errors import DatesOutOfOrderError, FutureDateError
from playbooks.sop import Sop

KANAL_WORDS = {
    Kanal.SURAT: "surat",
    Kanal.TIKET: "tiket",
    Kanal.EMAIL: "e-mail",
    Kanal.WA: "WA",
    Kanal.LISAN: "lisan",
    Kanal.TEMUAN_DETEKSI: "temuan deteksi",
    Kanal.PERINGATAN_BSSN: "peringatan BSSN",
}


def check_penerimaan(given: Penerimaan, *, now: datetime, zone: tzinfo) -> None:
    """Raises: FutureDateError, DatesOutOfOrderError; unknown times are left out of the order."""
    check_letter_dates(given.tanggal_surat, given.tanggal_diterima, today=now.astimezone(zone).date())
    times = (
        ("Waktu kejadian", given.kejadian),
        ("Waktu diketahui", given.diketahui),
        ("Waktu dilaporkan", given.dilaporkan),
    )
    known = [(what, at) for what, at in times if at is not None]
    for what, at in known:
        if at > now:
            raise FutureDateError(what=what)
    for (earlier, before), (later, after) in pairwise(known):
        if before > after:
            raise DatesOutOfOrderError(earlier=earlier, later=later[0].lower() + later[1:])


def of_alert(alert: Alert, *, now: datetime) -> Penerimaan:
    """Return what a detection tells of itself; a clock of a source that runs ahead does not make it future."""
    return Penerimaan(kanal=Kanal.TEMUAN_DETEKSI, kejadian=min(alert.first_seen, now), diketahui=now)


def recorded_words(sop: Sop, given: Penerimaan | None) -> str:
    """Return the report as it is on record, `surat nomor 005/12 tanggal 3 Maret 2026`; empty: not as the SOP wants it.

    An SOP that wants nothing special has nothing on record in this sense.
    """
    if given is None or given.kanal is None or given.kanal not in sop.kanal_wajib:
        return ""
    if given.kanal is not Kanal.SURAT:
        return KANAL_WORDS[given.kanal]
    if not given.nomor_surat or given.tanggal_surat is None:
        return ""
    return f"surat nomor {given.nomor_surat} tanggal {date_words(given.tanggal_surat)}"


def changes_between(before: Penerimaan, after: Penerimaan, zone: tzinfo) -> tuple[tuple[str, str, str], ...]:
    """Return each field that differs, with the old and the new value in words; empty: not known."""
    old, new = _words(before, zone), _words(after, zone)
    return tuple((name, old[name], new[name]) for name in old if old[name] != new[name])


def penerimaan_hash(one: Penerimaan) -> str:
    """Return what stands for the intake in the audit trail, which keeps nobody's telephone number for ever."""
    times = (one.kejadian, one.diketahui, one.dilaporkan)
    plain = (
        "tanggap-penerimaan-1",
        one.kanal,
        *map(storable, (one.nomor_surat, one.nomor_agenda, one.nama, one.instansi, one.kontak, one.lokasi)),
        *(day.isoformat() if day else None for day in (one.tanggal_surat, one.tanggal_diterima)),
        *(at.astimezone(UTC).isoformat(timespec="microseconds") if at else None for at in times),
    )
    return sha256(json.dumps(plain, ensure_ascii=True, separators=(",", ":")).encode("ascii")).hexdigest()


def _words(one: Penerimaan, zone: tzinfo) -> dict[str, str]:
    dates = {"tanggal_surat": one.tanggal_surat, "tanggal_diterima": one.tanggal_diterima}
    times = {"kejadian": one.kejadian, "diketahui": one.diketahui, "dilaporkan": one.dilaporkan}
    return {
        "kanal": KANAL_WORDS[one.kanal] if one.kanal else "",
        "nomor_surat": one.nomor_surat,
        "nomor_agenda": one.nomor_agenda,
        **{name: day.isoformat() if day else "" for name, day in dates.items()},
        "nama": one.nama,
        "instansi": one.instansi,
        "kontak": one.kontak,
        "lokasi": one.lokasi,
        **{name: moment_words(at, zone) if at else "" for name, at in times.items()},
    }
