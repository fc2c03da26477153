"""What an SOP is, as read: frozen values that the engine, the swimlane, the forms and the documents share."""

from dataclasses import dataclass
from enum import StrEnum

from ir_platform.calendar.duration import Waktu
from ir_platform.domain.incident import Outcome


class Mode(StrEnum):
    SALAH_SATU = "salah_satu"
    """Any one of the named executors does the step."""
    SEMUA_BERURUTAN = "semua_berurutan"
    """Each named executor acts, in the order given."""


class Simbol(StrEnum):
    MULAI_AKHIR = "mulai_akhir"
    PROSES = "proses"
    KEPUTUSAN = "keputusan"


class JenisItem(StrEnum):
    DOKUMEN = "dokumen"
    """Only a missing one of these refuses a step."""
    ALAT = "alat"
    HASIL = "hasil"


@dataclass(frozen=True, slots=True, kw_only=True)
class Teks:
    """Words on the screen; `en` where the office gave none is the Indonesian text."""

    id: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pelaksana:
    """A role of the SOP, held by accounts."""

    id: str
    nama: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lajur:
    """A lane (column) of the flow chart; several roles may share one."""

    id: str
    judul: Teks
    pelaksana: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kelengkapan:
    """Something a step needs or makes, in the words of the SOP."""

    nama: str
    jenis: JenisItem
    dokumen: str | None = None
    """Kind of document that is rendered for it."""
    disiapkan: bool = False
    """The program prepares it when the incident opens."""
    bukti_setiap_putaran: bool = False
    """No earlier output stands for it: evidence (or nihil) is given anew in each putaran."""
    boleh_nihil: bool = False
    """May be declared absent with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sebab:
    """A cause that goes with an answer."""

    kode: str
    label: Teks
    hasil: Outcome | None = None
    """How the run ends if it is closed because of this (see `Keputusan.hasil_dari_sebab`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keputusan:
    """One answer of a step and where it leads."""

    jawaban: str
    label: Teks
    ke: int | None
    """None ends the run."""
    alasan_wajib: bool = False
    sebab: tuple[Sebab, ...] = ()
    """Where there are any, one is required."""
    hanya_bila_kembali: bool = False
    """Offered only when the step came back."""
    adalah_putaran: bool = False
    """Work is sent back to be done again: drawn and counted as rework."""
    hasil: Outcome | None = None
    """How the run ends (or, where it leads on, will end) by this answer."""
    hasil_dari_sebab: int | None = None
    """The step whose latest cause, where it carries an outcome, is the outcome instead of `hasil`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Langkah:
    no: int
    """Position, 1..n."""
    no_asli: str
    """The number as printed."""
    uraian: str
    ringkas: Teks
    """Short form for the chart."""
    prosedur: str
    """The same step in the SOP's prose; empty where there is none."""
    pelaksana: tuple[str, ...]
    mode: Mode
    simbol: Simbol
    kelengkapan: tuple[Kelengkapan, ...]
    waktu: Waktu | None
    output: tuple[Kelengkapan, ...]
    keputusan: tuple[Keputusan, ...]
    berikut: int | None
    """The next step where no answer is given."""
    hasil: Outcome | None
    """How the run ends here, where nothing follows."""
    tombol: Teks
    menunggu: Teks
    """What the queue says while the step waits."""

    def choices(self, putaran: int) -> tuple[Keputusan, ...]:
        """Return the answers offered in that putaran."""
        return tuple(one for one in self.keputusan if putaran > 1 or not one.hanya_bila_kembali)

    def targets(self) -> tuple[int | None, ...]:
        """Return where the step may lead, None for the end; nothing twice."""
        onward = () if self.choices(putaran=1) else (self.berikut,)
        return tuple(dict.fromkeys((*onward, *(one.ke for one in self.keputusan))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sop:
    id: str
    judul: str
    judul_en: str
    instansi: str
    uraian: str
    pengantar: str
    penanggung_jawab: str
    dasar_hukum: tuple[str, ...]
    keterkaitan: tuple[str, ...]
    kualifikasi_pelaksana: tuple[str, ...]
    peralatan: tuple[str, ...]
    peringatan: tuple[str, ...]
    pencatatan: tuple[str, ...]
    waktu_total: Waktu | None
    pelaksana: tuple[Pelaksana, ...]
    lajur: tuple[Lajur, ...]
    langkah: tuple[Langkah, ...]
    catatan: tuple[str, ...]

    def step(self, no: int) -> Langkah | None:
        return next((one for one in self.langkah if one.no == no), None)

    def role_name(self, role: str) -> str:
        return next((one.nama for one in self.pelaksana if one.id == role), role)

    def lane_of(self, step: Langkah) -> Lajur | None:
        """Return the lane the step is drawn in: that of its first executor."""
        return next((lane for lane in self.lajur if set(step.pelaksana[:1]) & set(lane.pelaksana)), None)

    def item_named(self, name: str) -> str | None:
        """Return the SOP's spelling of a kelengkapan, however the caller wrote case and spaces; None: unknown."""
        wanted = spelling_key(name)
        items = (item for step in self.langkah for item in step.kelengkapan)
        return next((item.nama for item in items if spelling_key(item.nama) == wanted), None)


def spelling_key(name: str) -> str:
    """Return the name without differences of case and spacing, in which scans and people are not constant."""
    return " ".join(name.split()).casefold()
