"""Shapes of a verification: nothing here says whether it is over; that is for whoever verifies."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.resources.alerts.schemas import AlertShown
from ir_platform.incidents.verification import VerificationReport


class TindakanShown(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    langkah: int
    putaran: int
    uraian: str
    """Hostile text."""
    oleh: str
    jabatan: str
    pada: datetime


class PutusanShown(BaseModel):
    """What was decided about a finding, and how often its rule had fired again by then."""

    putaran: int
    label: str
    label_en: str
    terbuka: bool
    oleh: str
    pada: datetime
    muncul: int | None
    """Events found by that putaran's verification; None: none was done."""


class TemuanShown(BaseModel):
    temuan: AlertShown
    jumlah_sebelum: int
    """Events behind it before the repair; before now, where nothing was repaired yet. Repeats since are not in it."""
    terakhir_sebelum: datetime | None
    jumlah_terdeteksi: int
    """Events that the running detection has counted into it since the repair, in a result or not."""
    terakhir_terdeteksi: datetime | None
    """None: none since the repair."""
    terbuka: bool
    """Among the findings that this putaran of the repair had to see to."""
    tindakan: list[TindakanShown]
    riwayat: list[PutusanShown]


class BuktiShown(BaseModel):
    id: str
    incident_id: str
    nama: str


class KelengkapanVerifikasiShown(BaseModel):
    nama: str
    keadaan: str
    """`ada`, `nihil` or `belum_ada`."""
    oleh: str | None
    bukti: list[BuktiShown]


class PekerjaanShown(BaseModel):
    """The run that is under way, or the last one that failed."""

    id: str
    status: str
    phase: str
    percent: int
    error: str | None


class VerificationShown(BaseModel):
    langkah: int | None
    """The step that verifies; None: this SOP has none."""
    langkah_perbaikan: int | None
    putaran: int
    """Of the repair; 0: not begun."""
    sejak: datetime | None
    """When the repair was last reported as done; None: not yet."""
    hasil: VerificationReport | None
    """The newest result of this putaran; None: none yet."""
    diminta_oleh: str | None
    """Who asked for it; None: the program."""
    kejadian_terbaru: datetime | None
    """The newest event that the store holds."""
    kejadian_sesudahnya: int
    """Events after the end of the result's range: it does not speak of them."""
    pekerjaan: PekerjaanShown | None
    temuan: list[TemuanShown]
    peringatan_terbuka: list[AlertShown]
    """Open alerts about the same hosts that do not belong to this incident."""
    kelengkapan: list[KelengkapanVerifikasiShown]
    boleh_menjalankan: bool


class VerificationRun(BaseModel):
    sejak: AwareDatetime | None = None
    """None: since the repair."""


class VerificationStarted(BaseModel):
    id: str
    job_id: str
