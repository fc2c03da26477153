"""What a Disposisi is: a lembar disposisi with its fields, who has read it when, and what it was forwarded from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.person import AccountId

DisposisiId = NewType("DisposisiId", str)


class KlasifikasiKeamanan(StrEnum):
    """Of a naskah dinas (Peraturan ANRI 5/2021)."""

    BIASA = "biasa"
    TERBATAS = "terbatas"
    RAHASIA = "rahasia"
    SANGAT_RAHASIA = "sangat_rahasia"


class DerajatKecepatan(StrEnum):
    BIASA = "biasa"
    SEGERA = "segera"
    AMAT_SEGERA = "amat_segera"


class Harap(StrEnum):
    """What is asked under "dengan hormat harap"."""

    TANGGAPAN_DAN_SARAN = "tanggapan_dan_saran"
    PROSES_LEBIH_LANJUT = "proses_lebih_lanjut"
    KOORDINASI_DAN_KONFIRMASIKAN = "koordinasi_dan_konfirmasikan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paraf:
    """Who wrote the disposisi and when, with name and jabatan as they were then."""

    account_id: AccountId
    name: str
    jabatan: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Orang:
    """One person it is addressed to."""

    account_id: AccountId
    name: str
    jabatan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pembacaan:
    """The first time one recipient opened it."""

    account_id: AccountId
    name: str
    jabatan: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposisi:
    """Whatever nobody wrote is None or empty."""

    id: DisposisiId
    incident_id: IncidentId
    step_no: int
    putaran: int
    dari: DisposisiId | None
    """The lembar it follows from: that of the superior, or the one it forwards."""
    diteruskan: bool
    """Forwarded by a recipient between two steps; False: made by carrying out a step."""
    surat_dari: str
    nomor_surat: str = ""
    tanggal_surat: date | None = None
    diterima: date | None = None
    nomor_agenda: str = ""
    hal: str
    keamanan: KlasifikasiKeamanan | None = None
    derajat: DerajatKecepatan | None = None
    kepada: tuple[str, ...] = ()
    """Pelaksana ids of the SOP."""
    orang: Orang | None = None
    harap: tuple[Harap, ...] = ()
    catatan: str = ""
    paraf: Paraf
    dibaca: tuple[Pembacaan, ...] = ()
    """Oldest first."""

    def is_for(self, account_id: AccountId, roles: frozenset[str]) -> bool:
        """Whether an account with these roles is a recipient; whoever wrote it is none."""
        if account_id == self.paraf.account_id:
            return False
        return bool(roles & set(self.kepada)) or (self.orang is not None and self.orang.account_id == account_id)

    def read_by(self, account_id: AccountId) -> Pembacaan | None:
        return next((one for one in self.dibaca if one.account_id == account_id), None)
