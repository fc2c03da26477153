"""What an executor fills in besides the note: the fields of a lembar disposisi, a consultation, findings treated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from ir_platform.domain.disposisi import DerajatKecepatan, Harap, KlasifikasiKeamanan


@dataclass(frozen=True, slots=True, kw_only=True)
class Tindakan:
    """What was done about one finding (temuan deteksi)."""

    temuan: str
    """Alert id."""
    uraian: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsianDisposisi:
    """The fields of a lembar disposisi as its writer left them: what is empty is filled from what is known."""

    surat_dari: str = ""
    nomor_surat: str = ""
    tanggal_surat: date | None = None
    diterima: date | None = None
    nomor_agenda: str = ""
    hal: str = ""
    keamanan: KlasifikasiKeamanan | None = None
    derajat: DerajatKecepatan | None = None
    kepada: tuple[str, ...] = ()
    """Pelaksana ids."""
    harap: tuple[Harap, ...] = ()
    catatan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PihakTerkait:
    """Somebody else who was involved in solving it."""

    siapa: str
    waktu: datetime
    hasil: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Isian:
    pertanyaan: str = ""
    """What is asked of the superior (Kaltim keamanan, step 5)."""
    arahan: str = ""
    """What the superior directs (step 6)."""
    disposisi: IsianDisposisi | None = None
    pihak_terkait: tuple[PihakTerkait, ...] = ()
    tindakan: tuple[Tindakan, ...] = ()
    temuan_terbuka: tuple[str, ...] = ()
    """Alert ids that a `belum` leaves open for the next putaran."""


_ADAPTER = TypeAdapter(Isian)


def isian_to_plain(given: Isian | None) -> dict[str, Any] | None:
    """Return it as plain JSON values."""
    return _ADAPTER.dump_python(given, mode="json") if given is not None else None


def isian_from_plain(plain: Mapping[str, Any] | None) -> Isian | None:
    """Return what `isian_to_plain` gave. Raises: pydantic.ValidationError."""
    return _ADAPTER.validate_python(plain) if plain is not None else None
