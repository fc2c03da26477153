"""What a Penerimaan is: how a report of a disturbance came to the office, as its front desk writes it down."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from ir_platform.domain.alert import Level


class Kanal(StrEnum):
    """The way a report came in."""

    SURAT = "surat"
    TIKET = "tiket"
    EMAIL = "email"
    WA = "wa"
    LISAN = "lisan"
    TEMUAN_DETEKSI = "temuan_deteksi"
    PERINGATAN_BSSN = "peringatan_bssn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Penerimaan:
    """Whatever is not known is None or empty; nothing here is guessed."""

    kanal: Kanal | None = None
    nomor_surat: str = ""
    tanggal_surat: date | None = None
    nomor_agenda: str = ""
    tanggal_diterima: date | None = None
    nama: str = ""
    """The person who reported, or whom to ask."""
    instansi: str = ""
    """That person's jabatan or office."""
    kontak: str = ""
    """Telephone, WA or e-mail."""
    lokasi: str = ""
    kejadian: datetime | None = None
    """When it happened."""
    diketahui: datetime | None = None
    """When somebody noticed."""
    dilaporkan: datetime | None = None
    """When the office was told."""
    tingkat_usulan: Level | None = None
    """What a reporter outside the office proposed; None: the office set the tingkat from the start."""
    tingkat_ditetapkan: datetime | None = None
    """When the office set the tingkat itself."""


NOTHING_KNOWN: Final = Penerimaan()
