"""What an SOP is, as read: frozen values that the engine, the swimlane, the forms and the documents share."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from ir_platform.calendar.duration import Waktu
from ir_platform.domain.incident import Outcome
from ir_platform.domain.penerimaan import Kanal
from playbooks.behalf import Cara


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


class JenisIsian(StrEnum):
    """A form that is filled in with a step, besides the note."""

    DISPOSISI = "disposisi"
    """A lembar disposisi goes to whoever is next."""
    PERTANYAAN = "pertanyaan"
    """The superior is asked for advice."""
    ARAHAN = "arahan"
    """The answer to a pertanyaan."""
    PIHAK_TERKAIT = "pihak_terkait"
    """Others who were involved, when, with what result."""


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
    luar: bool = False
    """Outside the office and without an account: others record what it does (`Langkah.dicatat_oleh`)."""


PIMPINAN: Final = "pimpinan"
"""The head of the office, above every SOP: may be told, carries out nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pengesah:
    """Who put the SOP in force."""

    nama: str
    jabatan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Atasan:
    """Who is told when an executor is late: one row of the escalation table."""

    pelaksana: str
    atasan: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eskalasi:
    langkah: tuple[Atasan, ...] = ()
    """For a step past its standard time."""
    total: tuple[str, ...] = ()
    """Who is told when the SOP's total time has passed, and of what a law asks for."""

    @property
    def heads(self) -> tuple[str, ...]:
        """Who is told of the whole; the head of the office where the SOP names nobody."""
        return self.total or (PIMPINAN,)

    def superiors_of(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Return the superiors of these executors, nobody twice, and none of the executors themselves.

        The head of the office where the SOP has no such table.
        """
        if not self.langkah:
            return (PIMPINAN,)
        late = frozenset(roles)
        found = (one for row in self.langkah if row.pelaksana in late for one in row.atasan)
        return tuple(dict.fromkeys(one for one in found if one not in late))


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
    dilampirkan: bool = False
    """Comes in from people: evidence is attached in the step that asks for it, by its last executor at the latest."""
    dibuat: bool = False
    """Made by carrying out the very step that lists it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IsianLangkah:
    """A form of a step; the note stands for it where an executor leaves it out."""

    jenis: JenisIsian
    oleh: tuple[str, ...] = ()
    """Whose form it is, of the step's executors; empty: every one's."""


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
    hanya_setelah_uji: bool = False
    """Offered only once an attempt has been recorded in this activation of the step."""
    catatan_wajib: bool = False
    """What was found has to be said in the note, or shown by an attachment."""
    dikonfirmasi_oleh: tuple[str, ...] = ()
    """The answer is a proposal until one of these roles confirms it; the step waits for them."""
    petunjuk: Teks | None = None
    """What the note is to record with this answer."""
    diberitahukan: tuple[str, ...] = ()
    """Roles that are told where this answer ends the run without them."""


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
    dicatat_oleh: tuple[str, ...] = ()
    """Roles that may record what an outside executor of this step did."""
    cara: tuple[Cara, ...] = ()
    """How the outside executor has to act; empty: in any way."""
    otomatis: bool = False
    """An end mark that nobody carries out: done as soon as it is reached."""
    waktu_asli: str | None = None
    """The time as printed, where `waktu` is our reading of it."""
    petunjuk: Teks | None = None
    """What the note is to record."""
    keterangan: str = ""
    """The column of that name."""
    isian: tuple[IsianLangkah, ...] = ()
    memverifikasi: tuple[int, ...] = ()
    """Steps whose work this one checks: the first of them is the repair itself."""

    def choices(self, putaran: int, *, attempts: int = 1) -> tuple[Keputusan, ...]:
        """Return the answers offered in that putaran, after so many recorded attempts."""
        return tuple(
            one
            for one in self.keputusan
            if (putaran > 1 or not one.hanya_bila_kembali) and (attempts > 0 or not one.hanya_setelah_uji)
        )

    def is_attempt(self, answer: Keputusan) -> bool:
        """Whether the answer keeps the step active for another try; nothing was rejected, so it is no putaran."""
        return answer.ke == self.no and not answer.adalah_putaran

    def asks(self, jenis: JenisIsian, role: str) -> bool:
        """Whether an executor of that role fills in the form with this step."""
        return any(one.jenis is jenis and (not one.oleh or role in one.oleh) for one in self.isian)

    def answer_named(self, jawaban: str | None) -> Keputusan | None:
        return next((one for one in self.keputusan if one.jawaban == jawaban), None)

    def makes(self) -> tuple[Kelengkapan, ...]:
        """Return what is there once the step is done: its output, and what it lists as made by itself.

        A paper that comes back signed from outside is made too: as it stands in the record, beside the signed one.
        """
        own = (item for item in self.kelengkapan if item.dibuat or (item.dilampirkan and item.dokumen))
        return (*self.output, *own)

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
    unit: str = ""
    """The part of the office whose SOP it is, as printed on its head."""
    nomor: str | None = None
    revisi: str | None = None
    tanggal_pembuatan: str | None = None
    """As far as printed: `2018-10-08`, `2017-10`; so are the two below."""
    tanggal_revisi: str | None = None
    tanggal_efektif: str | None = None
    disahkan_oleh: Pengesah | None = None
    fasilitas_penunjang: tuple[str, ...] = ()
    eskalasi: Eskalasi = Eskalasi()
    kanal_wajib: tuple[Kanal, ...] = ()
    """How a report has to come in before step 1 can be carried out; empty: in any way."""

    def step(self, no: int) -> Langkah | None:
        return next((one for one in self.langkah if one.no == no), None)

    def role_name(self, role: str) -> str:
        return next((one.nama for one in self.pelaksana if one.id == role), role)

    def is_outside(self, role: str) -> bool:
        return any(one.luar for one in self.pelaksana if one.id == role)

    def lane_of_role(self, role: str) -> Lajur | None:
        return next((lane for lane in self.lajur if role in lane.pelaksana), None)

    def lane_of(self, step: Langkah) -> Lajur | None:
        """Return the lane the step is drawn in: that of its first executor."""
        return self.lane_of_role(step.pelaksana[0])

    def item_named(self, name: str) -> str | None:
        """Return the SOP's spelling of a kelengkapan, however the caller wrote case and spaces; None: unknown."""
        wanted = spelling_key(name)
        items = (item for step in self.langkah for item in step.kelengkapan)
        return next((item.nama for item in items if spelling_key(item.nama) == wanted), None)


def askers_of(sop: Sop) -> tuple[str, ...]:
    """Return the roles that ask for advice (pertanyaan) in this SOP."""
    forms = ((step, form) for step in sop.langkah for form in step.isian if form.jenis is JenisIsian.PERTANYAAN)
    return tuple(dict.fromkeys(role for step, form in forms for role in form.oleh or step.pelaksana))


@lru_cache(maxsize=4_096)
def spelling_key(name: str) -> str:
    """Return the name without differences of case and spacing, in which scans and people are not constant.

    The names of an SOP are held against one another for every step and every document, hundreds of times each.
    """
    return " ".join(name.split()).casefold()
